/** What a call comes to: a yes with what was asked for, or a definite no with a code. */
import type { Operations, Problem } from './schema.js'

/**
 * The noes that a program has to reckon with. They are values. Everything else that is no yes is a
 * fault and is thrown: a call that broke the rules, or one that nobody could answer.
 */
export const REFUSAL_CODES = [
  'not_found',
  'unknown_pool',
  'unknown_resource',
  'slot_taken',
  'not_offered',
  'block_not_open',
  'nights_not_on_sale',
  'minimum_stay',
  'maximum_stay',
  'closed_to_arrival',
  'closed_to_departure',
  'insufficient_capacity',
  'exceeds_capacity',
  'capacity_gone',
  'hold_limit',
  'customer_limit',
  'customer_exists',
  'archived',
  'extension_limit',
  'ttl_out_of_range',
  'invalid_transition',
  'hold_expired',
  'version_mismatch',
  'block_reservation',
  'block_limit',
  'webhook_limit',
  'webhook_disabled',
  'below_taken',
  'refund_not_due',
  'refund_ambiguous',
  'payment_given_back',
] as const satisfies readonly Problem['code'][]

export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** Which members of the problem a refusal is sure to have. */
interface Tells {
  insufficient_capacity: 'lines'
  exceeds_capacity: 'lines'
  unknown_pool: 'pool_ids'
  archived: 'pool_ids'
  unknown_resource: 'resource_ids'
  slot_taken: 'slots' | 'suggestions'
  not_offered: 'slots'
  block_not_open: 'block_ids'
  nights_not_on_sale: 'nights'
  minimum_stay: 'resource_id' | 'night' | 'minimum_stay' | 'stayed'
  maximum_stay: 'resource_id' | 'night' | 'maximum_stay' | 'stayed'
  closed_to_arrival: 'resource_id' | 'night'
  closed_to_departure: 'resource_id' | 'night'
  block_limit: 'limit'
  webhook_limit: 'limit'
  invalid_transition: 'state'
  ttl_out_of_range: 'hold_seconds_max'
  extension_limit: 'extendable_until'
  hold_limit: 'limit' | 'holds'
  customer_limit: 'limit' | 'units' | 'requested'
  below_taken: 'capacity' | 'taken'
  capacity_gone: 'refund_due' | 'payment_ref'
  payment_given_back: 'payment_ref'
  refund_ambiguous: 'payment_refs'
}

/** A definite no. `code` says which, and which members there are beside it. */
export type Refusal<Code extends RefusalCode = RefusalCode> = Code extends keyof Tells
  ? Problem & { readonly code: Code } & Required<Pick<Problem, Tells[Code]>>
  : Problem & { readonly code: Code }

export interface Success<Value> {
  readonly ok: true
  readonly value: Value
  /** True when the answer was given before, under the same Idempotency-Key. */
  readonly replayed: boolean
  /** For `ifMatch`: the version of what was answered, where it has one. */
  readonly etag: string | undefined
  readonly requestId: string | undefined
}

export interface Refused<Code extends RefusalCode> {
  readonly ok: false
  readonly refusal: Refusal<Code>
  /** True when the answer was given before, under the same Idempotency-Key. */
  readonly replayed: boolean
  readonly requestId: string | undefined
}

export type OperationName = keyof Operations

/** What an operation of the API comes to, by its `operationId`. */
export type Result<Name extends OperationName> =
  | Success<Operations[Name]['answer']>
  | Refused<Operations[Name]['refusals']>

const CODES: ReadonlySet<string> = new Set(REFUSAL_CODES)

/** True for a definite no, false for a fault. */
export function isRefusal(problem: Problem): problem is Refusal {
  return CODES.has(problem.code)
}
