/** Who may do what: API keys and their scopes. */
import type { Static } from 'typebox'
import { NAME_LENGTH_MAX } from '../domain/reservation/reservation.js'
import { LISTINGS_PER_KEY_MAX, SCOPES, type Scope } from '../domain/scope.js'
import { Id, NullableTime, named, pageOf, Time, text } from './scalars.js'
import { Type } from './schema/type.js'

/** As many pages as one key is for. */
const ORIGINS_PER_KEY_MAX = 20

const scope = Type.Unsafe<Scope>({ type: 'string', enum: SCOPES })
const name = text(NAME_LENGTH_MAX, 'Whose key it is, or what it is for.')

const API_KEY = {
  id: Id,
  name,
  scope,
  prefix: Type.String({ description: 'The part of the key between the underscores; no secret.' }),
  listing_ids: Type.Array(Id, {
    description: `The listings that it may touch, the newest ${LISTINGS_PER_KEY_MAX} of them; empty for an admin.`,
  }),
  origins: Type.Array(Type.String(), {
    description: 'Of the pages that may use it; `*` for every one.',
  }),
  created_at: Time,
  last_used_at: NullableTime,
  revoked_at: NullableTime,
}

export const ApiKey = named('ApiKey', API_KEY)
export type ApiKey = Static<typeof ApiKey>

export const ApiKeyPage = pageOf(ApiKey)

export const IssuedApiKey = named('IssuedApiKey', {
  ...API_KEY,
  key: Type.String({
    description:
      'The key itself. It is shown this once, and again only to the same request under the same Idempotency-Key.',
  }),
})
export type IssuedApiKey = Static<typeof IssuedApiKey>

export const NewApiKey = named('NewApiKey', {
  name,
  scope,
  listing_ids: Type.Optional(
    Type.Array(Id, {
      maxItems: LISTINGS_PER_KEY_MAX,
      uniqueItems: true,
      description: 'At least one for a storefront, none for an admin.',
    }),
  ),
  origins: Type.Optional(
    Type.Array(Type.String({ maxLength: 300, examples: ['https://shop.example'] }), {
      maxItems: ORIGINS_PER_KEY_MAX,
      uniqueItems: true,
      description:
        "For a storefront's key: origins of the web pages that may use it, or `*` for every page; " +
        'default none, for a page that is served from where the API is.',
    }),
  ),
})
export type NewApiKey = Static<typeof NewApiKey>
