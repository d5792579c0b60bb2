/**
 * The first half of every command: what it means for a reservation in its present state, before
 * anybody knows whether the units are there. Pure.
 */

import { HoldfastError } from '../errors.js'
import { type Command, isCreation, versionMissed } from './command.js'
import { type Demand, type Line, netOf, sumPerPool } from './demand.js'
import { changedDetails, type Details, isSameDetails, NO_DETAILS } from './details.js'
import { offerRefusal } from './on-offer.js'
import { done, type Outcome, type Refusal, refused } from './outcome.js'
import {
  becomesDue,
  dueRefundsOf,
  isDue,
  type PaymentRecord,
  type RefundChange,
  type RefundedReservation,
  wasGivenBack,
  withdrawal,
  withdrawalsElsewhere,
} from './refund.js'
import {
  ACTIVE_STATES,
  type CustomerUsage,
  isBlockCustomer,
  isOverdue,
  LINES_EVER_MAX,
  type ListingPolicy,
  type Reservation,
  type ReservationLine,
} from './reservation.js'

/** What was looked at, with the rows locked, before a command is decided. */
export interface Circumstances {
  /** The database clock, read after the reservation was locked. */
  readonly nowMs: number
  readonly policy: ListingPolicy
  /** The reservation that the command names, if there is one. */
  readonly reservation: Reservation | undefined
  /** What the customer has; undefined when the policy has no limit to hold it against. */
  readonly usage: CustomerUsage | undefined
  /** What is known of the payments that the command is about. */
  readonly payments: PaymentRecord
  /** Those of the reservation; undefined for none. */
  readonly details?: Details | undefined
}

/** Nothing is to be written: the answer is known already. */
export interface Answered {
  readonly kind: 'answered'
  readonly outcome: Outcome
}

/** What is to be written once the demand's units are taken and given back. */
export interface PlannedChange {
  readonly kind: 'change'
  readonly command: Command
  readonly isNew: boolean
  /** The reservation as it will be. Lines that it keeps or gets have their numbers already. */
  readonly after: Reservation
  readonly demand: Demand
  /** Lines whose units are to be taken. */
  readonly takes: readonly ReservationLine[]
  /** Lines whose units go back; `replaced` when other lines stand in their place. */
  readonly gives: readonly ReservationLine[]
  /** Lines that `takes` stand in for although their units went back long ago. */
  readonly replaces: readonly ReservationLine[]
  readonly reacquired: boolean
  /** Refunds of the reservation that become due, settled or withdrawn. */
  readonly refunds: readonly RefundChange[]
  /** Other reservations of which a refund is withdrawn. */
  readonly elsewhere: readonly RefundedReservation[]
  /** What the reservation's details are from now on; undefined: as they were, and none for a new one. */
  readonly details?: Details
}

export type Plan = Answered | PlannedChange

type Creation = Extract<Command, { kind: 'reserve' | 'hold' }>

/** Says what a command means. Refusals come in the order of precedence that `Refusal` documents. */
export function plan(command: Command, circumstances: Circumstances): Plan {
  if (isCreation(command)) return planCreation(command, circumstances)
  const { reservation } = circumstances
  if (reservation === undefined) return refuse({ code: 'not_found' })
  if (command.kind !== 'expire') {
    const { version } = reservation
    const expectedVersion = versionMissed(command.expectedVersion, version)
    if (expectedVersion !== undefined) {
      return refuse({ code: 'version_mismatch', expectedVersion, version })
    }
  }
  if (command.kind === 'settle_refund') return planSettleRefund(command, reservation, circumstances)
  if (isBlockCustomer(reservation.customer) && !('ofBlock' in command && command.ofBlock)) {
    return refuse({ code: 'block_reservation' })
  }
  return planTransition(command, reservation, circumstances)
}

/** What a new reservation takes if nothing forbids it. */
export function demandOf({ reservationId, lines }: Creation): Demand {
  return { reservationId, lines: sumPerPool(lines) }
}

