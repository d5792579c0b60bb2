/**
 * The second half of every command: what becomes of a planned change once the strategy has given
 * its verdict on the demand, and what has to be written. Pure.
 */
import type { Attribution, ReservationEntry, ReservationEntryKind } from '../journal.js'
import { done, type Outcome, type Refusal, refused } from './outcome.js'
import type { PlannedChange } from './plan.js'
import type { RefundedReservation } from './refund.js'
import type { Reservation, ReservationLine } from './reservation.js'
import type { ShortLine, Verdict } from './verdict.js'

/** A line with the pool version at which its units were taken or given back. */
export interface MovedLine extends ReservationLine {
  readonly version: number
}

/** Everything that is written of one reservation, in one transaction; it is its journal entry, too. */
export interface ChangeSet extends ReservationEntry {
  readonly isNew: boolean
  readonly reservation: Reservation
  readonly taken: readonly MovedLine[]
  readonly givenBack: readonly MovedLine[]
  /** Lines that others stand in for from now on. */
  readonly replaced: readonly ReservationLine[]
}

export interface Settled {
  readonly outcome: Outcome
  /** Empty when nothing is written; the command's own reservation comes first. */
  readonly changeSets: readonly ChangeSet[]
}

/** Turns a planned change and the verdict on its demand into an answer and its writes, which are `by` somebody. */
export function settle(
  planned: PlannedChange,
  verdict: Exclude<Verdict, { kind: 'conflict' }>,
  by: Attribution,
): Settled {
  if (verdict.kind !== 'taken') return settleRefused(planned, verdict)
  const versions = new Map(verdict.lines.map((line) => [line.poolId, line.version]))
  const moved = ({ lineNo, poolId, quantity }: ReservationLine): MovedLine => ({
    lineNo,
    poolId,
    quantity,
    version: versions.get(poolId) ?? 0,
  })
  const { after, isNew, takes, gives, replaces, reacquired } = planned
  const changeSet: ChangeSet = {
    by,
    kind: entryKindOf(planned),
    isNew,
    reservation: after,
    taken: takes.map(moved),
    givenBack: gives.map(moved),
    replaced: replaces,
    refunds: planned.refunds,
  }
  const settled = planned.refunds.find(({ becomes }) => becomes === 'settled')
  const outcome = done(after, reacquired)
  return {
    outcome: settled === undefined ? outcome : { ...outcome, refund: settled.refund },
    changeSets: [
      changeSet,
      ...planned.elsewhere.map((each) => refundEntry('refund_withdrawn', each, by)),
    ],
  }
}

/** What is written of a reservation of which nothing but refunds changes. */
export function refundEntry(
  kind: Extract<ReservationEntryKind, 'refund_due' | 'refund_withdrawn'>,
  { reservation, refunds }: RefundedReservation,
  by: Attribution,
): ChangeSet {
  const moved = { taken: [], givenBack: [], replaced: [] }
  return { by, kind, isNew: false, reservation, ...moved, refunds }
}

function settleRefused(
  planned: PlannedChange,
  verdict: Extract<Verdict, { kind: 'short' | 'unknown' }>,
): Settled {
  if (planned.reacquired && verdict.kind === 'short') {
    // The money came and the units are gone.
    const paymentRef = planned.after.paymentRef ?? ''
    const refusal = { code: 'capacity_gone', refundDue: true, paymentRef } as const
    return { outcome: refused(refusal), changeSets: [] }
  }
  const refusal: Refusal =
    verdict.kind === 'unknown'
      ? { code: 'unknown_pool', poolIds: verdict.poolIds }
      : { code: codeOf(planned, verdict.lines), lines: verdict.lines }
  return { outcome: refused(refusal), changeSets: [] }
}

/** A line is futile when it wants more than its pool ever has, whatever it gives back. */
function codeOf(
  { takes }: PlannedChange,
  short: readonly ShortLine[],
): 'exceeds_capacity' | 'insufficient_capacity' {
  const futile = short.some(({ poolId, capacity }) =>
    takes.some((line) => line.poolId === poolId && line.quantity > capacity),
  )
  return futile ? 'exceeds_capacity' : 'insufficient_capacity'
}

function entryKindOf({ command }: PlannedChange): ReservationEntryKind {
  switch (command.kind) {
    case 'reserve':
    case 'confirm':
      return 'confirmed'
    case 'hold':
      return 'held'
    case 'release':
      return 'released'
    case 'cancel':
      return 'cancelled'
    case 'expire':
      return 'expired'
    case 'extend':
      return 'extended'
    case 'change':
      return 'changed'
    case 'describe':
      return 'described'
    case 'settle_refund':
      return 'refund_settled'
  }
}
