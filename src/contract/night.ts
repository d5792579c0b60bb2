/** What a resource that is sold by the night has, night by night. */
import type { Static } from 'typebox'
import { CAPACITY_MAX } from '../domain/reservation/demand.js'
import { NIGHTS_MAX, STAY_NIGHTS_MAX } from '../domain/time/stay.js'
import {
  CalendarDate,
  FromDate,
  Id,
  named,
  nullable,
  reason,
  ref,
  ToDate,
  text,
  Version,
} from './scalars.js'
import { Type } from './schema/type.js'

const minimumStay = Type.Integer({
  minimum: 1,
  maximum: STAY_NIGHTS_MAX,
  description: 'How many nights whoever arrives on this date stays at the least.',
})
const maximumStay = nullable<number>('integer', {
  minimum: 1,
  maximum: STAY_NIGHTS_MAX,
  description: 'How many nights whoever arrives on this date stays at the most; null: no limit.',
})
const closedToArrival = Type.Boolean({ description: 'True: nobody arrives on this date.' })
const closedToDeparture = Type.Boolean({ description: 'True: nobody leaves on this date.' })
const onSale = Type.Boolean({ description: 'False: no new stay takes this night.' })

export const Night = named('Night', {
  night: CalendarDate,
  pool_id: Id,
  capacity: Type.Integer({ minimum: 0, maximum: CAPACITY_MAX }),
  taken: Type.Integer({ minimum: 0 }),
  available: Type.Integer({
    minimum: 0,
    description:
      'What is left: capacity less taken; 0 for a night that is over, too soon or too far away.',
  }),
  minimum_stay: minimumStay,
  maximum_stay: maximumStay,
  closed_to_arrival: closedToArrival,
  closed_to_departure: closedToDeparture,
  on_sale: onSale,
  version: Version,
})
export type Night = Static<typeof Night>

export const Nights = named(
  'Nights',
  {
    listing_id: Id,
    resource_id: Id,
    from: FromDate,
    to: ToDate,
    nights: Type.Array(ref(Night), { description: 'Those that are set up, in their order.' }),
  },
  { description: 'Advice, not a promise: only a hold or a reservation takes rooms.' },
)
export type Nights = Static<typeof Nights>

export const NightsChange = named(
  'NightsChange',
  {
    from: FromDate,
    to: ToDate,
    capacity: Type.Integer({
      minimum: 0,
      maximum: CAPACITY_MAX,
      description: 'Rooms for each night, whether they are taken or not.',
    }),
    minimum_stay: Type.Optional(minimumStay),
    maximum_stay: Type.Optional(maximumStay),
    closed_to_arrival: Type.Optional(closedToArrival),
    closed_to_departure: Type.Optional(closedToDeparture),
    on_sale: Type.Optional(onSale),
    reason: Type.Optional(reason),
    override_reason: Type.Optional(
      text(
        500,
        'Why more may stay taken than there is from now on; the journal keeps it. Without it a ' +
          'capacity below what is taken is refused.',
      ),
    ),
  },
  {
    description:
      `At most ${NIGHTS_MAX} nights. Nights that are not there yet are made, with a minimum stay ` +
      'of 1, no maximum, on sale, and open to arrivals and departures, unless something else is said; ' +
      'of the others what is left out stays.',
  },
)
export type NightsChange = Static<typeof NightsChange>

export const NightsQuery = Type.Object(
  { from: FromDate, to: ToDate },
  { additionalProperties: false },
)
export type NightsQuery = Static<typeof NightsQuery>
