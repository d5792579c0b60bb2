/** Statements on `nights` and their pools. What is taken of a night is its pool's, as of any other. */
import {
  type Attribution,
  differenceOf,
  type NightTermsEntry,
  type Settings,
} from '../../domain/journal.js'
import type { Span } from '../../domain/time/schedule.js'
import type { NightTerms } from '../../domain/time/stay.js'
import type { BookingTerms } from '../../domain/time/window.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { sendEntries, sendOpenedEntries } from './journal.js'
import { OPENED_COLUMNS, type OpenedPool } from './pools.js'
import { termsColumn } from './settings.js'

/** What a hotel asks of guests, as `NightTerms` has it. @param onSale an expression of SQL */
export const termsColumns = (onSale = 'nights.on_sale') => `
  nights.minimum_stay as "minimumStay",
  nights.maximum_stay as "maximumStay",
  ${onSale} as "onSale",
  nights.closed_to_arrival as "closedToArrival",
  nights.closed_to_departure as "closedToDeparture"`

/** Which night or slot of which resource a pool is. This never changes, but for a night's instants. */
export interface Place {
  readonly poolId: string
  readonly resourceId: string
  /** The date of a night; null for a slot. */
  readonly night: string | null
  readonly fromMs: number
  readonly toMs: number
  /** True when the resource is a block's own: then its id is the block's, too. */
  readonly ofBlock: boolean
}

const SELECT_PLACES = sql('nights.read_places')`
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         to_char(nights.night, 'YYYY-MM-DD') as night,
         floor(extract(epoch from lower(pools.during)) * 1000)::bigint as "fromMs",
         floor(extract(epoch from upper(pools.during)) * 1000)::bigint as "toMs",
         resources.private as "ofBlock"
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  left join nights
    on nights.listing_id = pools.listing_id
    and nights.pool_id = pools.pool_id
  where pools.listing_id = $1
    and pools.pool_id = any($2::uuid[])
    and pools.during is not null`