function planCreation(command: Creation, circumstances: Circumstances): Plan {
  const { nowMs, policy } = circumstances
  const held = command.kind === 'hold'
  if (command.kind === 'hold' && command.ttlMs > policy.holdTtlMsMax) {
    return refuse({ code: 'ttl_out_of_range', ttlMsMax: policy.holdTtlMsMax })
  }
  const refusal = offerRefusal(command, undefined, nowMs)
  if (refusal !== undefined) return refuse(refusal)
  const lines = numbered(sumPerPool(command.lines), 0)
  const limit = isBlockCustomer(command.customer)
    ? undefined
    : limitRefusal(circumstances, lines, [], held ? 1 : 0)
  if (limit !== undefined) return refuse(limit)
  const after: Reservation = {
    reservationId: command.reservationId,
    state: held ? 'held' : 'confirmed',
    customer: command.customer,
    lines,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    expiresAtMs: command.kind === 'hold' ? nowMs + command.ttlMs : null,
    paymentRef: null,
    refundDue: false,
    lineCount: lines.length,
  }
  const { details } = command
  return plannedChange(command, after, { takes: lines, isNew: true, ...(details && { details }) })
}

function planTransition(
  command: Exclude<Command, { kind: 'reserve' | 'hold' | 'settle_refund' }>,
  before: Reservation,
  circumstances: Circumstances,
): Plan {
  const { nowMs } = circumstances
  const overdue = isOverdue(before, nowMs)
  const state = overdue ? 'expired' : before.state
  const illegal = refuse({ code: 'invalid_transition', command: command.kind, state })
  const tooLate = state === 'expired' ? refuse({ code: 'hold_expired' }) : illegal
  const ending = (end: 'released' | 'expired') =>
    plannedChange(command, next(before, nowMs, { state: end, expiresAtMs: null }), {
      gives: before.lines,
    })

  switch (command.kind) {
    case 'confirm':
      return planConfirm(command, before, state, circumstances)
    case 'release':
      if (state === 'released') return same(before)
      return state === 'held' ? ending('released') : tooLate
    case 'cancel':
      if (state === 'cancelled') return same(before)
      return state === 'confirmed' ? planCancel(command, before, circumstances) : illegal
    case 'expire':
      if (before.state === 'expired') return same(before)
      return overdue ? ending('expired') : illegal
    case 'extend': {
      if (state !== 'held') return tooLate
      const { holdTtlMsMax, holdAgeMsMax } = circumstances.policy
      if (command.ttlMs > holdTtlMsMax) {
        return refuse({ code: 'ttl_out_of_range', ttlMsMax: holdTtlMsMax })
      }
      const latestMs = before.createdAtMs + holdAgeMsMax
      const expiresAtMs = nowMs + command.ttlMs
      if (expiresAtMs > latestMs) return refuse({ code: 'extension_limit', latestMs })
      return plannedChange(command, next(before, nowMs, { expiresAtMs }), {})
    }
    case 'change':
      if (!ACTIVE_STATES.includes(state)) return tooLate
      if (command.heldOnly && state !== 'held') return illegal
      return planChange(command, before, circumstances)
    case 'describe':
      return planDescribe(command, before, circumstances)
  }
}

