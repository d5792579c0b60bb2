/**
 * Spreads the tables over the nodes of a PostgreSQL with Citus, each to its place. Citus moves what is in
 * them, and keeps the constraints: each includes the listing. See docs/scale/citus.md.
 */
import type pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'
import { sqlstateOf } from '../driver/sqlstate.js'
import { quoted } from './in-schema.js'
import { FUNCTIONS_OF_A_LISTING, PLACES } from './places.js'

/** The nodes of a PostgreSQL, as one of them has them. */
export interface Nodes {
  /** How many rows can be on, beside the coordinator; 0 without Citus. */
  readonly workers: number
  /** The tables are spread over them already. */
  readonly areUsed: boolean
  /** Where the coordinator is, as seen from a worker; undefined on the coordinator itself. */
  readonly coordinator: string | undefined
}

const HAS_CITUS = `select to_regclass('pg_catalog.pg_dist_node') is not null as "hasCitus"`

const SELECT_NODES = `
  select (
           select count(*)::integer
           from pg_dist_node
           where groupid <> 0
             and noderole = 'primary'
             and isactive
         ) as workers,
         exists (
           select
           from pg_dist_partition
           where logicalrelid = to_regclass($1)
         ) as "areUsed",
         (select groupid from pg_dist_local_group) as "group",
         (
           select nodename || ':' || nodeport
           from pg_dist_node
           where groupid = 0
             and noderole = 'primary'
         ) as coordinator`

export async function readNodes(client: pg.ClientBase, schema: string): Promise<Nodes> {
  const { rows } = await client.query<{ hasCitus: boolean }>(HAS_CITUS)
  const [nodes] = rows[0]?.hasCitus
    ? (
        await client.query<Nodes & { group: number; coordinator: string | null }>(SELECT_NODES, [
          `${quoted(schema)}.listings`,
        ])
      ).rows
    : []
  if (nodes === undefined) return { workers: 0, areUsed: false, coordinator: undefined }
  const { workers, areUsed, group, coordinator } = nodes
  return {
    workers,
    areUsed,
    coordinator: group === 0 ? undefined : (coordinator ?? 'another node'),
  }
}

/** @throws HoldfastError `migration_failed` on a worker, which names the coordinator */
export function requireCoordinator({ coordinator }: Nodes): void {
  if (coordinator === undefined) return
  throw new HoldfastError(
    'migration_failed',
    `a worker cannot change the schema: run \`holdfast migrate\` on the coordinator, ${coordinator}`,
  )
}

interface SpreadingOptions {
  /** With what is in them; default false. */
  readonly spread?: boolean
  /** Nothing is in them. */
  readonly isNew: boolean
  readonly onProgress?: (sentence: string) => void
}

/**
 * Spreads tables that are on the coordinator alone, if they are new or it is wanted.
 *
 * @throws HoldfastError `invalid_input` when it is wanted and there are no workers, `migration_failed` on a
 * worker and while somebody writes
 */
export async function spreadIfWanted(
  client: pg.ClientBase,
  schema: string,
  nodes: Nodes,
  { spread = false, isNew, onProgress = () => {} }: SpreadingOptions,
): Promise<void> {
  const { workers, areUsed } = nodes
  if (spread && workers === 0) throw new HoldfastError('invalid_input', NO_WORKERS)
  if (workers === 0 || areUsed) return
  if (!(spread || isNew)) {
    onProgress(`no table is on any of the ${workers} workers: ${HOW_TO_SPREAD}`)
    return
  }
  requireCoordinator(nodes)
  if (!isNew) await keepWritersOut(client, schema)
  await spreadTables(client, schema, (table, rows) => {
    if (!isNew) onProgress(`${table}: ${rows} rows are on their nodes`)
  })
}

const NO_WORKERS =
  'this PostgreSQL has no workers to spread the tables over: they come with Citus and `citus_add_node`'
const HOW_TO_SPREAD = 'holdfast migrate --distribute spreads them'

const SELECT_TABLES = `
  select relname as name,
         exists (select from pg_dist_partition where logicalrelid = pg_class.oid) as spread
  from pg_class
  where relnamespace = to_regnamespace($1)
    and relkind in ('r', 'p')`

