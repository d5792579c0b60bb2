/** A schedule while it is edited. Pure. */
import type { Schedule } from 'holdfast/client'
import { hoursOf, type Stretch, stretchOf, type Week, weeklyOf, weekOf } from './week.js'

export interface Exception {
  readonly date: string
  /** None: closed on that date. */
  readonly hours: readonly Stretch[]
}

export interface Draft {
  readonly soldBy: 'slots' | 'ranges'
  readonly week: Week
  readonly exceptions: readonly Exception[]
  readonly slotMinutes: number
  readonly capacity: number
  readonly minMinutes: number
  readonly maxMinutes: number
  readonly stepMinutes: number
  readonly bufferMinutes: number
  readonly bufferBefore: number
  readonly bufferAfter: number
}

/** What a resource has that was never scheduled: an hour a slot, and closed. */
const NEW: Omit<Schedule, 'resource_id' | 'time_zone' | 'version'> = {
  ...{ sold_by: 'slots', weekly: [], exceptions: [], slot_minutes: 60, capacity: 1 },
  ...{ buffer_minutes: 0, buffer_before_minutes: 0, buffer_after_minutes: 0 },
}

export function draftOf(schedule: Schedule | undefined): Draft {
  const known = schedule ?? NEW
  return {
    soldBy: known.sold_by,
    week: weekOf(known.weekly),
    exceptions: known.exceptions
      .map(({ date, hours }) => ({ date, hours: hours.map(stretchOf) }))
      .sort((a, b) => a.date.localeCompare(b.date)),
    slotMinutes: known.slot_minutes ?? 60,
    capacity: known.capacity ?? 1,
    minMinutes: known.min_minutes ?? 60,
    maxMinutes: known.max_minutes ?? 180,
    stepMinutes: known.step_minutes ?? 30,
    bufferMinutes: known.buffer_minutes,
    bufferBefore: known.buffer_before_minutes,
    bufferAfter: known.buffer_after_minutes,
  }
}

/** What the API takes; of the two ways to sell only what belongs to the one. */
export function bodyOf(draft: Draft) {
  const shared = {
    weekly: weeklyOf(draft.week),
    exceptions: draft.exceptions.map(({ date, hours }) => ({ date, hours: hours.map(hoursOf) })),
    buffer_minutes: draft.bufferMinutes,
    buffer_before_minutes: draft.bufferBefore,
    buffer_after_minutes: draft.bufferAfter,
  }
  return draft.soldBy === 'slots'
    ? {
        ...{ ...shared, sold_by: 'slots' as const },
        ...{ slot_minutes: draft.slotMinutes, capacity: draft.capacity },
      }
    : {
        ...{ ...shared, sold_by: 'ranges' as const, min_minutes: draft.minMinutes },
        ...{ max_minutes: draft.maxMinutes, step_minutes: draft.stepMinutes },
      }
}

/** True when saving would change something. */
export function isChanged(draft: Draft, schedule: Schedule | undefined): boolean {
  return (
    schedule === undefined ||
    JSON.stringify(bodyOf(draft)) !== JSON.stringify(bodyOf(draftOf(schedule)))
  )
}
