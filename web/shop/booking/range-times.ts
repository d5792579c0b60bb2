/** When a range may begin, and when it then ends. Pure; the service has the last word. */
import type { Schedule, TimeSpan } from 'holdfast/client'
import { addDays, instantOf } from '../../shared/times.js'
import type { RangeTerms } from '../stock/sale.js'

const MS_PER_MINUTE = 60_000
const MINUTES_PER_DAY = 1_440
/** As the schedule spells them, from Sunday on, as a date counts them. */
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Where a range of the shortest length that is sold may begin on a date. */
export function startsOn(
  { schedule, stepMinutes, minMinutes }: RangeTerms,
  zone: string,
  date: string,
  free: readonly TimeSpan[],
): readonly number[] {
  const starts = new Set<number>()
  for (const { from, to } of hoursOn(schedule, date)) {
    const first = from + (schedule.buffer_before_minutes ?? 0)
    for (let minute = first; minute < to; minute += stepMinutes) {
      const fromMs = instantOf(zone, date, minute)
      if (fromMs === undefined) continue
      if (spanAround(free, fromMs, fromMs + minMinutes * MS_PER_MINUTE) !== undefined) {
        starts.add(fromMs)
      }
    }
  }
  return [...starts].sort((a, b) => a - b)
}

/** When a range that begins then may end. */
export function endsFrom(
  { minMinutes, maxMinutes, stepMinutes }: RangeTerms,
  fromMs: number,
  free: readonly TimeSpan[],
): readonly number[] {
  const ends: number[] = []
  const shortest = Math.ceil(minMinutes / stepMinutes) * stepMinutes
  for (let minutes = shortest; minutes <= maxMinutes; minutes += stepMinutes) {
    const toMs = fromMs + minutes * MS_PER_MINUTE
    if (spanAround(free, fromMs, toMs) === undefined) break
    ends.push(toMs)
  }
  return ends
}

/** The free time that a range lies in. */
export function spanAround(free: readonly TimeSpan[], fromMs: number, toMs: number) {
  return free.find(({ from, to }) => Date.parse(from) <= fromMs && toMs <= Date.parse(to))
}

/** The hours of a date, in minutes; those of an exception stand for those of the weekday. */
function hoursOn(schedule: Schedule, date: string): readonly { from: number; to: number }[] {
  const exception = schedule.exceptions.find((each) => each.date === date)
  const weekday = WEEKDAYS[new Date(addDays(date, 0)).getUTCDay()]
  const hours =
    exception?.hours ??
    schedule.weekly.filter(({ days }) => weekday !== undefined && days.includes(weekday))
  return hours.map(({ from, to }) => {
    const [begin, end] = [minuteOfClock(from), minuteOfClock(to)]
    return { from: begin, to: end > begin ? end : end + MINUTES_PER_DAY }
  })
}

function minuteOfClock(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}
