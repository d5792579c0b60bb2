/** What the engine refuses, as problems: which code, and what there is to say beyond it. */
import type { Problem, ProblemCode, ProblemExtras } from '../contract/problem.js'
import { sumPerPool } from '../domain/demand.js'
import type { Refusal } from '../domain/outcome.js'
import { isTimeLine, type ResourceTime, type Wanted } from '../domain/time-line.js'
import type { ShortLine } from '../domain/verdict.js'
import type { CapacityRefusal } from '../engine/capacity.js'
import { showSlotTold } from './views.js'

const MS_PER_SECOND = 1_000

/**
 * Every refusal's code is also a problem's, and which status that has is in the table of problems.
 *
 * @param lines those of the request, so that short ones can be named by their index
 */
export function problemOfRefusal(
  refusal: Refusal | CapacityRefusal,
  lines: readonly Wanted[] = [],
): { readonly code: ProblemCode; readonly extras: ProblemExtras } {
  return { code: refusal.code, extras: extrasOf(refusal, lines) }
}

function extrasOf(refusal: Refusal | CapacityRefusal, lines: readonly Wanted[]): ProblemExtras {
  switch (refusal.code) {
    case 'version_mismatch':
      return { expected_version: refusal.expectedVersion, version: refusal.version }
    case 'invalid_transition':
      return {
        detail: `A reservation that is ${refusal.state} does not allow: ${refusal.command}.`,
        state: refusal.state,
      }
    case 'ttl_out_of_range':
      return { hold_seconds_max: Math.floor(refusal.ttlMsMax / MS_PER_SECOND) }
    case 'extension_limit':
      return { extendable_until: new Date(refusal.latestMs).toISOString() }
    case 'hold_limit':
      return { limit: refusal.limit, holds: refusal.holds }
    case 'customer_limit':
      return { limit: refusal.limit, units: refusal.units, requested: refusal.requested }
    case 'unknown_resource':
      return { resource_ids: [...refusal.resourceIds] }
    case 'slot_taken':
      return {
        slots: refusal.slots.map(showSlotTold),
        suggestions: refusal.suggestions.map(showSlotTold),
      }
    case 'not_offered':
      return { detail: refusal.reason, slots: refusal.slots.map(showSlotTold) }
    case 'unknown_pool':
      return { pool_ids: [...refusal.poolIds] }
    case 'insufficient_capacity':
    case 'exceeds_capacity':
      return { lines: shortLines(refusal.lines, lines) }
    case 'capacity_gone':
      return { refund_due: true, payment_ref: refusal.paymentRef }
    case 'below_taken':
      return { capacity: refusal.capacity, taken: refusal.taken }
    default:
      return {}
  }
}

/**
 * Every line sent whose pool is short. The engine sums lines per pool, and counts what a changed
 * reservation has already in its favour; both are told per line as the client sees them.
 */
function shortLines(
  short: readonly ShortLine[],
  lines: readonly Wanted[],
): NonNullable<Problem['lines']> {
  const asked = lines.map((line) => ({
    poolId: (isTimeLine(line) ? poolAt(line, short) : line.poolId).toLowerCase(),
    quantity: line.quantity,
  }))
  const wanted = new Map(sumPerPool(asked).map((line) => [line.poolId, line.quantity]))
  const byPool = new Map(short.map((line) => [line.poolId, line]))
  return asked.flatMap(({ poolId }, line) => {
    const shortage = byPool.get(poolId)
    if (shortage === undefined) return []
    const requested = wanted.get(poolId) ?? shortage.quantity
    const available = shortage.left + requested - shortage.quantity
    return [{ line, pool_id: poolId, requested, available, capacity: shortage.capacity }]
  })
}

/** The pool of the slot that begins and ends then, if it is short. */
function poolAt({ resourceId, fromMs, toMs }: ResourceTime, short: readonly ShortLine[]): string {
  const line = short.find(
    ({ time }) =>
      time?.resourceId === resourceId.toLowerCase() && time.fromMs === fromMs && time.toMs === toMs,
  )
  return line?.poolId ?? ''
}
