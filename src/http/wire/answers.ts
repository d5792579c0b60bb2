/** What a route may answer, for the OpenAPI document: its success, and every problem by its code. */
import type { FastifyTypeProvider } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { kindOf, Problem, type ProblemCode } from '../../contract/problem.js'
import { ref } from '../../contract/scalars.js'

/** Gives handlers the types of the contract's schemas. */
export interface ContractTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  readonly serializer: unknown
}

/** What any route under /v1 may answer. */
export const ANY_ROUTE: readonly ProblemCode[] = [
  'bad_request',
  'malformed_url',
  'unauthorized',
  'forbidden',
  'not_found',
  'uri_too_long',
  'rate_limited',
  'internal',
  'contention',
  'overloaded',
  'database_unavailable',
]

/** For a route that reads a query. */
export const QUERY: readonly ProblemCode[] = ['unknown_field', 'validation']

/** For a route that reads a body. */
export const BODY: readonly ProblemCode[] = [
  'malformed_json',
  'unknown_field',
  'payload_too_large',
  'unsupported_media_type',
  'validation',
]

/** For a route that makes something, under a key or without one. */
export const MAKING: readonly ProblemCode[] = [
  ...BODY,
  'idempotency_key_malformed',
  'idempotency_in_progress',
  'idempotency_key_reused',
  'outcome_unknown',
]

/** For a route that takes units or changes a reservation. */
export const KEYED: readonly ProblemCode[] = [
  ...BODY,
  'idempotency_key_missing',
  'idempotency_key_malformed',
  'idempotency_key_guessable',
  'idempotency_in_progress',
  'idempotency_key_reused',
  'outcome_unknown',
]

/** For a route that changes an existing reservation. */
export const TRANSITION: readonly ProblemCode[] = [
  ...KEYED,
  'if_match_malformed',
  'version_mismatch',
  'invalid_transition',
  'block_reservation',
]

/** For a route that takes lines, which may be stays. */
export const STAY: readonly ProblemCode[] = [
  'unknown_resource',
  'block_not_open',
  'nights_not_on_sale',
  'minimum_stay',
  'maximum_stay',
  'closed_to_arrival',
  'closed_to_departure',
]

/** For a route that takes slots or ranges: the codes about resources and slots. */
export const TIMES: readonly ProblemCode[] = ['unknown_resource', 'slot_taken', 'not_offered']

/** Each successful status with a sentence and its schema; null for an answer without a body. */
type Yes = Readonly<Record<number, readonly [sentence: string, schema: TSchema | null]>>

/** The `response` of a route's schema. */
export function answers(yes: Yes, codes: readonly ProblemCode[] = []): Record<number, object> {
  const response: Record<number, object> = {}
  for (const [status, [description, schema]] of Object.entries(yes)) {
    response[Number(status)] =
      schema === null
        ? { description, type: 'null' }
        : { description, content: { 'application/json': { schema } } }
  }
  return { ...response, ...problems([...ANY_ROUTE, ...codes]) }
}

/** One answer for each status; its description lists the codes. */
export function problems(codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of new Set(codes)) {
    const { status } = kindOf(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { 'application/problem+json': { schema: ref(Problem) } }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => {
      const description = group.map((code) => `\`${code}\``).join(', ')
      return [status, { description, content }]
    }),
  )
}
