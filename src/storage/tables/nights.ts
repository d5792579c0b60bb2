/** Statements on `nights` and their pools. What is taken of a night is its pool's, as of any other. */
import {
  type Attribution,
  differenceOf,
  type NightTermsEntry,
  type Settings,
} from '../../domain/journal.js'
import { resourceOf, type Stay, type StayFound } from '../../domain/time/stay.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { sendEntries, sendOpenedEntries } from './journal.js'
import { OPENED_COLUMNS, type OpenedPool } from './pools.js'
import { termsColumn } from './settings.js'

const SELECT_FOR_STAYS = sql('nights.find_stays')`
  select stay.stay_no::integer as "stayNo",
         resources.resource_id is not null as known,
         not stay.of_block
           or (blocks.state = 'definite' and blocks.cut_off_at > clock_timestamp()) as open,
         nights.night::text,
         nights.pool_id as "poolId",
         nights.minimum_stay as "minimumStay",
         nights.on_sale as "onSale"
  from unnest($2::uuid[], $3::boolean[], $4::date[], $5::date[]) with ordinality
    as stay (resource_id, of_block, check_in, check_out, stay_no)
  left join resources
    on resources.listing_id = $1
    and resources.resource_id = stay.resource_id
    and resources.private = stay.of_block
  left join blocks
    on blocks.listing_id = resources.listing_id
    and blocks.block_id = resources.resource_id
  left join nights
    on nights.listing_id = resources.listing_id
    and nights.resource_id = resources.resource_id
    and nights.night >= stay.check_in
    and nights.night < stay.check_out
  order by stay.stay_no, nights.night`

interface StayRow {
  readonly stayNo: number
  readonly known: boolean
  readonly open: boolean | null
  readonly night: string | null
  readonly poolId: string
  readonly minimumStay: number
  readonly onSale: boolean
}

/** Looks up the nights of all `stays` in one statement; one entry for each, in their order. */
export async function findStays(
  db: Pick<Tx, 'query'>,
  listingId: string,
  stays: readonly Stay[],
): Promise<readonly StayFound[]> {
  const rows = await db.query<StayRow>(SELECT_FOR_STAYS, [
    listingId,
    plainArray(stays.map(resourceOf)),
    stays.map((stay) => 'blockId' in stay),
    plainArray(stays.map((stay) => stay.checkIn)),
    plainArray(stays.map((stay) => stay.checkOut)),
  ])
  const byStay = new Map<number, StayRow[]>()
  for (const row of rows) byStay.set(row.stayNo, [...(byStay.get(row.stayNo) ?? []), row])
  return stays.map((stay, i) => {
    const found = byStay.get(i + 1) ?? []
    return {
      stay,
      known: found[0]?.known ?? false,
      open: found[0]?.open ?? false,
      nights: found.flatMap(({ night, poolId, minimumStay, onSale }) =>
        night === null ? [] : [{ night, poolId, minimumStay, onSale }],
      ),
    }
  })
}

/** Which night or slot of which resource a pool is. This never changes. */
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
         nights.night::text,
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
export interface NightRow {
  readonly night: string
  readonly poolId: string
  readonly capacity: number
  readonly taken: number
  readonly version: number
  readonly minimumStay: number
  readonly onSale: boolean
}

const nightColumns = (onSale = 'nights.on_sale') => `
  nights.night::text,
  pools.pool_id as "poolId",
  pools.capacity,
  pools.taken,
  pools.version,
  nights.minimum_stay as "minimumStay",
  ${onSale} as "onSale"`

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
  select ${nightColumns('nights.on_sale and not (resources.archived or listings.archived)')}
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

