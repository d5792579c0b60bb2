/**
 * What one request wants, in the form in which strategies take it: one entry per pool, in the one
 * order in which every transaction of the house touches pools. Two lines on the same pool are one
 * demand: a limit that is checked line by line can be passed by splitting an order.
 */
import { HoldfastError } from './errors.js'
import { isUuid } from './ids.js'

/** A pool and how many of its units one customer wants. */
export interface Line {
  readonly poolId: string
  readonly quantity: number
}

/** The most units that one line may ask for. */
export const QUANTITY_MAX = 1_000_000
/** The most lines that one reservation may have. */
export const LINES_MAX = 50

/** Everything that one reservation takes: at most one entry per pool, in ascending pool order. */
export interface Demand {
  readonly reservationId: string
  readonly lines: readonly Line[]
}

/**
 * Sums `lines` per pool and puts the pools in their global order.
 *
 * @throws HoldfastError `invalid_input` when there is no line, more than `LINES_MAX`, a quantity
 * that is not a whole number from 1 to `QUANTITY_MAX`, or a pool id that is no UUID.
 */
export function demandOf(reservationId: string, lines: readonly Line[]): Demand {
  if (lines.length === 0 || lines.length > LINES_MAX) {
    throw new HoldfastError(
      'invalid_input',
      `a reservation has 1 to ${LINES_MAX} lines, this one has ${lines.length}`,
    )
  }
  const wanted = new Map<string, number>()
  for (const { poolId, quantity } of lines) {
    if (!isUuid(poolId)) {
      throw new HoldfastError('invalid_input', `the pool id ${JSON.stringify(poolId)} is no UUID`)
    }
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
      throw new HoldfastError(
        'invalid_input',
        `a quantity is a whole number from 1 to ${QUANTITY_MAX}, not ${quantity}`,
      )
    }
    const id = poolId.toLowerCase()
    wanted.set(id, (wanted.get(id) ?? 0) + quantity)
  }
  const summed = [...wanted].map(([poolId, quantity]) => ({ poolId, quantity }))
  summed.sort((a, b) => (a.poolId < b.poolId ? -1 : 1))
  return { reservationId, lines: summed }
}

/** The pools of all `demands`, each once, in their global order. */
export function poolIdsOf(demands: readonly Demand[]): string[] {
  return [...new Set(demands.flatMap((demand) => demand.lines.map((line) => line.poolId)))].sort()
}
