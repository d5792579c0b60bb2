/**
 * The heart of the house: locked state and commands in, outcomes and changes out. It knows neither
 * SQL nor HTTP.
 *
 * The engine runs its two halves with a strategy in between, which says in SQL what `allot` says
 * here in memory; whoever has locked every row that matters can run it whole.
 */
import type { Command } from './command.js'
import type { Outcome } from './outcome.js'
import { plan } from './plan.js'
import {
  ACTIVE_STATES,
  type CustomerUsage,
  isOverdue,
  type ListingPolicy,
  type Reservation,
} from './reservation.js'
import { type ChangeSet, settle } from './settle.js'
import { allot, type PoolCount } from './verdict.js'

export interface LockedState {
  readonly nowMs: number
  readonly policy: ListingPolicy
  readonly pools: readonly PoolCount[]
  readonly reservations: readonly Reservation[]
}

export interface Decisions {
  /** One per command, in their order. */
  readonly outcomes: readonly Outcome[]
  readonly changes: readonly ChangeSet[]
  /** The state once the changes are written. */
  readonly after: LockedState
}

/**
 * Decides `commands` one after the other; a later one sees what earlier ones changed.
 *
 * For tests: random commands are run on this model and on the engine, and both must agree.
 */
export function decide(state: LockedState, commands: readonly Command[]): Decisions {
  const reservations = new Map(state.reservations.map((each) => [each.reservationId, each]))
  let pools = state.pools
  const outcomes: Outcome[] = []
  const changes: ChangeSet[] = []
  for (const command of commands) {
    const reservation = reservations.get(command.reservationId)
    const customer = 'customer' in command ? command.customer : reservation?.customer
    const planned = plan(command, {
      nowMs: state.nowMs,
      policy: state.policy,
      reservation,
      usage: usageOf(customer, reservations.values(), state.nowMs),
    })
    if (planned.kind === 'answered') {
      outcomes.push(planned.outcome)
      continue
    }
    const { verdicts, after } = allot(pools, [planned.demand])
    const [verdict] = verdicts
    if (verdict === undefined || verdict.kind === 'conflict')
      throw new Error('allot never conflicts')
    const { outcome, changeSet: change } = settle(planned, verdict)
    outcomes.push(outcome)
    if (change === undefined) continue
    pools = after
    changes.push(change)
    reservations.set(command.reservationId, change.reservation)
  }
  return { outcomes, changes, after: { ...state, pools, reservations: [...reservations.values()] } }
}

function usageOf(
  customer: string | undefined,
  reservations: Iterable<Reservation>,
  nowMs: number,
): CustomerUsage {
  let units = 0
  let holds = 0
  for (const each of reservations) {
    if (each.customer !== customer) continue
    if (!ACTIVE_STATES.includes(each.state) || isOverdue(each, nowMs)) continue
    for (const line of each.lines) units += line.quantity
    if (each.state === 'held') holds += 1
  }
  return { units, holds }
}
