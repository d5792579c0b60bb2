/**
 * skip-locked: one row per unit, and each transaction takes rows that no other has locked.
 *
 * Customers do not wait for each other while they pick. But a unit that another transaction has locked is
 * not a unit that is gone: its owner may yet roll back. So too few unlocked units is no refusal.
 * It is refused only when the pool's counter says so; otherwise it is a conflict.
 *
 * The counter is still moved, last of all, so that the pool's history has an order. Whoever gives
 * units back by another strategy, the sweeper of another server for one, moves the counter and leaves
 * the unit rows as they are. So before it is a conflict, rows that say more than the lines of their
 * reservation are set free.
 */
import type { Line } from '../domain/reservation/demand.js'
import { explain, type TakenLine, type Verdict } from '../domain/reservation/verdict.js'
import type { Tx } from '../storage/driver/database.js'
import { sql } from '../storage/driver/statement.js'
import { readCounts, sendUndo } from '../storage/tables/pools.js'
import { moveIfFree } from './move-if-free.js'
import { oneByOne, type Strategy } from './strategy.js'

// Materialized: as a plain subquery the planner may run the pick once per row, and lock ever more.
const CLAIM = sql('skip_locked.claim')`
  with picked as materialized (
    select unit_no
    from units
    where listing_id = $1
      and pool_id = $2
      and reservation_id is null
    order by unit_no
    limit $3
    for update skip locked
  )
  update units
  set reservation_id = $4
  from picked
  where units.listing_id = $1
    and units.pool_id = $2
    and units.unit_no = picked.unit_no
  returning units.unit_no`

/**
 * A pool's units come into being with its first claim, and when its capacity has grown. One caller
 * makes them; the others do not wait for its commit, but start again. The lock is one of the pool's node.
 */
const TRY_TO_PROVISION = sql('skip_locked.try_to_provision')`
  select pg_try_advisory_xact_lock(hashtextextended(pool_id::text, 0)) as mine
  from pools
  where listing_id = $1
    and pool_id = $2`

const PROVISION = sql('skip_locked.provision')`
  insert into units (listing_id, pool_id, unit_no)
  select pools.listing_id, pools.pool_id, unit.unit_no
  from pools
  cross join generate_series(1, pools.capacity) as unit (unit_no)
  where pools.listing_id = $1
    and pools.pool_id = $2
  on conflict (listing_id, pool_id, unit_no) do nothing
  returning unit_no`

const SET_FREE = sql('skip_locked.set_free')`
  with chosen as materialized (
    select unit_no
    from units
    where listing_id = $1
      and pool_id = $2
      and reservation_id = $4
    order by unit_no
    limit $3
  )
  update units
  set reservation_id = null
  from chosen
  where units.listing_id = $1
    and units.pool_id = $2
    and units.unit_no = chosen.unit_no`

// A pool that is sold out is not locked: that its units are gone is known.
const LOCK_IF_FREE = sql('skip_locked.lock_if_free')`
  select pool_id
  from pools
  where listing_id = $1
    and pool_id = $2
    and capacity - taken >= $3
  for no key update`

/**
 * Sets units free that their reservations have given back. The caller has locked the pool: whoever
 * has claimed units moves its counter before COMMIT, so what is claimed by now is not committed
 * meanwhile, and what was committed has its lines.
 */
const SET_LEFT_OVERS_FREE = sql('skip_locked.set_left_overs_free')`
  with claimed as (
    select unit_no,
           reservation_id,
           row_number() over (partition by reservation_id order by unit_no) as nth
    from units
    where listing_id = $1
      and pool_id = $2
      and reservation_id <> $3
  ), had as (
    select reservation_id, sum(quantity) as quantity
    from reservation_lines
    where listing_id = $1
      and pool_id = $2
      and reservation_id in (select reservation_id from claimed)
      and given_back_version is null
    group by reservation_id
  ), left_over as (
    select claimed.unit_no
    from claimed
    left join had on had.reservation_id = claimed.reservation_id
    where claimed.nth > coalesce(had.quantity, 0)
  )
  update units
  set reservation_id = null
  from left_over
  where units.listing_id = $1
    and units.pool_id = $2
    and units.unit_no = left_over.unit_no
  returning units.unit_no`

export const skipLocked: Strategy = {
  name: 'skip-locked',
  idea: 'one row per unit, for update skip locked',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  take: oneByOne(async (tx, listingId, { lines, reservationId }) => {
    const claimed: Line[] = []
    for (const line of lines.filter((wanted) => wanted.quantity > 0)) {
      const units = await claim(tx, listingId, line, reservationId)
      if (units > 0) claimed.push({ ...line, quantity: units })
      if (units === line.quantity) continue
      for (const each of claimed) setFree(tx, listingId, each, reservationId)
      return explainShortage(tx, listingId, lines)
    }
    return count(tx, listingId, lines, reservationId)
  }),
}

async function claim(
  tx: Tx,
  listingId: string,
  { poolId, quantity }: Line,
  reservationId: string,
): Promise<number> {
  const claimed = await tx.query(CLAIM, [listingId, poolId, quantity, reservationId])
  if (claimed.length === quantity) return quantity
  const made = await provision(tx, listingId, poolId)
  const missing = quantity - claimed.length
  if (
    made.length === 0 &&
    !(await tidyUp(tx, listingId, { poolId, quantity: missing }, reservationId))
  ) {
    return claimed.length
  }
  const more = await tx.query(CLAIM, [listingId, poolId, missing, reservationId])
  return claimed.length + more.length
}

/** @returns the units that were made */
async function provision(tx: Tx, listingId: string, poolId: string): Promise<readonly unknown[]> {
  const [lock] = await tx.query<{ mine: boolean }>(TRY_TO_PROVISION, [listingId, poolId])
  return lock?.mine === true ? tx.query(PROVISION, [listingId, poolId]) : []
}

/** @returns true when units were set free that the counter says are there */
async function tidyUp(
  tx: Tx,
  listingId: string,
  { poolId, quantity }: Line,
  reservationId: string,
): Promise<boolean> {
  const pools = await tx.query(LOCK_IF_FREE, [listingId, poolId, quantity])
  if (pools.length === 0) return false
  const free = await tx.query(SET_LEFT_OVERS_FREE, [listingId, poolId, reservationId])
  return free.length > 0
}

/** Sets as many units free as the line takes; a line that gives back takes none. */
function setFree(tx: Tx, listingId: string, line: Line, reservationId: string): void {
  if (line.quantity <= 0) return
  tx.send(SET_FREE, [listingId, line.poolId, line.quantity, reservationId])
}

async function explainShortage(
  tx: Tx,
  listingId: string,
  lines: readonly Line[],
): Promise<Verdict> {
  const poolIds = lines.map((line) => line.poolId)
  return explain(lines, await readCounts(tx, listingId, poolIds))
}

/** Pools in order, so that two carts cannot wait for each other's counters; units last. */
async function count(
  tx: Tx,
  listingId: string,
  lines: readonly Line[],
  reservationId: string,
): Promise<Verdict> {
  const moved: TakenLine[] = []
  for (const line of lines) {
    const version = await moveIfFree(tx, listingId, line)
    if (version === undefined) {
      sendUndo(tx, listingId, moved)
      for (const each of lines) setFree(tx, listingId, each, reservationId)
      return explain([line], await readCounts(tx, listingId, [line.poolId]))
    }
    moved.push({ ...line, version })
  }
  for (const { poolId, quantity } of lines) {
    setFree(tx, listingId, { poolId, quantity: -quantity }, reservationId)
  }
  return { kind: 'taken', lines: moved }
}
