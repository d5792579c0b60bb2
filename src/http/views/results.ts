/** The engine's results as HTTP answers. The same result is the same answer, however often it is sent. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LineRequest } from '../../domain/reservation/line-request.js'
import type { CommandResult } from '../../engine/engine.js'
import type { Services } from '../services.js'
import { etagOf, markReplayed } from '../wire/preconditions.js'
import { sendProblem } from '../wire/problems.js'
import { problemOfRefusal } from './refusals.js'
import { seenBy } from './seen-by.js'
import { showReservation } from './views.js'

export interface SentResult {
  readonly listingId: string
  readonly result: CommandResult
  /** The status of a success; default 200. */
  readonly status?: number
  /** The lines of the request, by which short ones are named. */
  readonly lines?: readonly LineRequest[]
  /** Members of a successful answer beside the reservation. */
  readonly extras?: object
}

/** Asks the database nothing: the result is committed, and no failure may keep it from the client. */
export function sendResult(
  request: FastifyRequest,
  reply: FastifyReply,
  { metrics }: Pick<Services, 'metrics'>,
  { listingId, result, status = 200, lines, extras }: SentResult,
): FastifyReply {
  metrics.countAnswer(result)
  const { places } = result
  markReplayed(reply, result)
  if (result.kind === 'refused') {
    const { refusal, refundOf } = result
    const problem = problemOfRefusal(refusal, { lines, places, refundOf })
    return sendProblem(request, reply, problem.code, problem.extras)
  }
  const { reservation, details } = result
  const shown = showReservation(listingId, reservation, places, details)
  return reply
    .code(status)
    .header('etag', etagOf(reservation.version))
    .send({ ...seenBy(request, shown), ...extras })
}
