/**
 * The small schemas that the others are made of, and how one schema refers to another. A schema
 * with a `$id` becomes a component of the OpenAPI document; `ref` points at it and keeps its type.
 */
import type { Static, TSchema } from 'typebox'
import { Type } from './schema/type.js'

/** A UUID. One that is malformed is as unknown as any other: the answer is 404, never 422. */
export const Id = Type.String({
  format: 'uuid',
  description: 'A UUID. Lists are in its order, which is the order of creation.',
  examples: ['0198c2a4-6f3e-7b21-9d0c-5a1e8f4b2c77'],
})

export const Time = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC.',
  examples: ['2026-11-21T18:30:00.000Z'],
})

/** An instant as a client sends it; which offset it is told with is up to the client. */
export const Moment = Type.String({
  maxLength: 29,
  pattern:
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,3})?)?' +
    '(?:Z|[+-][0-9]{2}:[0-9]{2})$',
  description: 'RFC 3339, in UTC or with an offset.',
  examples: ['2038-06-01T18:00:00Z', '2038-06-01T18:00+02:00'],
})

export const NullableTime = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  format: 'date-time',
  description: 'RFC 3339, UTC; null when there is none.',
})

export const CalendarDate = Type.String({
  format: 'date',
  minLength: 10,
  maxLength: 10,
  description: 'A date of the calendar, YYYY-MM-DD, where the resource is.',
  examples: ['2026-11-21'],
})

/** A range of dates; the last date of the range is the one before `to`. */
export const FromDate = Type.String({
  format: 'date',
  minLength: 10,
  maxLength: 10,
  description: 'The first date, YYYY-MM-DD.',
})
export const ToDate = Type.String({
  format: 'date',
  minLength: 10,
  maxLength: 10,
  description: 'The date after the last one, YYYY-MM-DD.',
})

/** The version that an `ETag` quotes. */
export const Version = Type.Integer({ minimum: 0, description: 'Rises with every change.' })

/**
 * One line of text that can be stored, read and put into a log: no control characters, no lone
 * surrogates, no marks that turn the direction of text. For tests: it is the
 * domain's `isPlainText`, written twice, and both are held against each other.
 */
export const PLAIN_TEXT = '^[^\\p{Cc}\\p{Cs}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$'

export function text(lengthMax: number, description: string) {
  return Type.String({ minLength: 1, maxLength: lengthMax, pattern: PLAIN_TEXT, description })
}

/** Why a change is made. */
export const reason = text(500, 'Why; the journal keeps it.')

export function nullable<T extends number | string>(type: 'integer' | 'string', options: object) {
  return Type.Unsafe<T | null>({ type: [type, 'null'], ...options })
}

/** Points at a schema that has a `$id`. */
export function ref<Schema extends TSchema & { readonly $id: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` })
}

/** An object that has exactly the properties named, under a name of its own. */
export function named<Properties extends Record<string, TSchema>, const Name extends string>(
  $id: Name,
  properties: Properties,
  options: object = {},
) {
  const schema = Type.Object(properties, { ...options, additionalProperties: false })
  return Object.assign(schema, { $id })
}

const PAGE_LIMIT_MAX = 200
export const PAGE_LIMIT = 50

/** What every list takes: how many, and where the page before ended. */
export const PAGE_QUERY = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_LIMIT_MAX,
      description: `How many at the most; default ${PAGE_LIMIT}.`,
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'The `next_cursor` of the page before. Opaque: only hand back what you were given.',
    }),
  ),
}

export const PageQuery = Type.Object(PAGE_QUERY, { additionalProperties: false })

/** One page of a list. */
export function pageOf<Item extends TSchema & { readonly $id: string }>(item: Item) {
  return named(`${item.$id}Page`, {
    items: Type.Array(ref(item)),
    next_cursor: nullable<string>('string', {
      description: 'Where the next page begins; null when this is the last one.',
    }),
  })
}
