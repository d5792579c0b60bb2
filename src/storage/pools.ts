/** Statements on `pools`. How units are *taken* safely is not here: that is what strategies are. */
import type { PoolCount, Rise } from '../domain/verdict.js'
import type { Tx } from './database.js'
import { sqlstateOf } from './sqlstate.js'

const SELECT_COUNTS = `
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

const RAISE = `
  update pools
  set taken = pools.taken + rise.units,
      version = pools.version + rise.steps
  from unnest($2::uuid[], $3::integer[], $4::integer[]) as rise (pool_id, units, steps)
  where pools.listing_id = $1
    and pools.pool_id = rise.pool_id`

/** Raises the counters. Whoever calls has made sure that the units are there. */
export function sendRises(tx: Tx, listingId: string, rises: readonly Rise[]): void {
  if (rises.length === 0) return
  tx.send(RAISE, [
    listingId,
    rises.map((rise) => rise.poolId),
    rises.map((rise) => rise.units),
    rises.map((rise) => rise.steps),
  ])
}

const CHECK_VIOLATION = '23514'

/** True when the schema itself refused a take: the units went after the counter was looked at. */
export function isGuardRefusal(error: unknown): boolean {
  return (
    sqlstateOf(error) === CHECK_VIOLATION &&
    (error as { constraint?: string }).constraint === 'pools_taken_within_capacity'
  )
}

/** A pool of a listing with what is left in it. */
export interface PoolAvailability {
  readonly poolId: string
  readonly resourceId: string
  readonly capacity: number
  readonly taken: number
}

const SELECT_AVAILABILITY = `
  select pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         pools.capacity,
         pools.taken
  from listings
  left join pools
    on pools.listing_id = listings.listing_id
    and pools.during is null
  where listings.listing_id = $1
  order by pools.resource_id, pools.pool_id`

/**
 * The pools of a listing that are not bound to a time range, in resource order.
 *
 * @returns undefined when there is no such listing
 */
export async function readAvailability(
  db: Pick<Tx, 'query'>,
  listingId: string,
): Promise<readonly PoolAvailability[] | undefined> {
  const rows = await db.query<PoolAvailability | { poolId: null }>(SELECT_AVAILABILITY, [listingId])
  if (rows.length === 0) return undefined
  return rows.filter((row): row is PoolAvailability => row.poolId !== null)
}

const SELECT_POOL_OF_RESOURCE = `
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

/** A pool as it is created: nothing taken yet. */
export interface NewPool {
  readonly poolId: string
  readonly resourceId: string
  readonly capacity: number
}

const INSERT_POOLS = `
  insert into pools (listing_id, pool_id, resource_id, capacity)
  select $1, pool.pool_id, pool.resource_id, pool.capacity
  from unnest($2::uuid[], $3::uuid[], $4::integer[]) as pool (pool_id, resource_id, capacity)
  on conflict (listing_id, pool_id) do nothing`

/** Creates pools; one that exists already stays as it is. */
export async function insertPools(
  tx: Tx,
  listingId: string,
  pools: readonly NewPool[],
): Promise<void> {
  await tx.query(INSERT_POOLS, [
    listingId,
    pools.map((pool) => pool.poolId),
    pools.map((pool) => pool.resourceId),
    pools.map((pool) => pool.capacity),
  ])
}
