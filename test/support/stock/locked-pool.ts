/** A pool's row that somebody keeps locked, and who waits for it. */
import type { Database } from '../../../src/storage/driver/database.js'
import { withClient } from '../database/with-client.js'

/** Holds the pool's row back while `work` runs, and lets it go afterwards. */
export function whileLocked<Result>(
  url: string,
  poolId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return withClient(url, async (holder) => {
    await holder.query('begin')
    await holder.query('select from pools where pool_id = $1 for update', [poolId])
    try {
      return await work()
    } finally {
      await holder.query('rollback')
    }
  })
}

/** How many transactions wait for a lock right now. */
export async function lockWaits(db: Database): Promise<number> {
  const rows = await db.query(
    `select from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}
