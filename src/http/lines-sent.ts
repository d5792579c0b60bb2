/** Lines as they were sent, for the engine. */
import type { Line as LineSent } from '../contract/reservation.js'
import type { Line } from '../domain/demand.js'
import { isUuid } from '../domain/ids.js'
import { HttpProblem } from './problems.js'

/** @throws HttpProblem `unknown_pool`: a malformed id is as unknown as any other */
export function linesOf(sent: readonly LineSent[]): Line[] {
  const malformed = sent.map((line) => line.pool_id).filter((id) => !isUuid(id))
  if (malformed.length > 0) {
    throw new HttpProblem('unknown_pool', { pool_ids: [...new Set(malformed)] })
  }
  return sent.map((line) => ({ poolId: line.pool_id, quantity: line.quantity }))
}
