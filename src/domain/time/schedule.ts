/** When a resource is open, and how its time is sold: the document that slots and ranges come from. */

import { HoldfastError } from '../errors.js'
import { addDays, isDate } from './date.js'
import {
  type EvenStretch,
  evenStretches,
  localOf,
  MINUTES_PER_DAY,
  MS_PER_DAY,
  MS_PER_MINUTE,
  weekdayOf,
} from './zoned-time.js'

/** From one minute of a day to another, by the clock on the wall; up to 2,880 is the day after. */
export interface Hours {
  readonly from: number
  readonly to: number
}

/** The hours of some days of the week, 1 for Monday to 7 for Sunday. */
interface WeeklyHours extends Hours {
  readonly days: readonly number[]
}

/** The hours of one date, instead of those of its weekday; none for a day that is closed. */
interface DayException {
  readonly date: string
  readonly hours: readonly Hours[]
}

interface Opening {
  readonly weekly: readonly WeeklyHours[]
  readonly exceptions: readonly DayException[]
  /** Kept free between two customers, in minutes. */
  readonly bufferMinutes: number
  /** Kept free before each customer, within the opening hours, in minutes; default 0. */
  readonly bufferBeforeMinutes?: number
  /** Kept free after each customer, within the opening hours, in minutes; default 0. */
  readonly bufferAfterMinutes?: number
}

/** Sold in slots of one length, one after the other from each opening on. */
export interface SlotSchedule extends Opening {
  readonly soldBy: 'slots'
  readonly slotMinutes: number
  /** Places in each slot; 1 for an exclusive resource. */
  readonly capacity: number
}

/** Sold by any start and end within the opening hours. */
export interface RangeSchedule extends Opening {
  readonly soldBy: 'ranges'
  readonly minMinutes: number
  readonly maxMinutes: number
  /** Starts and lengths are whole steps, counted from the opening. */
  readonly stepMinutes: number
}

export type Schedule = SlotSchedule | RangeSchedule

/** From one instant up to another, in milliseconds since 1970; the end is not part of it. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export const SLOT_MINUTES_MAX = MINUTES_PER_DAY
export const RANGE_MINUTES_MAX = 7 * MINUTES_PER_DAY
export const BUFFER_MINUTES_MAX = MINUTES_PER_DAY
export const WEEKLY_MAX = 50
export const EXCEPTIONS_MAX = 366
export const HOURS_PER_DAY_MAX = 10

/**
 * Checks what no schema can say.
 *
 * @throws HoldfastError `invalid_input` for hours that end before they begin or are longer than a
 * day, a date that there is not or that comes twice, hours of one day that overlap, buffers that are
 * longer than a day together, ranges of which none would fit, or a capacity above 1 or ranges on the wrong kind of resource
 */
export function checkSchedule(schedule: Schedule, exclusive: boolean): void {
  const { weekly, exceptions } = schedule
  for (let day = 1; day <= 7; day += 1) {
    checkHours(hoursOn(weekly, day), `day ${day} of the week`)
  }
  const gap = gapMinutesOf(schedule)
  if (gap > BUFFER_MINUTES_MAX) {
    refuse(`buffers of ${gap} minutes together are more than ${BUFFER_MINUTES_MAX}`)
  }
  const dates = new Set<string>()
  for (const { date, hours } of exceptions) {
    if (!isDate(date)) refuse(`there is no date ${JSON.stringify(date)}`)
    if (dates.has(date)) refuse(`${date} has two exceptions; one can have several hours`)
    dates.add(date)
    checkHours(hours, date)
  }
  if (schedule.soldBy === 'slots') {
    if (exclusive && schedule.capacity > 1) {
      refuse(
        `an exclusive resource is for one at a time; its slots cannot have ${schedule.capacity}`,
      )
    }
    return
  }
  if (!exclusive) refuse('ranges are sold of exclusive resources; this one is not')
  const { minMinutes, maxMinutes, stepMinutes } = schedule
  if (minMinutes > maxMinutes)
    refuse(`at least ${minMinutes} minutes are more than at most ${maxMinutes}`)
  if (Math.ceil(minMinutes / stepMinutes) * stepMinutes > maxMinutes) {
    refuse(
      `no whole number of ${stepMinutes}-minute steps is from ${minMinutes} to ${maxMinutes} minutes`,
    )
  }
}

