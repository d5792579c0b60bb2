/** The week's grid, and what another schedule would do: by the service's own rules. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SlotSchedule } from '../../../src/domain/time/schedule.js'
import { slotsOf } from '../../../src/domain/time/slots.js'
import { midnightOf } from '../../../src/domain/time/zoned-time.js'
import { scheduleOf } from '../../../src/http/views/schedules.js'
import { effectOf, sentencesOf } from '../../../web/staff/stock/schedules/effect.js'
import { slotsOffered } from '../../../web/staff/stock/schedules/offered.js'
import {
  closed,
  opened,
  openness,
  textOf,
  WEEKDAYS,
  weeklyOf,
  weekOf,
} from '../../../web/staff/stock/schedules/week.js'

const HOUR = 60

describe('a week', () => {
  test('becomes the same week again, with days that share hours in one entry', () => {
    const weekly = weeklyOf(
      weekOf([
        { days: ['sat', 'mon'], from: '16:00', to: '23:00' },
        { days: ['tue'], from: '16:00', to: '23:00' },
        { days: ['sat'], from: '22:00', to: '02:00' },
        { days: ['sun'], from: '00:00', to: '24:00' },
      ]),
    )
    expect(weekly).toEqual([
      { days: ['mon', 'tue', 'sat'], from: '16:00', to: '23:00' },
      { days: ['sat'], from: '22:00', to: '02:00' },
      { days: ['sun'], from: '00:00', to: '24:00' },
    ])
  })

  test('closes the middle of a stretch and leaves both ends open', () => {
    const stretches = closed([{ from: 8 * HOUR, to: 20 * HOUR }], { from: 750, to: 780 })
    expect(textOf(stretches)).toBe('08:00–12:30, 13:00–20:00')
    expect(textOf(opened(stretches, { from: 750, to: 780 }))).toBe('08:00–20:00')
  })

  test('keeps minutes that are finer than the grid', () => {
    const cell = { from: 9 * HOUR, to: 9.5 * HOUR }
    const stretches = [{ from: 550, to: 10 * HOUR }]
    expect(openness(stretches, cell)).toBe('partly')
    expect(textOf(closed(stretches, cell))).toBe('09:30–10:00')
  })

  test('opens nothing for longer than a day', () => {
    const stretches = opened([{ from: 0, to: 24 * HOUR }], { from: 24 * HOUR, to: 25 * HOUR })
    expect(stretches).toEqual([
      { from: 0, to: 1_440 },
      { from: 1_440, to: 1_500 },
    ])
  })
})

describe('what a schedule offers', () => {
  const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']
  const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15)
  const hours = fc.record({
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 3 }),
    ...{ from: minute, length: fc.integer({ min: 1, max: 96 }).map((quarters) => quarters * 15) },
  })

  test('is what the service makes of it, on the days on which clocks are set, too', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom('2030-03-08', '2030-03-29', '2030-04-05', '2030-10-25', '2030-11-01'),
        fc.array(hours, { minLength: 1, maxLength: 4 }),
        fc.record({
          ...{ slot_minutes: fc.constantFrom(30, 45, 60, 90), buffer: fc.constantFrom(0, 15) },
          ...{ before: fc.constantFrom(0, 10), after: fc.constantFrom(0, 20) },
        }),
        (zone, from, weekly, { slot_minutes, buffer, before, after }) => {
          const to = new Date(Date.parse(from) + 4 * 86_400_000).toISOString().slice(0, 10)
          const terms = {
            sold_by: 'slots' as const,
            slot_minutes,
            ...{ buffer_minutes: buffer, buffer_before_minutes: before },
            buffer_after_minutes: after,
            weekly: weekly.map(({ days, from, length }) => ({
              ...{ days, from: clock(from), to: clock((from + length) % 1_440) },
            })),
            exceptions: [{ date: from, hours: [{ from: '23:00', to: '04:30' }] }],
          }
          const span = { fromMs: midnightOf(zone, from), toMs: midnightOf(zone, to) }
          const wanted = slotsOf(scheduleOf(terms) as SlotSchedule, zone, span)
          expect(slotsOffered(terms, zone, from, to)).toEqual(wanted)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a change of the schedule', () => {
  const terms = {
    ...{ buffer_minutes: 0, buffer_before_minutes: 0, buffer_after_minutes: 0, slot_minutes: 60 },
    exceptions: [],
  }
  const slot = (from: string, taken: number, closed = false) => ({
    ...{ pool_id: from, from: `2030-10-21T${from}:00.000Z`, capacity: 1, taken, closed },
    to: `2030-10-21T${String(Number(from.slice(0, 2)) + 1).padStart(2, '0')}:00:00.000Z`,
    ...{ available: 1 - taken, version: 1 },
  })
  const looked = {
    ...{ zone: 'UTC', from: '2030-10-21', to: '2030-10-22' },
    slots: [slot('08:00', 1), slot('09:00', 1), slot('10:00', 0), slot('11:00', 0, true)],
  }
  const weekly: Parameters<typeof weekOf>[0] = [{ days: ['mon'], from: '09:00', to: '10:00' }]

  test('says which slots that are sold would not be on offer, and that they stay sold', () => {
    const effect = effectOf({ ...terms, weekly, sold_by: 'slots' }, looked, 0)
    expect(effect.sold.map(({ from }) => from)).toEqual(['2030-10-21T08:00:00.000Z'])
    expect(sentencesOf(effect)).toEqual([
      '1 slot that is sold would not be on offer any more; it stays sold.',
      '1 free slot would be closed.',
    ])
  })

  test('says which would be new, closed ones that are wanted again among them', () => {
    const longer = [{ ...weekly[0], days: ['mon' as const], from: '08:00', to: '12:00' }]
    const effect = effectOf({ ...terms, weekly: longer, sold_by: 'slots' }, looked, 0)
    expect(sentencesOf(effect)).toEqual(['1 slot would be new.'])
  })

  test('leaves out what has begun', () => {
    const noon = Date.parse('2030-10-21T12:00:00Z')
    const effect = effectOf({ ...terms, weekly: [], sold_by: 'slots' }, looked, noon)
    expect(sentencesOf(effect)).toEqual(['No slot would change.'])
  })

  test('of ranges names what customers have outside of the new hours', () => {
    const effect = effectOf({ ...terms, weekly, sold_by: 'ranges' }, looked, 0)
    expect(effect.sold.map(({ from }) => from)).toEqual(['2030-10-21T08:00:00.000Z'])
  })
})

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
