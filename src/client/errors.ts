/** The one error of the client. A refusal ("sold out") is no error: it is returned. */
import type { Problem } from './schema.js'

/**
 * What went wrong: a problem's own code, or
 *
 * | code | when |
 * |---|---|
 * | `connection_lost` | no answer came, or not the whole of one |
 * | `deadline_exceeded` | `timeoutMs` was over |
 * | `aborted` | the caller's own signal said so |
 * | `unexpected_answer` | what answered is no Holdfast: a proxy, another service |
 * | `invalid_options` | the client cannot be made, or the call cannot be sent, like this |
 *
 * After `connection_lost`, `deadline_exceeded`, `aborted` and `outcome_unknown` a command may or may
 * not have happened: the same call with the error's `idempotencyKey` finds the truth.
 */
export type ClientErrorCode =
  | Problem['code']
  | 'connection_lost'
  | 'deadline_exceeded'
  | 'aborted'
  | 'unexpected_answer'
  | 'invalid_options'

export interface ClientErrorDetails {
  readonly status?: number | undefined
  readonly problem?: Problem | undefined
  readonly requestId?: string | undefined
  readonly idempotencyKey?: string | undefined
  readonly cause?: unknown
}

export class HoldfastClientError extends Error {
  override readonly name = 'HoldfastClientError'
  readonly code: ClientErrorCode
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  /** What the server said, if it was a server of ours. */
  readonly problem: Problem | undefined
  /** Under this the server's log has it. */
  readonly requestId: string | undefined
  /** Of a command: call again with it to hear what became of it. */
  readonly idempotencyKey: string | undefined

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : {})
    this.code = code
    this.status = details.status
    this.problem = details.problem
    this.requestId = details.requestId
    this.idempotencyKey = details.idempotencyKey
  }
}