/** The same without a lock; undefined when the listing has no such resource of its own. */
export async function readNightsOfRange(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
  from: string,
  to: string,
): Promise<readonly NightRow[] | undefined> {
  const rows = await db.query<NightRow | (NightRow & { readonly night: null })>(SELECT_CALENDAR, [
    listingId,
    resourceId,
    from,
    to,
  ])
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

const LOCK_RESOURCE = sql('nights.lock_resource')`
  select exclusive
  from resources
  where listing_id = $1
    and resource_id = $2
    and not private
  for no key update`

/**
 * Locks a resource of the listing's own against others who set it up; a block's resource is not one.
 *
 * @returns undefined when there is none under this id
 */
export async function lockResource(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
): Promise<{ readonly exclusive: boolean } | undefined> {
  const [row] = await tx.query<{ exclusive: boolean }>(LOCK_RESOURCE, [listingId, resourceId])
  return row
}

type OpenedNight = OpenedPool & { readonly night: string }

// A night lasts from one midnight where the hotel is to the next: 23 or 25 hours on two days of the
// year. A date that its time zone never had (Samoa, 30 December 2011) has no time, and is no night.
const INSERT_NIGHTS = sql('nights.insert')`
  with wanted as (
    select made.pool_id,
           made.night,
           tstzrange(
             made.night::timestamp at time zone coalesce(resources.time_zone, listings.time_zone),
             (made.night + 1)::timestamp
               at time zone coalesce(resources.time_zone, listings.time_zone)
           ) as during
    from listings
    join resources
      on resources.listing_id = listings.listing_id
      and resources.resource_id = $2
    cross join unnest($3::uuid[], $4::date[]) as made (pool_id, night)
    where listings.listing_id = $1
  ), made as (
    insert into pools (listing_id, pool_id, resource_id, during, capacity)
    select $1, pool_id, $2, during, $5
    from wanted
    where not isempty(during)
    returning ${OPENED_COLUMNS}
  ), dated as (
    insert into nights (listing_id, resource_id, night, pool_id)
    select $1, $2, night, pool_id
    from wanted
    where not isempty(during)
  )
  select made.*, wanted.night::text
  from made
  join wanted on wanted.pool_id = made."poolId"`

/** Creates nights that do not exist yet; the caller has locked the resource. */
export async function insertNights(
  tx: Tx,
  listingId: string,
  resourceId: string,
  nights: readonly { readonly night: string; readonly poolId: string }[],
  capacity: number,
  by?: Attribution,
): Promise<void> {
  if (nights.length === 0) return
  const opened = await tx.query<OpenedNight>(INSERT_NIGHTS, [
    listingId,
    resourceId,
    plainArray(nights.map(({ poolId }) => poolId)),
    plainArray(nights.map(({ night }) => night)),
    capacity,
  ])
  sendOpenedEntries(tx, listingId, opened, by)
}

// The block's nights last as long as the hotel's.
const INSERT_BLOCK_NIGHTS = sql('nights.insert_for_block')`
  with opened as (
    select made.pool_id, nights.night, pools.during
    from unnest($4::uuid[], $5::date[]) as made (pool_id, night)
    join nights
      on nights.listing_id = $1
      and nights.resource_id = $3
      and nights.night = made.night
    join pools
      on pools.listing_id = nights.listing_id
      and pools.pool_id = nights.pool_id
  ), made as (
    insert into pools (listing_id, pool_id, resource_id, during, capacity)
    select $1, pool_id, $2, during, $6
    from opened
    returning ${OPENED_COLUMNS}
  ), dated as (
    insert into nights (listing_id, resource_id, night, pool_id)
    select $1, $2, night, pool_id
    from opened
  )
  select made.*, opened.night::text
  from made
  join opened on opened.pool_id = made."poolId"`

/** Opens a block's own nights, each with `capacity` rooms of the hotel's night of the same date. */
export async function insertBlockNights(
  tx: Tx,
  listingId: string,
  { blockId, resourceId }: { readonly blockId: string; readonly resourceId: string },
  nights: readonly { readonly night: string; readonly poolId: string }[],
  capacity: number,
  by?: Attribution,
): Promise<void> {
  const opened = await tx.query<OpenedNight>(INSERT_BLOCK_NIGHTS, [
    listingId,
    blockId,
    resourceId,
    plainArray(nights.map(({ poolId }) => poolId)),
    plainArray(nights.map(({ night }) => night)),
    capacity,
  ])
  sendOpenedEntries(tx, listingId, opened, by)
}

const SET_TERMS = sql('nights.set_terms')`
  update nights
  set minimum_stay = coalesce($5, nights.minimum_stay),
      on_sale = coalesce($6, nights.on_sale),
      version = nights.version + 1
  from nights as earlier
  where nights.listing_id = $1
    and nights.resource_id = $2
    and nights.night >= $3::date
    and nights.night < $4::date
    and earlier.listing_id = nights.listing_id
    and earlier.resource_id = nights.resource_id
    and earlier.night = nights.night
    and (nights.minimum_stay, nights.on_sale)
      is distinct from (coalesce($5, nights.minimum_stay), coalesce($6, nights.on_sale))
  returning nights.pool_id as "poolId",
            nights.version,
            ${termsColumn('earlier')} as "before",
            ${termsColumn('nights')} as "after"`

interface ChangedTerms {
  readonly poolId: string
  readonly version: number
  readonly before: Settings
  readonly after: Settings
}

/**
 * Sets the minimum stay and whether the nights are on sale; what is left out stays as it is. The caller
 * has locked the resource.
 */
export async function setTerms(
  tx: Tx,
  listingId: string,
  resourceId: string,
  terms: {
    readonly from: string
    readonly to: string
    readonly minimumStay?: number | undefined
    readonly onSale?: boolean | undefined
  },
  by: Attribution,
): Promise<void> {
  const { from, to, minimumStay, onSale } = terms
  if (minimumStay === undefined && onSale === undefined) return
  const values = [listingId, resourceId, from, to, minimumStay ?? null, onSale ?? null]
  const changed = await tx.query<ChangedTerms>(SET_TERMS, values)
  const entries = changed.map(
    ({ poolId, version, before, after }): NightTermsEntry => ({
      ...{ kind: 'night_terms_changed', poolId, version, by },
      ...differenceOf(before, after),
    }),
  )
  sendEntries(tx, listingId, entries)
}
