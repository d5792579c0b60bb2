/** The lab's own connection to its database, for what it does before and after a race. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type Database, openDatabase } from '../../storage/driver/database.js'
import { checkDatabaseUrl } from '../../storage/driver/database-url.js'
import { LAB_APPLICATION, SERVER_APPLICATION } from './application-names.js'
import type { LabPlace } from './lab-database.js'

/** One connection without any bound on time: the rows of a long race take a while to read. */
export function openLabConnection({ url, schema }: LabPlace): Database {
  checkDatabaseUrl(url)
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: LAB_APPLICATION })
  pool.on('error', () => {})
  const db = openDatabase({ pool, schema })
  return { ...db, close: () => pool.end() }
}

const END_BACKENDS = `
  select pg_terminate_backend(pid)
  from pg_stat_activity
  where datname = current_database()
    and application_name = $1`

const COUNT_BACKENDS = `
  select count(*) as count
  from pg_stat_activity
  where datname = current_database()
    and application_name = $1`

const LOOK_AGAIN_MS = 20
const DEADLINE_MS = 10_000
/** A backend whose server was killed notices, and finishes what it was doing, within this time. */
const LEAVE_MS = 2_000

/**
 * Resolves when no backend of a race's server is left. Until then a COMMIT that no server waits for
 * any more may still be on its way.
 */
export async function quiesce(db: Database): Promise<void> {
  const startedMs = performance.now()
  for (let ended = false; ; ) {
    const [row] = await db.query<{ count: number }>(COUNT_BACKENDS, [SERVER_APPLICATION])
    const tookMs = performance.now() - startedMs
    if (row?.count === 0 || tookMs > DEADLINE_MS) return
    if (tookMs > LEAVE_MS && !ended) {
      ended = true
      await db.query(END_BACKENDS, [SERVER_APPLICATION])
    }
    await pause(LOOK_AGAIN_MS)
  }
}
