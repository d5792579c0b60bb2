/** The engine's answers as HTTP answers. The same outcome is the same answer, whenever it is told. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldfastError } from '../../domain/errors.js'
import type { LineRequest } from '../../domain/reservation/line-request.js'
import type { CommandResult } from '../../engine/engine.js'
import type { PlaceLookup, Places } from '../../engine/reads/places.js'
import type { Services } from '../services.js'
import { etagOf } from '../wire/preconditions.js'
import { sendProblem } from '../wire/problems.js'
import { problemOfRefusal } from './refusals.js'
import { showReservation } from './views.js'

export interface ToldOutcome {
  readonly listingId: string
  readonly answer: CommandResult
  /** The status of a yes; default 200. */
  readonly status?: number
  /** Those of the request, to name the short ones of. */
  readonly lines?: readonly LineRequest[]
  /** What a yes has beside the reservation. */
  readonly extras?: object
}

/** @throws HoldfastError `outcome_unknown` when what was done cannot be told just now */
export async function sendOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  { metrics, places }: Pick<Services, 'metrics' | 'places'>,
  { listingId, answer, status = 200, lines, extras }: ToldOutcome,
): Promise<FastifyReply> {
  metrics.countAnswer(answer)
  const known = await placesOf(listingId, answer, places)
  if (answer.replayed) reply.header('idempotent-replayed', 'true')
  if (answer.kind === 'refused') {
    const problem = problemOfRefusal(answer.refusal, { lines, places: known })
    return sendProblem(request, reply, problem.code, problem.extras)
  }
  const { reservation } = answer
  return reply
    .code(status)
    .header('etag', etagOf(reservation.version))
    .send({ ...showReservation(listingId, reservation, known), ...extras })
}

/**
 * The answer is definite already. If the database is gone before its lines can be named, a retry
 * with the same key hears it; to say that nothing was written would be a lie.
 */
async function placesOf(
  listingId: string,
  answer: CommandResult,
  places: PlaceLookup,
): Promise<Places> {
  try {
    return await places.of(listingId, poolIdsOf(answer))
  } catch (cause) {
    throw new HoldfastError('outcome_unknown', 'the lines could not be looked up', { cause })
  }
}

function poolIdsOf(answer: CommandResult): string[] {
  if (answer.kind === 'done') return answer.reservation.lines.map((line) => line.poolId)
  return 'lines' in answer.refusal ? answer.refusal.lines.map((line) => line.poolId) : []
}
