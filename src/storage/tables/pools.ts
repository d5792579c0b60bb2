/** Statements on `pools`. How units are *taken* safely is not here: that is what strategies are. */
import type { Attribution, CapacityChange, OpenedEntry } from '../../domain/journal.js'
import type { Line } from '../../domain/reservation/demand.js'
import type { CounterChange, PoolCount } from '../../domain/reservation/verdict.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { violates } from '../driver/sqlstate.js'
import { sql } from '../driver/statement.js'
import { sendOpenedEntries } from './journal.js'
import type { Page } from './page.js'

const SELECT_COUNTS = sql('pools.read_counts')`
  select pool_id as "poolId", capacity, taken, version
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
  order by pool_id`

/** Reads the counters of `poolIds`, in pool order, without any lock. */
export function readCounts(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly PoolCount[]> {
  return tx.query<PoolCount>(SELECT_COUNTS, [listingId, poolIds])
}

/**
 * How far a pool stays overcommitted once `units` more are taken, for a statement that updates
 * `pools`. Giving units back lowers the figure; nothing but a new capacity raises it. So a take
 * that oversells fails the table's check, whatever strategy it comes from.
 *
 * @param units an expression of SQL, negative where units are given back
 */
export function overcommittedAfter(units: string): string {
  return `greatest(0, least(pools.overcommitted, pools.taken + ${units} - pools.capacity))`
}

const RAISE_ONE = sql('pools.move_one')`
  update pools
  set taken = taken + $3,
      version = version + $4,
      overcommitted = ${overcommittedAfter('$3')}
  where listing_id = $1
    and pool_id = $2`

const RAISE_MANY = sql('pools.move_many')`
  update pools
  set taken = pools.taken + rise.units,
      version = pools.version + rise.steps,
      overcommitted = ${overcommittedAfter('rise.units')}
  from unnest($2::uuid[], $3::integer[], $4::integer[]) as rise (pool_id, units, steps)
  where pools.listing_id = $1
    and pools.pool_id = rise.pool_id`

/** Moves the counters. The caller has made sure that the units are there. */
export function sendCounterChanges(
  tx: Tx,
  listingId: string,
  rises: readonly CounterChange[],
): void {
  const [first] = rises
  if (first === undefined) return
  if (rises.length === 1) {
    tx.send(RAISE_ONE, [listingId, first.poolId, first.units, first.steps])
    return
  }
  tx.send(RAISE_MANY, [
    listingId,
    plainArray(rises.map((rise) => rise.poolId)),
    plainArray(rises.map((rise) => rise.units)),
    plainArray(rises.map((rise) => rise.steps)),
  ])
}

const UNDO = sql('pools.undo')`
  update pools
  set taken = taken - $3,
      version = version - 1,
      overcommitted = greatest(0, taken - $3 - capacity)
  where listing_id = $1
    and pool_id = $2`

/** Puts back what this transaction moved: it still has the rows locked, so no other transaction has seen it. */
export function sendUndo(tx: Tx, listingId: string, moved: readonly Line[]): void {
  for (const { poolId, quantity } of moved) tx.send(UNDO, [listingId, poolId, quantity])
}

/** A pool as the database has it. */
export interface PoolRow extends PoolCount {
  readonly resourceId: string
}

const LOCK_POOL = sql('pools.lock')`
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         pools.capacity,
         pools.taken,
         pools.version,
         pools.exclusive,
         pools.closed,
         resources.private as "ofBlock"
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  where pools.listing_id = $1
    and pools.pool_id = $2
  for update of pools`

export interface LockedPool extends PoolRow {
  readonly exclusive: boolean
  readonly closed: boolean
  /** True when the pool is what a block has for its guests. */
  readonly ofBlock: boolean
}

/** Locks one pool; undefined when the listing has none under this id. */
export async function lockPool(
  tx: Tx,
  listingId: string,
  poolId: string,
): Promise<LockedPool | undefined> {
  const [row] = await tx.query<LockedPool>(LOCK_POOL, [listingId, poolId])
  return row
}

const SET_CAPACITIES = sql('pools.set_capacities')`
  update pools
  set capacity = change.capacity,
      version = version + 1,
      overcommitted = greatest(0, taken - change.capacity)
  from unnest($2::uuid[], $3::integer[]) as change (pool_id, capacity)
  where pools.listing_id = $1
    and pools.pool_id = change.pool_id`

/** Sets the capacities of pools, below what is taken as well; the caller has locked them. */
export function sendCapacities(
  tx: Tx,
  listingId: string,
  changes: readonly CapacityChange[],
): void {
  if (changes.length === 0) return
  tx.send(SET_CAPACITIES, [
    listingId,
    plainArray(changes.map(({ poolId }) => poolId)),
    plainArray(changes.map(({ to }) => to)),
  ])
}

const CHECK_VIOLATION = '23514'
const GUARDS = ['pools_taken_within_capacity', 'pools_closed_has_nothing']

/** True when the schema itself refused a take: the units went, or the slot was closed, after the counter was looked at. */
export function isGuardRefusal(error: unknown): boolean {
  return violates(error, CHECK_VIOLATION, GUARDS)
}

const SELECT_POOL_OF_RESOURCE = sql('pools.find_of_resource')`
  select pool_id as "poolId"
  from pools
  where listing_id = $1
    and resource_id = $2
    and during is null
  order by pool_id
  limit 1`

/** The pool of a resource that is not bound to a time range, or undefined. */
export async function findPool(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ poolId: string }>(SELECT_POOL_OF_RESOURCE, [listingId, resourceId])
  return row?.poolId
}

