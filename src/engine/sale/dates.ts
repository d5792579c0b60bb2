/** A range of dates as a caller asks for it. */

import { HoldfastError } from '../../domain/errors.js'
import { DATE_MAX, DATE_MIN, daysBetween, isDate } from '../../domain/time/date.js'
import type { Span } from '../../domain/time/schedule.js'
import { midnightOf } from '../../domain/time/zoned-time.js'

export interface Dates {
  /** The first date, `YYYY-MM-DD`. */
  readonly from: string
  /** The date after the last one. */
  readonly to: string
}

/** How many days can be looked at at once. */
export const CALENDAR_DAYS_MAX = 62

/** @throws HoldfastError `invalid_input` for what is no date, or a range that is none or too long */
export function checkDates({ from, to }: Dates, daysMax: number): void {
  for (const [name, date] of Object.entries({ from, to })) {
    if (isDate(date)) continue
    throw new HoldfastError(
      'invalid_input',
      `${name} is a date from ${DATE_MIN} to ${DATE_MAX} as YYYY-MM-DD, not ${JSON.stringify(date)}`,
    )
  }
  const days = daysBetween(from, to)
  if (days >= 1 && days <= daysMax) return
  throw new HoldfastError('invalid_input', `to is 1 to ${daysMax} days after from, not ${days}`)
}

/** From the first date's midnight up to that after the last, by the clocks of `zone`. */
export function spanOf({ from, to }: Dates, zone: string): Span {
  return { fromMs: midnightOf(zone, from), toMs: midnightOf(zone, to) }
}
