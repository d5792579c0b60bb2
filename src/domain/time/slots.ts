/** Which slots a schedule has, and what becomes of those that are there already. Pure. */
import { openingsOf, type SlotSchedule, type Span } from './schedule.js'
import { instantOf, instantsOf, isPlainDay, MS_PER_MINUTE } from './zoned-time.js'

/**
 * The slots that begin within `span`, in order of time; no two overlap.
 *
 * They begin at the same local times all year: the first with the opening, each next one a slot and a
 * buffer later by the clock on the wall. Each lasts its minutes by the time that passes. A beginning
 * that the clocks leave out in spring is no slot; one that comes twice in autumn is two, if both
 * have room.
 */
export function slotsOf(schedule: SlotSchedule, zone: string, span: Span): Span[] {
  const { slotMinutes, bufferMinutes } = schedule
  const lengthMs = slotMinutes * MS_PER_MINUTE
  const bufferMs = bufferMinutes * MS_PER_MINUTE
  const slots: Span[] = []
  for (const opening of openingsOf(schedule, zone, span)) {
    const begins = startsOn(zone, opening.date)
    const { from, to } = opening.hours
    let freeMs = opening.fromMs
    const candidates: number[] = []
    for (let minute = from; minute + slotMinutes <= to; minute += slotMinutes + bufferMinutes) {
      candidates.push(...begins(minute))
    }
    for (const fromMs of candidates.sort((a, b) => a - b)) {
      const toMs = fromMs + lengthMs
      if (fromMs < freeMs || toMs > opening.toMs) continue
      freeMs = toMs + bufferMs
      if (fromMs >= span.fromMs && fromMs < span.toMs) slots.push({ fromMs, toMs })
    }
  }
  return slots
}

/** On most days all clocks go on evenly, and there is nothing to look up. */
function startsOn(zone: string, date: string): (minute: number) => number[] {
  if (!isPlainDay(zone, date)) return (minute) => instantsOf(zone, date, minute)
  const midnightMs = instantOf(zone, date, 0)
  return (minute) => [midnightMs + minute * MS_PER_MINUTE]
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
