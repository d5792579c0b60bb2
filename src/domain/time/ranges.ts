/** Which ranges of a resource's time are on offer, and which are free. Pure. */
import {
  buffersOf,
  type DayOpening,
  gapMinutesOf,
  instantIn,
  minuteIn,
  openingsOf,
  type RangeSchedule,
  type Span,
  stretchesOf,
} from './schedule.js'
import { overlaps } from './slots.js'
import { MS_PER_MINUTE } from './zoned-time.js'

/**
 * Why a range is not on offer, in a sentence, whoever may have it; undefined when it is. It lies
 * within one opening, or within several that follow each other without a gap.
 */
export function whyNotOffered(
  schedule: RangeSchedule,
  zone: string,
  range: Span,
): string | undefined {
  const { minMinutes, maxMinutes, stepMinutes } = schedule
  const minutes = (range.toMs - range.fromMs) / MS_PER_MINUTE
  if (minutes < minMinutes) return `A booking lasts at least ${minMinutes} minutes.`
  if (minutes > maxMinutes) return `A booking lasts at most ${maxMinutes} minutes.`
  if (minutes % stepMinutes !== 0) return `A booking lasts whole steps of ${stepMinutes} minutes.`
  const openings = openingsOf(schedule, zone, range)
  const { before, after } = buffersOf(schedule)
  const within = (span: Span, open: Span) => open.fromMs <= span.fromMs && span.toMs <= open.toMs
  const stretches = stretchesOf(openings)
  if (!stretches.some((open) => within(range, open))) {
    return 'That is not within the opening hours.'
  }
  const occupied = {
    fromMs: range.fromMs - before * MS_PER_MINUTE,
    toMs: range.toMs + after * MS_PER_MINUTE,
  }
  if (!stretches.some((open) => within(occupied, open))) {
    return `The resource is open for ${before} minutes before a booking and ${after} after it.`
  }
  if (beginsOnStep(schedule, openings, range.fromMs)) return undefined
  return `A booking begins whole steps of ${stepMinutes} minutes after the opening.`
}

/** Steps are those of the clock on the wall: on the days on which it is set, too. */
function beginsOnStep(
  schedule: RangeSchedule,
  openings: readonly DayOpening[],
  ms: number,
): boolean {
  const opening = openings.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
  if (opening === undefined) return false
  return (minuteIn(opening, ms) - firstStepOf(schedule, opening)) % schedule.stepMinutes === 0
}

/** The first minute of an opening's date at which a booking may begin. */
function firstStepOf(schedule: RangeSchedule, { hours }: DayOpening): number {
  return hours.from + buffersOf(schedule).before
}

/**
 * What is open within `span` and nobody's, buffers kept, where at least the shortest booking has room.
 *
 * @param busy what customers have, in any order
 */
export function freeWithin(
  schedule: RangeSchedule,
  zone: string,
  busy: readonly Span[],
  span: Span,
): Span[] {
  const { minMinutes } = schedule
  const { before, after } = buffersOf(schedule)
  const padded = busy
    .map((each) => widened(each, gapMinutesOf(schedule)))
    .sort((a, b) => a.fromMs - b.fromMs)
  const free: Span[] = []
  for (const stretch of stretchesOf(openingsOf(schedule, zone, span))) {
    let fromMs = Math.max(stretch.fromMs + before * MS_PER_MINUTE, span.fromMs)
    const toMs = Math.min(stretch.toMs - after * MS_PER_MINUTE, span.toMs)
    for (const taken of padded) {
      if (taken.toMs <= fromMs || taken.fromMs >= toMs) continue
      free.push({ fromMs, toMs: taken.fromMs })
      fromMs = taken.toMs
    }
    free.push({ fromMs, toMs })
  }
  return free.filter(({ fromMs, toMs }) => toMs - fromMs >= minMinutes * MS_PER_MINUTE)
}

/** The range with a gap on both sides: what nobody else may have a part of. */
export function widened({ fromMs, toMs }: Span, gapMinutes: number): Span {
  const gapMs = gapMinutes * MS_PER_MINUTE
  return { fromMs: fromMs - gapMs, toMs: toMs + gapMs }
}

/** At most `count` ranges as long as `wanted` that are on offer and free, the nearest first. */
export function nearestFree(
  schedule: RangeSchedule,
  zone: string,
  busy: readonly Span[],
  { wanted, within, count }: { wanted: Span; within: Span; count: number },
): Span[] {
  const lengthMs = wanted.toMs - wanted.fromMs
  const { stepMinutes } = schedule
  const openings = openingsOf(schedule, zone, within)
  const found: Span[] = []
  for (const free of freeWithin(schedule, zone, busy, within)) {
    for (const opening of openings.filter((each) => overlaps(each, free))) {
      const firstStep = firstStepOf(schedule, opening)
      const earliest = minuteIn(opening, Math.max(free.fromMs, opening.fromMs))
      const steps = Math.max(0, Math.ceil((earliest - firstStep) / stepMinutes))
      const lastMs = Math.min(free.toMs - lengthMs, opening.toMs - 1)
      for (let minute = firstStep + steps * stepMinutes; ; minute += stepMinutes) {
        const fromMs = instantIn(opening, minute)
        if (fromMs > lastMs) break
        found.push({ fromMs, toMs: fromMs + lengthMs })
      }
    }
  }
  const distance = (span: Span) => Math.abs(span.fromMs - wanted.fromMs)
  return found.sort((a, b) => distance(a) - distance(b) || a.fromMs - b.fromMs).slice(0, count)
}
