/**
 * skip-locked: one row per unit, and everybody takes rows that nobody else is holding.
 *
 * Customers do not wait for each other while they pick. But a unit that somebody else has locked is
 * not a unit that is gone: its owner may yet roll back. So too few unlocked units is no refusal.
 * It is refused only when the pool's counter says so; otherwise it is a conflict.
 *
 * The counter is still raised, last of all, so that the pool's history has an order.
 */
import type { Line } from '../domain/demand.js'
import { explain, type TakenLine } from '../domain/verdict.js'
import type { Tx } from '../storage/database.js'
import { readCounts } from '../storage/pools.js'
import { oneByOne, type Strategy } from './strategy.js'

// Materialized: as a plain subquery the planner may run the pick once per row, and lock ever more.
const CLAIM = `
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

/** A pool's units come into being with its first claim, and when its capacity has grown. */
const PROVISION = `
  insert into units (listing_id, pool_id, unit_no)
  select pools.listing_id, pools.pool_id, unit.unit_no
  from pools
  cross join generate_series(1, pools.capacity) as unit (unit_no)
  where pools.listing_id = $1
    and pools.pool_id = $2
  on conflict (listing_id, pool_id, unit_no) do nothing
  returning unit_no`

const COUNT = `
  update pools
  set taken = taken + $3,
      version = version + 1
  where listing_id = $1
    and pool_id = $2
    and $3 <= capacity - taken
  returning version`

export const skipLocked: Strategy = {
  name: 'skip-locked',
  idea: 'one row per unit, for update skip locked',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  take: oneByOne(async (tx, listingId, { lines, reservationId }) => {
    for (const line of lines) {
      if (await claim(tx, listingId, line, reservationId)) continue
      const seen = await readCounts(
        tx,
        listingId,
        lines.map((wanted) => wanted.poolId),
      )
      return explain(lines, seen)
    }
    const taken: TakenLine[] = []
    for (const line of lines) {
      const [row] = await tx.query<{ version: number }>(COUNT, [
        listingId,
        line.poolId,
        line.quantity,
      ])
      if (row === undefined) return explain([line], await readCounts(tx, listingId, [line.poolId]))
      taken.push({ ...line, version: row.version })
    }
    return { kind: 'taken', lines: taken }
  }),
}

async function claim(
  tx: Tx,
  listingId: string,
  line: Line,
  reservationId: string,
): Promise<boolean> {
  const values = [listingId, line.poolId, line.quantity, reservationId]
  const claimed = await tx.query(CLAIM, values)
  if (claimed.length === line.quantity) return true
  const made = await tx.query(PROVISION, [listingId, line.poolId])
  if (made.length === 0) return false
  const missing = line.quantity - claimed.length
  const more = await tx.query(CLAIM, [listingId, line.poolId, missing, reservationId])
  return more.length === missing
}
