/** Statements on pools that are bound to a time: slots, and ranges that were booked. */
import type { Attribution, CapacityChange } from '../../domain/journal.js'
import { RANGE_MINUTES_MAX, type Span } from '../../domain/time/schedule.js'
import type { ExistingSlot } from '../../domain/time/slots.js'
import type { ResourceTime } from '../../domain/time/timed-line.js'
import type { BookingWindow } from '../../domain/time/window.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { violates } from '../driver/sqlstate.js'
import { sql } from '../driver/statement.js'
import { sendOpenedEntries } from './journal.js'
import { OPENED_COLUMNS, type OpenedPool } from './pools.js'

// Milliseconds since 1970, of the two ends of `during`.
const ENDS = `
  floor(extract(epoch from lower(pools.during)) * 1000)::bigint as "fromMs",
  floor(extract(epoch from upper(pools.during)) * 1000)::bigint as "toMs"`

/** A slot with whose time it is. */
export interface SlotRow extends ExistingSlot {
  readonly resourceId: string
  readonly version: number
}

// Nothing that is sold by time lasts longer than a range may, so the index needs to be read from no
// earlier than that.
const SELECT_OVERLAPPING = sql('slots.read_overlapping')`
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         pools.capacity,
         pools.taken,
         pools.version,
         pools.closed,
         ${ENDS}
  from pools
  where pools.listing_id = $1
    and pools.resource_id = $2
    and pools.during is not null
    and lower(pools.during)
      >= to_timestamp($3::bigint / 1000.0) - interval '${RANGE_MINUTES_MAX} minutes'
    and lower(pools.during) < to_timestamp($4::bigint / 1000.0)
    and upper(pools.during) > to_timestamp($3::bigint / 1000.0)
  order by lower(pools.during), pools.pool_id`

/** The slots of a resource that have some time in common with `span`, closed ones too. */
export function readOverlapping(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
  { fromMs, toMs }: Span,
): Promise<readonly SlotRow[]> {
  return db.query<SlotRow>(SELECT_OVERLAPPING, [listingId, resourceId, fromMs, toMs])
}

const FIND = sql('slots.find')`
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         ${ENDS}
  from unnest($2::uuid[], $3::bigint[], $4::bigint[]) as wanted (resource_id, from_ms, to_ms)
  join pools
    on pools.listing_id = $1
    and pools.resource_id = wanted.resource_id
    and pools.during is not null
    and lower(pools.during) = to_timestamp(wanted.from_ms / 1000.0)
    and upper(pools.during) = to_timestamp(wanted.to_ms / 1000.0)
  where not pools.closed`

/** The slots that begin and end exactly so; those that there are not, or that are closed, are left out. */
export function findSlots(
  db: Pick<Tx, 'query'>,
  listingId: string,
  times: readonly ResourceTime[],
): Promise<readonly (ResourceTime & { readonly poolId: string })[]> {
  return db.query(FIND, [
    listingId,
    plainArray(times.map((time) => time.resourceId)),
    plainArray(times.map((time) => time.fromMs)),
    plainArray(times.map((time) => time.toMs)),
  ])
}

const SELECT_TIMES = sql('slots.read_times')`
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         ${ENDS}
  from pools
  where pools.listing_id = $1
    and pools.pool_id = any($2::uuid[])
    and pools.during is not null`

