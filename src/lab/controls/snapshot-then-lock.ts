/**
 * snapshot-then-lock: an advisory lock inside a repeatable-read transaction. UNSAFE.
 *
 * The first statement of such a transaction makes its snapshot, and that is not the one that counts
 * what is left: it is the one that finds the listing, or asks for the lock. A caller that has waited
 * for the lock then sees what was there before the wait.
 *
 * PostgreSQL refuses (40001) to update a row that changed since the snapshot, so a counter that both
 * write would give the mistake away (brianc/node-postgres#1625). It goes unnoticed where each sale
 * only inserts, and a counter is brought up to date afterwards, as caches are. So it is here.
 *
 * Found in: School-of-Company/Gwangju-talent-festival-Server-V2#138 (MySQL, where repeatable read is
 * the default and a row lock takes the advisory lock's place).
 */
import { poolIdsOf } from '../../domain/reservation/demand.js'
import { allot, type PoolCount } from '../../domain/reservation/verdict.js'
import { commit, type Database, type Tx } from '../../storage/driver/database.js'
import { sql } from '../../storage/driver/statement.js'
import { sendCounterChanges } from '../../storage/tables/pools.js'
import type { Control } from './control.js'
import { SUM_OF_LINES } from './lines.js'

const LOCK = sql('snapshot_then_lock.lock')`
  select pg_advisory_xact_lock(pool.key)
  from (
    select distinct hashtextextended($1::text || '/' || pool_id, 0) as key
    from unnest($2::text[]) as wanted (pool_id)
    order by key
  ) as pool`

const LOOK = sql('snapshot_then_lock.look')`
  select pool_id as "poolId", capacity, version, ${SUM_OF_LINES} as taken
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
  order by pool_id`

export const snapshotThenLock: Control = {
  name: 'snapshot-then-lock',
  idea: 'an advisory lock, inside a snapshot that is older than the lock',
  safe: false,
  isolation: 'repeatable read',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const values = [listingId, poolIdsOf(demands)]
    tx.send(LOCK, values)
    const seen = await tx.query<PoolCount>(LOOK, values)
    const { verdicts, counterChanges } = allot(seen, demands)
    countLater(tx, (later) => sendCounterChanges(later, listingId, counterChanges))
    return verdicts
  },
  spoil: (db) => ({ ...db, transaction: countingLater(db) }),
}

/** What each transaction under way has to count once it is over. */
const countsAfter = new WeakMap<Tx, ((tx: Tx) => void)[]>()

function countLater(tx: Tx, count: (tx: Tx) => void): void {
  const counts = countsAfter.get(tx)
  if (counts === undefined) throw new Error('snapshot-then-lock needs the database that it spoils')
  counts.push(count)
}

/** Pools are counted once the rest has been committed, each statement on its own. */
function countingLater(db: Database): Database['transaction'] {
  return async (isolation, work, options) => {
    const counts: ((tx: Tx) => void)[] = []
    let kept = false
    const value = await db.transaction(
      isolation,
      async (tx) => {
        countsAfter.set(tx, counts)
        const decision = await work(tx)
        kept = decision.keep
        return decision
      },
      options,
    )
    if (!kept || counts.length === 0) return value
    await db.transaction('none', async (tx) => {
      for (const count of counts) count(tx)
      return commit(undefined)
    })
    return value
  }
}
