/**
 * Holds each refusal against the ledger: was there a moment between the call and the answer at
 * which the units were not free?
 *
 * A refusal may stand between two versions of a pool unless one side had not begun, or the other
 * was over: a contiguous window. Refusals that follow each other must find such moments in the same
 * order. So each takes, in the order of calls, the earliest one that it can have; whoever comes
 * later is bound by no more than has to be, and none is left over that another choice would have
 * placed. Pairs in order and every step legal is what linearizable means, so for refusals on one
 * pool the answer is exact. One on several pools is true if it is on one of them; it then binds
 * nobody who comes later, so that here and there an anomaly is missed and none is made up.
 *
 * The idea to let the answers reveal the order, instead of searching for one, is Elle's (Kingsbury
 * and Alvaro, VLDB 2020).
 */
import type { HistoryLine } from '../../history/history.js'
import { type Least, leastOf } from './least.js'
import { isCreatingOperation, type Ledger } from './ledger.js'
import { mayHaveHappened, type Operation, unitsOf } from './operation.js'
import type { Sweep } from './sweep.js'

export interface JudgedRefusals {
  readonly judged: number
  readonly unjustified: readonly Unjustified[]
}

export interface Unjustified {
  readonly operation: Operation
  /** What was asked for, by pool, and the least that was free there while it was asked for. */
  wants(): { readonly poolId: string; readonly units: number; readonly free: number }[]
}

/** What a refusal needed to be true: one of these pools was short of so many units. */
interface Refusal {
  readonly operation: Operation
  readonly wants: ReadonlyMap<string, number>
}

/** One pool, prepared for questions. */
interface Moments {
  readonly sweep: Sweep
  /** The latest call, and the earliest return, on either side of each moment. */
  readonly calledBefore: Float64Array
  readonly returnsAfter: Float64Array
  readonly free: Float64Array
  readonly leastFree: Least
  readonly leastCapacity: Least
  /** Refusals on this pool alone that are placed, in the order of their returns. */
  readonly placed: { readonly returnNs: number; position: number }[]
  next: number
  lowest: number
}

export function judgeRefusals(ledger: Ledger, sweeps: ReadonlyMap<string, Sweep>): JudgedRefusals {
  const refusals = refusalsOf(ledger)
  const moments = new Map<string, Moments>()
  const mine = new Map<Refusal, Moments['placed'][number]>()
  for (const refusal of refusals) {
    for (const poolId of refusal.wants.keys()) {
      const sweep = sweeps.get(poolId)
      if (sweep !== undefined && !moments.has(poolId)) moments.set(poolId, momentsOf(sweep))
    }
    const only = refusal.wants.size === 1 ? [...refusal.wants.keys()][0] : undefined
    const place = { returnNs: refusal.operation.returnNs, position: 0 }
    if (only !== undefined) moments.get(only)?.placed.push(place)
    mine.set(refusal, place)
  }
  for (const { placed } of moments.values()) placed.sort((a, b) => a.returnNs - b.returnNs)

  const unjustified: Unjustified[] = []
  let judged = 0
  for (const refusal of refusals) {
    const pools = [...refusal.wants].map(([poolId, units]) => ({
      poolId,
      units,
      moments: moments.get(poolId),
    }))
    // A ledger with holes may have been short where nobody can see it.
    if (pools.some((pool) => pool.moments?.sweep.intact !== true)) continue
    judged += 1
    const found = pools.some(({ units, moments: pool }) => {
      const position = pool === undefined ? -1 : placeOn(pool, refusal.operation, units)
      const place = mine.get(refusal)
      if (position >= 0 && place !== undefined) place.position = position
      return position >= 0
    })
    if (found) continue
    unjustified.push({
      operation: refusal.operation,
      wants: () =>
        pools.map(({ poolId, units, moments: pool }) => ({
          poolId,
          units,
          free: pool === undefined ? 0 : leastFreeDuring(pool, refusal.operation),
        })),
    })
  }
  return { judged, unjustified }
}

