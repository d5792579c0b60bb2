/** Everything that is known about a customer of a listing, as one value. */
import type { Refund } from '../../domain/reservation/refund.js'
import type { Database } from '../../storage/driver/database.js'
import { type NoticeRow, readEntriesOf, readNoticesOf } from '../../storage/reads/customers.js'
import type { JournalRow } from '../../storage/reads/journal.js'
import { findRefunds } from '../../storage/tables/refunds.js'
import type { Engine } from '../engine.js'
import { type FoundReservations, listReservations } from '../reads/reservations.js'
import { checkedCustomer } from '../requests.js'

/** What there is about some of a customer's reservations. */
export interface CustomerPart extends FoundReservations {
  readonly refunds: readonly Refund[]
  /** The oldest first. */
  readonly entries: readonly JournalRow[]
  /** Who was told of what, as long as the outbox keeps it. */
  readonly notices: readonly NoticeRow[]
}

export interface CustomerRecord {
  /** In the normal form. */
  readonly customer: string
  /** The oldest reservations first. */
  readonly parts: readonly CustomerPart[]
}

const TOGETHER_MAX = 200

/**
 * @returns undefined when the listing has no reservation of this customer
 * @throws HoldfastError `invalid_input` for what can name nobody, and for a block
 */
export async function exportCustomer(
  reading: { readonly db: Database; readonly engine: Pick<Engine, 'expire' | 'places'> },
  listingId: string,
  spelled: string,
): Promise<CustomerRecord | undefined> {
  const customer = checkedCustomer(spelled)
  const parts: CustomerPart[] = []
  let after: string | undefined
  for (;;) {
    const page = { after, limit: TOGETHER_MAX }
    const found = await listReservations(reading, listingId, page, { customer, first: 'oldest' })
    const ids = found.reservations.map(({ reservationId }) => reservationId)
    if (ids.length > 0) {
      const [refunds, entries, notices] = await Promise.all([
        findRefunds(reading.db, listingId, ids, []),
        readEntriesOf(reading.db, listingId, ids),
        readNoticesOf(reading.db, listingId, ids),
      ])
      parts.push({ ...found, refunds, entries, notices })
    }
    if (ids.length < TOGETHER_MAX) break
    after = ids.at(-1)
  }
  return parts.length === 0 ? undefined : { customer, parts }
}
