/** The work list of payments that came too late: somebody gives the money back and says so here. */
import { newId } from '../../domain/ids.js'
import type { Reservation } from '../../domain/reservation/reservation.js'
import { commit, type Database, rollback } from '../../storage/driver/database.js'
import { settleRefundDue } from '../../storage/tables/refunds.js'
import { lockReservations } from '../../storage/tables/reservations.js'
import type { Engine } from '../engine.js'
import type { Places } from '../reads/places.js'

export type SettleOutcome =
  | { readonly kind: 'done'; readonly reservation: Reservation; readonly places: Places }
  | { readonly kind: 'refused'; readonly code: 'not_found' | 'refund_not_due' }

interface RefundOptions {
  readonly db: Database
  readonly engine: Pick<Engine, 'places'>
}

/**
 * Takes a reservation off the list of refunds due, and tells the journal. Settling again is the same
 * answer: what has expired with a payment can only be a refund that was settled before.
 */
export function settleRefund(
  { db, engine }: RefundOptions,
  listingId: string,
  reservationId: string,
): Promise<SettleOutcome> {
  return db.transaction<SettleOutcome>('read committed', async (tx) => {
    const [reservation] = await lockReservations(tx, listingId, [reservationId])
    if (reservation === undefined) return rollback({ kind: 'refused', code: 'not_found' })
    const { state, paymentRef, refundDue, lines } = reservation
    const poolIds = lines.map((line) => line.poolId)
    const places = await engine.places.of(tx, listingId, poolIds)
    if (!refundDue) {
      const settledBefore = state === 'expired' && paymentRef !== null
      if (settledBefore) return rollback({ kind: 'done', reservation, places })
      return rollback({ kind: 'refused', code: 'refund_not_due' })
    }
    await settleRefundDue(tx, listingId, reservationId, newId())
    const [settled] = await lockReservations(tx, listingId, [reservationId])
    if (settled === undefined) throw new Error('a locked reservation is gone')
    return commit({ kind: 'done', reservation: settled, places })
  })
}
