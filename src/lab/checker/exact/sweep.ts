/**
 * Replays one pool's steps: how much was taken after each, whether there was room for it, and
 * whether the order of versions is one in which it can have happened.
 */
import type { PoolLedger, PoolStep } from './ledger.js'

export interface Sweep {
  readonly pool: PoolLedger
  /** Every version is there, once: only then does the ledger tell what was left, and when. */
  readonly intact: boolean
  /** Steps that found no room, by their index. */
  readonly oversold: readonly number[]
  /** Steps of one version with the step before them, by their index. */
  readonly collided: readonly number[]
  /** Steps before which versions are missing, by their index; the number of steps when at the end. */
  readonly gaps: readonly number[]
  /** Steps that were over before an earlier version was asked for: their index, and that one's. */
  readonly stale: readonly { readonly index: number; readonly before: number }[]
  /** Steps that gave back more than was taken. */
  readonly negative: readonly number[]
  /** Units sold beyond the capacity at the worst moment, beside what was knowingly overcommitted. */
  readonly oversoldUnits: number
  /** After n steps, for n from 0: what was taken, and the capacity. */
  readonly taken: Float64Array
  readonly capacity: Float64Array
  /** When the last of the first n steps was over. */
  readonly over: Float64Array
}

export function sweep(pool: PoolLedger): Sweep {
  const { steps } = pool
  const taken = new Float64Array(steps.length + 1)
  const capacity = new Float64Array(steps.length + 1).fill(pool.capacity)
  const over = new Float64Array(steps.length + 1).fill(Number.NEGATIVE_INFINITY)
  const oversold: number[] = []
  const negative: number[] = []
  let units = 0
  let allowed = pool.capacity
  let overcommitted = 0
  let oversoldUnits = 0
  steps.forEach((step, i) => {
    units += step.delta
    if (step.capacity !== undefined) {
      allowed = step.capacity
      // Lowering it below what is taken is somebody's decision; only taking more is not.
      overcommitted = Math.max(0, units - allowed)
    }
    overcommitted = Math.max(0, Math.min(overcommitted, units - allowed))
    if (step.delta > 0 && units > allowed) oversold.push(i)
    if (step.delta < 0 && units < 0) negative.push(i)
    oversoldUnits = Math.max(oversoldUnits, units - allowed - overcommitted)
    taken[i + 1] = units
    capacity[i + 1] = allowed
    over[i + 1] = Math.max(over[i] ?? 0, step.returnNs)
  })
  const { collided, gaps } = numbering(pool)
  // What was decided on one version has no order of its own.
  const stale = collided.length > 0 ? [] : outOfOrder(steps)
  const intact = collided.length === 0 && gaps.length === 0
  return {
    pool,
    intact,
    oversold,
    collided,
    gaps,
    stale,
    negative,
    oversoldUnits,
    taken,
    capacity,
    over,
  }
}

function numbering({ steps, record }: PoolLedger): { collided: number[]; gaps: number[] } {
  const collided: number[] = []
  const gaps: number[] = []
  let version = 0
  steps.forEach((step, i) => {
    if (step.version === version && i > 0) collided.push(i)
    else if (step.version !== version + 1) gaps.push(i)
    version = step.version
  })
  if (record !== undefined && record.version !== version) gaps.push(steps.length)
  return { collided, gaps }
}

function outOfOrder(steps: readonly PoolStep[]): { index: number; before: number }[] {
  const stale: { index: number; before: number }[] = []
  let latest = -1
  let latestCallNs = Number.NEGATIVE_INFINITY
  steps.forEach((step, i) => {
    if (step.returnNs < latestCallNs) stale.push({ index: i, before: latest })
    if (step.callNs > latestCallNs) {
      latestCallNs = step.callNs
      latest = i
    }
  })
  return stale
}

/** A take overlaps no more takes than this when it is asked whether it would have fitted alone. */
const OVERLAP_MAX = 1000

/**
 * The takes under way at the same time as one that found no room, when it would have had room
 * without them: then each fitted by itself, and neither saw the other. Empty when it would not.
 */
export function neverSeen(
  { pool, taken, capacity, over }: Sweep,
  index: number,
): readonly PoolStep[] {
  const step = pool.steps[index]
  if (step === undefined) return []
  let excess = (taken[index + 1] ?? 0) - (capacity[index + 1] ?? 0)
  const meanwhile: PoolStep[] = []
  for (let i = index - 1; i >= Math.max(0, index - OVERLAP_MAX) && excess > 0; i -= 1) {
    const other = pool.steps[i]
    if (other === undefined || (over[i + 1] ?? 0) < step.callNs) break
    if (other.delta <= 0 || other.returnNs < step.callNs) continue
    excess -= other.delta
    meanwhile.push(other)
  }
  return excess > 0 ? [] : meanwhile
}
