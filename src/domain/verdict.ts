/**
 * What a strategy says of a demand, and the plain arithmetic that most of them share: look at the
 * counters, then say who fits. Which counters it was given to look at, and what keeps them from
 * changing meanwhile, is the strategy's business; here there is no database.
 */
import type { Demand, Line } from './demand.js'

/** A pool's counters as one transaction saw them. */
export interface PoolCount {
  readonly poolId: string
  readonly capacity: number
  readonly taken: number
  /** Rises by one with every take and every give-back. */
  readonly version: number
}

/** The pool version that a line's take brought about. */
export interface TakenLine extends Line {
  readonly version: number
}

/** A line that does not fit, with what was left when it was looked at. */
export interface ShortLine extends Line {
  readonly left: number
}

export type Verdict =
  /** Every line was taken. */
  | { readonly kind: 'taken'; readonly lines: readonly TakenLine[] }
  /** A definite no: these lines did not fit at some moment since the request began. */
  | { readonly kind: 'short'; readonly lines: readonly ShortLine[] }
  /** These pools do not exist in the listing. */
  | { readonly kind: 'unknown'; readonly poolIds: readonly string[] }
  /** Somebody else was faster and nothing can be said: roll back and try again. */
  | { readonly kind: 'conflict' }

/** How much a pool rises: `units` taken in `steps` takes, each a version of its own. */
export interface Rise {
  readonly poolId: string
  readonly units: number
  readonly steps: number
}

/**
 * Decides `demands` in the order given against the counters that were seen: all lines of a demand
 * fit, or none is taken. A later demand sees what earlier ones took.
 *
 * @returns a verdict per demand, and the rise per pool, in the order of `seen`, that makes them true
 */
export function allot(
  seen: readonly PoolCount[],
  demands: readonly Demand[],
): { verdicts: Verdict[]; rises: Rise[] } {
  const pools = new Map(seen.map((pool) => [pool.poolId, { ...pool, units: 0, steps: 0 }]))
  const verdicts = demands.map(({ lines }): Verdict => {
    const refusal = refusalOf(lines, (poolId) => {
      const pool = pools.get(poolId)
      return pool === undefined ? undefined : pool.capacity - pool.taken - pool.units
    })
    if (refusal !== undefined) return refusal
    const taken: TakenLine[] = []
    for (const line of lines) {
      const pool = pools.get(line.poolId)
      if (pool === undefined) continue
      pool.units += line.quantity
      pool.steps += 1
      taken.push({ ...line, version: pool.version + pool.steps })
    }
    return { kind: 'taken', lines: taken }
  })
  const rises = [...pools.values()]
    .filter((pool) => pool.steps > 0)
    .map(({ poolId, units, steps }) => ({ poolId, units, steps }))
  return { verdicts, rises }
}

/**
 * Explains why a write that was to take `refused` found nothing to do, from counters read after it.
 * When the units came back in between, nothing definite can be said: a conflict.
 */
export function explain(refused: readonly Line[], seen: readonly PoolCount[]): Verdict {
  const left = new Map(seen.map((pool) => [pool.poolId, pool.capacity - pool.taken]))
  return refusalOf(refused, (poolId) => left.get(poolId)) ?? { kind: 'conflict' }
}

/** The definite no that `left` justifies, or undefined when every line fits. */
function refusalOf(
  lines: readonly Line[],
  leftIn: (poolId: string) => number | undefined,
): Verdict | undefined {
  const unknown = lines.filter((line) => leftIn(line.poolId) === undefined)
  if (unknown.length > 0) return { kind: 'unknown', poolIds: unknown.map((line) => line.poolId) }
  const short = lines
    .map((line): ShortLine => ({ ...line, left: Math.max(0, leftIn(line.poolId) ?? 0) }))
    .filter((line) => line.left < line.quantity)
  return short.length > 0 ? { kind: 'short', lines: short } : undefined
}
