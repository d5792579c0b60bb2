/** What a driver's error is to whoever called: nothing behind the door throws an error of the driver's. */
import { HoldfastError, isFault } from '../domain/errors.js'
import type { Database, Tx } from '../storage/driver/database.js'
import { isOvertaken } from '../storage/driver/servers/lineage.js'
import {
  isBusy,
  isConflict,
  isConnectionLoss,
  isCrowded,
  isDisabled,
  isForbidden,
  isInDoubt,
  isReadOnly,
  isStaleSession,
  sqlstateOf,
} from '../storage/driver/sqlstate.js'
import { isOnlyReads, onlyReads } from '../storage/driver/unreachable.js'

export { isOnlyReads, isOvertaken }

const LOST = 'the connection to the database was lost'

/**
 * The fault that an error is; undefined for what only a programmer can explain. What the surroundings
 * of the program do to it (a full disk, a role without privileges, a server that only reads) is a fault.
 */
export function faultOf(error: unknown): HoldfastError | undefined {
  if (error instanceof HoldfastError) return error
  if (!(error instanceof Error)) return undefined
  const cause = { cause: error }
  if (isConnectionLoss(error)) {
    return new HoldfastError('database_unavailable', `${LOST}: ${error.message}`, cause)
  }
  const { message } = error
  if (isInDoubt(error)) return new HoldfastError('outcome_unknown', message, cause)
  if (isBusy(error) || isConflict(error)) return new HoldfastError('contention', message, cause)
  if (isCrowded(error)) return new HoldfastError('overloaded', message, cause)
  if (isReadOnly(error)) return onlyReads(error)
  if (isDisabled(error)) {
    return new HoldfastError(
      'database_unavailable',
      `the database cannot do it: ${message}${cureOf(error)}`,
      cause,
    )
  }
  return undefined
}

/** What somebody can do about it, as the rest of a sentence; empty where the server says all there is. */
function cureOf(error: unknown): string {
  if (isForbidden(error)) return '; grant it to the role: see Roles in docs/operating.md'
  if (!isStaleSession(error)) return ''
  return (
    ', because a pooler lends its sessions statement by statement: set HOLDFAST_PREPARED_STATEMENTS=off ' +
    '(the library: `prepared: false`), or max_prepared_statements in PgBouncer 1.21 or newer'
  )
}

/** True for a fault that says that a connection broke under way, not that none could be made. */
export function isLostConnection(error: unknown): boolean {
  return isFault(error, 'database_unavailable') && error.message.startsWith(LOST)
}

/** The same database, whose errors are faults; for work that nobody retries. */
export function withFaults(db: Database): Database {
  const asFault = (error: unknown): never => {
    throw faultOf(error) ?? error
  }
  return {
    ...db,
    query: <Row>(...args: Parameters<Tx['query']>) => db.query<Row>(...args).catch(asFault),
    transaction: (...args) => db.transaction(...args).catch(asFault),
  }
}

/** What happened to a statement, for a person; undefined for what was no error of the database's. */
export function sentenceOf(error: unknown): string | undefined {
  if (isConnectionLoss(error)) {
    return `${LOST}: ${(error as Error).message}`
  }
  if (sqlstateOf(error) === undefined) return undefined
  return `the database refused: ${(error as Error).message}`
}
