/** Reads for the feeds of calendars: who has booked which time, and which time is taken. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'

/** A time of a reservation, with how to reach who has it. */
export interface BookedTime {
  readonly reservationId: string
  readonly state: 'held' | 'confirmed'
  readonly customer: string
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly quantity: number
  readonly resourceId: string
  readonly resourceName: string
  /** The date of a night, `YYYY-MM-DD`; null for a slot or a range. */
  readonly night: string | null
  readonly fromMs: number
  readonly toMs: number
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly note: string | null
  /** Of a block, which has booked rooms of the hotel. */
  readonly blockName: string | null
}

/** What is asked about. */
export interface FeedSpan {
  /** Null: every resource. */
  readonly resourceId: string | null
  readonly fromMs: number
  readonly toMs: number
  /** At most so many times, the earliest first. */
  readonly limit: number
}

const MS = (time: string) => `floor(extract(epoch from ${time}) * 1000)::bigint`

// A block's guests have pools of the block's own resource: they are the hotel's guests, too.
const READ_BOOKED = sql('feeds.read_booked')`
  select reservations.reservation_id as "reservationId",
         reservations.state,
         reservations.customer,
         reservations.version,
         ${MS('reservations.created_at')} as "createdAtMs",
         ${MS('reservations.updated_at')} as "updatedAtMs",
         lines.quantity,
         resources.resource_id as "resourceId",
         resources.name as "resourceName",
         to_char(nights.night, 'YYYY-MM-DD') as night,
         ${MS('lower(pools.during)')} as "fromMs",
         ${MS('upper(pools.during)')} as "toMs",
         contacts.name, contacts.email, contacts.phone, contacts.note,
         parties.name as "blockName"
  from reservations
  join reservation_lines as lines
    on lines.listing_id = reservations.listing_id
    and lines.reservation_id = reservations.reservation_id
    and lines.given_back_version is null
  join pools
    on pools.listing_id = lines.listing_id
    and pools.pool_id = lines.pool_id
    and pools.during && tstzrange($3::timestamptz, $4::timestamptz)
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  left join nights
    on nights.listing_id = pools.listing_id
    and nights.pool_id = pools.pool_id
  left join blocks
    on blocks.listing_id = pools.listing_id
    and blocks.block_id = pools.resource_id
  left join blocks as parties
    on parties.listing_id = reservations.listing_id
    and reservations.customer = 'block:' || parties.block_id
  left join contacts
    on contacts.listing_id = reservations.listing_id
    and contacts.reservation_id = reservations.reservation_id
  where reservations.listing_id = $1
    and reservations.state in ('held', 'confirmed')
    and ($2::uuid is null or pools.resource_id = $2 or blocks.resource_id = $2)
  order by lower(pools.during), reservations.reservation_id, lines.line_no
  limit $5`

/** Times of holds and of confirmed reservations, the earliest first. */
export function readBookedTimes(
  db: Pick<Tx, 'query'>,
  listingId: string,
  span: FeedSpan,
): Promise<readonly BookedTime[]> {
  return db.query<BookedTime>(READ_BOOKED, valuesOf(listingId, span))
}

/** A time of a resource of which nothing is left. */
export interface BusyTime {
  readonly resourceId: string
  readonly resourceName: string
  readonly fromMs: number
  readonly toMs: number
}

const READ_BUSY = sql('feeds.read_busy')`
  select pools.resource_id as "resourceId",
         resources.name as "resourceName",
         ${MS('lower(pools.during)')} as "fromMs",
         ${MS('upper(pools.during)')} as "toMs"
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
    and not resources.private
  where pools.listing_id = $1
    and pools.during && tstzrange($3::timestamptz, $4::timestamptz)
    and ($2::uuid is null or pools.resource_id = $2)
    and not pools.closed
    and pools.capacity > 0
    and pools.taken >= pools.capacity
  order by lower(pools.during), pools.resource_id
  limit $5`

/** Times of which nothing is left, the earliest first; the counter alone is asked, so nobody is named. */
export function readBusyTimes(
  db: Pick<Tx, 'query'>,
  listingId: string,
  span: FeedSpan,
): Promise<readonly BusyTime[]> {
  return db.query<BusyTime>(READ_BUSY, valuesOf(listingId, span))
}

function valuesOf(listingId: string, { resourceId, fromMs, toMs, limit }: FeedSpan): unknown[] {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
  return [listingId, resourceId, from, to, limit]
}
