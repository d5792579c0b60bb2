/** The same local time, week after week. Pure. */
import { addDays } from './date.js'
import type { TimedLine } from './timed-line.js'
import { instantOf, instantsOf, localOf, MS_PER_MINUTE } from './zoned-time.js'

/** A time of one week. */
export interface Occurrence {
  readonly line: TimedLine
  /** False: on that day the clocks are set forward over the time, and there is none. */
  readonly exists: boolean
}

const DAYS_PER_WEEK = 7

/**
 * The times of `weeks` weeks, the first of which is that of `lines` itself: all of one week, then all
 * of the next. A time that comes twice on a day is the first of the two.
 *
 * @param zoneOf the time zone of a resource
 */
export function repeated(
  lines: readonly TimedLine[],
  weeks: number,
  zoneOf: (resourceId: string) => string,
): Occurrence[] {
  const later = Array.from({ length: weeks - 1 }, (_, i) => i + 1)
  const first = lines.map((line): Occurrence => ({ line, exists: true }))
  return [
    ...first,
    ...later.flatMap((week) => lines.map((line) => inWeek(line, week, zoneOf(line.resourceId)))),
  ]
}

function inWeek(line: TimedLine, week: number, zone: string): Occurrence {
  const { date, minute } = localOf(zone, line.fromMs)
  const day = addDays(date, week * DAYS_PER_WEEK)
  const [exactly] = instantsOf(zone, day, minute)
  const fromMs = (exactly ?? instantOf(zone, day, minute)) + (line.fromMs % MS_PER_MINUTE)
  const toMs = fromMs + line.toMs - line.fromMs
  return { line: { ...line, fromMs, toMs }, exists: exactly !== undefined }
}
