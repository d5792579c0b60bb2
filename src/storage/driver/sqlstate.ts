/** What a database error means for the transaction that met it, by SQLSTATE (appendix A of the manual). */

const CONNECTION_LOSS = new Set([
  '57P01', // admin_shutdown: the backend was terminated
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up or shutting down
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout: the backend ends itself
  '25P04', // transaction_timeout: likewise
])

/** A winner and a loser were picked by the database; the loser may simply start again. */
const CONFLICT = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
])

/** The database gave up waiting; it is busy. */
const BUSY = new Set([
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
  '53300', // too_many_connections
])

/**
 * The five characters of an error's SQLSTATE, or undefined when the server sent none. Each of
 * PostgreSQL's has a digit, which tells it from a socket's code such as EPIPE.
 */
export function sqlstateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined
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
