/** A customer's claim: what it is, how it is asked for, what may be done with it. */
import type { Static } from 'typebox'
import { LINES_MAX, QUANTITY_MAX } from '../domain/reservation/demand.js'
import { CUSTOMER_LENGTH_MAX, RESERVATION_STATES } from '../domain/reservation/reservation.js'
import { HOLD_SECONDS_MAX } from './listing.js'
import { Contact, contactFilter, metadata, metadataFilter } from './notices/contact.js'
import {
  CalendarDate,
  Id,
  Moment,
  NullableTime,
  named,
  nullable,
  PAGE_QUERY,
  pageOf,
  reason,
  ref,
  Time,
  text,
} from './scalars.js'
import { Type } from './schema/type.js'

// Printable text; what has an @ is one e-mail address without a name around it, and no list of them.
const NO_PRINT = '\\p{Cc}\\p{Cs}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'
const ATOM = `[^@\\s,;:<>()\\[\\]"\\\\${NO_PRINT}]+`
const SPACES = '[ \\u00a0\\u2000-\\u200a\\u202f\\u3000]*'
/** For tests: the pattern and the domain's `isCustomer` are one rule, written twice. */
export const CUSTOMER_PATTERN = `^(?:[^@${NO_PRINT}]+|${SPACES}${ATOM}@${ATOM}${SPACES})$`

/** Who it is for. */
export const customer = Type.String({
  minLength: 1,
  maxLength: CUSTOMER_LENGTH_MAX,
  pattern: CUSTOMER_PATTERN,
  description:
    'One e-mail address, or any printable text without an @ that names the customer. Spellings of one ' +
    'customer are one: an address has no case, and what nobody sees does not count.',
  examples: ['ada@example.com'],
})

const paymentRef = text(255, 'The payment, by the name that the payment provider gave it.')

const quantity = Type.Integer({ minimum: 1, maximum: QUANTITY_MAX })

export const Line = named(
  'Line',
  {
    pool_id: Id,
    quantity,
    resource_id: Type.Optional(Id),
    block_id: Type.Optional(Id),
    night: Type.Optional(CalendarDate),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
  },
  {
    description:
      'Units of a pool. Of a stay there is one for each night, with its date; of a slot or a range ' +
      'it is told when it begins and ends.',
  },
)
export type Line = Static<typeof Line>

const date = (description: string) =>
  Type.Optional(Type.String({ format: 'date', minLength: 10, maxLength: 10, description }))

export const WantedLine = named(
  'WantedLine',
  {
    pool_id: Type.Optional(Id),
    resource_id: Type.Optional(Id),
    block_id: Type.Optional(Id),
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    check_in: date('The date of the first night, YYYY-MM-DD.'),
    check_out: date('The date after the last night, YYYY-MM-DD.'),
    quantity: Type.Optional(
      Type.Integer({ minimum: 1, maximum: QUANTITY_MAX, description: 'Default 1.' }),
    ),
  },
  {
    description:
      'Units of a pool: `pool_id`. Or time on a resource: `resource_id`, `from` and `to`, a slot that ' +
      'begins and ends then, or any range where ranges are sold. Or rooms for every night of a stay: ' +
      '`resource_id`, or `block_id` for rooms of a block, with `check_in` and `check_out`.',
  },
)
export type WantedLine = Static<typeof WantedLine>

const lines = Type.Array(ref(WantedLine), {
  minItems: 1,
  maxItems: LINES_MAX,
  description: 'All or nothing. Several lines on one pool or night count together.',
})

const allowPast = Type.Boolean({
  description:
    "For a seller's key: what is over, has begun or is too soon may be taken, too, for what is entered " +
    'after the fact. Default false.',
})

const holdSeconds = Type.Integer({
  minimum: 1,
  maximum: HOLD_SECONDS_MAX,
  description: 'How long to hold the units from now on; the listing has its own limit.',
})

const RESERVATION = {
  id: Id,
  listing_id: Id,
  state: Type.Unsafe<(typeof RESERVATION_STATES)[number]>({
    type: 'string',
    enum: RESERVATION_STATES,
  }),
  customer: Type.String(),
  lines: Type.Array(ref(Line), { description: 'One per pool: what it is for, or was for.' }),
  version: Type.Integer({
    minimum: 1,
    description: 'Rises with every change; the ETag quotes it.',
  }),
  created_at: Time,
  updated_at: Time,
  expires_at: NullableTime,
  payment_ref: nullable<string>('string', {
    description: 'The payment that confirmed it.',
  }),
  refund_due: Type.Boolean({
    description: 'Money is to be given back: the list of refunds says which payment.',
  }),
  contact: Type.Optional(ref(Contact)),
  metadata: Type.Optional(metadata),
}

export const Reservation = named('Reservation', RESERVATION)
export type Reservation = Static<typeof Reservation>

export const ReservationPage = pageOf(Reservation)

