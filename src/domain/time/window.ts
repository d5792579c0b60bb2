/** How early and how late what is sold by time may be booked: never what is over. Pure. */
import { HoldfastError } from '../errors.js'
import { addDays } from './date.js'
import type { Span } from './schedule.js'
import { localOf, MS_PER_MINUTE, midnightOf } from './zoned-time.js'

/** What a seller says of a resource. */
export interface BookingTerms {
  /** How many minutes before a slot begins, or before a night is over, it is booked at the latest. */
  readonly noticeMinutes: number
  /** How many days after today the last day is that can be booked; null: there is no last day. */
  readonly horizonDays: number | null
}

/** The terms of a resource that has none. */
export const NO_TERMS: BookingTerms = { noticeMinutes: 0, horizonDays: null }

/** A year. */
export const NOTICE_MINUTES_MAX = 525_600
/** Ten years. */
export const HORIZON_DAYS_MAX = 3_650

/** @throws HoldfastError `invalid_input` for a notice or a horizon out of range */
export function checkBookingTerms({ noticeMinutes, horizonDays }: Partial<BookingTerms>): void {
  const within = (value: number | null | undefined, max: number) =>
    value == null || (Number.isInteger(value) && value >= 0 && value <= max)
  if (!within(noticeMinutes, NOTICE_MINUTES_MAX)) {
    throw new HoldfastError(
      'invalid_input',
      `a notice is a whole number of minutes from 0 to ${NOTICE_MINUTES_MAX}, not ${noticeMinutes}`,
    )
  }
  if (!within(horizonDays, HORIZON_DAYS_MAX)) {
    throw new HoldfastError(
      'invalid_input',
      `a horizon is a whole number of days from 0 to ${HORIZON_DAYS_MAX}, not ${horizonDays}`,
    )
  }
}

/** What may be booked at some moment. */
export interface BookingWindow extends BookingTerms {
  readonly nowMs: number
  /** The first instant at which a slot or a range may begin. */
  readonly earliestMs: number
  /** The instant at which the last one has to be over; `Infinity` without a horizon. */
  readonly latestMs: number
  /** The dates of the first and of the last night. */
  readonly firstNight: string
  readonly lastNight: string
}

/** Later than any date that a caller may name. */
const NO_LAST_NIGHT = '9999-12-31'

/** @param terms with the time zone of the resource: days are those of its clocks */
export function bookingWindow(
  nowMs: number,
  terms: BookingTerms & { readonly timeZone: string },
): BookingWindow {
  const { noticeMinutes, horizonDays, timeZone } = terms
  const earliestMs = nowMs + noticeMinutes * MS_PER_MINUTE
  // A night is over with its date: the first that is not is that of the earliest instant.
  const firstNight = localOf(timeZone, earliestMs).date
  const window = { noticeMinutes, horizonDays, nowMs, earliestMs, firstNight }
  if (horizonDays === null) {
    return { ...window, latestMs: Number.POSITIVE_INFINITY, lastNight: NO_LAST_NIGHT }
  }
  const lastNight = addDays(localOf(timeZone, nowMs).date, horizonDays)
  return { ...window, latestMs: midnightOf(timeZone, addDays(lastNight, 1)), lastNight }
}

/** The window of a caller who enters the past on purpose: the notice is not kept either. */
export function pastAllowed(window: BookingWindow): BookingWindow {
  return { ...window, earliestMs: 0, firstNight: '0000-01-01' }
}

/** True when the night may be booked. */
export function isNightOpen({ firstNight, lastNight }: BookingWindow, night: string): boolean {
  return firstNight <= night && night <= lastNight
}

/** Why a slot or a range may not be booked, in a sentence; undefined when it may be. */
export function whyTimeNotOpen(window: BookingWindow, time: Span): string | undefined {
  const { nowMs, earliestMs, latestMs, noticeMinutes, horizonDays } = window
  if (earliestMs <= time.fromMs && time.toMs <= latestMs) return undefined
  if (time.toMs <= nowMs) return 'That time is over.'
  if (time.fromMs < nowMs) return 'That time has begun already.'
  return time.toMs > latestMs
    ? `Bookings are for the next ${horizonDays} days: that is later.`
    : `A booking is made at least ${noticeMinutes} minutes before it begins.`
}
