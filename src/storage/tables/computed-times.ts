/** Statements on what was computed from a time zone: when nights begin and end, when blocks are cut off. */
import type { TimeEntry } from '../../domain/journal.js'
import type { Span } from '../../domain/time/schedule.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'

// A block's resource is private, and its nights are those of the hotel's.
const ZONED = `
  left join blocks
    on blocks.listing_id = nights.listing_id
    and blocks.block_id = nights.resource_id
  join resources
    on resources.listing_id = nights.listing_id
    and resources.resource_id = coalesce(blocks.resource_id, nights.resource_id)
  join listings on listings.listing_id = resources.listing_id`

const LOCK_NIGHTS = sql('computed_times.lock_nights')`
  select pools.pool_id as "poolId",
         to_char(nights.night, 'YYYY-MM-DD') as night,
         coalesce(resources.time_zone, listings.time_zone) as "timeZone",
         floor(extract(epoch from lower(pools.during)) * 1000)::bigint as "fromMs",
         floor(extract(epoch from upper(pools.during)) * 1000)::bigint as "toMs",
         pools.version
  from nights
  join pools
    on pools.listing_id = nights.listing_id
    and pools.pool_id = nights.pool_id
  ${ZONED}
  where nights.listing_id = $1
    and ($2::uuid is null or resources.resource_id = $2)
  order by pools.pool_id
  for update of pools`

/** A night as it was computed, with the time zone that it is to be computed from. */
export interface ZonedNight extends Span {
  readonly poolId: string
  readonly night: string
  readonly timeZone: string
  readonly version: number
}

/** Locks every night of a resource and of its blocks, or of the whole listing, in pool order. */
export function lockZonedNights(
  tx: Tx,
  listingId: string,
  resourceId: string | undefined,
): Promise<readonly ZonedNight[]> {
  return tx.query<ZonedNight>(LOCK_NIGHTS, [listingId, resourceId ?? null])
}

const SET_TIMES = sql('computed_times.set_times')`
  update pools
  set during = tstzrange(to_timestamp(from_ms / 1000.0), to_timestamp(to_ms / 1000.0)),
      version = version + 1
  from unnest($2::uuid[], $3::bigint[], $4::bigint[]) as change (pool_id, from_ms, to_ms)
  where pools.listing_id = $1
    and pools.pool_id = change.pool_id`

/** Writes when nights begin and end; the caller has locked their pools. */
export function sendTimes(
  tx: Tx,
  listingId: string,
  changes: readonly Pick<TimeEntry, 'poolId' | 'fromMs' | 'toMs'>[],
): void {
  if (changes.length === 0) return
  tx.send(SET_TIMES, [
    listingId,
    plainArray(changes.map(({ poolId }) => poolId)),
    plainArray(changes.map(({ fromMs }) => fromMs)),
    plainArray(changes.map(({ toMs }) => toMs)),
  ])
}

const LOCK_CUT_OFFS = sql('computed_times.lock_cut_offs')`
  select blocks.block_id as "blockId",
         to_char(blocks.cut_off, 'YYYY-MM-DD') as "cutOff",
         coalesce(resources.time_zone, listings.time_zone) as "timeZone"
  from blocks
  join resources
    on resources.listing_id = blocks.listing_id
    and resources.resource_id = blocks.resource_id
  join listings on listings.listing_id = resources.listing_id
  where blocks.listing_id = $1
    and ($2::uuid is null or resources.resource_id = $2)
  order by blocks.block_id
  for update of blocks`

export interface ZonedCutOff {
  readonly blockId: string
  readonly cutOff: string
  readonly timeZone: string
}

/** Locks the blocks of a resource, or of the whole listing. A transaction that locks pools, too, does it later. */
export function lockCutOffs(
  tx: Tx,
  listingId: string,
  resourceId: string | undefined,
): Promise<readonly ZonedCutOff[]> {
  return tx.query<ZonedCutOff>(LOCK_CUT_OFFS, [listingId, resourceId ?? null])
}

const SET_CUT_OFFS = sql('computed_times.set_cut_offs')`
  update blocks
  set cut_off_at = to_timestamp(cut_off_ms / 1000.0)
  from unnest($2::uuid[], $3::bigint[]) as change (block_id, cut_off_ms)
  where blocks.listing_id = $1
    and blocks.block_id = change.block_id`

/** Writes at which instants blocks are cut off; the caller has locked them. */
export function sendCutOffs(
  tx: Tx,
  listingId: string,
  changes: readonly { readonly blockId: string; readonly cutOffMs: number }[],
): void {
  if (changes.length === 0) return
  tx.send(SET_CUT_OFFS, [
    listingId,
    plainArray(changes.map(({ blockId }) => blockId)),
    plainArray(changes.map(({ cutOffMs }) => cutOffMs)),
  ])
}

const SELECT_SOLD_BY_SLOTS = sql('computed_times.find_sold_by_slots')`
  select resources.resource_id as "resourceId"
  from schedules
  join resources
    on resources.listing_id = schedules.listing_id
    and resources.resource_id = schedules.resource_id
  where schedules.listing_id = $1
    and schedules.spec ->> 'soldBy' = 'slots'
    and case
      when $2::uuid is null then resources.time_zone is null
      else resources.resource_id = $2
    end`

/** The resource if it is sold by slots; or those of the listing that are and have its time zone. */
export async function findSoldBySlots(
  tx: Tx,
  listingId: string,
  resourceId: string | undefined,
): Promise<string[]> {
  const rows = await tx.query<{ resourceId: string }>(SELECT_SOLD_BY_SLOTS, [
    listingId,
    resourceId ?? null,
  ])
  return rows.map((row) => row.resourceId)
}
