/** That no connection could be made, as a fault with one sentence for a person. */
import { HoldfastError, isFault } from '../../domain/errors.js'
import { isBusy, isCrowded } from './sqlstate.js'

/** How the sentence begins about a server that takes no writes. */
const ONLY_READS = 'the database only reads'

/** `overloaded` when the server has no connection left, else `database_unavailable`. */
export function unreachable(error: unknown): HoldfastError {
  if (isFault(error)) return error
  return new HoldfastError(
    isBusy(error) || isCrowded(error) ? 'overloaded' : 'database_unavailable',
    `cannot reach the database: ${reasonOf(error)}`,
    { cause: error },
  )
}

/** The server lets nobody write: it is a standby, or was told to only read. */
export function onlyReads(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'database_unavailable',
    `${ONLY_READS}: a standby, or default_transaction_read_only is on`,
    { cause },
  )
}

/** True for the fault that `onlyReads` makes. */
export function isOnlyReads(error: unknown): boolean {
  return isFault(error, 'database_unavailable') && error.message.startsWith(ONLY_READS)
}

/** A name with several addresses fails with all their errors at once and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(reasonOf).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}
