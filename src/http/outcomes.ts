/** The engine's answers as HTTP answers. The same outcome is the same answer, whenever it is told. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Wanted } from '../domain/time-line.js'
import type { Answer } from '../engine/engine.js'
import { etagOf } from './preconditions.js'
import { sendProblem } from './problems.js'
import { problemOfRefusal } from './refusals.js'
import type { Services } from './services.js'
import { showReservation } from './views.js'

export interface ToldOutcome {
  readonly listingId: string
  readonly answer: Answer
  /** The status of a yes; default 200. */
  readonly status?: number
  /** Those of the request, to name the short ones of. */
  readonly lines?: readonly Wanted[]
  /** What a yes has beside the reservation. */
  readonly extras?: object
}

export function sendOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  { metrics }: Pick<Services, 'metrics'>,
  { listingId, answer, status = 200, lines, extras }: ToldOutcome,
): FastifyReply {
  metrics.countAnswer(answer)
  if (answer.replayed) reply.header('idempotent-replayed', 'true')
  if (answer.kind === 'refused') {
    const problem = problemOfRefusal(answer.refusal, lines)
    return sendProblem(request, reply, problem.code, problem.extras)
  }
  const { reservation } = answer
  return reply
    .code(status)
    .header('etag', etagOf(reservation.version))
    .send({ ...showReservation(listingId, reservation), ...extras })
}
