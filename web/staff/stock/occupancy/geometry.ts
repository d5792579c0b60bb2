/** Where a time stands in the picture of some days: each day has the same hours side by side. Pure. */
import { addDays, instantOf } from '../../../shared/times.js'
import type { Row } from './taken.js'

export interface Days {
  readonly dates: readonly string[]
  /** When each of them begins, and the one after the last. */
  readonly midnightsMs: readonly number[]
  /** The hours that are shown of each, counted from its midnight. */
  readonly firstHour: number
  readonly lastHour: number
}

const MS_PER_HOUR = 3_600_000
/** Shown where there is nothing to go by. */
const [FIRST_HOUR, LAST_HOUR] = [8, 20]
/** What goes on past midnight is shown until six. */
const LAST_HOUR_MAX = 30

/** @param to the date after the last one */
export function daysOf(zone: string, from: string, to: string, rows: readonly Row[]): Days {
  const dates: string[] = []
  for (let date = from; date < to; date = addDays(date, 1)) dates.push(date)
  const midnightsMs = [...dates, to].map((date) => midnightIn(zone, date))
  const hours = rows.flatMap(({ cells, free }) =>
    [...cells.values(), ...free].flatMap(({ fromMs, toMs }) => {
      const midnightMs = midnightsMs[dayOf(midnightsMs, fromMs)]
      if (midnightMs === undefined) return []
      return [{ from: (fromMs - midnightMs) / MS_PER_HOUR, to: (toMs - midnightMs) / MS_PER_HOUR }]
    }),
  )
  const first = hours.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY)
  const last = hours.reduce((most, { to }) => Math.max(most, to), Number.NEGATIVE_INFINITY)
  if (hours.length === 0) return { dates, midnightsMs, firstHour: FIRST_HOUR, lastHour: LAST_HOUR }
  const firstHour = Math.floor(first)
  return {
    ...{ dates, midnightsMs, firstHour },
    lastHour: Math.max(firstHour + 1, Math.min(LAST_HOUR_MAX, Math.ceil(last))),
  }
}

/** From 0 at the left to 1 at the right; undefined for what is on none of the days. */
export function placeOf(
  { midnightsMs, dates, firstHour, lastHour }: Days,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): { readonly left: number; readonly right: number } | undefined {
  const day = dayOf(midnightsMs, fromMs)
  const midnightMs = midnightsMs[day]
  if (midnightMs === undefined) return undefined
  const within = (ms: number) => {
    const hours = (ms - midnightMs) / MS_PER_HOUR
    return Math.min(1, Math.max(0, (hours - firstHour) / (lastHour - firstHour)))
  }
  return { left: (day + within(fromMs)) / dates.length, right: (day + within(toMs)) / dates.length }
}

/** The instant at a place from 0 to 1. */
export function instantAt(
  { dates, midnightsMs, firstHour, lastHour }: Days,
  place: number,
): number {
  const day = Math.min(dates.length - 1, Math.max(0, Math.floor(place * dates.length)))
  const hours = firstHour + (place * dates.length - day) * (lastHour - firstHour)
  return (midnightsMs[day] ?? 0) + hours * MS_PER_HOUR
}

/** -1 for what is before the first day or after the last. */
function dayOf(midnightsMs: readonly number[], ms: number): number {
  let [low, high] = [0, midnightsMs.length - 1]
  if (ms < (midnightsMs[low] ?? 0) || ms >= (midnightsMs[high] ?? 0)) return -1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((midnightsMs[middle] ?? 0) <= ms) low = middle
    else high = middle
  }
  return low
}

/** A date that begins later than at midnight begins where its clocks go on. */
function midnightIn(zone: string, date: string): number {
  for (let minute = 0; minute <= 180; minute += 15) {
    const ms = instantOf(zone, date, minute)
    if (ms !== undefined) return ms
  }
  return Date.parse(date)
}
