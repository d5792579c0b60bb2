/**
 * What a strategy says of a demand, and the plain arithmetic that most of them share: look at the
 * counters, then say who fits. Which counters it was given to look at, and what keeps them from
 * changing meanwhile, is the strategy's business; here there is no database.
 */

import type { ResourceTime } from '../time/timed-line.js'
import type { Demand, Line } from './demand.js'

/** A pool's counters as one transaction saw them. */
export interface PoolCount {
  readonly poolId: string
  readonly capacity: number
  readonly taken: number
  /** Rises by one with every take and every give-back. */
  readonly version: number
}

/** The pool version that a line's move brought about. */
export interface TakenLine extends Line {
  readonly version: number
}

/** A line that does not fit, with what was left when it was looked at. */
export interface ShortLine extends Line {
  readonly left: number
  readonly capacity: number
  /** Which time the pool is, where it is a slot's. */
  readonly time?: ResourceTime
}

export type Verdict =
  /** Every line was taken, or given back. */
  | { readonly kind: 'taken'; readonly lines: readonly TakenLine[] }
  /** A definite no: these lines did not fit at some moment since the request began. */
  | { readonly kind: 'short'; readonly lines: readonly ShortLine[] }
  /** These pools do not exist in the listing. */
  | { readonly kind: 'unknown'; readonly poolIds: readonly string[] }
  /** Another transaction was faster and nothing definite is known: roll back and try again. */
  | { readonly kind: 'conflict' }

/** How much a pool rises: `units` in `steps` moves, each a version of its own. Units may be negative. */
export interface CounterChange {
  readonly poolId: string
  readonly units: number
  readonly steps: number
}

export interface Allotment {
  /** One per demand, in their order. */
  readonly verdicts: readonly Verdict[]
  /** What makes the verdicts true, for the pools that move. */
  readonly counterChanges: readonly CounterChange[]
  /** The counters once the pools have risen, in the order of those that were seen. */
  readonly after: readonly PoolCount[]
}

/**
 * Decides `demands` in the order given against the counters that were seen: all lines of a demand
 * fit, or none moves. A later demand sees what earlier ones moved. Giving back always fits.
 */
export function allot(seen: readonly PoolCount[], demands: readonly Demand[]): Allotment {
  const counts = new Map(seen.map((pool) => [pool.poolId, { ...pool }]))
  const verdicts = demands.map(({ lines }): Verdict => {
    const refusal = refusalOf(lines, counts)
    if (refusal !== undefined) return refusal
    const moved = lines.map(({ poolId, quantity }): TakenLine => {
      const count = counts.get(poolId)
      if (count === undefined) return { poolId, quantity, version: 0 }
      count.taken += quantity
      count.version += 1
      return { poolId, quantity, version: count.version }
    })
    return { kind: 'taken', lines: moved }
  })
  const after = [...counts.values()]
  const rises = seen.flatMap(({ poolId, taken, version }): CounterChange[] => {
    const count = counts.get(poolId)
    if (count === undefined || count.version === version) return []
    return [{ poolId, units: count.taken - taken, steps: count.version - version }]
  })
  return { verdicts, counterChanges: rises, after }
}

/**
 * Explains why a write that was to take `refused` found nothing to do, from counters read after it.
 * When the units came back in between, nothing definite is known: a conflict.
 */
export function explain(refused: readonly Line[], seen: readonly PoolCount[]): Verdict {
  const counts = new Map(seen.map((pool) => [pool.poolId, pool]))
  return refusalOf(refused, counts) ?? { kind: 'conflict' }
}

/** The definite no that the counters justify, or undefined when every line fits. */
function refusalOf(
  lines: readonly Line[],
  counts: ReadonlyMap<string, PoolCount>,
): Verdict | undefined {
  const unknown: string[] = []
  const short: ShortLine[] = []
  for (const line of lines) {
    const count = counts.get(line.poolId)
    if (count === undefined) {
      unknown.push(line.poolId)
      continue
    }
    const { capacity, taken } = count
    if (line.quantity > 0 && taken + line.quantity > capacity) {
      short.push({ ...line, left: Math.max(0, capacity - taken), capacity })
    }
  }
  if (unknown.length > 0) return { kind: 'unknown', poolIds: unknown }
  return short.length > 0 ? { kind: 'short', lines: short } : undefined
}