function planConfirm(
  command: Extract<Command, { kind: 'confirm' }>,
  before: Reservation,
  state: Reservation['state'],
  circumstances: Circumstances,
): Plan {
  const { paymentRef } = command
  const samePayment = paymentRef === undefined || paymentRef === before.paymentRef
  if (state === 'confirmed' && samePayment) return same(before)
  if (state !== 'held' && state !== 'expired') {
    return refuse({ code: 'invalid_transition', command: 'confirm', state })
  }
  if (paymentRef === undefined) {
    if (state === 'expired') return refuse({ code: 'hold_expired' })
    return confirmed(command, before, circumstances, {})
  }
  const { refunds } = circumstances.payments
  // The same payment came before and found nothing; it is given back, or has been.
  const gone = refunds.find(
    (each) =>
      each.reservationId === before.reservationId &&
      each.paymentRef === paymentRef &&
      each.reason === 'capacity_gone',
  )
  if (gone !== undefined) {
    return refuse({ code: 'capacity_gone', refundDue: gone.settledAtMs === null, paymentRef })
  }
  if (wasGivenBack(refunds, paymentRef)) return refuse({ code: 'payment_given_back', paymentRef })
  if (state === 'held') return confirmed(command, before, circumstances, {})
  // Overdue, but no other customer has needed the units yet: they are still this one's.
  if (before.state === 'held')
    return confirmed(command, before, circumstances, { reacquired: true })
  const takes = numbered(before.lines, before.lineCount)
  const limit = limitRefusal(circumstances, takes, [], 0)
  if (limit !== undefined) return refuse(limit)
  return confirmed(command, before, circumstances, {
    takes,
    replaces: before.lines,
    reacquired: true,
  })
}

/** The payment pays for this one from now on: nothing of it is due back any more. */
function confirmed(
  command: Extract<Command, { kind: 'confirm' }>,
  before: Reservation,
  { nowMs, payments }: Circumstances,
  given: Partial<Pick<PlannedChange, 'takes' | 'replaces' | 'reacquired'>>,
): PlannedChange {
  const { paymentRef } = command
  const { takes } = given
  const after = next(before, nowMs, {
    state: 'confirmed',
    expiresAtMs: null,
    ...(takes && { lines: takes, lineCount: before.lineCount + takes.length }),
  })
  if (paymentRef === undefined) return plannedChange(command, after, given)
  const { refundDue, refunds } = withdrawal(payments.refunds, before.reservationId, paymentRef)
  return plannedChange(
    command,
    { ...after, paymentRef, refundDue },
    { ...given, refunds, elsewhere: withdrawalsElsewhere(payments, paymentRef, nowMs) },
  )
}

function planCancel(
  command: Extract<Command, { kind: 'cancel' }>,
  before: Reservation,
  { nowMs, policy }: Circumstances,
): PlannedChange {
  const { reservationId, paymentRef, lines: gives } = before
  const cancelled = next(before, nowMs, { state: 'cancelled', expiresAtMs: null })
  if (paymentRef === null || policy.refundOnCancel === 'never') {
    return plannedChange(command, cancelled, { gives })
  }
  const refunds = [becomesDue(reservationId, paymentRef, 'cancelled', nowMs)]
  return plannedChange(command, { ...cancelled, refundDue: true }, { gives, refunds })
}

/**
 * Settling again gets the same answer. A call that names no payment is refused once the reservation has
 * had several: sent again, it would settle another one.
 */
function planSettleRefund(
  command: Extract<Command, { kind: 'settle_refund' }>,
  before: Reservation,
  { nowMs, payments }: Circumstances,
): Plan {
  const all = payments.refunds.filter((each) => each.reservationId === before.reservationId)
  const due = dueRefundsOf(all, before.reservationId)
  const { paymentRef } = command
  if (paymentRef === undefined && due.length > 0 && all.length > 1) {
    return refuse({ code: 'refund_ambiguous', paymentRefs: due.map((each) => each.paymentRef) })
  }
  const named = all.filter((each) => (paymentRef ?? each.paymentRef) === each.paymentRef)
  const refund = named.at(-1)
  if (refund === undefined) return refuse({ code: 'refund_not_due' })
  if (!isDue(refund)) return { kind: 'answered', outcome: { ...done(before), refund } }
  const settled = { ...refund, settledAtMs: nowMs }
  return plannedChange(command, next(before, nowMs, { refundDue: due.length > 1 }), {
    refunds: [{ becomes: 'settled', refund: settled }],
  })
}

