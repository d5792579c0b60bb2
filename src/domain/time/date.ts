/**
 * Calendar dates as text, `YYYY-MM-DD`: a hotel's night is that of a date, and which moments it lasts
 * from and to depends on where the hotel is. As text, dates sort by time.
 */

const DAY_MS = 86_400_000

/** The earliest and the latest date that a caller may name. */
export const DATE_MIN = '1970-01-01'
export const DATE_MAX = '9998-12-31'

/** True for a date of the calendar from `DATE_MIN` to `DATE_MAX`; there is no 30th of February. */
export function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false
  if (value < DATE_MIN || value > DATE_MAX) return false
  const ms = Date.parse(value)
  return !Number.isNaN(ms) && dateOf(ms) === value
}

/** How many days `to` is after `from`; negative when it is before. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS
}

/** The date `days` later. */
export function addDays(date: string, days: number): string {
  return dateOf(Date.parse(date) + days * DAY_MS)
}

/** Every date from `from` on that is before `to`. */
export function datesOf(from: string, to: string): string[] {
  const count = Math.max(0, daysBetween(from, to))
  return Array.from({ length: count }, (_, i) => addDays(from, i))
}

/** The calendar has no time zone, so neither has the arithmetic. */
function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
