/** Follows what a listing sells on some dates: slots, ranges, nights, and what is bound to no time. */
import { createHash } from 'node:crypto'
import { HoldfastError } from '../../domain/errors.js'
import { freeWithin } from '../../domain/time/ranges.js'
import type { Span } from '../../domain/time/schedule.js'
import { overlaps } from '../../domain/time/slots.js'
import type { Database } from '../../storage/driver/database.js'
import { type CalendarSlot, slotsIn } from '../../storage/reads/calendar.js'
import type { PoolRow } from '../../storage/tables/pools.js'
import { type CalendarDates, type CalendarRow, calendar } from './availability.js'
import { Feed, type Reading } from './feed.js'
import type { Pace } from './pace.js'

/** What is left on some dates: first all of it, then what has changed. */
export interface CalendarUpdate {
  readonly kind: 'snapshot' | 'change'
  /** Stands for what is left on the dates: as long as nothing changes, every process has the same. */
  readonly id: string
  /** All resources, as they are now. */
  readonly rows: readonly CalendarRow[]
  /** The resources on which something is different; none in a snapshot. */
  readonly changes: readonly CalendarChange[]
}

/** What is different on a resource. */
export interface CalendarChange {
  readonly row: CalendarRow
  /** Pools that are bound to no time, new or changed. */
  readonly stock: readonly PoolRow[]
  /** Slots, nights and booked ranges, new or changed. */
  readonly slots: readonly CalendarSlot[]
  /** The pools that are on offer no more; of ranges those that nobody has any more. */
  readonly gone: readonly string[]
  /** Where ranges are sold and it is different: all that is free. */
  readonly free?: readonly Span[]
}

export interface CalendarFeedOptions {
  readonly db: Database
  readonly everyMs: number
  readonly pace: Pace
  readonly onError: (error: unknown) => void
}

/** A look at the dates takes at most one part in so many of the time. */
const PARTS = 50

export function calendarFeed(
  listingId: string,
  dates: CalendarDates,
  { db, everyMs, pace, onError }: CalendarFeedOptions,
): Feed<CalendarUpdate> {
  let before: readonly Shown[] = []
  let id: string | undefined
  const read = async (): Promise<Reading<CalendarUpdate>> => {
    const rows = await calendar(db, listingId, dates)
    const now = shownOf(rows, before)
    // Before the first look nobody has seen anything that could have changed.
    const changes = id === undefined ? [] : changesBetween(before, now)
    before = now
    if (id === undefined || changes.length > 0) id = idOf(now)
    return {
      snapshot: { kind: 'snapshot', id, rows, changes: [] },
      change: changes.length === 0 ? undefined : { kind: 'change', id, rows, changes },
    }
  }
  return new Feed({
    read,
    everyMs: (lookMs) => Math.max(everyMs, lookMs * PARTS),
    inTurn: pace.inTurn,
    onError: (error) => {
      // The dates have become too many slots for one look: who asks again is told so.
      const isFutile = error instanceof HoldfastError && error.code === 'invalid_input'
      if (!isFutile) onError(error)
      return isFutile
    },
  })
}

/** A resource as followers see it. */
interface Shown {
  readonly row: CalendarRow
  /** All of the row, to compare it with the next one. */
  readonly rest: string
  readonly free: readonly Span[] | undefined
}

/** @param before what need not be worked out again */
function shownOf(rows: readonly CalendarRow[], before: readonly Shown[]): readonly Shown[] {
  const known = new Map(before.map((shown) => [shown.row.resourceId, shown]))
  return rows.map((row) => {
    const same = known.get(row.resourceId)
    const rest = JSON.stringify({ ...row, slots: undefined })
    if (same !== undefined && same.row.slots === row.slots && same.rest === rest) return same
    return { row, rest, free: freeOf(row) }
  })
}

/** Where ranges are sold: what can be booked of the dates. */
function freeOf(row: CalendarRow): readonly Span[] | undefined {
  const { schedule, timeZone, bookable } = row
  if (schedule?.soldBy !== 'ranges') return undefined
  return bookable === null ? [] : freeWithin(schedule, timeZone, slotsIn(row), bookable)
}

function changesBetween(
  before: readonly Shown[],
  now: readonly Shown[],
): readonly CalendarChange[] {
  const earlier = new Map(before.map((shown) => [shown.row.resourceId, shown]))
  const later = new Map(now.map((shown) => [shown.row.resourceId, shown]))
  const left = before.filter(({ row }) => !later.has(row.resourceId))
  return [
    ...now.map((shown) => changeOf(earlier.get(shown.row.resourceId), shown)),
    ...left.map((shown) => changeOf(shown, { ...shown, row: { ...shown.row, ...NOTHING } })),
  ].filter((change) => change !== undefined)
}

const NOTHING = { slots: null, stock: null } as const

/** Undefined when nobody would see a difference. */
function changeOf(before: Shown | undefined, now: Shown): CalendarChange | undefined {
  if (before === now) return undefined
  const [hadSlots, slots] = [slotTexts(before), slotTexts(now)]
  const [hadStock, stock] = [stockTexts(before), stockTexts(now)]
  const fresh = [...slots].filter(([poolId, text]) => hadSlots.get(poolId) !== text)
  const change = {
    row: now.row,
    stock: (now.row.stock ?? []).filter(({ poolId }) => hadStock.get(poolId) !== stock.get(poolId)),
    slots: fresh.length === 0 ? [] : slotsIn({ slots: fresh.map(([, text]) => text).join(',') }),
    gone: [
      ...[...hadStock.keys()].filter((poolId) => !stock.has(poolId)),
      ...[...hadSlots.keys()].filter((poolId) => !slots.has(poolId)),
    ],
  }
  const { free } = now
  if (free !== undefined && !sameSpans(before?.free, free)) return { ...change, free }
  const parts = change.stock.length + change.slots.length + change.gone.length
  return parts === 0 && before !== undefined ? undefined : change
}

const UUID_LENGTH = 36

/** By the ids of their pools, the texts of the slots that are shown. Most are the same as before. */
function slotTexts(shown: Shown | undefined): ReadonlyMap<string, string> {
  if (shown?.row.slots == null) return new Map()
  const { row, free } = shown
  const texts = shown.row.slots.split(',')
  // What is booked of a resource that is sold by ranges reaches over the dates on both sides.
  const within =
    free === undefined
      ? texts
      : texts.filter((slots) => slotsIn({ slots }).some((slot) => overlaps(slot, row.dates)))
  return new Map(within.map((text) => [text.slice(0, UUID_LENGTH), text]))
}

function stockTexts(shown: Shown | undefined): ReadonlyMap<string, string> {
  return new Map((shown?.row.stock ?? []).map((pool) => [pool.poolId, JSON.stringify(pool)]))
}

function sameSpans(a: readonly Span[] | undefined, b: readonly Span[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function idOf(shown: readonly Shown[]): string {
  const digest = createHash('sha256')
  for (const { row, free } of shown) {
    const { resourceId, name, stock, slots } = row
    digest.update(JSON.stringify([resourceId, name, stock, free]))
    digest.update(slots ?? '')
  }
  return digest.digest('base64url').slice(0, ID_LENGTH)
}

const ID_LENGTH = 22
