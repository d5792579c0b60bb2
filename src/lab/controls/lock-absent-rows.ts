/**
 * lock-absent-rows: lock what has been sold so far, sum it up, and sell the rest. UNSAFE.
 *
 * `select … for update` locks the rows that it finds. The first caller finds none and locks nothing; a
 * caller that waits for rows that do exist does not see those that came meanwhile. The row that two
 * callers would have to fight over is the one that neither has written yet.
 *
 * Found in: calcom/cal.diy#28151, which locks a host's overlapping bookings before it inserts one
 * more into a slot that has none.
 */
import { poolIdsOf } from '../../domain/reservation/demand.js'
import { allot } from '../../domain/reservation/verdict.js'
import { sql } from '../../storage/driver/statement.js'
import { readCounts, sendCounterChanges } from '../../storage/tables/pools.js'
import type { Control } from './control.js'

const LOCK_WHAT_IS_SOLD = sql('lock_absent_rows.look')`
  select pool_id as "poolId", quantity
  from reservation_lines
  where listing_id = $1
    and pool_id = any($2::uuid[])
    and given_back_version is null
  order by pool_id, reservation_id, line_no
  for update`

export const lockAbsentRows: Control = {
  name: 'lock-absent-rows',
  idea: 'select … for update of the lines that are there so far',
  safe: false,
  isolation: 'read committed',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const poolIds = poolIdsOf(demands)
    const lines = await tx.query<{ poolId: string; quantity: number }>(LOCK_WHAT_IS_SOLD, [
      listingId,
      poolIds,
    ])
    const counts = await readCounts(tx, listingId, poolIds)
    const seen = counts.map((pool) => ({
      ...pool,
      taken: lines
        .filter((line) => line.poolId === pool.poolId)
        .reduce((sum, line) => sum + line.quantity, 0),
    }))
    const { verdicts, counterChanges } = allot(seen, demands)
    sendCounterChanges(tx, listingId, counterChanges)
    return verdicts
  },
}
