/** The work list of payments that came too late: somebody gives the money back and says so here. */
import type { CommandResult, Engine } from '../engine.js'

/**
 * Takes a reservation off the list of refunds due, and writes that into the journal. Settling again
 * gets the same answer.
 *
 * @returns done, or refused as `not_found` or `refund_not_due`
 */
export function settleRefund(
  engine: Pick<Engine, 'run'>,
  listingId: string,
  reservationId: string,
): Promise<CommandResult> {
  return engine.run(listingId, { kind: 'settle_refund', reservationId })
}
