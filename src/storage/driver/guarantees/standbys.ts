/**
 * Standbys that a COMMIT waits for (`synchronous_standby_names`). When such a wait is broken off, the
 * transaction is committed on the primary and perhaps nowhere else, and the server says so in a warning
 * beside an ordinary yes. Whoever reads afterwards sees its rows: that they can be seen proves nothing.
 * See docs/decisions/.
 */
import { sql } from '../statement.js'

/** Whether a COMMIT of this server waits for standbys. */
const ARE_AWAITED = sql('standbys.are_awaited')`
  select current_setting('synchronous_standby_names') <> '' as waits`

/**
 * A write that leaves no row: its COMMIT waits as every other one does, and standbys that have it have
 * everything that was committed before it.
 */
const WRITE_MARK = sql('standbys.write_mark')`
  select pg_logical_emit_message(true, 'holdfast', '')`

/** A transaction under way. */
interface Transaction {
  query<Row>(statement: string): Promise<readonly Row[]>
  send(statement: string): void
}

/**
 * Writes the mark, if this server waits for standbys. What the transaction has seen is on them once its
 * COMMIT is answered.
 *
 * @returns false when there is nothing to commit
 */
export async function markForStandbys(tx: Transaction): Promise<boolean> {
  const [server] = await tx.query<{ waits: boolean }>(ARE_AWAITED)
  if (server?.waits !== true) return false
  tx.send(WRITE_MARK)
  return true
}

/** What the server sends beside its answers, as far as its language does not change it. */
export interface Notice {
  /** SQLSTATE. */
  readonly code?: string | undefined
  /** The function of the server that it comes from. */
  readonly routine?: string | undefined
}

/** The function of the server that waits for standbys. */
const ROUTINE = 'SyncRepWaitForLSN'

/**
 * True for a notice that a wait for standbys was broken off: by a cancel (SQLSTATE 01000, which any
 * warning has) or by the end of the session (57P01). Sentence and severity are translated by the
 * server, and are not looked at. A warning that does not say where it comes from is taken for one.
 */
export function isUnconfirmed({ code = '', routine }: Notice): boolean {
  if (routine === ROUTINE || code.startsWith('57')) return true
  return routine === undefined && code.startsWith('01')
}
