/**
 * A model of the engine: the whole state and some commands in, outcomes, changes and the next state
 * out, in memory. The engine runs the same `plan` and `settle` on rows of a database, with a
 * strategy in between that takes units in SQL; here `allot` takes them. One test holds this model
 * against plain arithmetic, another holds the engine against this model.
 */
import { BY_SYSTEM } from '../../../src/domain/journal.js'
import type { Command } from '../../../src/domain/reservation/command.js'
import type { Outcome } from '../../../src/domain/reservation/outcome.js'
import { paymentOf, refusedPayment, withRefund } from '../../../src/domain/reservation/payments.js'
import { type Plan, type PlannedChange, plan } from '../../../src/domain/reservation/plan.js'
import { isDue, type PaymentRecord, type Refund } from '../../../src/domain/reservation/refund.js'
import {
  ACTIVE_STATES,
  type CustomerUsage,
  isOverdue,
  type ListingPolicy,
  type Reservation,
} from '../../../src/domain/reservation/reservation.js'
import { type ChangeSet, refundEntry, settle } from '../../../src/domain/reservation/settle.js'
import { allot, type PoolCount } from '../../../src/domain/reservation/verdict.js'

export interface LockedState {
  readonly nowMs: number
  readonly policy: ListingPolicy
  readonly pools: readonly PoolCount[]
  readonly reservations: readonly Reservation[]
  readonly refunds: readonly Refund[]
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
    let outcome: Outcome
    let changeSets: readonly ChangeSet[] = []
    if (planned.kind === 'answered') outcome = planned.outcome
    else {
      const { verdict, pools } = take(after, planned)
      ;({ outcome, changeSets } = settle(planned, verdict, BY_SYSTEM))
      if (outcome.kind === 'done') after = { ...after, pools }
    }
    const noted = outcome.kind === 'done' ? undefined : note(after, command, outcome)
    if (noted !== undefined) ({ outcome, changeSets } = noted)
    outcomes.push(outcome)
    changes.push(...changeSets)
    for (const changeSet of changeSets) after = written(after, changeSet)
  }
  return { outcomes, changes, after }
}

/** A payment that came with a refused command is due back, unless its money is known already. */
function note(
  { nowMs, reservations, refunds }: LockedState,
  command: Command,
  outcome: Extract<Outcome, { kind: 'refused' }>,
): { readonly outcome: Outcome; readonly changeSets: readonly ChangeSet[] } | undefined {
  const paymentRef = paymentOf(command)
  const before = reservations.find((each) => each.reservationId === command.reservationId)
  if (paymentRef === undefined || before === undefined) return undefined
  const paysFor = reservations.some(
    (each) => each.paymentRef === paymentRef && ['confirmed', 'cancelled'].includes(each.state),
  )
  const known = { refunds, paysFor, nowMs }
  const due = refusedPayment(before, outcome.refusal, paymentRef, known)
  const isDueBack =
    due !== undefined || refunds.some((each) => each.paymentRef === paymentRef && isDue(each))
  return {
    outcome: withRefund(outcome, paymentRef, isDueBack, due?.reservation),
    changeSets: due === undefined ? [] : [refundEntry('refund_due', due, BY_SYSTEM)],
  }
}

function written(state: LockedState, { reservation, refunds }: ChangeSet): LockedState {
  const { reservationId } = reservation
  const others = state.reservations.filter((each) => each.reservationId !== reservationId)
  const isSame = (a: Refund, b: Refund) =>
    a.reservationId === b.reservationId && a.paymentRef === b.paymentRef
  const kept = state.refunds.filter((one) => !refunds.some(({ refund }) => isSame(one, refund)))
  const now = refunds.flatMap(({ becomes, refund }) => (becomes === 'withdrawn' ? [] : [refund]))
  return { ...state, reservations: [...others, reservation], refunds: [...kept, ...now] }
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
  const { nowMs, policy } = state
  return plan(command, { nowMs, policy, reservation, usage, payments: paymentsOn(state, command) })
}

function paymentsOn({ refunds, reservations }: LockedState, command: Command): PaymentRecord {
  const paymentRef = paymentOf(command)
  const isOther = ({ reservationId }: Reservation) =>
    reservationId !== command.reservationId &&
    refunds.some((each) => each.reservationId === reservationId && each.paymentRef === paymentRef)
  return { refunds, others: reservations.filter(isOther) }
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
