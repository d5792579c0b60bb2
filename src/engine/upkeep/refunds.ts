/** The work list of payments that came too late: somebody gives the money back and says so here. */
import { newId } from '../../domain/ids.js'
import type { Reservation } from '../../domain/reservation/reservation.js'
import { commit, type Database, rollback } from '../../storage/driver/database.js'
import { settleRefundDue } from '../../storage/tables/refunds.js'
import { lockReservations } from '../../storage/tables/reservations.js'

export type SettleOutcome =
  | { readonly kind: 'done'; readonly reservation: Reservation }
  | { readonly kind: 'refused'; readonly code: 'not_found' | 'refund_not_due' }

/**
 * Takes a reservation off the list of refunds due, and tells the journal. Settling again is the same
 * answer: what has expired with a payment can only be a refund that was settled before.
 */
export function settleRefund(
  db: Database,
  listingId: string,
  reservationId: string,
): Promise<SettleOutcome> {
  return db.transaction<SettleOutcome>('read committed', async (tx) => {
    const [reservation] = await lockReservations(tx, listingId, [reservationId])
    if (reservation === undefined) return rollback({ kind: 'refused', code: 'not_found' })
    const { state, paymentRef, refundDue } = reservation
    if (!refundDue) {
      const settledBefore = state === 'expired' && paymentRef !== null
      if (settledBefore) return rollback({ kind: 'done', reservation })
      return rollback({ kind: 'refused', code: 'refund_not_due' })
    }
    await settleRefundDue(tx, listingId, reservationId, newId())
    const [settled] = await lockReservations(tx, listingId, [reservationId])
    if (settled === undefined) throw new Error('a locked reservation is gone')
    return commit({ kind: 'done', reservation: settled })
  })
}
