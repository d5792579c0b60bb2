/** Opening hours on the days on which clocks are set, in every zone, held against the runtime's own clocks. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freeWithin, nearestFree, whyNotOffered } from '../../../src/domain/time/ranges.js'
import {
  openingsOf,
  type RangeSchedule,
  type SlotSchedule,
  stretchesOf,
} from '../../../src/domain/time/schedule.js'
import { slotsOf } from '../../../src/domain/time/slots.js'
import { datesShown, nightSpans, timeZoneNamed } from '../../../src/domain/time/zoned-time.js'
import { EVERY_ZONE, offsets, type Setting, settingsIn } from '../../support/wall-clock.js'

const YEAR = 2027
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

interface StrangeDay {
  readonly zone: string
  readonly setting: Setting
}

const SETTINGS = EVERY_ZONE.map((zone) => ({ zone, settings: settingsIn(zone, YEAR) }))

/** Each way in which clocks are set once, however many zones do it together. */
const STRANGE_DAYS: readonly StrangeDay[] = [
  ...new Map(
    SETTINGS.flatMap(({ zone, settings }) =>
      settings.map((setting) => [Object.values(setting).join(), { zone, setting }] as const),
    ),
  ).values(),
]

/** What the wall shows, as if it were UTC. */
function wallAt({ atMs, beforeMs, afterMs }: Setting, ms: number): number {
  return ms + (ms < atMs ? beforeMs : afterMs)
}

/** Hours that begin or end near the time at which the clocks are set; on the wall, every quarter. */
const hours = fc
  .record({
    from: fc.integer({ min: 0, max: 95 }),
    length: fc.integer({ min: 1, max: 96 }),
  })
  .map(({ from, length }) => ({ from: from * 15, to: (from + length) * 15 }))

/** By the wall alone: the hours of this date, or last night's that go on past midnight. */
function isWithin({ from, to }: { from: number; to: number }, wallMs: number): boolean {
  const minute = (wallMs % DAY) / MINUTE
  return (from <= minute && minute < to) || (from <= minute + 1_440 && minute + 1_440 < to)
}

function ranges(each: { from: number; to: number }): RangeSchedule {
  return {
    soldBy: 'ranges',
    weekly: [{ days: EVERY_DAY, ...each }],
    exceptions: [],
    bufferMinutes: 0,
    minMinutes: 15,
    maxMinutes: 120,
    stepMinutes: 15,
  }
}

/** The strange day with the days beside it. */
function around({ atMs }: Setting) {
  const fromMs = Math.floor((atMs - DAY) / HOUR) * HOUR
  return { fromMs, toMs: fromMs + 2 * DAY }
}

test('there are zones that are set at midnight, at closing time, by half an hour, and twice a year', () => {
  expect(EVERY_ZONE.length).toBeGreaterThan(400)
  expect(STRANGE_DAYS.length).toBeGreaterThan(25)
})

