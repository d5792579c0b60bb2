/** The work list of money that is due back: somebody gives it back and says so here. */
import type { Attribution } from '../../domain/journal.js'
import { BY_DEFAULT } from '../attribution.js'
import type { CommandResult, Engine } from '../engine.js'

/**
 * Takes a refund off the list of those that are due, and writes that into the journal. Settling again
 * gets the same answer.
 *
 * @param paymentRef which payment was given back; may be left out while one refund of the reservation
 * is due
 * @returns done, or refused as `not_found`, `refund_not_due` or `refund_ambiguous`
 */
export function settleRefund(
  engine: Pick<Engine, 'run'>,
  listingId: string,
  reservationId: string,
  paymentRef?: string,
  by: Attribution = BY_DEFAULT,
): Promise<CommandResult> {
  const payment = paymentRef === undefined ? {} : { paymentRef }
  const id = reservationId.toLowerCase()
  const command = { kind: 'settle_refund', reservationId: id, ...payment } as const
  return engine.run(listingId.toLowerCase(), command, by)
}
