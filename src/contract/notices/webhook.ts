/** Endpoints of other programs that are told of events, as Standard Webhooks 1.0 has it. */
import type { Static } from 'typebox'
import { EVENT_KINDS, type EventKind } from '../../domain/event.js'
import {
  Id,
  Moment,
  NullableTime,
  named,
  nullable,
  PAGE_QUERY,
  pageOf,
  Time,
  text,
} from '../scalars.js'
import { Type } from '../schema/type.js'

/** As long as a URL of an endpoint may be. */
const URL_LENGTH_MAX = 2_000
const DESCRIPTION_LENGTH_MAX = 500

const WEEK_SECONDS = 604_800

const url = text(
  URL_LENGTH_MAX,
  'Where events are sent: https, a name and no IP address, port 443. All addresses of the name have to ' +
    'be on the public internet, now and with each delivery.',
)
const kinds = Type.Array(Type.Unsafe<EventKind>({ type: 'string', enum: EVENT_KINDS }), {
  maxItems: EVENT_KINDS.length,
  uniqueItems: true,
  description: 'The kinds of events to be told of; empty for every kind, also those still to come.',
})
const description = text(DESCRIPTION_LENGTH_MAX, 'What the endpoint is for.')

const DISABLED_REASONS = ['by_hand', 'gone'] as const

const WEBHOOK = {
  id: Id,
  listing_id: nullable<string>('string', {
    format: 'uuid',
    description: 'The listing whose events it is told of; null for every listing.',
  }),
  url: nullable<string>('string', {
    description: 'Where events are sent; null while `holdfast webhooks listen` reads them.',
  }),
  kinds,
  description: Type.String(),
  disabled: Type.Boolean({ description: 'True: it is told nothing.' }),
  disabled_reason: Type.Unsafe<(typeof DISABLED_REASONS)[number] | null>({
    type: ['string', 'null'],
    enum: [...DISABLED_REASONS, null],
    description: '`gone`: it answered 410. Null while it is not disabled.',
  }),
  old_secret_until: {
    ...NullableTime,
    description: 'Until then messages are signed with the secret before as well; null: no longer.',
  } as typeof NullableTime,
  created_at: Time,
  updated_at: Time,
}

export const Webhook = named('Webhook', WEBHOOK)
export type Webhook = Static<typeof Webhook>

export const WebhookPage = pageOf(Webhook)

export const WebhookQuery = Type.Object(
  { ...PAGE_QUERY, listing_id: Type.Optional(Id) },
  { additionalProperties: false },
)

export const IssuedWebhook = named('IssuedWebhook', {
  ...WEBHOOK,
  secret: Type.String({
    description:
      'What its messages are signed with, as `whsec_…`. It is shown this once, and again only to the same ' +
      'request under the same Idempotency-Key.',
  }),
})
export type IssuedWebhook = Static<typeof IssuedWebhook>

export const NewWebhook = named('NewWebhook', {
  url,
  listing_id: Type.Optional(Id),
  kinds: Type.Optional(kinds),
  description: Type.Optional(description),
})
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookChange = named('WebhookChange', {
  url: Type.Optional(url),
  kinds: Type.Optional(kinds),
  description: Type.Optional(description),
  disabled: Type.Optional(
    Type.Boolean({
      description:
        'True: it is told nothing from now on. False: it is told again; a replay brings what it missed.',
    }),
  ),
})
export type WebhookChange = Static<typeof WebhookChange>

export const WebhookRotation = named('WebhookRotation', {
  keep_old_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: WEEK_SECONDS,
      description:
        'For how long messages are signed with the secret before as well; default a day, 0 for one ' +
        'that others have learnt.',
    }),
  ),
})
export type WebhookRotation = Static<typeof WebhookRotation>

const DELIVERY_STATES = ['due', 'delivered', 'dead', 'needless'] as const
type DeliveryState = (typeof DELIVERY_STATES)[number]

const state = Type.Unsafe<DeliveryState>({
  type: 'string',
  enum: DELIVERY_STATES,
  description:
    '`due`: to be sent, or sent again. `dead`: given up, and sent again by a replay. `needless`: ' +
    'the endpoint was disabled or gone.',
})

export const WebhookDelivery = named('WebhookDelivery', {
  id: Id,
  event_id: {
    ...Id,
    description: 'The `webhook-id` of the message; the same for every attempt and every endpoint.',
  } as typeof Id,
  kind: Type.String({ description: 'The kind of the event, or `webhook.test`.' }),
  listing_id: nullable<string>('string', {
    format: 'uuid',
    description: 'Null for a test event of an endpoint of every listing.',
  }),
  state,
  attempts: Type.Integer({ minimum: 0 }),
  status: nullable<number>('integer', {
    description: 'The status that the endpoint answered last; null when there was no answer.',
  }),
  answer: nullable<string>('string', {
    description: 'The first kilobyte of that answer.',
  }),
  reason: nullable<string>('string', {
    description: 'Why the last attempt failed; null when none did.',
  }),
  happened_at: Time,
  attempted_at: NullableTime,
  next_attempt_at: NullableTime,
})
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const WebhookDeliveryPage = pageOf(WebhookDelivery)

export const WebhookDeliveryQuery = Type.Object(
  { ...PAGE_QUERY, delivery_state: Type.Optional(state) },
  { additionalProperties: false },
)

export const WebhookReplay = named(
  'WebhookReplay',
  {
    delivery_id: Type.Optional(Id),
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    only_dead: Type.Optional(
      Type.Boolean({ description: 'True: of a span only what was given up. Default false.' }),
    ),
  },
  {
    description:
      'Either one delivery, or a span of time: events from `from` until before `to` (default now), those ' +
      'that the endpoint missed while it was disabled too.',
  },
)
export type WebhookReplay = Static<typeof WebhookReplay>

export const Replayed = named('Replayed', {
  deliveries: Type.Integer({ minimum: 0, description: 'How many are sent again.' }),
})
export type Replayed = Static<typeof Replayed>