describe('on every strange day of every zone', () => {
  test('a resource is open exactly while the wall is within the hours', () => {
    for (const { zone, setting } of STRANGE_DAYS) {
      fc.assert(
        fc.property(hours, (each) => {
          const span = around(setting)
          const open = stretchesOf(openingsOf(ranges(each), zone, span))
          for (let ms = span.fromMs; ms < span.toMs; ms += 15 * MINUTE) {
            const isOpen = open.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
            const shown = wallAt(setting, ms)
            if (isOpen !== isWithin(each, shown)) {
              throw new Error(`${zone}, ${new Date(shown).toISOString()}: ${isOpen}`)
            }
          }
        }),
        { numRuns: 8 },
      )
    }
  })

  test('a range is on offer whenever the resource is open for all of it, and begins on a step', () => {
    const quarter = fc.integer({ min: 0, max: 2 * 24 * 4 - 9 })
    for (const { zone, setting } of STRANGE_DAYS) {
      const property = fc.property(
        hours,
        quarter,
        fc.integer({ min: 1, max: 8 }),
        (each, at, n) => {
          const fromMs = around(setting).fromMs + at * 15 * MINUTE
          const toMs = fromMs + n * 15 * MINUTE
          const quarters = Array.from({ length: n }, (_, i) => fromMs + i * 15 * MINUTE)
          const isOpen = quarters.every((ms) => isWithin(each, wallAt(setting, ms)))
          const schedule = ranges(each)
          const why = whyNotOffered(schedule, zone, { fromMs, toMs })
          expect(why === undefined, `${zone} ${new Date(fromMs).toISOString()}: ${why}`).toBe(
            isOpen,
          )
          const span = { fromMs, toMs }
          const free = freeWithin(schedule, zone, [], span)
          expect(free.some((it) => it.fromMs === fromMs && it.toMs === toMs)).toBe(isOpen)
          const near = nearestFree(schedule, zone, [], { wanted: span, within: span, count: 1 })
          expect(near).toEqual(isOpen ? [span] : [])
        },
      )
      fc.assert(property, { numRuns: 12 })
    }
  })

  test('slots begin on the wall’s steps, are open to their end, and none is missing', () => {
    for (const { zone, setting } of STRANGE_DAYS) {
      fc.assert(
        fc.property(hours, fc.constantFrom(15, 30, 45, 60), (each, slotMinutes) => {
          const schedule: SlotSchedule = {
            ...ranges(each),
            ...{ soldBy: 'slots', slotMinutes, capacity: 1 },
          }
          const span = around(setting)
          const slots = slotsOf(schedule, zone, span)
          let freeMs = Number.NEGATIVE_INFINITY
          for (let ms = span.fromMs; ms < span.toMs; ms += 15 * MINUTE) {
            const minute = (wallAt(setting, ms) % DAY) / MINUTE
            const since = minute < each.from ? minute + 1_440 - each.from : minute - each.from
            const quarters = Array.from(
              { length: slotMinutes / 15 },
              (_, i) => ms + i * 15 * MINUTE,
            )
            const isOpen = quarters.every((at) => isWithin(each, wallAt(setting, at)))
            const isSold = slots.some((slot) => slot.fromMs === ms)
            if (isSold) {
              expect(isOpen && since % slotMinutes === 0, `${zone} sells ${ms}`).toBe(true)
              expect(ms).toBeGreaterThanOrEqual(freeMs)
              freeMs = ms + slotMinutes * MINUTE
            } else if (isOpen && since % slotMinutes === 0 && each.to - each.from <= 1_440) {
              const taken = slots.some(
                (slot) => slot.fromMs < ms + slotMinutes * MINUTE && ms < slot.toMs,
              )
              // Where hours meet at midnight, a slot of the day before may not go on into the next day.
              const goesOn = since + slotMinutes > each.to - each.from
              expect(taken || goesOn || ms < span.fromMs + DAY / 2, `${zone} lacks ${ms}`).toBe(
                true,
              )
            }
          }
        }),
        { numRuns: 6 },
      )
    }
  })
})

test('in every zone each date begins when the wall shows it first, and nights follow each other', () => {
  for (const { zone, settings } of SETTINGS) {
    const aheadOf = offsets(zone)
    const dates = [...settings.map(({ atMs }) => atMs), Date.UTC(YEAR, 5, 15)].flatMap((ms) =>
      [-1, 0, 1].map((day) => new Date(ms + day * DAY).toISOString().slice(0, 10)),
    )
    const sorted = [...new Set(dates)].sort()
    const nights = nightSpans(zone, sorted)
    for (const [i, { fromMs: ms }] of nights.entries()) {
      const shown = (at: number) => new Date(at + aheadOf(at)).toISOString()
      expect([shown(ms).slice(0, 10), shown(ms - 1).slice(0, 10) < (sorted[i] ?? '')]).toEqual([
        sorted[i],
        true,
      ])
    }
    for (const [i, { fromMs, toMs }] of nights.entries()) {
      expect(datesShown(zone, [fromMs, toMs - 1])).toEqual([sorted[i]])
    }
  }
})

describe('the name of a time zone', () => {
  test('is any that the tz database has, spelled as it has it', () => {
    for (const zone of EVERY_ZONE) {
      expect([timeZoneNamed(zone), timeZoneNamed(zone.toLowerCase())]).toEqual([zone, zone])
    }
  })

  test.each([
    ...['IST', 'PST', 'CST', 'BST', '+05:30', '-08', 'UTC+5', 'GMT+5', 'Z', 'SystemV/AST4'],
    ...['', 'Mars/Olympus', 'Factory', 'Etc/Unknown', 'Europe/Berlin ', 'localtime'],
  ])('is not %s', (name) => {
    expect(timeZoneNamed(name)).toBeUndefined()
  })
})
