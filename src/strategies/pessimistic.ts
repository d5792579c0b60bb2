/**
 * pessimistic: lock the rows while looking at them. Evento's and SlotTurf's remedy.
 *
 * The second transaction waits at its look until the first has committed, and then sees what is left.
 * Rows are locked in pool order, whatever order the customer's lines had: two carts with the same
 * rooms in opposite order cannot wait for each other.
 */
import { poolIdsOf } from '../domain/reservation/demand.js'
import { allot, type PoolCount } from '../domain/reservation/verdict.js'
import { sql } from '../storage/driver/statement.js'
import { sendCounterChanges } from '../storage/tables/pools.js'
import type { Strategy } from './strategy.js'

const LOOK_AND_LOCK = sql('pessimistic.lock')`
  select pool_id as "poolId", capacity, taken, version
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
  order by pool_id
  for update`

export const pessimistic: Strategy = {
  name: 'pessimistic',
  idea: 'select … for update, rows in pool order',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const seen = await tx.query<PoolCount>(LOOK_AND_LOCK, [listingId, poolIdsOf(demands)])
    const { verdicts, counterChanges: rises } = allot(seen, demands)
    sendCounterChanges(tx, listingId, rises)
    return verdicts
  },
}