/** In the order of calls. */
function refusalsOf(ledger: Ledger): Refusal[] {
  return ledger.operations.flatMap((operation) => {
    if (operation.outcome !== 'refused') return []
    const wants = wantsOf(ledger, operation)
    return wants === undefined ? [] : [{ operation, wants }]
  })
}

/** Undefined for refusals that are not for want of units, or whose want is not known for certain. */
function wantsOf(ledger: Ledger, operation: Operation): Map<string, number> | undefined {
  const { kind } = operation
  const { code, lines, reservationId } = operation.answered
  if (code === 'capacity_gone' && kind === 'confirm') {
    const had = linesHad(ledger, reservationId)
    return had === undefined ? undefined : unitsOf(had)
  }
  if (code !== 'insufficient_capacity' && code !== 'exceeds_capacity') return undefined
  if (lines === undefined) return undefined
  if (isCreatingOperation(operation)) return unitsOf(lines)
  if (kind !== 'change') return undefined
  const had = linesHad(ledger, reservationId)
  if (had === undefined) return undefined
  const wants = unitsOf(lines)
  // What asks for more than there ever is is futile, whatever it would give back for it.
  if (code === 'exceeds_capacity') return wants
  for (const [poolId, units] of unitsOf(had)) {
    const more = (wants.get(poolId) ?? 0) - units
    if (more > 0) wants.set(poolId, more)
    else wants.delete(poolId)
  }
  return wants
}

/** The lines of a reservation that nobody may have changed. */
function linesHad(
  { bookings }: Ledger,
  reservationId: string | undefined,
): readonly HistoryLine[] | undefined {
  const booking = reservationId === undefined ? undefined : bookings.get(reservationId)
  const changed = booking?.others.some((one) => one.kind === 'change' && mayHaveHappened(one))
  return changed ? undefined : booking?.creations[0]?.answered.lines
}

function momentsOf(sweep: Sweep): Moments {
  const { steps } = sweep.pool
  const calledBefore = new Float64Array(steps.length + 1).fill(Number.NEGATIVE_INFINITY)
  const returnsAfter = new Float64Array(steps.length + 1).fill(Number.POSITIVE_INFINITY)
  steps.forEach((step, i) => {
    calledBefore[i + 1] = Math.max(at(calledBefore, i), step.callNs)
  })
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    returnsAfter[i] = Math.min(at(returnsAfter, i + 1), steps[i]?.returnNs ?? 0)
  }
  const free = sweep.capacity.map((capacity, i) => capacity - at(sweep.taken, i))
  return {
    sweep,
    calledBefore,
    returnsAfter,
    free,
    leastFree: leastOf(free),
    leastCapacity: leastOf(sweep.capacity),
    placed: [],
    next: 0,
    lowest: 0,
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN
}

/** The earliest moment at which the pool was short, not before one that had to come first; or -1. */
function placeOn(pool: Moments, operation: Operation, units: number): number {
  for (let place = pool.placed[pool.next]; place !== undefined; place = pool.placed[pool.next]) {
    if (place.returnNs >= operation.callNs) break
    pool.lowest = Math.max(pool.lowest, place.position)
    pool.next += 1
  }
  const { first, last } = windowOf(pool, operation)
  const from = Math.max(first, pool.lowest)
  const futile = operation.answered.code === 'exceeds_capacity'
  return (futile ? pool.leastCapacity : pool.leastFree).firstBelow(units, from, last)
}

/** The moments at which `operation` may have looked: before what it preceded, after what preceded it. */
function windowOf(
  { calledBefore, returnsAfter }: Moments,
  { callNs, returnNs }: Operation,
): { first: number; last: number } {
  let [low, high] = [0, returnsAfter.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(returnsAfter, middle) >= callNs) high = middle
    else low = middle + 1
  }
  const first = low
  low = 0
  high = calledBefore.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (at(calledBefore, middle) <= returnNs) low = middle
    else high = middle - 1
  }
  return { first, last: low }
}

function leastFreeDuring(pool: Moments, operation: Operation): number {
  const { first, last } = windowOf(pool, operation)
  let least = Number.POSITIVE_INFINITY
  for (let i = first; i <= last; i += 1) least = Math.min(least, at(pool.free, i))
  return least
}
