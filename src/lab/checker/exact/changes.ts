/** Which change of a reservation made which step: known by what each has to add and give back. */
import type { HistoryLine } from '../../history/history.js'
import type { PoolStep } from './ledger.js'
import { type Operation, unitsOf } from './operation.js'

/**
 * Gives each step of cause `changed` its time. The changes of one reservation follow each other, so
 * each adds what it asks for less what the one before left. Where that does not tell them apart,
 * a step may have been any of them, from the first call on: too wide is never a false alarm.
 *
 * @param steps of one reservation, in version order within each pool
 * @param creation what made the reservation
 * @param changes those that happened or may have, in the order of their calls
 */
export function timeChanges(
  steps: readonly PoolStep[],
  creation: Operation | undefined,
  changes: readonly Operation[],
): void {
  const [first] = changes
  if (first === undefined) return
  const matched = matchedInOrder(steps, creation?.answered.lines, changes)
  for (const step of steps) {
    const change = matched?.get(step)
    step.callNs = change?.callNs ?? first.callNs
    step.returnNs = change?.returnNs ?? Number.POSITIVE_INFINITY
    step.operations = change === undefined ? changes : [change]
  }
}

/** Undefined when the changes overlap in time or do not add up to the steps. */
function matchedInOrder(
  steps: readonly PoolStep[],
  lines: readonly HistoryLine[] | undefined,
  changes: readonly Operation[],
): Map<PoolStep, Operation> | undefined {
  if (lines === undefined || overlap(changes)) return undefined
  const open = new Map<string, PoolStep[]>()
  for (const step of steps) {
    const queue = open.get(step.poolId)
    if (queue === undefined) open.set(step.poolId, [step])
    else queue.push(step)
  }
  const matched = new Map<PoolStep, Operation>()
  let had = unitsOf(lines)
  for (const change of changes) {
    const wanted = unitsOf(change.answered.lines ?? [])
    const moved = nextSteps(open, deltasBetween(had, wanted))
    if (moved === undefined && change.outcome === 'ok') return undefined
    if (moved === undefined) continue
    for (const step of moved) {
      matched.set(step, change)
      open.get(step.poolId)?.shift()
    }
    had = wanted
  }
  return matched.size === steps.length ? matched : undefined
}

function overlap(changes: readonly Operation[]): boolean {
  return changes.some((change, i) => {
    const next = changes[i + 1]
    return next !== undefined && change.returnNs >= next.callNs
  })
}

function deltasBetween(
  had: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, number>,
): Map<string, number> {
  const deltas = new Map<string, number>()
  for (const poolId of [...had.keys(), ...wanted.keys()]) {
    const delta = (wanted.get(poolId) ?? 0) - (had.get(poolId) ?? 0)
    if (delta !== 0) deltas.set(poolId, delta)
  }
  return deltas
}

/** The next step of each pool, if all of them move as the change has to. */
function nextSteps(
  open: ReadonlyMap<string, readonly PoolStep[]>,
  deltas: ReadonlyMap<string, number>,
): PoolStep[] | undefined {
  const steps: PoolStep[] = []
  for (const [poolId, delta] of deltas) {
    const step = open.get(poolId)?.[0]
    if (step?.delta !== delta) return undefined
    steps.push(step)
  }
  return steps
}
