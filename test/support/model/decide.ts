/**
 * A model of the engine: the whole state and some commands in, outcomes, changes and the next state
 * out, in memory. The engine runs the same `plan` and `settle` on rows of a database, with a
 * strategy in between that takes units in SQL; here `allot` takes them. One test holds this model
 * against plain arithmetic, another holds the engine against this model.
 */
import type { Command } from '../../../src/domain/reservation/command.js'
import type { Outcome } from '../../../src/domain/reservation/outcome.js'
import { type Plan, type PlannedChange, plan } from '../../../src/domain/reservation/plan.js'
import {
  ACTIVE_STATES,
  type CustomerUsage,
  isOverdue,
  type ListingPolicy,
  type Reservation,
} from '../../../src/domain/reservation/reservation.js'
import { type ChangeSet, settle } from '../../../src/domain/reservation/settle.js'
import { allot, type PoolCount } from '../../../src/domain/reservation/verdict.js'

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

/** Decides `commands` one after the other; a later one sees what earlier ones changed. */
export function decide(state: LockedState, commands: readonly Command[]): Decisions {
  const outcomes: Outcome[] = []
  const changes: ChangeSet[] = []
  let after = state
  for (const command of commands) {
    const planned = planOn(after, command)
    if (planned.kind === 'answered') {
      outcomes.push(planned.outcome)
      continue
    }
    const { verdict, pools } = take(after, planned)
    const { outcome, changeSet } = settle(planned, verdict)
    outcomes.push(outcome)
    if (changeSet === undefined) continue
    changes.push(changeSet)
    const { reservation } = changeSet
    const others = after.reservations.filter((each) => each.reservationId !== command.reservationId)
    after = { ...after, pools, reservations: [...others, reservation] }
  }
  return { outcomes, changes, after }
}

/**
 * The same for one command, but the units of overdue holds are given back first where that makes
 * the difference between no and yes.
 */
export function decideWithReclaim(state: LockedState, command: Command): Decisions {
  const overdue = overdueInTheWay(state, command)
  if (overdue.length === 0) return decide(state, [command])
  const expiries = overdue.map(({ reservationId }): Command => ({ kind: 'expire', reservationId }))
  const { outcomes, changes, after } = decide(state, [...expiries, command])
  return { outcomes: outcomes.slice(expiries.length), changes, after }
}

function planOn(state: LockedState, command: Command): Plan {
  const reservation = state.reservations.find(
    (each) => each.reservationId === command.reservationId,
  )
  const customer = 'customer' in command ? command.customer : reservation?.customer
  const usage = usageOf(customer, state.reservations, state.nowMs)
  return plan(command, { nowMs: state.nowMs, policy: state.policy, reservation, usage })
}

function take({ pools }: LockedState, { demand }: PlannedChange) {
  const { verdicts, after } = allot(pools, [demand])
  const [verdict] = verdicts
  if (verdict === undefined || verdict.kind === 'conflict') throw new Error('allot never conflicts')
  return { verdict, pools: after }
}

/** The overdue holds on the pools that are short, if all of them together have what is missing. */
function overdueInTheWay(state: LockedState, command: Command): readonly Reservation[] {
  const planned = planOn(state, command)
  if (planned.kind === 'answered') return []
  const { verdict } = take(state, planned)
  if (verdict.kind !== 'short') return []
  const overdue = state.reservations.filter((each) => isOverdue(each, state.nowMs))
  const unitsOn = (poolId: string) =>
    overdue
      .flatMap(({ lines }) => lines)
      .filter((line) => line.poolId === poolId)
      .reduce((units, line) => units + line.quantity, 0)
  const freeOf = (poolId: string) => {
    const pool = state.pools.find((each) => each.poolId === poolId)
    return pool === undefined ? 0 : pool.capacity - pool.taken
  }
  const isFutile = verdict.lines.some(
    ({ poolId, quantity }) => quantity > freeOf(poolId) + unitsOn(poolId),
  )
  if (isFutile) return []
  const short = new Set(verdict.lines.map(({ poolId }) => poolId))
  return overdue.filter(({ lines }) => lines.some(({ poolId }) => short.has(poolId)))
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
