/** What the engine refuses, as problems: which code, and what there is to say beyond it. */
import type { Problem, ProblemCode, ProblemExtras } from '../contract/problem.js'
import type { Line } from '../contract/reservation.js'
import { sumPerPool } from '../domain/demand.js'
import type { Refusal } from '../domain/outcome.js'
import type { ShortLine } from '../domain/verdict.js'
import type { CapacityRefusal } from '../engine/capacity.js'

const MS_PER_SECOND = 1_000

/**
 * Every refusal's code is also a problem's, and which status that has is in the table of problems.
 *
 * @param lines those of the request, so that short ones can be named by their index
 */
export function problemOfRefusal(
  refusal: Refusal | CapacityRefusal,
  lines: readonly Line[] = [],
): { readonly code: ProblemCode; readonly extras: ProblemExtras } {
  return { code: refusal.code, extras: extrasOf(refusal, lines) }
}

function extrasOf(refusal: Refusal | CapacityRefusal, lines: readonly Line[]): ProblemExtras {
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
  lines: readonly Line[],
): NonNullable<Problem['lines']> {
  const asked = lines.map((line) => ({ poolId: line.pool_id, quantity: line.quantity }))
  const wanted = new Map(sumPerPool(asked).map((line) => [line.poolId, line.quantity]))
  const byPool = new Map(short.map((line) => [line.poolId, line]))
  return asked.flatMap(({ poolId: sent }, line) => {
    const poolId = sent.toLowerCase()
    const shortage = byPool.get(poolId)
    if (shortage === undefined) return []
    const requested = wanted.get(poolId) ?? shortage.quantity
    const available = shortage.left + requested - shortage.quantity
    return [{ line, pool_id: poolId, requested, available, capacity: shortage.capacity }]
  })
}
