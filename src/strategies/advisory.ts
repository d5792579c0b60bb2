/**
 * advisory: take a lock that stands for the pool, then read and write without any row lock.
 *
 * The lock must come before the snapshot in which the counter is read. At `read committed` every
 * statement has a snapshot of its own, so a look that comes after the lock sees what the lock's
 * last owner committed; at `repeatable read` the first statement would freeze the counter as it
 * was before the wait, and two customers would both find the last room.
 */
import { poolIdsOf } from '../domain/reservation/demand.js'
import { sql } from '../storage/driver/statement.js'
import { readThenWrite } from './read-then-write.js'
import type { Strategy } from './strategy.js'

const LOCK = sql('advisory.lock')`
  select pg_advisory_xact_lock(pool.key)
  from (
    select distinct hashtextextended($1::text || '/' || pool_id, 0) as key
    from unnest($2::text[]) as wanted (pool_id)
    order by key
  ) as pool`

export const advisory: Strategy = {
  name: 'advisory',
  idea: 'one advisory lock per pool, then read and write',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  async take(tx, listingId, demands) {
    tx.send(LOCK, [listingId, poolIdsOf(demands)])
    return readThenWrite(tx, listingId, demands)
  },
}
