/**
 * Everything that can go wrong, as a client sees it (RFC 9457): one table of codes with their
 * statuses and sentences. The answers, the OpenAPI document, `/docs/errors` and `docs/errors.md`
 * are made from it or tested against it.
 */
import type { Static } from 'typebox'
import { RESERVATION_STATES } from '../domain/reservation/reservation.js'
import { FieldError, ShortLine } from './problem-parts.js'
import { CalendarDate, Id, named, nullable, Time } from './scalars.js'
import { SlotReference } from './schedule.js'
import { Type } from './schema/type.js'

interface ProblemKind {
  readonly status: number
  /** What happened; the same for every occurrence. */
  readonly title: string
  /** What to do about it, unless the occurrence has more to say. */
  readonly detail: string
  /** The same for a request that takes an Idempotency-Key, where that is something else. */
  readonly detailWithKey?: string
  /** The same request, with the same key, may be answered otherwise in a moment. */
  readonly retryable?: true
}

/**
 * In the order of their status; codes are stable, sentences are not. For tests: the client's list of
 * refusals is held against it, and the client imports nothing of ours.
 */
export const PROBLEMS = {
  bad_request: {
    status: 400,
    title: 'The request cannot be read.',
    detail: 'Send well-formed HTTP/1.1.',
  },
  malformed_url: {
    status: 400,
    title: 'The URL has an escape that stands for no character.',
    detail: 'Percent-encode the URL as UTF-8.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is no acceptable JSON.',
    detail: 'Send one JSON object in UTF-8, no key twice, no deeper than 8 levels.',
  },
  unknown_field: {
    status: 400,
    title: 'The request has a field that does not exist.',
    detail: 'Leave it out; names are spelled as in /openapi.json.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'The request has no Idempotency-Key.',
    detail: 'Send a fresh one, a UUID for instance, and the same one with every retry.',
  },
  idempotency_key_malformed: {
    status: 400,
    title: 'The Idempotency-Key cannot be one.',
    detail: 'A key has 1 to 255 visible ASCII characters, and there is one of it.',
  },
  idempotency_key_guessable: {
    status: 400,
    title: 'The Idempotency-Key can be guessed.',
    detail:
      "Whoever guesses a shopper's key hears the answer to it: with a storefront's key send a random " +
      'UUID (version 4 or 7), or 128 random bits: at least 22 characters of Base64, or 32 of hex.',
  },
  if_match_malformed: {
    status: 400,
    title: 'The If-Match header cannot be read.',
    detail: 'Send the ETag as you were given it, for instance "3", or *.',
  },
  unauthorized: {
    status: 401,
    title: 'The request has no valid API key.',
    detail: 'Send `Authorization: Bearer hf_…` with a key that has not been revoked.',
  },
  forbidden: {
    status: 403,
    title: 'The API key is not for this.',
    detail: 'Use a key with another scope.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing under this id.',
    detail: 'It does not exist, or it is not yours.',
  },
  unknown_pool: {
    status: 404,
    title: 'The listing has no such pool.',
    detail: 'Take pool ids from the availability of the listing.',
  },
  unknown_resource: {
    status: 404,
    title: 'The listing has no such resource.',
    detail: 'Take the ids of resources from the listing, and those of blocks from its blocks.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This path does not take this method.',
    detail: 'The Allow header has those that it takes.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive.',
    detail: 'Send head and body without pausing.',
  },
  insufficient_capacity: {
    status: 409,
    title: 'Not enough is left.',
    detail: 'Nothing was taken. `lines` has every line that is short and what is left for it.',
  },
  exceeds_capacity: {
    status: 409,
    title: 'More is asked for than there ever is.',
    detail: 'Nothing was taken, and asking again is futile. `lines` has every line that is short.',
  },
  slot_taken: {
    status: 409,
    title: 'Somebody has this time.',
    detail: 'Nothing was taken. `suggestions` has the nearest that were free a moment ago.',
  },
  not_offered: {
    status: 409,
    title: 'This time is not on offer.',
    detail: 'Nothing was taken. Take times from the availability of the listing.',
  },
  capacity_gone: {
    status: 409,
    title: 'The payment came too late and the units are gone.',
    detail: 'Give the money back; until that is settled it is in the list of refunds due.',
  },
  payment_given_back: {
    status: 409,
    title: 'This payment was given back.',
    detail: 'Nothing can be had for it any more: take another payment.',
  },
  nights_not_on_sale: {
    status: 409,
    title: 'Some of the nights are not on sale.',
    detail:
      'Nothing was taken. `nights` has every night that is not sold there, not any more, or not yet.',
  },
  minimum_stay: {
    status: 409,
    title: 'Whoever arrives on this date stays longer.',
    detail: 'Nothing was taken. Stay for `minimum_stay` nights, or arrive on another date.',
  },
  maximum_stay: {
    status: 409,
    title: 'Whoever arrives on this date leaves earlier.',
    detail: 'Nothing was taken. Stay for at most `maximum_stay` nights, or arrive on another date.',
  },
  closed_to_arrival: {
    status: 409,
    title: 'Nobody arrives on this date.',
    detail: 'Nothing was taken. Arrive on another date than `night`.',
  },
  closed_to_departure: {
    status: 409,
    title: 'Nobody leaves on this date.',
    detail: 'Nothing was taken. Leave on another date than `night`.',
  },
  block_not_open: {
    status: 409,
    title: 'The block has no rooms to give.',
    detail: 'A block has rooms once it is definite, and until its cut-off.',
  },
  block_reservation: {
    status: 409,
    title: 'The reservation is what a block has of the hotel.',
    detail: 'Release the block instead: what was not picked up then goes back.',
  },
  block_limit: {
    status: 409,
    title: 'The listing has as many blocks as it may have.',
    detail: 'Release those that are over first.',
  },
  webhook_limit: {
    status: 409,
    title: 'There are as many endpoints as there may be.',
    detail: 'A listing has at most `limit` of them: delete one that nobody needs.',
  },
  webhook_disabled: {
    status: 409,
    title: 'The endpoint is disabled.',
    detail: 'Nothing is sent to it: change `disabled` to false first.',
  },
  archived: {
    status: 409,
    title: 'It is not sold any more.',
    detail:
      'Nothing was taken. The listing, or the resource of the pools in `pool_ids`, is archived: what ' +
      'is sold of it stays, and nothing new is sold.',
  },
  hold_limit: {
    status: 409,
    title: 'The customer has as many open holds as the listing allows.',
    detail: 'Confirm or release one of them first.',
  },
  customer_limit: {
    status: 409,
    title: 'The customer would have more than the listing allows.',
    detail: 'Ask for less.',
  },
  customer_exists: {
    status: 409,
    title: 'There is another customer of this name.',
    detail:
      'If both are the same person, send `merge: true`; their reservations are then one list.',
  },
  extension_limit: {
    status: 409,
    title: 'The hold would become older than the listing allows.',
    detail: 'It can last until `extendable_until` at the latest.',
  },
  invalid_transition: {
    status: 409,
    title: 'The reservation is in a state that does not allow this.',
    detail: 'Look at it again.',
  },
  below_taken: {
    status: 409,
    title: 'More is taken than the capacity would be.',
    detail: 'Give an `override_reason` if that is meant.',
  },
  refund_not_due: {
    status: 409,
    title: 'No refund is due for this reservation.',
    detail: 'Look at the list of refunds again.',
  },
  refund_ambiguous: {
    status: 409,
    title: 'Several payments are due back for this reservation.',
    detail: 'Say which of them was given back, as `payment_ref`; `payment_refs` has them all.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'A request with this Idempotency-Key is under way.',
    detail: 'Retry with the same key to hear what came of it.',
    retryable: true,
  },
  hold_expired: {
    status: 410,
    title: "The hold's time was up.",
    detail: 'Its units went back on sale. Make a new hold, or confirm with a `payment_ref`.',
  },
  version_mismatch: {
    status: 412,
    title: 'It has changed since you looked.',
    detail: 'Look again, then decide again.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large.',
    detail: 'At most 16 KB; 64 KB where metadata may be sent.',
  },
  uri_too_long: {
    status: 414,
    title: 'The URL is too long.',
    detail: 'Ids are UUIDs.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body has a type that is not taken here.',
    detail: 'Send `Content-Type: application/json`, not compressed.',
  },
  validation: {
    status: 422,
    title: 'A value is outside of what is allowed.',
    detail: '`errors` tells which, and what is allowed.',
  },
  ttl_out_of_range: {
    status: 422,
    title: 'The hold would last longer than the listing allows.',
    detail: 'Ask for at most `hold_seconds_max` seconds.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key came before with another request.',
    detail: 'Use a fresh key for a new request.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests.',
    detail: 'Nothing was done. Come back after the time that Retry-After names.',
    retryable: true,
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large.',
    detail: 'At most 16 KB, URL included.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    detail: 'Nobody foresaw this: tell us the request id.',
  },
  contention: {
    status: 503,
    title: 'Too many callers wanted the same row at once.',
    detail: 'Nothing was written. Send the request again.',
    detailWithKey: 'Nothing was written. Retry with the same key.',
    retryable: true,
  },
  overloaded: {
    status: 503,
    title: 'The server has more to do than it can.',
    detail: 'Nothing was written. Send the request again.',
    detailWithKey: 'Nothing was written. Retry with the same key.',
    retryable: true,
  },
  database_unavailable: {
    status: 503,
    title: 'The database does not answer, or cannot write.',
    detail: 'Nothing was written. Send the request again.',
    detailWithKey: 'Nothing was written. Retry with the same key.',
    retryable: true,
  },
  outcome_unknown: {
    status: 503,
    title: 'It may or may not have happened.',
    detail: 'COMMIT was not answered, or not confirmed: look at what there is, then decide again.',
    detailWithKey:
      'COMMIT was not answered, or not confirmed: retry with the same key to find the truth.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof PROBLEMS

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[]

export function kindOf(code: ProblemCode): ProblemKind {
  return PROBLEMS[code]
}

/** What to do about it, for a list of all codes: for requests with a key and for those without. */
export function adviceOf(code: ProblemCode): string {
  const { detail, detailWithKey } = kindOf(code)
  return detailWithKey === undefined
    ? detail
    : `With a key: ${detailWithKey} Without one: ${detail}`
}

export const Problem = named(
  'Problem',
  {
    type: Type.String({ format: 'uri-reference', description: 'Where this code is explained.' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Unsafe<ProblemCode>({ type: 'string', enum: PROBLEM_CODES }),
    detail: Type.String(),
    request_id: Type.String(),
    retryable: Type.Boolean({
      description: 'True when the same request, with the same key, may succeed in a moment.',
    }),
    retry_after_ms: Type.Optional(Type.Integer({ minimum: 0 })),
    errors: Type.Optional(Type.Array(FieldError)),
    lines: Type.Optional(Type.Array(ShortLine)),
    pool_ids: Type.Optional(Type.Array(Type.String())),
    resource_ids: Type.Optional(Type.Array(Type.String())),
    slots: Type.Optional(Type.Array(SlotReference)),
    suggestions: Type.Optional(Type.Array(SlotReference)),
    block_ids: Type.Optional(Type.Array(Type.String())),
    nights: Type.Optional(
      Type.Array(
        Type.Object({ resource_id: Id, night: CalendarDate }, { additionalProperties: false }),
      ),
    ),
    resource_id: Type.Optional(Id),
    night: Type.Optional(CalendarDate),
    minimum_stay: Type.Optional(Type.Integer({ description: 'Nights to stay at the least.' })),
    maximum_stay: Type.Optional(Type.Integer({ description: 'Nights to stay at the most.' })),
    stayed: Type.Optional(Type.Integer({ description: 'Nights that were asked for.' })),
    state: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: RESERVATION_STATES })),
    version: Type.Optional(Type.Integer({ description: 'The version as it is now.' })),
    expected_version: Type.Optional(Type.Integer()),
    hold_seconds_max: Type.Optional(Type.Integer()),
    extendable_until: Type.Optional(Time),
    limit: Type.Optional(Type.Integer()),
    holds: Type.Optional(Type.Integer({ description: 'Open holds that the customer has.' })),
    units: Type.Optional(Type.Integer({ description: 'Units that the customer has.' })),
    requested: Type.Optional(Type.Integer()),
    capacity: Type.Optional(Type.Integer()),
    taken: Type.Optional(Type.Integer()),
    refund_due: Type.Optional(Type.Boolean()),
    payment_ref: Type.Optional(nullable<string>('string', {})),
    payment_refs: Type.Optional(Type.Array(Type.String())),
  },
  { description: 'RFC 9457. Which members there are beside the first seven depends on the code.' },
)
export type Problem = Static<typeof Problem>

/** What an occurrence has to say beyond what its code says. */
export type ProblemExtras = Partial<
  Omit<Problem, 'type' | 'title' | 'status' | 'code' | 'request_id' | 'retryable'>
>
