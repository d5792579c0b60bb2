/** That no connection could be made, as a fault with one sentence for a person. */
import { HoldfastError } from '../../domain/errors.js'
import { isBusy } from './sqlstate.js'

/** `overloaded` when the server has no connection left, else `database_unavailable`. */
export function unreachable(error: unknown): HoldfastError {
  return new HoldfastError(
    isBusy(error) ? 'overloaded' : 'database_unavailable',
    `cannot reach the database: ${reasonOf(error)}`,
    { cause: error },
  )
}

/** A name with several addresses fails with all their errors at once and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(reasonOf).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}
