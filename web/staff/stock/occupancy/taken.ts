/** What is taken of a listing's time, as looks and events tell it. Pure. */
import type { Availability, Resource, Slot, TimedPool } from 'holdfast/client'
import { addDays, dateOf, minuteOf } from '../../../shared/times.js'

/** A slot, or a range that somebody has. */
export interface Cell {
  readonly poolId: string
  readonly fromMs: number
  readonly toMs: number
  readonly capacity: number
  readonly taken: number
}

/** A resource that is sold by the hour. */
export interface Row {
  readonly id: string
  readonly name: string
  readonly cells: ReadonlyMap<string, Cell>
  /** Where ranges are sold: what is open and nobody's. */
  readonly free: readonly { readonly fromMs: number; readonly toMs: number }[]
}

export type Rows = ReadonlyMap<string, Row>

export interface Sum {
  /** Slots, or ranges that somebody has. */
  readonly cells: number
  readonly capacity: number
  readonly taken: number
}

const NO_ROW = { cells: new Map<string, Cell>(), free: [] }

/** @param nowMs what has begun is gone from what is on offer, and was taken all the same */
export function afterChange(
  rows: Rows,
  { resources = [] }: Availability,
  { zoneOf, nowMs }: { zoneOf(resourceId: string): string; nowMs: number },
): Rows {
  const next = new Map(rows)
  for (const { id, name, pools, free, gone = [] } of resources) {
    const zone = zoneOf(id)
    const before = next.get(id) ?? { id, name, ...NO_ROW }
    const cells = new Map(before.cells)
    for (const pool of pools) {
      if (!isNight(zone, pool)) cells.set(pool.pool_id, cellOf(pool))
    }
    for (const poolId of gone) {
      const cell = cells.get(poolId)
      if (cell !== undefined && cell.fromMs > nowMs) cells.delete(poolId)
    }
    next.set(id, { id, name, cells, free: free?.map(spanOf) ?? before.free })
  }
  return next
}

/** By pool: what an event says of a night. */
export type Nights = ReadonlyMap<string, Pick<Cell, 'capacity' | 'taken'>>

/** The nights after an event; one that is off sale, or over, is among them no more. */
export function nightsAfter(
  nights: Nights,
  { resources = [] }: Availability,
  zoneOf: (resourceId: string) => string,
): Nights {
  const next = new Map(nights)
  for (const { id, pools, gone = [] } of resources) {
    const zone = zoneOf(id)
    for (const pool of pools) if (isNight(zone, pool)) next.set(pool.pool_id, cellOf(pool))
    for (const poolId of gone) next.delete(poolId)
  }
  return next
}

/** Adds what has begun, or begins too soon to be on offer: of that the slots know more. */
export function withSlots(
  rows: Rows,
  { id, name }: Pick<Resource, 'id' | 'name'>,
  slots: readonly Slot[],
  zone: string,
): Rows {
  const shown = slots.filter((slot) => (!slot.closed || slot.taken > 0) && !isNight(zone, slot))
  if (shown.length === 0) return rows
  const before = rows.get(id) ?? { id, name, ...NO_ROW }
  const cells = new Map(before.cells)
  for (const slot of shown) cells.set(slot.pool_id, { ...cellOf(slot), taken: slot.taken })
  return new Map(rows).set(id, { ...before, cells })
}

/** What a new look at what is on offer leaves of an old one: what has begun. */
export function begunOf(rows: Rows, nowMs: number): Rows {
  return new Map(
    [...rows].map(([id, row]) => {
      const cells = [...row.cells].filter(([, { fromMs }]) => fromMs <= nowMs)
      return [id, { ...row, cells: new Map(cells) }]
    }),
  )
}

/** Rows in which there is something to see, by name. */
export function rowsShown(rows: Rows): readonly Row[] {
  return [...rows.values()]
    .filter(({ cells, free }) => cells.size > 0 || free.length > 0)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

export function sumOf(cells: Iterable<Pick<Cell, 'capacity' | 'taken'>>): Sum {
  const sum = { cells: 0, capacity: 0, taken: 0 }
  for (const { capacity, taken } of cells) {
    sum.cells += 1
    sum.capacity += capacity
    sum.taken += taken
  }
  return sum
}

/** `42 %`, and a dash where there is nothing to take. */
export function shareText({ capacity, taken }: Pick<Sum, 'capacity' | 'taken'>): string {
  return capacity === 0 ? '–' : `${Math.round((100 * taken) / capacity)} %`
}

/** How full in five steps: 0 for empty, 4 for full or more. */
export function levelOf({ capacity, taken }: Pick<Cell, 'capacity' | 'taken'>): number {
  if (taken <= 0) return 0
  if (taken >= capacity) return 4
  return Math.min(3, 1 + Math.floor((3 * taken) / capacity))
}

/** From one midnight to the next: a night, which has a part of its own. */
function isNight(zone: string, { from, to }: Pick<TimedPool, 'from' | 'to'>): boolean {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  // Most slots are shorter, and clocks of a zone are slow to ask.
  if (toMs - fromMs < 22 * 3_600_000) return false
  const isDay = addDays(dateOf(zone, fromMs), 1) === dateOf(zone, toMs)
  return isDay && minuteOf(zone, fromMs) === 0 && minuteOf(zone, toMs) === 0
}

function cellOf({ pool_id, from, to, capacity, available }: TimedPool): Cell {
  return { poolId: pool_id, ...spanOf({ from, to }), capacity, taken: capacity - available }
}

function spanOf({ from, to }: { readonly from: string; readonly to: string }) {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) }
}
