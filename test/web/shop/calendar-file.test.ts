/** The calendar file that a booking's page makes, read by a library that calendars use. */
import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { calendarFile } from '../../../web/shop/booking/calendar-file.js'

const RESERVATION = { id: 'r-1', version: 3, updated_at: '2030-10-01T08:00:00.123Z' }
const TITLE = `Court 1, "the; old" \\ one\nmit Umlaut ä und 🎾, ${'sehr lang '.repeat(20)}`
const time = {
  kind: 'time',
  ...{ resourceId: 'c', quantity: 1 },
  ...{ fromMs: Date.parse('2030-10-21T12:30:00Z'), toMs: Date.parse('2030-10-21T13:30:00Z') },
} as const
const stay = {
  kind: 'stay',
  ...{ resourceId: 'd', quantity: 2, checkIn: '2030-10-21', checkOut: '2030-10-24' },
} as const

test('says when, what and where, as a calendar reads it back', () => {
  const text = calendarFile(RESERVATION, [
    { choice: time, title: TITLE, place: 'Riverside; turf' },
    { choice: stay, title: 'Double room', place: 'Grand Hotel' },
  ])
  const lines = (text ?? '').split('\r\n')
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75)
  const calendar = new ICAL.Component(ICAL.parse(text ?? ''))
  const [hour, nights] = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each))
  expect(hour?.summary).toBe(TITLE)
  expect(hour?.location).toBe('Riverside; turf')
  expect([hour?.uid, hour?.sequence]).toEqual(['r-1', 3])
  expect(hour?.startDate.toJSDate()).toEqual(new Date(time.fromMs))
  expect(hour?.endDate.toJSDate()).toEqual(new Date(time.toMs))
  expect([nights?.uid, nights?.startDate.isDate]).toEqual(['r-1/1', true])
  expect([nights?.startDate.toString(), nights?.endDate.toString()]).toEqual([
    '2030-10-21',
    '2030-10-24',
  ])
})

test('is no file where nothing has a time', () => {
  const choice = { kind: 'units', resourceId: 'h', poolId: 'p', quantity: 1 } as const
  expect(calendarFile(RESERVATION, [{ choice, title: 'A room', place: 'A congress' }])).toBe(
    undefined,
  )
})