const SELECT_FUNCTIONS = `
  select proname as name,
         exists (
           select
           from pg_dist_object
           where classid = 'pg_proc'::regclass
             and objid = pg_proc.oid
             and distribution_argument_index is not null
         ) as spread
  from pg_proc
  where pronamespace = to_regnamespace($1)`

interface Named {
  readonly name: string
  readonly spread: boolean
}

/** Foreign keys to tables that are on every node want one connection to each node. */
const ONE_AFTER_THE_OTHER = `set local citus.multi_shard_modify_mode = 'sequential'`

/**
 * Spreads those tables of `schema` that are not yet; in the caller's transaction.
 *
 * @param onTable hears of each that had rows
 */
export async function spreadTables(
  client: pg.ClientBase,
  schema: string,
  onTable: (table: string, rows: number) => void = () => {},
): Promise<void> {
  const waiting = async (statement: string) => {
    const { rows } = await client.query<Named>(statement, [quoted(schema)])
    return new Set(rows.flatMap(({ name, spread }) => (spread ? [] : [name])))
  }
  await client.query(ONE_AFTER_THE_OTHER)
  const full = (name: string) => `${quoted(schema)}.${name}`
  const tables = await waiting(SELECT_TABLES)
  const filled: string[] = []
  for (const [table, place] of Object.entries(PLACES)) {
    if (!tables.has(table)) continue
    const counted = await client.query<{ rows: number }>(
      `select count(*)::integer as rows from ${full(table)}`,
    )
    const count = counted.rows[0]?.rows ?? 0
    if (place === 'on every node') {
      await client.query('select create_reference_table($1::regclass)', [full(table)])
    } else {
      await client.query(
        `select create_distributed_table($1::regclass, 'listing_id', colocate_with := $2)`,
        [full(table), table === 'listings' ? 'none' : full('listings')],
      )
    }
    if (count === 0) continue
    filled.push(table)
    onTable(table, count)
  }
  // What was copied to the nodes is still in the coordinator's own tables, where nobody sees it.
  for (const table of filled.reverse()) {
    await client.query('select truncate_local_data_after_distributing_table($1::regclass)', [
      full(table),
    ])
  }
  const functions = await waiting(SELECT_FUNCTIONS)
  for (const name of FUNCTIONS_OF_A_LISTING.filter((each) => functions.has(each))) {
    await client.query(
      `select create_distributed_function(
         $1::regprocedure, 'listing_id', colocate_with := $2, force_delegation := true
       )`,
      [`${full(name)}(uuid)`, full('listings')],
    )
  }
}

const SELECT_SESSIONS = `
  select count(*)::integer as sessions
  from pg_stat_activity
  where datname = current_database()
    and pid <> pg_backend_pid()
    and starts_with(application_name, 'holdfast')
    and application_name <> 'holdfast migrate'`

const LOCK_NOT_AVAILABLE = '55P03'
const LOCK_PATIENCE = '2s'

/**
 * Keeps everybody from writing until the transaction ends.
 *
 * @throws HoldfastError `migration_failed` while servers are connected, or somebody writes: their sessions
 * are set for tables on one node
 */
async function keepWritersOut(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ sessions: number }>(SELECT_SESSIONS)
  const sessions = rows[0]?.sessions ?? 0
  if (sessions > 0) {
    throw new HoldfastError(
      'migration_failed',
      `${sessions} sessions of Holdfast are connected: stop every server before its tables are spread`,
    )
  }
  const tables = Object.keys(PLACES).map((table) => `${quoted(schema)}.${table}`)
  await client.query(`set local lock_timeout = '${LOCK_PATIENCE}'`)
  try {
    await client.query(`lock table ${tables.join(', ')} in access exclusive mode`)
  } catch (error) {
    if (sqlstateOf(error) !== LOCK_NOT_AVAILABLE) throw error
    throw new HoldfastError(
      'migration_failed',
      'somebody writes to the tables: stop every program that does before they are spread',
      { cause: error },
    )
  }
  await client.query(`set local lock_timeout = 0`)
}
