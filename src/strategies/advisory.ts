/**
 * advisory: wait at a lock that stands for the pool, so that callers queue outside of the table.
 *
 * An advisory lock excludes those who take it, and no others: a seller who changes the capacity, the
 * sweeper, or a server with another strategy locks the row. So the look locks the row as well. Of those
 * who came through the advisory lock it keeps nobody waiting, and it costs no round trip; what was
 * read stays true until the write, whoever else writes to pools.
 *
 * The advisory lock must come before the snapshot in which the counter is read. At `read committed`
 * every statement has a snapshot of its own; at `repeatable read` the first statement would freeze
 * the counter as it was before the wait.
 */
import { poolIdsOf } from '../domain/reservation/demand.js'
import { allot, type PoolCount } from '../domain/reservation/verdict.js'
import { sql } from '../storage/driver/statement.js'
import { sendCounterChanges } from '../storage/tables/pools.js'
import type { Strategy } from './strategy.js'

const LOCK = sql('advisory.lock')`
  select pg_advisory_xact_lock(pool.key)
  from (
    select hashtextextended(listing_id::text || '/' || pool_id, 0) as key
    from pools
    where listing_id = $1
      and pool_id = any($2::uuid[])
    order by key
  ) as pool`

const LOOK = sql('advisory.look')`
  select pool_id as "poolId", capacity, taken, version
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
  order by pool_id
  for no key update`

export const advisory: Strategy = {
  name: 'advisory',
  idea: 'queue at one advisory lock per pool, then lock the row, read and write',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const poolIds = poolIdsOf(demands)
    tx.send(LOCK, [listingId, poolIds])
    const seen = await tx.query<PoolCount>(LOOK, [listingId, poolIds])
    const { verdicts, counterChanges } = allot(seen, demands)
    sendCounterChanges(tx, listingId, counterChanges)
    return verdicts
  },
}