export const Refund = named(
  'Refund',
  {
    ...RESERVATION,
    payment_ref: text(255, 'The payment that is due back.'),
    refund_due: Type.Boolean({ description: 'False once it is settled.' }),
    reason: Type.String({
      description:
        'Why it is due: `cancelled`, or the code of the refusal of the request that had this payment.',
      examples: ['capacity_gone'],
    }),
    due_since: Time,
    settled_at: NullableTime,
  },
  {
    description:
      'A payment that is due back, with the reservation that it came for. A reservation may have several.',
  },
)
export type Refund = Static<typeof Refund>

export const RefundPage = pageOf(Refund)

export const Settlement = named(
  'Settlement',
  {
    payment_ref: Type.Optional(
      text(255, 'Which payment was given back. May be left out while only one is due.'),
    ),
    reason: Type.Optional(reason),
  },
  { description: 'No body, or which payment was given back.' },
)
export type Settlement = Static<typeof Settlement>

/** A time of a repeated booking that is not part of it. */
export const Skipped = Type.Object(
  {
    resource_id: Id,
    from: Time,
    to: Time,
    code: Type.Unsafe<'slot_taken' | 'insufficient_capacity' | 'not_offered'>({
      type: 'string',
      enum: ['slot_taken', 'insufficient_capacity', 'not_offered'],
    }),
  },
  { additionalProperties: false },
)

export type Skipped = Static<typeof Skipped>

export const CreatedReservation = named('CreatedReservation', {
  ...RESERVATION,
  token: Type.String({
    description:
      'Proves, in the header `Holdfast-Token`, that a caller with a storefront key is the one who ' +
      'made this reservation. Whoever has it may act on the reservation.',
  }),
  skipped: Type.Optional(
    Type.Array(Skipped, {
      description: 'With `repeat`: the times that were not to be had, and why.',
    }),
  ),
})
export type CreatedReservation = Static<typeof CreatedReservation>

export const ConfirmedReservation = named('ConfirmedReservation', {
  ...RESERVATION,
  reacquired: Type.Optional(
    Type.Boolean({ description: 'The hold was over already, and its units were still to be had.' }),
  ),
})
export type ConfirmedReservation = Static<typeof ConfirmedReservation>

const Repeat = Type.Object(
  {
    weeks: Type.Integer({
      minimum: 2,
      maximum: LINES_MAX,
      description: 'How many weeks in all, the first one included.',
    }),
    when_taken: Type.Optional(
      Type.Unsafe<'refuse' | 'skip'>({
        type: 'string',
        enum: ['refuse', 'skip'],
        description: 'Default `refuse`: all weeks or none. `skip` takes those that are to be had.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'The same local time, week after week, on whichever side of a change of the clocks. Lines are ' +
      `slots or times, and at most ${LINES_MAX} with all repetitions.`,
  },
)

export const NewReservation = named(
  'NewReservation',
  {
    customer,
    lines,
    hold_seconds: Type.Optional(holdSeconds),
    repeat: Type.Optional(Repeat),
    allow_past: Type.Optional(allowPast),
    contact: Type.Optional(ref(Contact)),
    metadata: Type.Optional(metadata),
    reason: Type.Optional(reason),
  },
  { description: 'With `hold_seconds` it is born held, without it is confirmed at once.' },
)
export type NewReservation = Static<typeof NewReservation>

export const ReservationChange = named('ReservationChange', {
  lines,
  allow_past: Type.Optional(allowPast),
  reason: Type.Optional(reason),
})
export type ReservationChange = Static<typeof ReservationChange>

export const Confirmation = named(
  'Confirmation',
  { payment_ref: Type.Optional(paymentRef), reason: Type.Optional(reason) },
  { description: 'With a payment, an expired hold takes its units again if they are free.' },
)
export type Confirmation = Static<typeof Confirmation>

export const Extension = named('Extension', {
  hold_seconds: holdSeconds,
  reason: Type.Optional(reason),
})
export type Extension = Static<typeof Extension>

export const Reasoned = named(
  'Reasoned',
  { reason: Type.Optional(reason) },
  { description: 'No body, or why.' },
)
export type Reasoned = Static<typeof Reasoned>

export const NoFields = named('NoFields', {}, { description: 'No body, or an empty object.' })

const ANY_STATE = RESERVATION_STATES.join('|')

export const ReservationQuery = Type.Object(
  {
    ...PAGE_QUERY,
    state: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: `^(?:${ANY_STATE})(?:,(?:${ANY_STATE}))*$`,
        description: 'One state, or several with commas between them: any of them will do.',
        examples: ['held', 'held,confirmed'],
      }),
    ),
    customer: Type.Optional(customer),
    contact: Type.Optional(contactFilter),
    payment_ref: Type.Optional(text(255, 'The payment that confirmed it.')),
    created_since: Type.Optional(Moment),
    created_until: Type.Optional(Moment),
    resource_id: Type.Optional(Id),
    overlaps_from: Type.Optional(Moment),
    overlaps_until: Type.Optional(Moment),
    metadata: Type.Optional(metadataFilter),
    first: Type.Optional(
      Type.Unsafe<'newest' | 'oldest'>({
        type: 'string',
        enum: ['newest', 'oldest'],
        description: 'Default `newest`.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ReservationQuery = Static<typeof ReservationQuery>
