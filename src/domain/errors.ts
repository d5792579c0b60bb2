/**
 * The one error class of the house, and the table of its codes.
 *
 * A refusal ("sold out") is a value that the engine returns; what is thrown is a fault: something
 * that kept Holdfast from giving a definite answer, or a call that broke the rules.
 */

/** Every fault's code, with the sentence that says what it means. */
const FAULTS = {
  invalid_input: 'A value was outside of what is allowed.',
  not_found: 'There is nothing under this id.',
  idempotency_in_progress: 'The same key is being worked on right now; try again with it.',
  idempotency_key_reused: 'The key came before with another request; use a fresh one.',
  contention: 'Too many callers wanted the same row at once. Nothing was written; try again.',
  overloaded: 'Every connection was busy for too long. Nothing was written; try again.',
  database_unavailable: 'The database does not answer, or cannot write. Nothing was written.',
  outcome_unknown: 'COMMIT was not answered, or not confirmed: it may or may not have happened.',
  migration_failed: 'The schema could not be brought up to date.',
  embedded_unavailable: 'The embedded PostgreSQL could not be started here.',
  lab_failed: 'The race could not be run.',
} as const

export type FaultCode = keyof typeof FAULTS

/** A fault with a stable `code`. `message` says what was wrong, which value, what is allowed. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError'
  readonly code: FaultCode

  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** True for a `HoldfastError`, with this code if one is named. */
export function isFault(error: unknown, code?: FaultCode): error is HoldfastError {
  return error instanceof HoldfastError && (code === undefined || error.code === code)
}
