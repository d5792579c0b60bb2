/** When a resource is open, and how its time is sold: the document that slots and ranges come from. */

import { HoldfastError } from '../errors.js'
import { addDays, isDate } from './date.js'
import { deadlineOf, instantOf, localOf, MINUTES_PER_DAY, weekdayOf } from './zoned-time.js'

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
 * day, a date that there is not or that comes twice, hours of one day that overlap, ranges of which
 * none would fit, or a capacity above 1 or ranges on the wrong kind of resource
 */
export function checkSchedule(schedule: Schedule, exclusive: boolean): void {
  const { weekly, exceptions } = schedule
  for (let day = 1; day <= 7; day += 1) {
    checkHours(hoursOn(weekly, day), `day ${day} of the week`)
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

/** A stretch of one date's opening hours, with the instants that it stands for. */
export interface DayOpening extends Span {
  readonly date: string
  readonly hours: Hours
}

/**
 * The openings of every date that may have some of `span`, in order of time. An opening that begins
 * before the last one has ended (last night's, that went on past midnight) begins when that ends.
 */
export function openingsOf(schedule: Schedule, zone: string, { fromMs, toMs }: Span): DayOpening[] {
  const exceptions = new Map(schedule.exceptions.map(({ date, hours }) => [date, hours]))
  // Hours go on for at most a day past midnight.
  const first = addDays(localOf(zone, fromMs).date, -2)
  const last = localOf(zone, toMs).date
  const openings: DayOpening[] = []
  let endedMs = Number.NEGATIVE_INFINITY
  for (let date = first; date <= last; date = addDays(date, 1)) {
    const hours = exceptions.get(date) ?? hoursOn(schedule.weekly, weekdayOf(date))
    for (const each of hours.toSorted((a, b) => a.from - b.from)) {
      const opensMs = Math.max(endedMs, instantOf(zone, date, each.from))
      const closesMs = deadlineOf(zone, date, each.to)
      if (opensMs >= closesMs) continue
      openings.push({ date, hours: each, fromMs: opensMs, toMs: closesMs })
      endedMs = closesMs
    }
  }
  return openings
}
