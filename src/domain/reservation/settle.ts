/**
 * The second half of every command: what becomes of a planned change once the strategy has given
 * its verdict on the demand, and what has to be written. Pure.
 */
import type { ReservationEntry, ReservationEntryKind } from '../journal.js'
import { done, type Outcome, type Refusal, refused } from './outcome.js'
import type { PlannedChange } from './plan.js'
import type { Reservation, ReservationLine } from './reservation.js'
import type { ShortLine, Verdict } from './verdict.js'

/** A line with the pool version at which its units were taken or given back. */
export interface MovedLine extends ReservationLine {
  readonly version: number
}

/** Everything that is written for one command, in one transaction; it is its journal entry, too. */
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
  /** Undefined when nothing is written. */
  readonly changeSet: ChangeSet | undefined
}

/** Turns a planned change and the verdict on its demand into an answer and its writes. */
export function settle(
  planned: PlannedChange,
  verdict: Exclude<Verdict, { kind: 'conflict' }>,
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
    kind: entryKindOf(planned),
    isNew,
    reservation: after,
    taken: takes.map(moved),
    givenBack: gives.map(moved),
    replaced: replaces,
  }
  return { outcome: done(after, reacquired), changeSet }
}

function settleRefused(
  planned: PlannedChange,
  verdict: Extract<Verdict, { kind: 'short' | 'unknown' }>,
): Settled {
  if (planned.reacquired && verdict.kind === 'short') return settleGone(planned)
  const refusal: Refusal =
    verdict.kind === 'unknown'
      ? { code: 'unknown_pool', poolIds: verdict.poolIds }
      : { code: codeOf(planned, verdict.lines), lines: verdict.lines }
  return { outcome: refused(refusal), changeSet: undefined }
}

/** The money came and the units are gone: that is written down, so that the seller gives it back. */
function settleGone({ after, replaces }: PlannedChange): Settled {
  const reservation: Reservation = {
    ...after,
    state: 'expired',
    lines: replaces,
    lineCount: after.lineCount - after.lines.length,
    refundDue: true,
  }
  const paymentRef = reservation.paymentRef ?? ''
  return {
    outcome: refused({ code: 'capacity_gone', refundDue: true, paymentRef }),
    changeSet: {
      kind: 'refund_due',
      isNew: false,
      reservation,
      taken: [],
      givenBack: [],
      replaced: [],
    },
  }
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
    case 'settle_refund':
      return 'refund_settled'
  }
}
