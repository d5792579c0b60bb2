/** That no connection could be made, as a fault with one sentence for a person. */
import { HoldfastError, isFault } from '../../domain/errors.js'
import { isBusy, isCrowded } from './sqlstate.js'

/** How the sentence begins about a server that takes no writes. */
export const ONLY_READS = 'the database only reads'

/** `overloaded` when the server has no connection left, else `database_unavailable`. */
export function unreachable(error: unknown): HoldfastError {
  if (isFault(error)) return error
  return new HoldfastError(
    isBusy(error) || isCrowded(error) ? 'overloaded' : 'database_unavailable',
    `cannot reach the database: ${reasonOf(error)}${isUntrusted(error) ? TRUST : ''}`,
    { cause: error },
  )
}

/** What the driver says of a server's certificate that nobody vouches for. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** With the driver `sslmode=require` means what libpq means by `verify-full`. */
const TRUST =
  '. Add sslrootcert=/path/to/ca.pem to its URL, with the certificate of whoever signed the ' +
  "server's; sslmode=no-verify encrypts without asking who the server is"

function isUntrusted(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    UNTRUSTED.has(error.code)
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
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(reasonOf).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}
