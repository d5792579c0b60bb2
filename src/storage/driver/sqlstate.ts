/**
 * What a database error means for the transaction that met it, by SQLSTATE (appendix A of the manual).
 *
 * An error is an abort: whatever its class, the server has written nothing of the transaction. What
 * differs is what may help: running it again, another session, another server, or a person.
 */

const CONNECTION_LOSS = new Set([
  '57P01', // admin_shutdown: the backend was terminated
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up or shutting down
  '57P04', // database_dropped: it ends every session of the database
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout: the backend ends itself
  '25P04', // transaction_timeout: likewise
])

/** A winner and a loser were picked by the database; the loser may simply start again. */
const CONFLICT = new Set([
  '40000', // transaction_rollback
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '72000', // snapshot_too_old; PostgreSQL 16 and older
])

/** The database gave up waiting; it is busy. */
const BUSY = new Set([
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
])

const TOO_MANY_CONNECTIONS = '53300'
const READ_ONLY = '25006'
const INSUFFICIENT_PRIVILEGE = '42501'
/** What the server itself calls unknown, about the transaction or its connection. */
const UNKNOWN_OUTCOME = new Set(['40003', '08007'])

/** The session is behind a pooler that gave it another server connection, or the schema changed. */
const STALE_SESSION = new Set([
  '26000', // invalid_sql_statement_name: the prepared statement is not there
  '42P05', // duplicate_prepared_statement
])
const STALE_PLAN_ROUTINE = 'RevalidateCachedQuery'

/** A circumstance of the server's, whichever statement met it. Classes are the first two characters. */
const DISABLED = new Set([
  READ_ONLY,
  INSUFFICIENT_PRIVILEGE,
  '0P000', // invalid_role_specification
  '3D000', // invalid_catalog_name
  '55000', // object_not_in_prerequisite_state: in recovery, for one
  '55006', // object_in_use
])
const DISABLED_CLASSES = new Set([
  '28', // invalid authorization
  '53', // insufficient resources: disk full, out of memory
  '57', // operator intervention
  '58', // system error: input, output, files
  'F0', // configuration file
  'XX', // internal error: a damaged page or index
])

/**
 * The five characters of an error's SQLSTATE, or undefined when the server sent none. Each of
 * PostgreSQL's has a digit, which tells it from a socket's code such as EPIPE.
 */
export function sqlstateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/**
 * True when a statement has met one of these constraints. A distributed PostgreSQL names the shard's: a
 * number stands behind the name. It may leave the field out, too; then the name is in the sentence alone.
 *
 * @param state the SQLSTATE of that kind of constraint
 */
export function violates(error: unknown, state: string, constraints: readonly string[]): boolean {
  if (sqlstateOf(error) !== state || !(error instanceof Error)) return false
  const { constraint } = error as { readonly constraint?: string }
  if (constraint !== undefined) return constraints.includes(constraint.replace(/_\d+$/, ''))
  return constraints.some((name) => new RegExp(`\\b${name}(_\\d+)?\\b`).test(error.message))
}

/** True when the connection is gone: whatever was under way on it is not going to be answered. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlstateOf(error)
  if (state !== undefined) return CONNECTION_LOSS.has(state) || state.startsWith('08')
  // The driver's own errors carry the socket's code, or only one of these sentences.
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && SOCKET_CODES.has(code)) return true
  return (
    error instanceof Error &&
    /^(Connection terminated|Query read timeout|Client (was closed|has encountered))/.test(
      error.message,
    )
  )
}

/** True when the driver knew that the connection was gone and did not even send the statement. */
export function isUnsent(error: unknown): boolean {
  return error instanceof Error && /^Client (was closed|has encountered)/.test(error.message)
}

const SOCKET_CODES = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** True when the same transaction, run again from its start, may well succeed. */
export function isConflict(error: unknown): boolean {
  return CONFLICT.has(sqlstateOf(error) ?? '')
}

/** True when `lock_timeout` ended a statement. */
export function isLockNotAvailable(error: unknown): boolean {
  return sqlstateOf(error) === '55P03'
}

/** True when the database was too busy to answer; nothing was written. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(sqlstateOf(error) ?? '')
}

/** True when the server has no connection left to give. */
export function isCrowded(error: unknown): boolean {
  return sqlstateOf(error) === TOO_MANY_CONNECTIONS
}

/** True when the server says itself that it cannot tell what became of the transaction. */
export function isInDoubt(error: unknown): boolean {
  return UNKNOWN_OUTCOME.has(sqlstateOf(error) ?? '')
}

/** True when the server refuses to write at all: it is a standby, or was told to only read. */
export function isReadOnly(error: unknown): boolean {
  return sqlstateOf(error) === READ_ONLY
}

/**
 * True when this session is of no use any more, and another one may be: its server only reads, or has
 * lost what the session had prepared. Nothing was written.
 */
export function isSpent(error: unknown): boolean {
  return isReadOnly(error) || isStaleSession(error) || isStalePlan(error)
}

/**
 * True when a session has not what this program prepared on it: a pooler gave it another server
 * connection.
 */
export function isStaleSession(error: unknown): boolean {
  return STALE_SESSION.has(sqlstateOf(error) ?? '')
}

/** True when the role has not the privilege for what it was told to do. */
export function isForbidden(error: unknown): boolean {
  return sqlstateOf(error) === INSUFFICIENT_PRIVILEGE
}

function isStalePlan(error: unknown): boolean {
  if (sqlstateOf(error) !== '0A000') return false
  return error instanceof Error && 'routine' in error && error.routine === STALE_PLAN_ROUTINE
}

/**
 * True when the server cannot do its work, whoever asks and for whatever: it only reads, its disk is
 * full, the role has no privilege. Nothing was written, and it may work when somebody has mended it.
 */
export function isDisabled(error: unknown): boolean {
  const state = sqlstateOf(error)
  if (state === undefined || isConnectionLoss(error) || isBusy(error)) return false
  return DISABLED.has(state) || DISABLED_CLASSES.has(state.slice(0, 2)) || isSpent(error)
}
