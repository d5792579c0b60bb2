/** Locks for batches: which rows somebody else keeps locked is found out, or waited for within bounds. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'

const LOCK_FREE_RESERVATIONS = sql('locks.lock_free_reservations')`
  with free as (
    select reservation_id
    from reservations
    where listing_id = $1
      and reservation_id = any($2::uuid[])
    order by reservation_id
    for update skip locked
  )
  select reservation_id as id
  from reservations
  where listing_id = $1
    and reservation_id = any($2::uuid[])
    and reservation_id not in (select reservation_id from free)`

const LOCK_FREE_POOLS = sql('locks.lock_free_pools')`
  with free as (
    select pool_id
    from pools
    where listing_id = $1
      and pool_id = any($2::uuid[])
    order by pool_id
    for update skip locked
  )
  select pool_id as id
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
    and pool_id not in (select pool_id from free)`

const LOCK_POOLS = sql('locks.lock_pools')`
  select
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
  order by pool_id
  for update`

const READ_POOLS_OF = sql('locks.read_pools_of')`
  select distinct reservation_id as "reservationId",
         pool_id as "poolId"
  from reservation_lines
  where listing_id = $1
    and reservation_id = any($2::uuid[])
    and not replaced`

/** Locks those of the reservations that nobody else has locked. @returns the others that exist */
export async function lockFreeReservations(
  tx: Tx,
  listingId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  return idsOf(await tx.query<WithId>(LOCK_FREE_RESERVATIONS, [listingId, ids]))
}

/** Locks those of the pools that nobody else has locked. @returns the others that exist */
export async function lockFreePools(
  tx: Tx,
  listingId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  return idsOf(await tx.query<WithId>(LOCK_FREE_POOLS, [listingId, ids]))
}

/** Waits for the pools, in id order, and locks them. */
export function sendPoolLocks(tx: Tx, listingId: string, ids: readonly string[]): void {
  tx.send(LOCK_POOLS, [listingId, ids])
}

interface WithId {
  readonly id: string
}

function idsOf(rows: readonly WithId[]): Set<string> {
  return new Set(rows.map((row) => row.id))
}

/** The pools that reservations have lines of, by reservation. */
export async function readPoolsOf(
  tx: Tx,
  listingId: string,
  reservationIds: readonly string[],
): Promise<Map<string, string[]>> {
  const poolsOf = new Map<string, string[]>()
  if (reservationIds.length === 0) return poolsOf
  const rows = await tx.query<{ reservationId: string; poolId: string }>(READ_POOLS_OF, [
    listingId,
    reservationIds,
  ])
  for (const { reservationId, poolId } of rows) {
    const pools = poolsOf.get(reservationId)
    if (pools === undefined) poolsOf.set(reservationId, [poolId])
    else pools.push(poolId)
  }
  return poolsOf
}

const SET_LOCK_TIMEOUT = sql('locks.set_timeout')`
  select set_config('lock_timeout', $2, true)
  from listings
  where listing_id = $1`

/**
 * Bounds how long this transaction waits for any one lock of the listing's; until it ends, and for it
 * alone. The setting is made where the locks are: on the listing's node.
 */
export function sendLockTimeout(tx: Tx, listingId: string, ms: number): void {
  tx.send(SET_LOCK_TIMEOUT, [listingId, `${Math.max(1, Math.round(ms))}ms`])
}
