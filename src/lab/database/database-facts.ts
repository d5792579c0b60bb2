/** The facts about a database that decide how fast and how safe it is: shown beside every figure. */
import type { Database } from '../../storage/driver/database.js'

export interface DatabaseFacts {
  /** As the server says it: `15.8 (Debian …)`. */
  readonly version: string
  /** By name, as `show` prints them. */
  readonly settings: Readonly<Record<string, string>>
}

/** Durability first: without it, figures are those of a database that may lose what it promised. */
const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'max_connections',
  'shared_buffers',
  'work_mem',
  'max_wal_size',
  'wal_level',
  'synchronous_standby_names',
  'default_transaction_isolation',
]

const SELECT_FACTS = `
  select current_setting('server_version') as version,
         json_object_agg(name, current_setting(name) order by array_position($1::text[], name))
           as settings
  from pg_settings
  where name = any($1::text[])`

/** Reads the server's version and the settings that matter. */
export async function readDatabaseFacts(db: Database): Promise<DatabaseFacts> {
  const [row] = await db.query<DatabaseFacts>(SELECT_FACTS, [SETTINGS])
  if (row === undefined) throw new Error('every server has settings')
  return row
}

const SELECT_CLOCK = `
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`

/** The database's clock, in milliseconds since 1970. */
export async function readDatabaseClock(db: Database): Promise<number> {
  const [row] = await db.query<{ nowMs: number }>(SELECT_CLOCK)
  if (row === undefined) throw new Error('every server has a clock')
  return row.nowMs
}