/** Which times these pools are; those that are not bound to one are left out. */
export function readSlotTimes(
  db: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly (ResourceTime & { readonly poolId: string })[]> {
  return db.query(SELECT_TIMES, [listingId, poolIds])
}

const FREE = `
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         ${ENDS}
  from pools
  where pools.listing_id = $1
    and pools.resource_id = $2
    and pools.during is not null
    and not pools.closed
    and pools.taken < pools.capacity
    and lower(pools.during) >= to_timestamp($5::bigint / 1000.0)
    and ($6::bigint is null or upper(pools.during) <= to_timestamp($6::bigint / 1000.0))`

const NEAREST_FREE = sql('slots.read_nearest_free')`
  select *
  from (
    (${FREE}
      and lower(pools.during) >= to_timestamp($3::bigint / 1000.0)
      and lower(pools.during) < to_timestamp($3::bigint / 1000.0) + interval '168 hours'
    order by lower(pools.during)
    limit $4)
    union all
    (${FREE}
      and lower(pools.during) < to_timestamp($3::bigint / 1000.0)
      and lower(pools.during) > to_timestamp($3::bigint / 1000.0) - interval '168 hours'
    order by lower(pools.during) desc
    limit $4)
  ) as free
  order by abs("fromMs" - $3::bigint), "fromMs"
  limit $4`

/**
 * At most `count` free slots of the resource that begin within a week of `time`, the nearest first, and
 * that may be booked now.
 */
export function readNearestFree(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { resourceId, fromMs }: ResourceTime,
  { earliestMs, latestMs }: Pick<BookingWindow, 'earliestMs' | 'latestMs'>,
  count: number,
): Promise<readonly (ResourceTime & { readonly poolId: string })[]> {
  return db.query(NEAREST_FREE, [
    ...[listingId, resourceId, fromMs, count],
    Math.ceil(earliestMs),
    Number.isFinite(latestMs) ? latestMs : null,
  ])
}

const CLOSE_IDLE = sql('slots.close_idle')`
  with idle as (
    select pool_id, capacity
    from pools
    where listing_id = $1
      and pool_id = any($2::uuid[])
      and taken = 0
      and not closed
    order by pool_id
    for update
  )
  update pools
  set closed = true,
      capacity = 0,
      overcommitted = 0,
      version = version + 1
  from idle
  where pools.listing_id = $1
    and pools.pool_id = idle.pool_id
  returning pools.pool_id as "poolId", pools.version, idle.capacity as "from", 0 as "to",
            true as closed`

/**
 * Takes the slots that are free out of sale. A transaction that is about to take one comes first.
 *
 * @returns what was closed
 */
export async function closeIdle(
  tx: Tx,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly CapacityChange[]> {
  if (poolIds.length === 0) return []
  return tx.query<CapacityChange>(CLOSE_IDLE, [listingId, poolIds])
}

const REOPEN = sql('slots.reopen')`
  update pools
  set closed = false,
      capacity = $3,
      version = version + 1
  where listing_id = $1
    and pool_id = any($2::uuid[])
    and closed
  returning pool_id as "poolId", version, 0 as "from", capacity as "to", false as closed`

/** Puts closed slots on sale again; @throws the exclusion's refusal when others stand there. */
export async function reopen(
  tx: Tx,
  listingId: string,
  poolIds: readonly string[],
  capacity: number,
): Promise<readonly CapacityChange[]> {
  if (poolIds.length === 0) return []
  return tx.query<CapacityChange>(REOPEN, [listingId, poolIds, capacity])
}

const RESIZE_IDLE = sql('slots.resize_idle')`
  with idle as (
    select pool_id, capacity
    from pools
    where listing_id = $1
      and pool_id = any($2::uuid[])
      and taken = 0
      and not closed
    order by pool_id
    for update
  )
  update pools
  set capacity = $3::integer,
      version = version + 1
  from idle
  where pools.listing_id = $1
    and pools.pool_id = idle.pool_id
  returning pools.pool_id as "poolId", pools.version, idle.capacity as "from", $3::integer as "to"`

/** Gives free slots another capacity; @returns those that were still free. */
export async function resizeIdle(
  tx: Tx,
  listingId: string,
  poolIds: readonly string[],
  capacity: number,
): Promise<readonly CapacityChange[]> {
  if (poolIds.length === 0) return []
  return tx.query<CapacityChange>(RESIZE_IDLE, [listingId, poolIds, capacity])
}

const INSERT_SLOTS = sql('slots.insert')`
  insert into pools as opened (listing_id, pool_id, resource_id, exclusive, during, capacity)
  select listings.listing_id, slot.pool_id, $2, $3,
         tstzrange(to_timestamp(slot.from_ms / 1000.0), to_timestamp(slot.to_ms / 1000.0)), $4
  from listings
  cross join unnest($5::uuid[], $6::bigint[], $7::bigint[]) as slot (pool_id, from_ms, to_ms)
  where listings.listing_id = $1
  returning ${OPENED_COLUMNS}`

export interface NewSlot extends Span {
  readonly poolId: string
}

/** Creates slots of one resource; @throws the exclusion's refusal when others stand there. */
export async function insertSlots(
  tx: Tx,
  listingId: string,
  resource: { readonly resourceId: string; readonly exclusive: boolean },
  slots: readonly NewSlot[],
  capacity: number,
  by?: Attribution,
): Promise<void> {
  if (slots.length === 0) return
  const opened = await tx.query<OpenedPool>(INSERT_SLOTS, [
    listingId,
    resource.resourceId,
    resource.exclusive,
    capacity,
    plainArray(slots.map((slot) => slot.poolId)),
    plainArray(slots.map((slot) => slot.fromMs)),
    plainArray(slots.map((slot) => slot.toMs)),
  ])
  sendOpenedEntries(tx, listingId, opened, by)
}

const DEFER_EXCLUSION = sql('slots.defer_exclusion')`
  select * from defer_exclusions($1)`

/** Lets slots of the listing overlap until COMMIT, which refuses them if they still do. */
export function sendDeferExclusion(tx: Tx, listingId: string): void {
  tx.send(DEFER_EXCLUSION, [listingId])
}

const EXCLUSION_VIOLATION = '23P01'

/** True when the database itself refused two slots of an exclusive resource that overlap. */
export function isOverlapRefusal(error: unknown): boolean {
  return violates(error, EXCLUSION_VIOLATION, ['pools_exclusive_slots_apart'])
}
