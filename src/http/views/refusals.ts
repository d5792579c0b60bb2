/** Refusals of the engine as problems: the code, and the members that come with it. */
import type { Problem, ProblemCode, ProblemExtras } from '../../contract/problem.js'
import type { LineRequest } from '../../domain/reservation/line-request.js'
import type { Refusal } from '../../domain/reservation/outcome.js'
import type { ShortLine } from '../../domain/reservation/verdict.js'
import type { Places } from '../../engine/reads/places.js'
import type { BlockRefusal } from '../../engine/sale/block-outcome.js'
import type { CapacityRefusal } from '../../engine/sale/capacity.js'
import type { CustomerRefusal } from '../../engine/sale/customers.js'
import type { NightsRefusal } from '../../engine/sale/nights.js'
import { unitsWanted } from './line-requests.js'
import { showPlace } from './places.js'
import { showSlotReference } from './views.js'

const MS_PER_SECOND = 1_000

/** A refusal of a command or of another operation of the engine. */
type AnyRefusal = Refusal | CapacityRefusal | NightsRefusal | BlockRefusal | CustomerRefusal

/** What is needed to name the lines of a refusal. */
interface Naming {
  /** The payment of the command, when it is due back now. */
  readonly refundOf?: string | undefined
  /** The lines of the request: short ones are named by their index. */
  readonly lines?: readonly LineRequest[] | undefined
  /** Which of the pools are nights or slots. */
  readonly places?: Places
}

/** A refusal's code is also a problem's code; `contract/problem.ts` has its status. */
export function problemOfRefusal(
  refusal: AnyRefusal,
  naming: Naming = {},
): { readonly code: ProblemCode; readonly extras: ProblemExtras } {
  const { refundOf } = naming
  const refund = refundOf === undefined ? {} : { refund_due: true, payment_ref: refundOf }
  return { code: refusal.code, extras: { ...extrasOf(refusal, naming), ...refund } }
}

function extrasOf(refusal: AnyRefusal, naming: Naming): ProblemExtras {
  switch (refusal.code) {
    case 'version_mismatch':
      return { expected_version: refusal.expectedVersion, version: refusal.version }
    case 'invalid_transition':
      return {
        detail: `The reservation is ${refusal.state}, which does not allow: ${refusal.command}.`,
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
    case 'archived':
      return { pool_ids: [...refusal.poolIds] }
    case 'insufficient_capacity':
    case 'exceeds_capacity':
      return { lines: shortLines(refusal.lines, naming) }
    case 'capacity_gone':
      return { refund_due: refusal.refundDue, payment_ref: refusal.paymentRef }
    case 'payment_given_back':
      return { payment_ref: refusal.paymentRef }
    case 'refund_ambiguous':
      return { payment_refs: [...refusal.paymentRefs] }
    case 'below_taken':
      return { capacity: refusal.capacity, taken: refusal.taken, ...nightsOf(refusal) }
    case 'unknown_resource':
      return { resource_ids: [...refusal.resourceIds] }
    case 'block_not_open':
      return { block_ids: [...refusal.blockIds] }
    case 'nights_not_on_sale':
      return nightsOf(refusal)
    case 'minimum_stay':
      return {
        resource_id: refusal.resourceId,
        night: refusal.night,
        minimum_stay: refusal.minimumStay,
        stayed: refusal.stayed,
      }
    case 'maximum_stay':
      return {
        resource_id: refusal.resourceId,
        night: refusal.night,
        maximum_stay: refusal.maximumStay,
        stayed: refusal.stayed,
      }
    case 'closed_to_arrival':
    case 'closed_to_departure':
      return { resource_id: refusal.resourceId, night: refusal.night }
    case 'slot_taken':
      return {
        slots: refusal.slots.map(showSlotReference),
        suggestions: refusal.suggestions.map(showSlotReference),
      }
    case 'not_offered':
      return { detail: refusal.reason, slots: refusal.slots.map(showSlotReference) }
    case 'block_limit':
      return { limit: refusal.limit }
    default:
      return {}
  }
}

function nightsOf(
  refusal: CapacityRefusal | NightsRefusal | Refusal,
): Pick<ProblemExtras, 'nights'> {
  if (!('nights' in refusal)) return {}
  const { nights } = refusal
  return { nights: nights.map(({ resourceId, night }) => ({ resource_id: resourceId, night })) }
}

/**
 * Every line of the request that wants units of a short pool; of a stay, every night that is full.
 * The engine sums lines per pool and subtracts what a changed reservation has already; here both are
 * shown for each line as the client sent it. Without a request's lines, pools are named.
 */
function shortLines(
  short: readonly ShortLine[],
  { lines, places }: Naming,
): NonNullable<Problem['lines']> {
  const shown = short.flatMap(({ poolId, quantity, left, capacity }) => {
    const place = places?.get(poolId)
    const named = { pool_id: poolId, ...showPlace(place), capacity }
    if (lines === undefined) return [{ line: 0, ...named, requested: quantity, available: left }]
    const quantities = lines.map((line) => unitsWanted(line, poolId, place))
    const requested = quantities.reduce((sum, each) => sum + each, 0)
    const available = left + requested - quantity
    return quantities.flatMap((each, line) =>
      each === 0 ? [] : [{ line, ...named, requested, available }],
    )
  })
  const nightIn = (line: object) => ('night' in line ? String(line.night) : '')
  return shown.sort((a, b) => a.line - b.line || (nightIn(a) < nightIn(b) ? -1 : 1))
}
