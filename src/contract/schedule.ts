/** When a resource is open, how its time is sold, and the slots that are made from that. */
import type { Static } from 'typebox'
import { CAPACITY_MAX } from '../domain/reservation/demand.js'
import {
  BUFFER_MINUTES_MAX,
  EXCEPTIONS_MAX,
  HOURS_PER_DAY_MAX,
  RANGE_MINUTES_MAX,
  SLOT_MINUTES_MAX,
  WEEKLY_MAX,
} from '../domain/time/schedule.js'
import { TimeSpan } from './pool.js'
import {
  CalendarDate,
  FromDate,
  Id,
  named,
  nullable,
  reason,
  ref,
  Time,
  ToDate,
  Version,
} from './scalars.js'
import { Type } from './schema/type.js'

/** In the order of the week, Monday first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Day = (typeof DAYS)[number]

const clock = (description: string) =>
  Type.String({
    minLength: 5,
    maxLength: 5,
    pattern: '^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
    description,
    examples: ['08:00', '22:00'],
  })

const HOURS = {
  from: clock('By the clock where the resource is.'),
  to: clock('Not later than `from`: on the day after.'),
}

const Weekly = Type.Object(
  {
    days: Type.Array(Type.Unsafe<Day>({ type: 'string', enum: DAYS }), {
      minItems: 1,
      maxItems: DAYS.length,
    }),
    ...HOURS,
  },
  { additionalProperties: false },
)

const Exception = Type.Object(
  {
    date: CalendarDate,
    hours: Type.Array(Type.Object(HOURS, { additionalProperties: false }), {
      maxItems: HOURS_PER_DAY_MAX,
      description: 'Instead of those of the weekday; none: closed.',
    }),
  },
  { additionalProperties: false },
)

const minutes = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description })

const soldBy = Type.Unsafe<'slots' | 'ranges'>({
  type: 'string',
  enum: ['slots', 'ranges'],
  description: 'In slots of one length, or by any start and end within the opening hours.',
})

const OPENING = {
  sold_by: soldBy,
  weekly: Type.Array(Weekly, { maxItems: WEEKLY_MAX }),
  exceptions: Type.Array(Exception, { maxItems: EXCEPTIONS_MAX }),
  buffer_minutes: minutes(0, BUFFER_MINUTES_MAX, 'Kept free between two customers.'),
  buffer_before_minutes: minutes(
    0,
    BUFFER_MINUTES_MAX,
    'Kept free before each customer, within the opening hours.',
  ),
  buffer_after_minutes: minutes(
    0,
    BUFFER_MINUTES_MAX,
    'Kept free after each customer, within the opening hours.',
  ),
}

const SLOTS = {
  slot_minutes: minutes(1, SLOT_MINUTES_MAX, 'With `slots`: how long each lasts.'),
  capacity: Type.Integer({
    minimum: 1,
    maximum: CAPACITY_MAX,
    description: 'With `slots`: places in each; 1 where the resource is exclusive.',
  }),
}

const RANGES = {
  min_minutes: minutes(1, RANGE_MINUTES_MAX, 'With `ranges`: the shortest that is sold.'),
  max_minutes: minutes(1, RANGE_MINUTES_MAX, 'With `ranges`: the longest that is sold.'),
  step_minutes: minutes(
    1,
    SLOT_MINUTES_MAX,
    'With `ranges`: starts, counted from the opening by the clock on the wall, and lengths are whole ' +
      'steps.',
  ),
}

export const NewSchedule = named(
  'NewSchedule',
  {
    sold_by: OPENING.sold_by,
    weekly: OPENING.weekly,
    exceptions: Type.Optional(OPENING.exceptions),
    buffer_minutes: Type.Optional(OPENING.buffer_minutes),
    buffer_before_minutes: Type.Optional(OPENING.buffer_before_minutes),
    buffer_after_minutes: Type.Optional(OPENING.buffer_after_minutes),
    slot_minutes: Type.Optional(SLOTS.slot_minutes),
    capacity: Type.Optional(SLOTS.capacity),
    min_minutes: Type.Optional(RANGES.min_minutes),
    max_minutes: Type.Optional(RANGES.max_minutes),
    step_minutes: Type.Optional(RANGES.step_minutes),
    reason: Type.Optional(reason),
  },
  {
    description:
      'Buffers that are left out are none; between two customers all three are kept, one after the ' +
      'other. `slots` need `slot_minutes`; `capacity` is 1 without ' +
      'it. `ranges` are in steps of 15 minutes, from one step to a day, where nothing else is said.',
  },
)
export type NewSchedule = Static<typeof NewSchedule>

export const Schedule = named('Schedule', {
  resource_id: Id,
  time_zone: Type.String({ description: 'Whose clocks the hours are told by.' }),
  ...OPENING,
  slot_minutes: Type.Optional(SLOTS.slot_minutes),
  capacity: Type.Optional(SLOTS.capacity),
  min_minutes: Type.Optional(RANGES.min_minutes),
  max_minutes: Type.Optional(RANGES.max_minutes),
  step_minutes: Type.Optional(RANGES.step_minutes),
  version: Version,
})
export type Schedule = Static<typeof Schedule>

export const DateRange = named(
  'DateRange',
  { from: FromDate, to: ToDate, reason: Type.Optional(reason) },
  { description: 'By the clock where the resource is.' },
)
export type DateRange = Static<typeof DateRange>

export const DateRangeQuery = Type.Object(
  { from: Type.Optional(FromDate), to: Type.Optional(ToDate) },
  { additionalProperties: false },
)

export const GeneratedSlots = named('GeneratedSlots', {
  opened: Type.Integer({ description: 'New, or on sale again after they had been closed.' }),
  kept: Type.Integer({ description: 'There already, and as they should be.' }),
  closed: Type.Integer({ description: 'Not in the schedule any more, and nobody had them.' }),
  blocked: Type.Array(ref(TimeSpan), {
    description: 'In the schedule, but somebody has that time, or some of it.',
  }),
})
export type GeneratedSlots = Static<typeof GeneratedSlots>

export const Slot = named(
  'Slot',
  {
    pool_id: Id,
    from: Time,
    to: Time,
    capacity: Type.Integer({ minimum: 0 }),
    taken: Type.Integer({ minimum: 0 }),
    available: Type.Integer({ minimum: 0 }),
    closed: Type.Boolean({ description: 'Not on offer any more.' }),
    version: Version,
  },
  { description: 'A pool that is bound to a time.' },
)
export type Slot = Static<typeof Slot>

export const ResourceSlots = named('ResourceSlots', {
  resource_id: Id,
  time_zone: Type.String(),
  slots: Type.Array(ref(Slot), { description: 'In order of time.' }),
})
export type ResourceSlots = Static<typeof ResourceSlots>

/** A slot as a refusal tells of it. */
export const SlotReference = Type.Object(
  {
    pool_id: nullable<string>('string', {
      description: 'The slot’s pool; null for a range, which has none yet.',
    }),
    resource_id: Id,
    from: Time,
    to: Time,
  },
  { additionalProperties: false },
)
export type SlotReference = Static<typeof SlotReference>
