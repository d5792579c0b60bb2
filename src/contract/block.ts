/** Rooms that a hotel sets aside for a party, as they are contracted for an event. */
import type { Static } from 'typebox'
import { QUANTITY_MAX } from '../domain/reservation/demand.js'
import { NAME_LENGTH_MAX } from '../domain/reservation/reservation.js'
import { STAY_NIGHTS_MAX } from '../domain/time/stay.js'
import {
  CalendarDate,
  FromDate,
  Id,
  named,
  pageOf,
  reason,
  ref,
  Time,
  ToDate,
  text,
} from './scalars.js'
import { Type } from './schema/type.js'

const BLOCK_STATES = ['tentative', 'definite', 'released'] as const

const quantity = Type.Integer({
  minimum: 1,
  maximum: QUANTITY_MAX,
  description: 'Rooms for each night.',
})

const TERMS = {
  name: text(NAME_LENGTH_MAX, 'For whom the rooms are set aside.'),
  resource_id: Id,
  from: FromDate,
  to: ToDate,
  quantity,
  cut_off: Type.String({
    format: 'date',
    minLength: 10,
    maxLength: 10,
    description:
      'With the beginning of this date, YYYY-MM-DD, where the hotel is, what was not picked up goes back.',
  }),
}

export const BlockNight = named('BlockNight', {
  night: CalendarDate,
  blocked: Type.Integer({ minimum: 0, description: 'Rooms that were contracted.' }),
  picked_up: Type.Integer({ minimum: 0, description: 'Of these, rooms that guests have.' }),
  left: Type.Integer({ minimum: 0, description: 'Rooms that can still be picked up.' }),
})
export type BlockNight = Static<typeof BlockNight>

const BLOCK = {
  id: Id,
  listing_id: Id,
  ...TERMS,
  state: Type.Unsafe<(typeof BLOCK_STATES)[number]>({ type: 'string', enum: BLOCK_STATES }),
  version: Type.Integer({
    minimum: 1,
    description: 'Rises with every change of the block itself.',
  }),
  created_at: Time,
  updated_at: Time,
}

export const Block = named('Block', BLOCK, {
  description:
    'Tentative takes nothing, definite has its rooms, released has given back what was not picked up.',
})
export type Block = Static<typeof Block>

export const BlockReport = named(
  'BlockReport',
  { ...BLOCK, nights: Type.Array(ref(BlockNight)) },
  { description: 'A block with its pick-up, night by night.' },
)
export type BlockReport = Static<typeof BlockReport>

export const BlockPage = pageOf(Block)

export const NewBlock = named(
  'NewBlock',
  { ...TERMS, reason: Type.Optional(reason) },
  {
    description: `At most ${STAY_NIGHTS_MAX} nights. The cut-off is no later than the last night.`,
  },
)
export type NewBlock = Static<typeof NewBlock>