/** What those of `poolIds` are that are bound to a time; the others are left out. */
export function readPlaces(
  db: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly Place[]> {
  return db.query<Place>(SELECT_PLACES, [listingId, poolIds])
}

/** A night with what is left of it. */
export interface NightRow extends NightTerms {
  readonly night: string
  readonly poolId: string
  readonly capacity: number
  readonly taken: number
  readonly version: number
}

const nightColumns = (onSale = 'nights.on_sale') => `
  to_char(nights.night, 'YYYY-MM-DD') as night,
  pools.pool_id as "poolId",
  pools.capacity,
  pools.taken,
  pools.version,
  ${termsColumns(onSale)}`

const NIGHTS_WITH_POOLS = `
  from nights
  join pools
    on pools.listing_id = nights.listing_id
    and pools.pool_id = nights.pool_id
  where nights.listing_id = $1
    and nights.resource_id = $2
    and nights.night >= $3::date
    and nights.night < $4::date`

const SELECT_NIGHTS = sql('nights.read')`
  select ${nightColumns()}
  ${NIGHTS_WITH_POOLS}
  order by nights.night`

/** The nights of a resource from `from` on that are before `to`, in one snapshot, in their order. */
export function readNights(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
  from: string,
  to: string,
): Promise<readonly NightRow[]> {
  return db.query<NightRow>(SELECT_NIGHTS, [listingId, resourceId, from, to])
}

// What is archived sells nothing new.
const SELECT_CALENDAR = sql('nights.read_range')`
  select ${nightColumns('nights.on_sale and not (resources.archived or listings.archived)')},
         coalesce(resources.time_zone, listings.time_zone) as "timeZone",
         resources.notice_minutes as "noticeMinutes",
         resources.horizon_days as "horizonDays",
         floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"
  from resources
  join listings on listings.listing_id = resources.listing_id
  left join (
    nights
    join pools
      on pools.listing_id = nights.listing_id
      and pools.pool_id = nights.pool_id
  )
    on nights.listing_id = resources.listing_id
    and nights.resource_id = resources.resource_id
    and nights.night >= $3::date
    and nights.night < $4::date
  where resources.listing_id = $1
    and resources.resource_id = $2
    and not resources.private
  order by nights.night`

/** A night with the terms by which it may be booked. */
export interface BookableNight extends NightRow, BookingTerms {
  readonly timeZone: string
  /** By the database's clock. */
  readonly nowMs: number
}

/** The same with terms; undefined when the listing has no such resource of its own. */
export async function readNightsOfRange(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
  from: string,
  to: string,
): Promise<readonly BookableNight[] | undefined> {
  const rows = await db.query<BookableNight | (BookableNight & { readonly night: null })>(
    SELECT_CALENDAR,
    [listingId, resourceId, from, to],
  )
  return rows.length === 0 ? undefined : rows.filter((row) => row.night !== null)
}

// In pool order, as every transaction of the house locks pools.
const LOCK_NIGHTS = sql('nights.lock')`
  select ${nightColumns()}
  ${NIGHTS_WITH_POOLS}
  order by pools.pool_id
  for update of pools`

/** Locks the pools of the nights, in pool order, and reads them. */
export function lockNights(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
  from: string,
  to: string,
): Promise<readonly NightRow[]> {
  return tx.query<NightRow>(LOCK_NIGHTS, [listingId, resourceId, from, to])
}

interface LockedResource {
  readonly exclusive: boolean
  readonly timeZone: string | null
}

const LOCK_RESOURCE = sql('nights.lock_resource')`
  select exclusive,
         time_zone as "timeZone"
  from resources
  where listing_id = $1
    and resource_id = $2
    and not private
  for no key update`

/**
 * Locks a resource of the listing's own against others who set it up; a block's resource is not one.
 *
 * @returns its time zone is null where it has the listing's; undefined when there is none under this id
 */
export async function lockResource(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
): Promise<LockedResource | undefined> {
  const [row] = await tx.query<LockedResource>(LOCK_RESOURCE, [listingId, resourceId])
  return row
}

type OpenedNight = OpenedPool & { readonly night: string }

const INSERT_NIGHTS = sql('nights.insert')`
  insert into nights (listing_id, resource_id, night, pool_id)
  select listings.listing_id, $2, made.night, made.pool_id
  from listings
  cross join unnest($3::date[], $4::uuid[]) as made (night, pool_id)
  where listings.listing_id = $1`

/** Writes which pools the nights are. @returns the pools, each with its date, in no order */
function sendNights(
  tx: Tx,
  listingId: string,
  resourceId: string,
  nights: readonly Pick<NewNight, 'night' | 'poolId'>[],
  pools: readonly OpenedPool[],
): readonly OpenedNight[] {
  const dates = new Map(nights.map(({ poolId, night }) => [poolId, night]))
  const opened = pools.map((pool) => ({ ...pool, night: dates.get(pool.poolId) ?? '' }))
  tx.send(INSERT_NIGHTS, [
    ...[listingId, resourceId],
    plainArray(opened.map(({ night }) => night)),
    plainArray(opened.map(({ poolId }) => poolId)),
  ])
  return opened
}

const INSERT_POOLS = sql('nights.insert_pools')`
  insert into pools as opened (listing_id, pool_id, resource_id, during, capacity)
  select listings.listing_id, made.pool_id, $2,
         tstzrange(to_timestamp(made.from_ms / 1000.0), to_timestamp(made.to_ms / 1000.0)), $6
  from listings
  cross join unnest($3::uuid[], $4::bigint[], $5::bigint[]) as made (pool_id, from_ms, to_ms)
  where listings.listing_id = $1
  returning ${OPENED_COLUMNS}`

/** A night that is to be made, with the instants that it lasts from and to. */
export interface NewNight extends Span {
  readonly night: string
  readonly poolId: string
}

/** Creates nights that do not exist yet; the caller has locked the resource. */
export async function insertNights(
  tx: Tx,
  listingId: string,
  resourceId: string,
  nights: readonly NewNight[],
  capacity: number,
  by?: Attribution,
): Promise<void> {
  if (nights.length === 0) return
  const pools = await tx.query<OpenedPool>(INSERT_POOLS, [
    listingId,
    resourceId,
    plainArray(nights.map(({ poolId }) => poolId)),
    plainArray(nights.map(({ fromMs }) => fromMs)),
    plainArray(nights.map(({ toMs }) => toMs)),
    capacity,
  ])
  const opened = sendNights(tx, listingId, resourceId, nights, pools)
  sendOpenedEntries(tx, listingId, opened, by)
}

// The block's nights last as long as the hotel's.
const INSERT_BLOCK_POOLS = sql('nights.insert_pools_of_block')`
  insert into pools as opened (listing_id, pool_id, resource_id, during, capacity)
  select nights.listing_id, made.pool_id, $2, pools.during, $6
  from nights
  join unnest($4::uuid[], $5::date[]) as made (pool_id, night) on made.night = nights.night
  join pools
    on pools.listing_id = nights.listing_id
    and pools.pool_id = nights.pool_id
  where nights.listing_id = $1
    and nights.resource_id = $3
  returning ${OPENED_COLUMNS}`

/** Opens a block's own nights, each with `capacity` rooms of the hotel's night of the same date. */
export async function insertBlockNights(
  tx: Tx,
  listingId: string,
  { blockId, resourceId }: { readonly blockId: string; readonly resourceId: string },
  nights: readonly { readonly night: string; readonly poolId: string }[],
  capacity: number,
  by?: Attribution,
): Promise<void> {
  const pools = await tx.query<OpenedPool>(INSERT_BLOCK_POOLS, [
    listingId,
    blockId,
    resourceId,
    plainArray(nights.map(({ poolId }) => poolId)),
    plainArray(nights.map(({ night }) => night)),
    capacity,
  ])
  const opened = sendNights(tx, listingId, blockId, nights, pools)
  sendOpenedEntries(tx, listingId, opened, by)
}

const SET_TERMS = sql('nights.set_terms')`
  with changed as (
    update nights
    set minimum_stay = coalesce($5, minimum_stay),
        maximum_stay = case when $7 then $6 else maximum_stay end,
        on_sale = coalesce($8, on_sale),
        closed_to_arrival = coalesce($9, closed_to_arrival),
        closed_to_departure = coalesce($10, closed_to_departure),
        version = version + 1
    where listing_id = $1
      and resource_id = $2
      and night >= $3::date
      and night < $4::date
      and (minimum_stay, maximum_stay, on_sale, closed_to_arrival, closed_to_departure)
        is distinct from (coalesce($5, minimum_stay),
                          case when $7 then $6 else maximum_stay end,
                          coalesce($8, on_sale),
                          coalesce($9, closed_to_arrival),
                          coalesce($10, closed_to_departure))
    returning *
  )
  select changed.pool_id as "poolId",
         changed.version,
         ${termsColumn('earlier')} as "before",
         ${termsColumn('changed')} as "after"
  from changed
  join nights as earlier
    on earlier.listing_id = $1
    and earlier.resource_id = $2
    and earlier.night = changed.night`

interface ChangedTerms {
  readonly poolId: string
  readonly version: number
  readonly before: Settings
  readonly after: Settings
}

/** Sets what the hotel asks of guests; what is left out stays as it is. The caller has locked the resource. */
export async function setTerms(
  tx: Tx,
  listingId: string,
  resourceId: string,
  terms: { readonly from: string; readonly to: string } & Partial<NightTerms>,
  by: Attribution,
): Promise<void> {
  const { from, to, minimumStay, maximumStay, onSale, closedToArrival, closedToDeparture } = terms
  const changed = await tx.query<ChangedTerms>(SET_TERMS, [
    ...[listingId, resourceId, from, to],
    minimumStay ?? null,
    maximumStay ?? null,
    maximumStay !== undefined,
    onSale ?? null,
    closedToArrival ?? null,
    closedToDeparture ?? null,
  ])
  const entries = changed.map(
    ({ poolId, version, before, after }): NightTermsEntry => ({
      ...{ kind: 'night_terms_changed', poolId, version, by },
      ...differenceOf(before, after),
    }),
  )
  sendEntries(tx, listingId, entries)
}
