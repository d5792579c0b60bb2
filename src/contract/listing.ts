/** A listing, what it allows, and what it sells places on. */
import type { Static } from 'typebox'
import {
  NAME_LENGTH_MAX,
  REFUNDS_ON_CANCEL,
  type RefundOnCancel,
  type StorefrontConfirms,
} from '../domain/reservation/reservation.js'
import { HORIZON_DAYS_MAX, NOTICE_MINUTES_MAX } from '../domain/time/window.js'
import { metadata, metadataChange } from './notices/contact.js'
import { Id, named, nullable, PLAIN_TEXT, pageOf, reason, ref, Time, text } from './scalars.js'
import { Type } from './schema/type.js'

/** As large as a PostgreSQL integer. */
const INTEGER_MAX = 2 ** 31 - 1
/** A year; the listing's own limit is far below. */
export const HOLD_SECONDS_MAX = 31_536_000

const limit = (description: string) =>
  nullable<number>('integer', { minimum: 1, maximum: INTEGER_MAX, description })

const seconds = (description: string) =>
  Type.Integer({ minimum: 1, maximum: HOLD_SECONDS_MAX, description })

const POLICY = {
  customer_units_max: limit(
    'Units that one customer may have, held and confirmed; null: no limit.',
  ),
  customer_holds_max: limit('Holds that one customer may have open at once; null: no limit.'),
  hold_seconds_max: seconds('The longest that a hold may be asked to last.'),
  hold_age_seconds_max: seconds('How old a hold may become by being extended.'),
  refund_on_cancel: Type.Unsafe<RefundOnCancel>({
    type: 'string',
    enum: REFUNDS_ON_CANCEL,
    description:
      'Whether the payment of a reservation that is cancelled is due back: `always`, the default, or ' +
      '`never`.',
  }),
  storefront_confirms: Type.Unsafe<StorefrontConfirms>({
    type: 'string',
    enum: ['never', 'free'],
    description:
      "Whether a storefront's key may confirm a hold whose token it has: `never`, the default, or " +
      '`free`, where nothing is paid for; then without a `payment_ref`.',
  }),
}

export const Policy = named('Policy', POLICY, { description: 'What a listing allows.' })
export type Policy = Static<typeof Policy>

export const PolicyChange = named(
  'PolicyChange',
  {
    customer_units_max: Type.Optional(POLICY.customer_units_max),
    customer_holds_max: Type.Optional(POLICY.customer_holds_max),
    hold_seconds_max: Type.Optional(POLICY.hold_seconds_max),
    hold_age_seconds_max: Type.Optional(POLICY.hold_age_seconds_max),
    refund_on_cancel: Type.Optional(POLICY.refund_on_cancel),
    storefront_confirms: Type.Optional(POLICY.storefront_confirms),
  },
  { description: 'What is left out stays as it is.' },
)
export type PolicyChange = Static<typeof PolicyChange>

const name = text(NAME_LENGTH_MAX, 'What people call it.')
const timeZone = text(64, 'An IANA time zone.')

const archived = Type.Boolean({
  description:
    'Nothing new is sold. What is sold stays, and can be confirmed, given back and changed away.',
})

export const Listing = named(
  'Listing',
  {
    id: Id,
    name,
    time_zone: timeZone,
    policy: ref(Policy),
    archived,
    metadata: Type.Optional(metadata),
    created_at: Time,
  },
  { description: 'What is on sale: an event, a turf, a hotel.' },
)
export type Listing = Static<typeof Listing>

export const ListingPage = pageOf(Listing)

export const NewListing = named('NewListing', {
  name,
  time_zone: Type.Optional(timeZone),
  policy: Type.Optional(ref(PolicyChange)),
  metadata: Type.Optional(metadata),
  reason: Type.Optional(reason),
})
export type NewListing = Static<typeof NewListing>

export const ListingChange = named(
  'ListingChange',
  {
    name: Type.Optional(name),
    time_zone: Type.Optional(timeZone),
    policy: Type.Optional(ref(PolicyChange)),
    metadata: Type.Optional(metadataChange),
    reason: Type.Optional(reason),
  },
  { minProperties: 1, description: 'What is left out stays as it is.' },
)
export type ListingChange = Static<typeof ListingChange>

const noticeMinutes = Type.Integer({
  minimum: 0,
  maximum: NOTICE_MINUTES_MAX,
  description:
    'How many minutes before a slot or a range begins, or before a night is over, it is booked at the ' +
    'latest. Default 0.',
})

const horizonDays = nullable<number>('integer', {
  minimum: 0,
  maximum: HORIZON_DAYS_MAX,
  description:
    'How many days after today the last day is that can be booked, by the clock where the resource ' +
    'is; null, the default: there is no last day.',
})

export const Resource = named(
  'Resource',
  {
    id: Id,
    listing_id: Id,
    name,
    exclusive: Type.Boolean({ description: 'Sold to one customer at a time, as slots or ranges.' }),
    time_zone: nullable<string>('string', { description: "Its own; null: the listing's." }),
    notice_minutes: noticeMinutes,
    horizon_days: horizonDays,
    archived,
    metadata: Type.Optional(metadata),
    created_at: Time,
  },
  { description: 'What a listing sells places on: a hotel, a court.' },
)
export type Resource = Static<typeof Resource>

export const ResourcePage = pageOf(Resource)

export const NewResource = named('NewResource', {
  name,
  exclusive: Type.Optional(
    Type.Boolean({
      description: 'Sold to one customer at a time, as slots or ranges; default false.',
    }),
  ),
  time_zone: Type.Optional(timeZone),
  notice_minutes: Type.Optional(noticeMinutes),
  horizon_days: Type.Optional(horizonDays),
  metadata: Type.Optional(metadata),
  reason: Type.Optional(reason),
})
export type NewResource = Static<typeof NewResource>

export const ResourceChange = named(
  'ResourceChange',
  {
    name: Type.Optional(name),
    time_zone: Type.Optional(
      nullable<string>('string', {
        minLength: 1,
        maxLength: 64,
        pattern: PLAIN_TEXT,
        description:
          "An IANA time zone, or null for the listing's. With another one nights, the cut-offs of blocks " +
          'and free slots are computed again.',
      }),
    ),
    notice_minutes: Type.Optional(noticeMinutes),
    horizon_days: Type.Optional(horizonDays),
    metadata: Type.Optional(metadataChange),
    reason: Type.Optional(reason),
  },
  { minProperties: 1, description: 'What is left out stays as it is.' },
)
export type ResourceChange = Static<typeof ResourceChange>
