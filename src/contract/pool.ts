/** A countable stock on a resource, and what is left of it. */
import type { Static } from 'typebox'
import { CAPACITY_MAX } from '../domain/reservation/demand.js'
import { FromDate, Id, named, pageOf, reason, ref, Time, ToDate, text, Version } from './scalars.js'
import { Type } from './schema/type.js'

const capacity = Type.Integer({ minimum: 0, maximum: CAPACITY_MAX })

const COUNTS = {
  capacity,
  taken: Type.Integer({ minimum: 0 }),
  available: Type.Integer({ minimum: 0, description: 'What is left: capacity less taken.' }),
  version: Version,
}

export const Pool = named(
  'Pool',
  { id: Id, listing_id: Id, resource_id: Id, ...COUNTS },
  { description: 'A countable stock on a resource.' },
)
export type Pool = Static<typeof Pool>

export const PoolPage = pageOf(Pool)

export const NewPool = named('NewPool', {
  resource_id: Id,
  capacity,
  reason: Type.Optional(reason),
})
export type NewPool = Static<typeof NewPool>

export const PoolChange = named('PoolChange', {
  capacity,
  reason: Type.Optional(reason),
  override_reason: Type.Optional(
    text(
      500,
      'Why more may stay taken than there is from now on; the journal keeps it. Without it a ' +
        'capacity below what is taken is refused.',
    ),
  ),
})
export type PoolChange = Static<typeof PoolChange>

/** From one instant up to another, which is not part of it. */
export const TimeSpan = named('TimeSpan', { from: Time, to: Time })
export type TimeSpan = Static<typeof TimeSpan>

/** A pool that is bound to a time: a slot, a class, a night. */
export const TimedPool = named('TimedPool', {
  pool_id: Id,
  from: Time,
  to: Time,
  capacity,
  available: COUNTS.available,
})
export type TimedPool = Static<typeof TimedPool>

export const ResourceAvailability = named('ResourceAvailability', {
  id: Id,
  name: Type.String(),
  pools: Type.Array(ref(TimedPool), {
    description: 'Those that begin on the dates and are on offer, in order of time.',
  }),
  free: Type.Optional(
    Type.Array(ref(TimeSpan), {
      description:
        'Where the resource is sold by ranges: what is open and nobody has, buffers kept. In a `change` ' +
        'only when it is different, and then all of it.',
    }),
  ),
  gone: Type.Optional(
    Type.Array(Id, {
      description:
        'In a `change`: pools that are on offer no more, and ranges that nobody has any more.',
    }),
  ),
})
export type ResourceAvailability = Static<typeof ResourceAvailability>

export const PoolAvailability = named('PoolAvailability', {
  pool_id: Id,
  resource: Type.Object({ id: Id, name: Type.String() }, { additionalProperties: false }),
  ...COUNTS,
})
export type PoolAvailability = Static<typeof PoolAvailability>

/** Of a whole listing, or, as an event of `…/live`, of the pools that changed. */
export const Availability = named(
  'Availability',
  {
    listing_id: Id,
    version: Type.Integer({
      minimum: 0,
      description: 'Rises with every take, give-back, change of capacity and new pool.',
    }),
    pools: Type.Array(ref(PoolAvailability), {
      description: 'Those that are not bound to a time.',
    }),
    from: Type.Optional(FromDate),
    to: Type.Optional(ToDate),
    resources: Type.Optional(
      Type.Array(ref(ResourceAvailability), {
        description: 'When `from` and `to` are asked for: what is sold by time on these dates.',
      }),
    ),
  },
  { description: 'Advice, not a promise: only a hold or a reservation takes units.' },
)
export type Availability = Static<typeof Availability>

const DATES = {
  from: Type.Optional(FromDate),
  to: Type.Optional(ToDate),
  resource_id: Type.Optional(Id),
}

export const AvailabilityQuery = Type.Object(DATES, { additionalProperties: false })

export const FollowQuery = Type.Object(
  {
    ...DATES,
    ticket: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Instead of the key, for `EventSource`, which sends no header.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Opens a live stream. */
export const LiveTicket = named(
  'LiveTicket',
  { ticket: Type.String(), expires_at: Time },
  {
    description:
      'Opens the live streams of one listing, as the key that got it may, until `expires_at`, a minute ' +
      'from now, or until the key is revoked. It opens nothing else. A stream that is open goes on.',
  },
)
export type LiveTicket = Static<typeof LiveTicket>
