/** The statement that takes a reservation off the refunds due, and tells the journal why. */
import type { Tx } from '../driver/database.js'

const SETTLE_REFUND = `
  with settled as (
    update reservations
    set refund_due = false,
        version = version + 1,
        updated_at = clock_timestamp()
    where listing_id = $1
      and reservation_id = $2
      and refund_due
    returning listing_id, reservation_id, version, payment_ref
  )
  insert into journal (listing_id, entry_id, kind, reservation_id, detail)
  select listing_id, $3, 'refund_settled', reservation_id,
         jsonb_build_object('version', version, 'payment_ref', payment_ref)
  from settled`

/** Takes a reservation off the refunds due and tells the journal; whoever calls has locked it. */
export async function settleRefundDue(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  reservationId: string,
  entryId: string,
): Promise<void> {
  await tx.query(SETTLE_REFUND, [listingId, reservationId, entryId])
}
