/**
 * snapshot-then-lock: an advisory lock inside a repeatable-read transaction. UNSAFE.
 *
 * The first statement of such a transaction makes its snapshot, and that is not the one that counts
 * what is left: it is the one that finds the listing, or asks for the lock. Whoever has waited for
 * the lock then looks at what was there before the wait.
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
import type { Database, Tx } from '../../storage/driver/database.js'
import { sendCounterChanges } from '../../storage/tables/pools.js'
import type { Control } from './control.js'
import { SUM_OF_LINES } from './lines.js'

const LOCK = `
  select pg_advisory_xact_lock(pool.key)
  from (
    select distinct hashtextextended($1::text || '/' || pool_id, 0) as key
    from unnest($2::text[]) as wanted (pool_id)
    order by key
  ) as pool`

const LOOK = `
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
    const { verdicts, counterChanges: rises } = allot(seen, demands)
    sendCounterChanges(tx, listingId, rises)
    return verdicts
  },
  spoil: (db) => ({ ...db, transaction: countingLater(db) }),
}

/** What moves a pool's counter is run once the rest has been committed. */
function countingLater(db: Database): Database['transaction'] {
  return async (isolation, work, options) => {
    const later: Parameters<Tx['send']>[] = []
    const counted = (tx: Tx): Tx => ({
      ...tx,
      send: (statement, values) => {
        if (/^\s*update pools\b/.test(statement)) later.push([statement, values])
        else tx.send(statement, values)
      },
    })
    let kept = false
    const value = await db.transaction(
      isolation,
      async (tx) => {
        const decision = await work(counted(tx))
        kept = decision.keep
        return decision
      },
      options,
    )
    if (kept) for (const [statement, values] of later) await db.query(statement, values)
    return value
  }
}
