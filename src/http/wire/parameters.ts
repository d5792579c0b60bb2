/** Path, query and header parameters of routes, for the OpenAPI document; hooks check the values. */

import { Id } from '../../contract/scalars.js'
import { Type } from '../../contract/schema/type.js'

export const ListingParams = Type.Object({ listing_id: Id })
export const PoolParams = Type.Object({ listing_id: Id, pool_id: Id })
export const ResourceParams = Type.Object({ listing_id: Id, resource_id: Id })
export const BlockParams = Type.Object({ listing_id: Id, block_id: Id })
export const ReservationParams = Type.Object({ listing_id: Id, reservation_id: Id })
export const DeliveryParams = Type.Object({ listing_id: Id, delivery_id: Id })
export const KeyParams = Type.Object({ key_id: Id })
export const CalendarParams = Type.Object({ listing_id: Id, calendar_id: Id })
export const WebhookParams = Type.Object({ webhook_id: Id })

const idempotencyKey = Type.String({
  description:
    'Makes a retry safe: the same key with the same request has one effect and one answer. ' +
    '1 to 255 visible ASCII characters, unique for the API key within the listing; good for a ' +
    "day. With a storefront's key, and where a key is made, it has to be random: a UUID, or 128 random " +
    'bits. Needed for reservations.',
  examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
})

const KEY = { 'idempotency-key': idempotencyKey }

const TOKEN = {
  'holdfast-token': Type.Optional(
    Type.String({ description: "The reservation's token; needed with a storefront's key." }),
  ),
}

const IF_MATCH = {
  'if-match': Type.Optional(
    Type.String({
      description:
        'The ETag that you have seen, or several of which any will do; 412 if it has changed since. ' +
        'A weak one (`W/"3"`), as a proxy that compresses makes it, counts like the one we gave.',
    }),
  ),
}

const IF_NONE_MATCH = {
  'if-none-match': Type.Optional(
    Type.String({
      description: 'The ETag that you have, or several; 304 if one of them is still the same.',
    }),
  ),
}

export const KeyHeaders = Type.Object(KEY)
/** For what makes something else; a request without one that got no answer may have made it. */
export const MakeHeaders = Type.Object({ 'idempotency-key': Type.Optional(idempotencyKey) })
export const TransitionHeaders = Type.Object({ ...KEY, ...IF_MATCH, ...TOKEN })
export const LookHeaders = Type.Object(IF_NONE_MATCH)
export const TokenLookHeaders = Type.Object({ ...IF_NONE_MATCH, ...TOKEN })
export const MatchHeaders = Type.Object(IF_MATCH)
export const ResumeHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ description: 'The id of the last event that you have seen.' }),
  ),
})
