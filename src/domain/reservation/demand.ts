/**
 * What one request wants of the pools, in the form in which strategies take it: one entry per pool,
 * in the one order in which every transaction of the house touches pools. Two lines on the same
 * pool are one demand: a limit that is checked line by line can be passed by splitting an order.
 */
import { HoldfastError } from '../errors.js'
import { isUuid } from '../ids.js'

/** A pool and how many of its units one customer wants. */
export interface Line {
  readonly poolId: string
  readonly quantity: number
}

/** The most units that a pool may have: as large as a PostgreSQL integer. */
export const CAPACITY_MAX = 2 ** 31 - 1
/** The most units that one line may ask for. */
export const QUANTITY_MAX = 1_000_000
/** The most lines that one reservation may have. */
export const LINES_MAX = 50

/**
 * Everything that one command moves: at most one entry per pool, in ascending pool order. A
 * positive quantity takes units, a negative one gives units back, and neither is ever 0.
 */
export interface Demand {
  readonly reservationId: string
  readonly lines: readonly Line[]
}

/**
 * Checks the lines of a caller's request.
 *
 * @throws HoldfastError `invalid_input` when there is no line, more than `LINES_MAX`, a quantity
 * that is not a whole number from 1 to `QUANTITY_MAX` (summed per pool), or a pool id that is no UUID
 */
export function checkLines(lines: readonly Line[]): void {
  if (lines.length === 0 || lines.length > LINES_MAX) {
    throw new HoldfastError(
      'invalid_input',
      `a reservation has 1 to ${LINES_MAX} lines, this one has ${lines.length}`,
    )
  }
  for (const { poolId, quantity } of lines) {
    if (!isUuid(poolId)) {
      throw new HoldfastError('invalid_input', `the pool id ${JSON.stringify(poolId)} is no UUID`)
    }
    checkQuantity(quantity)
  }
  for (const { quantity } of sumPerPool(lines)) checkQuantity(quantity)
}

/** @throws HoldfastError `invalid_input` for what is no whole number from 1 to `QUANTITY_MAX` */
export function checkQuantity(quantity: number): void {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    throw new HoldfastError(
      'invalid_input',
      `a quantity is a whole number from 1 to ${QUANTITY_MAX}, not ${quantity}`,
    )
  }
}

/** One line per pool, in ascending pool order. */
export function sumPerPool(lines: readonly Line[]): Line[] {
  const [only] = lines
  if (only !== undefined && lines.length === 1) {
    return [{ poolId: only.poolId.toLowerCase(), quantity: only.quantity }]
  }
  const sums = new Map<string, number>()
  for (const { poolId, quantity } of lines) {
    const id = poolId.toLowerCase()
    sums.set(id, (sums.get(id) ?? 0) + quantity)
  }
  return [...sums]
    .map(([poolId, quantity]) => ({ poolId, quantity }))
    .sort((a, b) => (a.poolId < b.poolId ? -1 : 1))
}

/** What a command moves when it takes some lines and gives others back; pools that even out are left out. */
export function netOf(takes: readonly Line[], gives: readonly Line[]): Line[] {
  const back = gives.map(({ poolId, quantity }) => ({ poolId, quantity: -quantity }))
  return sumPerPool([...takes, ...back]).filter((line) => line.quantity !== 0)
}

/** The pools of all `demands`, each once, in their global order. */
export function poolIdsOf(demands: readonly Demand[]): string[] {
  return [...new Set(demands.flatMap((demand) => demand.lines.map((line) => line.poolId)))].sort()
}
