/** Reads of what is known about a customer, by the customer's reservations; nothing here locks a row. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { JOURNAL_COLUMNS, type JournalRow } from './journal.js'

const READ_ENTRIES = sql('customers.read_entries')`
  select ${JOURNAL_COLUMNS}
  from journal
  where listing_id = $1
    and reservation_id = any($2::uuid[])
  order by entry_id`

/** The journal's entries about some reservations, the oldest first. */
export function readEntriesOf(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationIds: readonly string[],
): Promise<readonly JournalRow[]> {
  return db.query<JournalRow>(READ_ENTRIES, [listingId, reservationIds])
}

const READ_NOTICES = sql('customers.read_notices')`
  select events.kind,
         events.subject_id as "reservationId",
         floor(extract(epoch from events.at) * 1000)::bigint as "atMs",
         deliveries.destination,
         deliveries.state,
         floor(extract(epoch from deliveries.ended_at) * 1000)::bigint as "endedAtMs"
  from events
  join deliveries
    on deliveries.listing_id = events.listing_id
    and deliveries.event_id = events.event_id
  where events.listing_id = $1
    and events.subject_id = any($2::uuid[])
  order by events.event_id, deliveries.destination`

/** Who was told, or is to be told, of what happened to a reservation. */
export interface NoticeRow {
  readonly kind: string
  readonly reservationId: string
  readonly atMs: number
  /** `email:customer`, `webhook:` and an endpoint's id. */
  readonly destination: string
  readonly state: string
  /** Null while it is not delivered, nor given up. */
  readonly endedAtMs: number | null
}

/** As long as the outbox keeps them. */
export function readNoticesOf(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationIds: readonly string[],
): Promise<readonly NoticeRow[]> {
  return db.query<NoticeRow>(READ_NOTICES, [listingId, reservationIds])
}
