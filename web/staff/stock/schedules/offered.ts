/**
 * What a schedule offers: the service's own rules once more, so that a page can say before anything is saved
 * what a change would do. A test holds the two together. Pure.
 */
import type { Schedule } from 'holdfast/client'
import { addDays, dateOf, minuteOf } from '../../../shared/times.js'
import { type Stretch, stretchOf, WEEKDAYS, weekOf } from './week.js'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const MS_PER_MINUTE = 60_000
const MS_PER_DAY = 86_400_000

/** A stretch of one date's opening hours in which the clocks go on evenly. */
interface Opening extends Span {
  readonly day: string
  readonly firstMinute: number
  /** What the wall shows at `fromMs`, in minutes since the date's midnight. */
  readonly fromMinute: number
}

type Terms = Pick<
  Schedule,
  | 'weekly'
  | 'exceptions'
  | 'buffer_minutes'
  | 'buffer_before_minutes'
  | 'buffer_after_minutes'
  | 'slot_minutes'
>

/** The slots that begin on the dates from `from` up to `to`, by the clocks of the zone, in order of time. */
export function slotsOffered(terms: Terms, zone: string, from: string, to: string): Span[] {
  const days = new Map<string, Opening[]>()
  for (const opening of openingsOf(terms, zone, from, to)) {
    const key = `${opening.day} ${opening.firstMinute}`
    days.set(key, [...(days.get(key) ?? []), opening])
  }
  return [...days.values()]
    .flatMap((openings) => slotsIn(terms, openings))
    .filter(({ fromMs }) => {
      const date = dateOf(zone, fromMs)
      return from <= date && date < to
    })
    .sort((a, b) => a.fromMs - b.fromMs)
}

/** When it is open on the dates; stretches without a gap between them are one. */
export function timeOffered(terms: Terms, zone: string, from: string, to: string): Span[] {
  const stretches: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of openingsOf(terms, zone, from, to)) {
    const last = stretches.at(-1)
    if (last !== undefined && last.toMs === fromMs) last.toMs = toMs
    else stretches.push({ fromMs, toMs })
  }
  return stretches
}

function slotsIn(terms: Terms, openings: readonly Opening[]): Span[] {
  const { buffer_before_minutes: before, buffer_after_minutes: after, slot_minutes = 60 } = terms
  const gap = after + terms.buffer_minutes + before
  const begins = openings
    .flatMap((opening) => beginsIn(opening, opening.firstMinute + before, slot_minutes + gap))
    .sort((a, b) => a - b)
  const stretches: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of openings) {
    const last = stretches.at(-1)
    if (last !== undefined && last.toMs === fromMs) last.toMs = toMs
    else stretches.push({ fromMs, toMs })
  }
  let freeMs = Number.NEGATIVE_INFINITY
  return begins.flatMap((fromMs) => {
    const toMs = fromMs + slot_minutes * MS_PER_MINUTE
    const isOpen = stretches.some(
      (open) =>
        open.fromMs + before * MS_PER_MINUTE <= fromMs && toMs + after * MS_PER_MINUTE <= open.toMs,
    )
    if (!isOpen || fromMs < freeMs) return []
    freeMs = toMs + gap * MS_PER_MINUTE
    return [{ fromMs, toMs }]
  })
}

function beginsIn(opening: Opening, firstMinute: number, step: number): number[] {
  const skipped = Math.max(0, Math.ceil((opening.fromMinute - firstMinute) / step))
  const begins: number[] = []
  for (let minute = firstMinute + skipped * step; ; minute += step) {
    const ms = opening.fromMs + (minute - opening.fromMinute) * MS_PER_MINUTE
    if (ms >= opening.toMs) return begins
    begins.push(ms)
  }
}

function openingsOf(terms: Terms, zone: string, from: string, to: string): Opening[] {
  const week = weekOf(terms.weekly)
  const exceptions = new Map(
    terms.exceptions.map(({ date, hours }) => [date, hours.map(stretchOf)]),
  )
  const first = addDays(from, -2)
  const evens = evenStretches(zone, Date.parse(first) - MS_PER_DAY, Date.parse(to) + 3 * MS_PER_DAY)
  const openings: Opening[] = []
  for (let day = first; day < to; day = addDays(day, 1)) {
    const weekday = WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7] ?? 'mon'
    for (const hours of exceptions.get(day) ?? week[weekday]) {
      openings.push(...evens.flatMap((even) => openingIn(even, day, hours)))
    }
  }
  return apart(openings.sort((a, b) => a.fromMs - b.fromMs))
}

interface EvenStretch extends Span {
  readonly aheadMs: number
}

function openingIn(even: EvenStretch, day: string, hours: Stretch): Opening[] {
  const midnightMs = Date.parse(day) - even.aheadMs
  const fromMs = Math.max(even.fromMs, midnightMs + hours.from * MS_PER_MINUTE)
  const toMs = Math.min(even.toMs, midnightMs + hours.to * MS_PER_MINUTE)
  if (fromMs >= toMs) return []
  const fromMinute = (fromMs - midnightMs) / MS_PER_MINUTE
  return [{ day, firstMinute: hours.from, fromMs, toMs, fromMinute }]
}

/** What two dates have in common is the earlier one's. */
function apart(openings: readonly Opening[]): Opening[] {
  let endedMs = Number.NEGATIVE_INFINITY
  return openings.flatMap((opening) => {
    const fromMs = Math.max(endedMs, opening.fromMs)
    endedMs = Math.max(endedMs, opening.toMs)
    if (fromMs >= opening.toMs) return []
    const fromMinute = opening.fromMinute + (fromMs - opening.fromMs) / MS_PER_MINUTE
    return [{ ...opening, fromMs, fromMinute }]
  })
}

/** The time between two instants, cut wherever the clocks of the zone are set. */
function evenStretches(zone: string, fromMs: number, toMs: number): EvenStretch[] {
  const stretches: EvenStretch[] = []
  let begin = fromMs
  let aheadMs = aheadOf(zone, fromMs)
  for (let at = fromMs; at < toMs; at += MS_PER_DAY) {
    const next = Math.min(at + MS_PER_DAY, toMs)
    const nextAheadMs = aheadOf(zone, next)
    if (nextAheadMs === aheadMs) continue
    const setMs = settingBetween(zone, at, next, aheadMs)
    stretches.push({ fromMs: begin, toMs: setMs, aheadMs })
    begin = setMs
    aheadMs = nextAheadMs
  }
  return [...stretches, { fromMs: begin, toMs, aheadMs }]
}

/** The minute at which the clocks are set; they are set once between the two instants. */
function settingBetween(zone: string, fromMs: number, toMs: number, aheadMs: number): number {
  let [before, after] = [fromMs / MS_PER_MINUTE, toMs / MS_PER_MINUTE]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (aheadOf(zone, middle * MS_PER_MINUTE) === aheadMs) before = middle
    else after = middle
  }
  return after * MS_PER_MINUTE
}

function aheadOf(zone: string, ms: number): number {
  return Date.parse(dateOf(zone, ms)) + minuteOf(zone, ms) * MS_PER_MINUTE - ms
}