/**
 * For a statement that inserts pools: what the journal keeps of each. The statement gives the table another
 * name, `insert into pools as opened`: without one, Citus sends on names of columns that its node does not know.
 */
export const OPENED_COLUMNS = `
  pool_id as "poolId",
  resource_id as "resourceId",
  exclusive,
  capacity,
  floor(extract(epoch from lower(during)) * 1000)::bigint as "fromMs",
  floor(extract(epoch from upper(during)) * 1000)::bigint as "toMs"`

/** A pool that was just created. */
export type OpenedPool = Omit<OpenedEntry, 'kind' | 'night' | 'by'>

/** A pool as it is created: nothing taken yet. */
export interface NewPool {
  readonly poolId: string
  readonly resourceId: string
  readonly capacity: number
}

const INSERT_POOLS = sql('pools.insert')`
  insert into pools (listing_id, pool_id, resource_id, capacity)
  select listings.listing_id, pool.pool_id, pool.resource_id, pool.capacity
  from listings
  cross join unnest($2::uuid[], $3::uuid[], $4::integer[])
    as pool (pool_id, resource_id, capacity)
  where listings.listing_id = $1
  on conflict (listing_id, pool_id) do nothing
  returning ${OPENED_COLUMNS}`

/** Creates pools; one that exists already stays as it is. */
export async function insertPools(
  tx: Tx,
  listingId: string,
  pools: readonly NewPool[],
  by?: Attribution,
): Promise<void> {
  const opened = await tx.query<OpenedPool>(INSERT_POOLS, [
    listingId,
    pools.map((pool) => pool.poolId),
    pools.map((pool) => pool.resourceId),
    pools.map((pool) => pool.capacity),
  ])
  sendOpenedEntries(tx, listingId, opened, by)
}

const POOL_COLUMNS = `
  pool_id as "poolId", resource_id as "resourceId", capacity, taken, version`

const SELECT_POOL = sql('pools.read')`
  select ${POOL_COLUMNS}
  from pools
  where listing_id = $1
    and pool_id = $2`

export async function readPool(
  db: Pick<Tx, 'query'>,
  listingId: string,
  poolId: string,
): Promise<PoolRow | undefined> {
  const [row] = await db.query<PoolRow>(SELECT_POOL, [listingId, poolId])
  return row
}

const SELECT_POOLS = sql('pools.list')`
  select ${POOL_COLUMNS}
  from pools
  where listing_id = $1
    and ($2::uuid is null or pool_id > $2)
  order by pool_id
  limit $3`

/** The pools of a listing in the order of their creation, from behind `after` on. */
export function listPools(
  db: Pick<Tx, 'query'>,
  listingId: string,
  page: Page,
): Promise<readonly PoolRow[]> {
  return db.query<PoolRow>(SELECT_POOLS, [listingId, page.after ?? null, page.limit])
}

const SELECT_COUNTERS = sql('pools.read_counters')`
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         resources.name as "resourceName",
         pools.capacity,
         pools.taken,
         pools.version,
         resources.version + listings.version - 2 as "settingsVersion",
         resources.archived or listings.archived as archived
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  join listings on listings.listing_id = pools.listing_id
  where pools.listing_id = $1
    and pools.during is null
    and not resources.private
  order by pools.resource_id, pools.pool_id`

/** A pool with the name of what it is on. */
export interface CounterRow extends PoolRow {
  readonly resourceName: string
  /** Rises with every change of what the listing and the resource are set to. */
  readonly settingsVersion: number
  /** It sells nothing new. */
  readonly archived: boolean
}

/** The pools of a listing that are not bound to a time, in one snapshot, with their resources' names. */
export function readCounters(
  db: Pick<Tx, 'query'>,
  listingId: string,
): Promise<readonly CounterRow[]> {
  return db.query<CounterRow>(SELECT_COUNTERS, [listingId])
}
