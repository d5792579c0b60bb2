/** The statements of an audit, for one listing or for all of them. */
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import { type BookCursors, bookCursors } from './books.js'
import { type CheckStatement, checkStatements } from './checks.js'
import type { WhichRows } from './drift-columns.js'

/** How much was looked at. */
export interface AuditSize {
  readonly pools: number
  readonly reservations: number
}

/** The texts of one audit. */
export interface AuditStatements {
  readonly size: string
  readonly checks: readonly CheckStatement[]
  readonly cursors: BookCursors
}

/**
 * @param name begins the names of the statements
 * @param scope of the whole database, or of the listing `$1`
 * @param most the parameter of the checks that says how many rows each may select
 */
export function auditStatements(name: string, scope: WhichRows, most: string): AuditStatements {
  return {
    size: sql(`${name}.size`)`
  select (select count(*) from pools where ${scope('pools')}) as pools,
         (select count(*) from reservations where ${scope('reservations')}) as reservations`,
    checks: checkStatements(name, scope, most),
    cursors: bookCursors(name, scope),
  }
}

/** The audit of one listing: `$1` is its id. */
export const AUDIT_OF_LISTING = auditStatements(
  'audit',
  (table) => `${table}.listing_id = $1`,
  '$2',
)

const SETTINGS = sql('audit.settings')`
  select set_config(wanted.name, wanted.value, true)
  from (values ('enable_seqscan', 'on'),
               ('plan_cache_mode', 'force_custom_plan'),
               ('cursor_tuple_fraction', '1'),
               ('statement_timeout', '0'),
               ('transaction_timeout', '0')) as wanted (name, value)
  join pg_settings on pg_settings.name = wanted.name`

/** Lifts the bounds that look-ups by key have from this transaction: the audit reads whole tables. */
export async function allowWholeTables(tx: Pick<Tx, 'query'>): Promise<void> {
  await tx.query(SETTINGS)
}
