/** Which ranges of a resource's time are on offer, and which are free. Pure. */
import { type DayOpening, openingsOf, type RangeSchedule, type Span } from './schedule.js'
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
  const open = stretchesOf(openings).some(
    ({ fromMs, toMs }) => fromMs <= range.fromMs && range.toMs <= toMs,
  )
  if (!open) return 'That is not within the opening hours.'
  if (beginsOnStep(openings, range.fromMs, stepMinutes)) return undefined
  return `A booking begins whole steps of ${stepMinutes} minutes after the opening.`
}

function beginsOnStep(openings: readonly Span[], ms: number, stepMinutes: number): boolean {
  const opening = openings.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
  return opening !== undefined && (ms - opening.fromMs) % (stepMinutes * MS_PER_MINUTE) === 0
}

/** Openings without a gap between them are one stretch. */
function stretchesOf(openings: readonly DayOpening[]): Span[] {
  const stretches: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of openings) {
    const last = stretches.at(-1)
    if (last !== undefined && last.toMs === fromMs) last.toMs = toMs
    else stretches.push({ fromMs, toMs })
  }
  return stretches
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
  const { minMinutes, bufferMinutes } = schedule
  const padded = busy
    .map((each) => widened(each, bufferMinutes))
    .sort((a, b) => a.fromMs - b.fromMs)
  const free: Span[] = []
  for (const stretch of stretchesOf(openingsOf(schedule, zone, span))) {
    let fromMs = Math.max(stretch.fromMs, span.fromMs)
    const toMs = Math.min(stretch.toMs, span.toMs)
    for (const taken of padded) {
      if (taken.toMs <= fromMs || taken.fromMs >= toMs) continue
      free.push({ fromMs, toMs: taken.fromMs })
      fromMs = taken.toMs
    }
    free.push({ fromMs, toMs })
  }
  return free.filter(({ fromMs, toMs }) => toMs - fromMs >= minMinutes * MS_PER_MINUTE)
}

/** The range with the buffer on both sides: what nobody else may have a part of. */
export function widened({ fromMs, toMs }: Span, bufferMinutes: number): Span {
  const bufferMs = bufferMinutes * MS_PER_MINUTE
  return { fromMs: fromMs - bufferMs, toMs: toMs + bufferMs }
}

/** At most `count` ranges as long as `wanted` that are on offer and free, the nearest first. */
export function nearestFree(
  schedule: RangeSchedule,
  zone: string,
  busy: readonly Span[],
  { wanted, within, count }: { wanted: Span; within: Span; count: number },
): Span[] {
  const lengthMs = wanted.toMs - wanted.fromMs
  const stepMs = schedule.stepMinutes * MS_PER_MINUTE
  const openings = openingsOf(schedule, zone, within)
  const found: Span[] = []
  for (const { fromMs, toMs } of freeWithin(schedule, zone, busy, within)) {
    for (const opening of openings.filter((each) => overlaps(each, { fromMs, toMs }))) {
      const steps = Math.max(0, Math.ceil((fromMs - opening.fromMs) / stepMs))
      const lastMs = Math.min(toMs - lengthMs, opening.toMs - 1)
      for (let beginMs = opening.fromMs + steps * stepMs; beginMs <= lastMs; beginMs += stepMs) {
        found.push({ fromMs: beginMs, toMs: beginMs + lengthMs })
      }
    }
  }
  const distance = (span: Span) => Math.abs(span.fromMs - wanted.fromMs)
  return found.sort((a, b) => distance(a) - distance(b) || a.fromMs - b.fromMs).slice(0, count)
}
