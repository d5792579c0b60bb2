/**
 * What a session needs where the tables are spread over several nodes by Citus, an extension of
 * PostgreSQL. See docs/scale/citus.md.
 */
import type pg from 'pg'
import { quoted } from '../../schema/in-schema.js'
import { sql } from '../statement.js'

const HAS_CITUS = sql('sessions.has_citus')`
  select to_regclass('pg_catalog.pg_dist_partition') is not null as "hasCitus"`

/** Without a name: where Citus is not installed, it cannot be prepared. */
const ARE_SPREAD = `
  select exists (
    select from pg_catalog.pg_dist_partition where logicalrelid = to_regclass($1)
  ) as spread`

/**
 * Whether the tables of `schema` are spread over several nodes. On other servers this costs one small
 * statement for each connection.
 */
export async function hasShards(client: pg.ClientBase, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ hasCitus: boolean }>(HAS_CITUS)
  if (rows[0]?.hasCitus !== true) return false
  const found = await client.query<{ spread: boolean }>(ARE_SPREAD, [`${quoted(schema)}.listings`])
  return found.rows[0]?.spread === true
}

/**
 * Instead of what sessions are set to elsewhere. To which node a statement goes is part of its plan, and
 * depends on the listing that it names: a plan for all listings would ask every node. And what a
 * transaction sets for itself is set on the nodes that it works on.
 */
const SETTINGS = `
  select set_config('plan_cache_mode', 'force_custom_plan', false),
         set_config('citus.propagate_set_commands', 'local', false)`

export async function settleForShards(client: pg.ClientBase): Promise<void> {
  await client.query(SETTINGS)
}

/**
 * Bounds the waits for locks in this transaction on every node that it works on: the setting of the
 * session is that of one node. Goes to the others with their BEGIN.
 */
export const boundLockWaits = (timeout: string): string =>
  sql('sessions.bound_lock_waits')`set local lock_timeout = '${timeout}'`
