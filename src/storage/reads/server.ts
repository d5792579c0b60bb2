/** What the server lets this program do, as its own settings and privileges say. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { SCHEMA_NAME } from '../schema/in-schema.js'

export interface ServerPermissions {
  /** True on a standby, and where the server, the database or the role was told to only read. */
  readonly onlyReads: boolean
  /** Privileges that a reservation needs and the role lacks: `usage on schema holdfast`, `insert on journal`. */
  readonly lacking: readonly string[]
}

/** What no reservation can be made without. */
const NEEDED: readonly (readonly [privilege: string, tables: readonly string[]])[] = [
  ['select', ['schema_migrations', 'listings', 'pools', 'reservations', 'reservation_lines']],
  ['select', ['answers', 'deployment_secrets']],
  ['insert', ['reservations', 'reservation_lines', 'journal', 'answers']],
  ['update', ['pools', 'reservations', 'reservation_lines']],
]

const PAIRS = NEEDED.flatMap(([privilege, tables]) => tables.map((table) => ({ privilege, table })))

/**
 * A table or a schema that is not there is lacking a migration, which is for others to say. The catalog is
 * asked, because a name of a table says nothing to a role that may not use its schema.
 */
const READ = sql('server.read_permissions')`
  select
    current_setting('transaction_read_only') = 'on' as "onlyReads",
    array(
      select 'usage on schema ' || nspname
      from pg_namespace
      where nspname = ${SCHEMA_NAME}
        and not has_schema_privilege(oid, 'usage')
      union all
      select needed.privilege || ' on ' || needed.name
      from unnest($1::text[], $2::text[]) as needed (privilege, name)
      join pg_class
        on pg_class.relname = needed.name
        and pg_class.relnamespace = (select oid from pg_namespace where nspname = ${SCHEMA_NAME})
      where not has_table_privilege(pg_class.oid, needed.privilege)
    ) as lacking`

export async function readPermissions(db: Pick<Tx, 'query'>): Promise<ServerPermissions> {
  const [row] = await db.query<ServerPermissions>(READ, [
    PAIRS.map(({ privilege }) => privilege),
    PAIRS.map(({ table }) => table),
  ])
  if (row === undefined) throw new Error('a server without settings')
  return row
}

const READ_CLOCK = sql('server.read_clock')`
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`

/** What time it is by the one clock that all servers share, in milliseconds since 1970. */
export async function readClock(db: Pick<Tx, 'query'>): Promise<number> {
  const [row] = await db.query<{ nowMs: number }>(READ_CLOCK)
  if (row === undefined) throw new Error('a server without a clock')
  return row.nowMs
}