function planChange(
  command: Extract<Command, { kind: 'change' }>,
  before: Reservation,
  circumstances: Circumstances,
): Plan {
  const refusal = offerRefusal(command, before, circumstances.nowMs)
  if (refusal !== undefined) return refuse(refusal)
  const wanted = sumPerPool(command.lines)
  const had = new Map(before.lines.map((line) => [line.poolId, line]))
  const unchanged = before.lines.filter((line) =>
    wanted.some((want) => want.poolId === line.poolId && want.quantity === line.quantity),
  )
  const gives = before.lines.filter((line) => !unchanged.includes(line))
  const takes = numbered(
    wanted.filter((want) => had.get(want.poolId)?.quantity !== want.quantity),
    before.lineCount,
  )
  if (gives.length === 0 && takes.length === 0) return same(before)
  const limit = limitRefusal(circumstances, takes, gives, 0)
  if (limit !== undefined) return refuse(limit)
  const after = next(before, circumstances.nowMs, {
    lines: [...unchanged, ...takes].sort((a, b) => (a.poolId < b.poolId ? -1 : 1)),
    lineCount: before.lineCount + takes.length,
  })
  return plannedChange(command, after, { takes, gives, replaces: gives })
}

/** Details are no part of what was agreed, so they may be corrected after the end, too. */
function planDescribe(
  command: Extract<Command, { kind: 'describe' }>,
  before: Reservation,
  { nowMs, details: had = NO_DETAILS }: Circumstances,
): Plan {
  const details = changedDetails(had, command.change)
  if (isSameDetails(had, details)) return same(before)
  return plannedChange(command, next(before, nowMs, {}), { details })
}

/** The customer's limits, holds before units. A change that wants no more than before passes. */
function limitRefusal(
  { policy, usage }: Circumstances,
  takes: readonly Line[],
  gives: readonly Line[],
  newHolds: number,
): Refusal | undefined {
  if (usage === undefined) return undefined
  const { customerHoldsMax, customerUnitsMax } = policy
  if (customerHoldsMax !== null && newHolds > 0 && usage.holds + newHolds > customerHoldsMax) {
    return { code: 'hold_limit', limit: customerHoldsMax, holds: usage.holds }
  }
  const requested = unitsOf(takes) - unitsOf(gives)
  if (customerUnitsMax !== null && requested > 0 && usage.units + requested > customerUnitsMax) {
    return { code: 'customer_limit', limit: customerUnitsMax, units: usage.units, requested }
  }
  return undefined
}

function unitsOf(lines: readonly Line[]): number {
  return lines.reduce((units, line) => units + line.quantity, 0)
}

/** @throws HoldfastError `invalid_input` when the numbers are used up */
function numbered(lines: readonly Line[], after: number): ReservationLine[] {
  if (after + lines.length > LINES_EVER_MAX) {
    throw new HoldfastError(
      'invalid_input',
      `a reservation has at most ${LINES_EVER_MAX} lines in its life, replaced ones included`,
    )
  }
  return lines.map(({ poolId, quantity }, i) => ({ lineNo: after + i + 1, poolId, quantity }))
}

function next(before: Reservation, nowMs: number, change: Partial<Reservation>): Reservation {
  return { ...before, ...change, version: before.version + 1, updatedAtMs: nowMs }
}

function same(reservation: Reservation): Answered {
  return { kind: 'answered', outcome: done(reservation) }
}

function refuse(refusal: Refusal): Answered {
  return { kind: 'answered', outcome: refused(refusal) }
}

function plannedChange(
  command: Command,
  after: Reservation,
  given: Partial<Omit<PlannedChange, 'kind' | 'command' | 'after' | 'demand'>>,
): PlannedChange {
  const { takes = [], gives = [], replaces = [], reacquired = false, isNew = false } = given
  const { refunds = [], elsewhere = [], details } = given
  const demand = { reservationId: after.reservationId, lines: netOf(takes, gives) }
  const moved = { takes, gives, replaces, reacquired }
  const planned = { kind: 'change', command, isNew, after, demand, ...moved } as const
  return { ...planned, refunds, elsewhere, ...(details && { details }) }
}
