/**
 * The time on the wall and the time that passes: which instants a local time stands for, on the two
 * strange days of the year too. A local time is a date and the minute of its day; minute 1,500 is one
 * o'clock on the day after. Instants are milliseconds since 1970.
 */
import { Temporal } from 'temporal-polyfill'
import { addDays } from './date.js'

export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string
  /** Minutes since midnight by the clock on the wall, 0 to 1,439. */
  readonly minute: number
}

export const MINUTES_PER_DAY = 1_440
export const MS_PER_MINUTE = 60_000
export const MS_PER_DAY = MINUTES_PER_DAY * MS_PER_MINUTE

/** 1 for a Monday to 7 for a Sunday. */
export function weekdayOf(date: string): number {
  return new Date(date).getUTCDay() || 7
}

/**
 * Every instant at which the clocks of `zone` show this time: one; two when they were set back; none
 * when they were set forward over it.
 */
export function instantsOf(zone: string, date: string, minute: number): number[] {
  const wanted = plain(date, minute)
  const earlier = wanted.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = wanted.toZonedDateTime(zone, { disambiguation: 'later' })
  const first = earlier.epochMilliseconds
  const last = later.epochMilliseconds
  if (first === last) return [first]
  return earlier.toPlainDateTime().equals(wanted) ? [first, last] : []
}

/** The one instant that people mean: the first of two, and for none as much later as is missing. */
export function instantOf(zone: string, date: string, minute: number): number {
  return plain(date, minute).toZonedDateTime(zone, { disambiguation: 'compatible' })
    .epochMilliseconds
}

/** The instant by which this time has come for sure: the first of two, never later than intended. */
export function deadlineOf(zone: string, date: string, minute: number): number {
  return plain(date, minute).toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds
}

/** What the clocks of `zone` show at this instant. */
export function localOf(zone: string, ms: number): LocalTime {
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  return { date: local.toPlainDate().toString(), minute: local.hour * 60 + local.minute }
}

/** True when no clock of `zone` is set from the date's midnight to the midnight after the next. */
export function isPlainDay(zone: string, date: string): boolean {
  const passes = instantOf(zone, date, 2 * MINUTES_PER_DAY) - instantOf(zone, date, 0)
  return passes === 2 * MS_PER_DAY
}

function plain(date: string, minute: number): Temporal.PlainDateTime {
  const days = Math.floor(minute / MINUTES_PER_DAY)
  const rest = minute - days * MINUTES_PER_DAY
  return Temporal.PlainDate.from(addDays(date, days)).toPlainDateTime({
    hour: Math.floor(rest / 60),
    minute: rest % 60,
  })
}