function checkHours(hours: readonly Hours[], when: string): void {
  const sorted = hours.toSorted((a, b) => a.from - b.from)
  sorted.forEach(({ from, to }, i) => {
    if (from >= to || to - from > MINUTES_PER_DAY || from >= MINUTES_PER_DAY) {
      refuse(`${when} has hours from minute ${from} to ${to}; they last at most a day`)
    }
    const next = sorted[i + 1]
    if (next !== undefined && next.from < to) refuse(`${when} has hours that overlap`)
  })
}

function refuse(message: string): never {
  throw new HoldfastError('invalid_input', message)
}

function hoursOn(weekly: readonly WeeklyHours[], day: number): readonly Hours[] {
  return weekly.filter(({ days }) => days.includes(day))
}

/** How long before and after each customer the resource is open and nobody's. */
export function buffersOf({ bufferBeforeMinutes = 0, bufferAfterMinutes = 0 }: Schedule): {
  readonly before: number
  readonly after: number
} {
  return { before: bufferBeforeMinutes, after: bufferAfterMinutes }
}

/** What there is at the least between the end of one customer and the beginning of the next. */
export function gapMinutesOf(schedule: Schedule): number {
  const { before, after } = buffersOf(schedule)
  return after + schedule.bufferMinutes + before
}

/** A stretch of one date's opening hours in which the clocks go on evenly. */
export interface DayOpening extends Span {
  readonly date: string
  readonly hours: Hours
  /** What the clock on the wall shows at `fromMs`, in minutes since the date's midnight. */
  readonly fromMinute: number
}

/** The instant within an opening at which the wall shows a minute of its date. */
export function instantIn({ fromMs, fromMinute }: DayOpening, minute: number): number {
  return fromMs + (minute - fromMinute) * MS_PER_MINUTE
}

/** What the wall shows at an instant of an opening, in minutes since its date's midnight. */
export function minuteIn({ fromMs, fromMinute }: DayOpening, ms: number): number {
  return fromMinute + (ms - fromMs) / MS_PER_MINUTE
}

/**
 * The openings of every date that may have some of `span`, in order of time: exactly the instants at
 * which the clock on the wall is within the hours. Where the clocks are set there is a cut, and an hour
 * that comes twice is open twice. What two dates have in common (last night's hours, that went on past
 * midnight) is the earlier one's.
 */
export function openingsOf(schedule: Schedule, zone: string, { fromMs, toMs }: Span): DayOpening[] {
  const exceptions = new Map(schedule.exceptions.map(({ date, hours }) => [date, hours]))
  // Hours go on for at most a day past midnight.
  const first = addDays(localOf(zone, fromMs).date, -2)
  const last = localOf(zone, toMs).date
  // No clock is a day ahead of UTC or behind it.
  const stretches = evenStretches(zone, {
    fromMs: Date.parse(first) - MS_PER_DAY,
    toMs: Date.parse(last) + 3 * MS_PER_DAY,
  })
  const openings: DayOpening[] = []
  for (let date = first; date <= last; date = addDays(date, 1)) {
    for (const hours of exceptions.get(date) ?? hoursOn(schedule.weekly, weekdayOf(date))) {
      openings.push(...stretches.flatMap((stretch) => openingIn(stretch, date, hours)))
    }
  }
  return apart(openings.sort((a, b) => a.fromMs - b.fromMs))
}

/** What a date's hours have of a stretch: one opening or none. */
function openingIn(stretch: EvenStretch, date: string, hours: Hours): DayOpening[] {
  const midnightMs = Date.parse(date) - stretch.aheadMs
  const fromMs = Math.max(stretch.fromMs, midnightMs + hours.from * MS_PER_MINUTE)
  const toMs = Math.min(stretch.toMs, midnightMs + hours.to * MS_PER_MINUTE)
  if (fromMs >= toMs) return []
  return [{ date, hours, fromMs, toMs, fromMinute: (fromMs - midnightMs) / MS_PER_MINUTE }]
}

function apart(openings: readonly DayOpening[]): DayOpening[] {
  let endedMs = Number.NEGATIVE_INFINITY
  return openings.flatMap((opening) => {
    const fromMs = Math.max(endedMs, opening.fromMs)
    endedMs = Math.max(endedMs, opening.toMs)
    if (fromMs >= opening.toMs) return []
    return [{ ...opening, fromMs, fromMinute: minuteIn(opening, fromMs) }]
  })
}

/** Openings without a gap between them are one stretch. */
export function stretchesOf(openings: readonly Span[]): Span[] {
  const stretches: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of openings) {
    const last = stretches.at(-1)
    if (last !== undefined && last.toMs === fromMs) last.toMs = toMs
    else stretches.push({ fromMs, toMs })
  }
  return stretches
}
