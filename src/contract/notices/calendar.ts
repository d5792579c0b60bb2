/** Feeds that calendars subscribe to. */
import type { Static } from 'typebox'
import { Id, NullableTime, named, nullable, pageOf, Time } from '../scalars.js'
import { Type } from '../schema/type.js'

const audience = Type.Unsafe<'staff' | 'public'>({
  type: 'string',
  enum: ['staff', 'public'],
  description:
    '`staff`: who has booked what, and how to reach them. `public`: when something is taken, never by whom.',
})

const CALENDAR = {
  id: Id,
  listing_id: Id,
  resource_id: nullable<string>('string', {
    format: 'uuid',
    description: 'Null: every resource of the listing.',
  }),
  audience,
  created_at: Time,
  revoked_at: NullableTime,
}

export const Calendar = named('Calendar', CALENDAR, {
  description: 'A feed that calendars subscribe to.',
})
export type Calendar = Static<typeof Calendar>

export const CalendarPage = pageOf(Calendar)

export const IssuedCalendar = named('IssuedCalendar', {
  ...CALENDAR,
  path: Type.String({
    description:
      'Where calendars read it, at this server: `/calendars/{token}.ics`. The token is shown this once; ' +
      'whoever has it reads the feed until it is revoked.',
  }),
})
export type IssuedCalendar = Static<typeof IssuedCalendar>

export const NewCalendar = named('NewCalendar', {
  audience,
  resource_id: Type.Optional(Id),
})
export type NewCalendar = Static<typeof NewCalendar>
