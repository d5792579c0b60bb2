/** Which slots a schedule has, and what becomes of those that are there already. Pure. */
import {
  buffersOf,
  type DayOpening,
  gapMinutesOf,
  instantIn,
  openingsOf,
  type SlotSchedule,
  type Span,
  stretchesOf,
} from './schedule.js'
import { MS_PER_MINUTE } from './zoned-time.js'

/**
 * The slots that begin within `span`, in order of time; no two overlap.
 *
 * They begin at the same local times all year: the first with the opening, each next one a slot and its
 * buffers later by the clock on the wall. Each lasts its minutes by the time that passes. A beginning
 * that the clocks leave out in spring is no slot; one that comes twice in autumn is two, if both
 * have room.
 */
export function slotsOf(schedule: SlotSchedule, zone: string, span: Span): Span[] {
  const days = new Map<string, DayOpening[]>()
  for (const opening of openingsOf(schedule, zone, span)) {
    const key = `${opening.date} ${opening.hours.from}`
    days.set(key, [...(days.get(key) ?? []), opening])
  }
  return [...days.values()]
    .flatMap((openings) => slotsIn(schedule, openings))
    .filter(({ fromMs }) => fromMs >= span.fromMs && fromMs < span.toMs)
    .sort((a, b) => a.fromMs - b.fromMs)
}

/** The slots of one date's hours. */
function slotsIn(schedule: SlotSchedule, openings: readonly DayOpening[]): Span[] {
  const { before, after } = buffersOf(schedule)
  const lengthMs = schedule.slotMinutes * MS_PER_MINUTE
  const stretches = stretchesOf(openings)
  let freeMs = Number.NEGATIVE_INFINITY
  return beginsOf(schedule, openings).flatMap((fromMs) => {
    const toMs = fromMs + lengthMs
    const isOpen = stretches.some(
      (open) =>
        open.fromMs + before * MS_PER_MINUTE <= fromMs && toMs + after * MS_PER_MINUTE <= open.toMs,
    )
    if (!isOpen || fromMs < freeMs) return []
    freeMs = toMs + gapMinutesOf(schedule) * MS_PER_MINUTE
    return [{ fromMs, toMs }]
  })
}

/** Every instant at which the wall shows the beginning of a slot, in order of time. */
function beginsOf(schedule: SlotSchedule, openings: readonly DayOpening[]): number[] {
  const { before } = buffersOf(schedule)
  const stepMinutes = schedule.slotMinutes + gapMinutesOf(schedule)
  return openings
    .flatMap((opening) => {
      const { from } = opening.hours
      const firstMinute = from + before
      const skipped = Math.max(0, Math.ceil((opening.fromMinute - firstMinute) / stepMinutes))
      const begins: number[] = []
      for (let minute = firstMinute + skipped * stepMinutes; ; minute += stepMinutes) {
        const ms = instantIn(opening, minute)
        if (ms >= opening.toMs) return begins
        begins.push(ms)
      }
    })
    .sort((a, b) => a - b)
}

/** A slot as it is there now. */
export interface ExistingSlot extends Span {
  readonly poolId: string
  readonly capacity: number
  readonly taken: number
  readonly closed: boolean
}

/** What makes the slots that are there those that are wanted. */
export interface SlotChanges {
  /** Free, and not wanted any more. */
  readonly close: readonly ExistingSlot[]
  /** Wanted again. */
  readonly reopen: readonly ExistingSlot[]
  /** As wanted but for the capacity, and free. */
  readonly resize: readonly ExistingSlot[]
  readonly create: readonly Span[]
  /** Wanted, but some of their time is booked. */
  readonly blocked: readonly Span[]
}

/**
 * Compares the slots of a resource with those that are wanted. A booked slot stays as it is,
 * wanted or not; a free one that is not wanted is closed.
 *
 * @param existing those that overlap the span that `wanted` was made for, the closed ones too
 * @param within only what begins in it is closed
 */
export function reconcile(
  existing: readonly ExistingSlot[],
  wanted: readonly Span[],
  { within, capacity, exclusive }: { within: Span; capacity: number; exclusive: boolean },
): SlotChanges {
  const open = new Map(existing.filter((slot) => !slot.closed).map((slot) => [keyOf(slot), slot]))
  const shut = new Map(existing.filter((slot) => slot.closed).map((slot) => [keyOf(slot), slot]))
  const keys = new Set(wanted.map(keyOf))
  const left = [...open.values()].filter((slot) => !keys.has(keyOf(slot)))
  const close = left.filter(
    (slot) => slot.taken === 0 && slot.fromMs >= within.fromMs && slot.fromMs < within.toMs,
  )
  const staying = left.filter((slot) => !close.includes(slot)).sort((a, b) => a.fromMs - b.fromMs)
  const missing = wanted.filter((slot) => !open.has(keyOf(slot)))
  const blocked = exclusive ? missing.filter((slot) => overlapsAny(slot, staying)) : []
  const free = missing.filter((slot) => !blocked.includes(slot))
  return {
    close,
    blocked,
    reopen: free.flatMap((slot) => shut.get(keyOf(slot)) ?? []),
    create: free.filter((slot) => !shut.has(keyOf(slot))),
    resize: [...open.values()].filter(
      (slot) => keys.has(keyOf(slot)) && slot.taken === 0 && slot.capacity !== capacity,
    ),
  }
}

/** True when they have some time in common; ends are not part of what they end. */
export function overlaps(a: Span, b: Span): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs
}

function overlapsAny(slot: Span, others: readonly Span[]): boolean {
  return others.some((other) => overlaps(slot, other))
}

function keyOf({ fromMs, toMs }: Span): string {
  return `${fromMs}-${toMs}`
}
