/** Opening hours, steps and buffers as a seller means them, on plain days and on strange ones. */
import { describe, expect, test } from 'vitest'
import { freeWithin, nearestFree, whyNotOffered } from '../../../src/domain/time/ranges.js'
import { repeated } from '../../../src/domain/time/repeat.js'
import {
  checkSchedule,
  type RangeSchedule,
  type SlotSchedule,
} from '../../../src/domain/time/schedule.js'
import { slotsOf } from '../../../src/domain/time/slots.js'
import { midnightOf } from '../../../src/domain/time/zoned-time.js'

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const MINUTE = 60_000

const opening = (from: number, to: number) => ({
  weekly: [{ days: EVERY_DAY, from: from * 60, to: to * 60 }],
  exceptions: [],
  bufferMinutes: 0,
})

function byRange(from: number, to: number, more: Partial<RangeSchedule> = {}): RangeSchedule {
  const lengths = { minMinutes: 30, maxMinutes: 240, stepMinutes: 30 }
  return { soldBy: 'ranges', ...opening(from, to), ...lengths, ...more }
}

function bySlot(from: number, to: number, more: Partial<SlotSchedule> = {}): SlotSchedule {
  return { soldBy: 'slots', ...opening(from, to), slotMinutes: 60, capacity: 1, ...more }
}

const span = (from: string, to: string) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) })
const minutesOf = (date: string, slots: readonly { readonly fromMs: number }[]) =>
  slots.map(({ fromMs }) => (fromMs - Date.parse(date)) / MINUTE)

describe('hours that end while the clocks are set forward', () => {
  test.each([
    ['Africa/Cairo', '2027-04-29', '2027-04-30'],
    ['Asia/Beirut', '2027-03-27', '2027-03-28'],
    ['America/Santiago', '2027-09-04', '2027-09-05'],
    ['America/Havana', '2027-03-13', '2027-03-14'],
  ])('lose no slot: %s, %s', (zone, from, to) => {
    const dates = { fromMs: midnightOf(zone, from), toMs: midnightOf(zone, to) }
    const slots = slotsOf(bySlot(20, 24), zone, dates)
    expect(slots).toHaveLength(4)
    expect(slots.at(-1)?.toMs, 'the last one ends with the day').toBe(dates.toMs)
  })

  test('are open until the moment at which they are', () => {
    const bar = byRange(20, 26.5)
    const last = span('2027-03-14T01:30-05:00', '2027-03-14T02:00-05:00')
    expect(whyNotOffered(bar, 'America/New_York', last)).toBeUndefined()
    const later = span('2027-03-14T01:30-05:00', '2027-03-14T03:30-04:00')
    expect(whyNotOffered(bar, 'America/New_York', later)).toMatch(/opening hours/)
  })

  test('and hours that begin then are open from the first moment after it', () => {
    const early = span('2027-03-14T03:00-04:00', '2027-03-14T03:30-04:00')
    expect(whyNotOffered(byRange(2.5, 6), 'America/New_York', early)).toBeUndefined()
  })
})

describe('the same hour on every Sunday', () => {
  const court = byRange(0, 24, { minMinutes: 120, stepMinutes: 120 })
  const first = span('2027-03-21T10:00+01:00', '2027-03-21T12:00+01:00')
  const line = { resourceId: 'court', quantity: 1, ...first }
  const sundays = repeated([line], 3, () => 'Europe/Berlin')

  test('is at ten o’clock by the wall, also after the clocks were set', () => {
    expect(sundays.map((each) => new Date(each.line.fromMs).toISOString())).toEqual([
      ...['2027-03-21T09:00:00.000Z', '2027-03-28T08:00:00.000Z', '2027-04-04T08:00:00.000Z'],
    ])
  })

  test('is on a step, because steps follow the wall', () => {
    const why = sundays.map((each) => whyNotOffered(court, 'Europe/Berlin', each.line))
    expect(why).toEqual([undefined, undefined, undefined])
  })

  test('is what is suggested around it', () => {
    const [, wanted] = sundays
    if (wanted === undefined) throw new Error('there are three')
    const within = span('2027-03-27T23:00Z', '2027-03-28T22:00Z')
    const near = nearestFree(court, 'Europe/Berlin', [], { wanted: wanted.line, within, count: 3 })
    expect(near.map(({ fromMs }) => new Date(fromMs).toISOString().slice(11, 16))).toEqual([
      ...['08:00', '06:00', '10:00'],
    ])
  })
})

describe('time kept free before and after each customer', () => {
  const buffers = { bufferBeforeMinutes: 15, bufferAfterMinutes: 30 }

  test('is part of the opening hours: the first slot begins later, the last one ends earlier', () => {
    const day = span('2027-06-01T00:00Z', '2027-06-02T00:00Z')
    const slots = slotsOf(bySlot(8, 12, buffers), 'UTC', day)
    expect(minutesOf('2027-06-01', slots)).toEqual([8 * 60 + 15, 10 * 60])
    const late = slotsOf(bySlot(8, 11.4, buffers), 'UTC', day)
    expect(minutesOf('2027-06-01', late), 'there is no half hour after the second').toEqual([495])
  })

  test('is kept at both ends of the day and, one after the other, between two ranges', () => {
    const court = byRange(8, 20, buffers)
    const busy = [span('2027-06-01T10:15Z', '2027-06-01T11:15Z')]
    const day = span('2027-06-01T00:00Z', '2027-06-02T00:00Z')
    expect(freeWithin(court, 'UTC', busy, day)).toEqual([
      span('2027-06-01T08:15Z', '2027-06-01T09:30Z'),
      span('2027-06-01T12:00Z', '2027-06-01T19:30Z'),
    ])
    const why = (from: string, to: string) =>
      whyNotOffered(court, 'UTC', span(`2027-06-01T${from}Z`, `2027-06-01T${to}Z`))
    expect(why('08:15', '09:15')).toBeUndefined()
    expect(why('18:45', '19:15')).toBeUndefined()
    expect(why('08:00', '09:00')).toBe(
      'The resource is open for 15 minutes before a booking and 30 after it.',
    )
    expect(why('19:15', '19:45')).toMatch(/30 after/)
    expect(why('08:30', '09:30'), 'steps are counted from the first booking').toMatch(/steps/)
  })

  test('is at most a day, all buffers together', () => {
    const all = { bufferMinutes: 1_000, bufferBeforeMinutes: 220, bufferAfterMinutes: 221 }
    expect(() => checkSchedule(bySlot(8, 12, all), true)).toThrow(/1441 minutes together/)
  })
})
