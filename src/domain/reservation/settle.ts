/**
 * The second half of `decide`: what becomes of an intent now that its demand has its verdict, and
 * what has to be written for it. Pure.
 */
import { done, type Outcome, type Refusal, refused } from './outcome.js'
import type { PlannedChange } from './plan.js'
import type { Reservation, ReservationLine } from './reservation.js'
import type { ShortLine, Verdict } from './verdict.js'

/** A line with the pool version at which its units were taken or given back. */
export interface MovedLine extends ReservationLine {
  readonly version: number
}

/** What the journal calls a change. */
export type JournalKind =
  | 'held'
  | 'confirmed'
  | 'released'
  | 'cancelled'
  | 'expired'
  | 'extended'
  | 'changed'
  | 'refund_due'

/** Everything that is written for one command, in one transaction. */
export interface ChangeSet {
  readonly kind: JournalKind
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

/** Turns an intent and the verdict on its demand into an answer and its writes. */
export function settle(
  intent: PlannedChange,
  verdict: Exclude<Verdict, { kind: 'conflict' }>,
): Settled {
  if (verdict.kind !== 'taken') return settleRefused(intent, verdict)
  const versions = new Map(verdict.lines.map((line) => [line.poolId, line.version]))
  const moved = ({ lineNo, poolId, quantity }: ReservationLine): MovedLine => ({
    lineNo,
    poolId,
    quantity,
    version: versions.get(poolId) ?? 0,
  })
  const { after, isNew, takes, gives, replaces, reacquired } = intent
  const change: ChangeSet = {
    kind: journalKind(intent),
    isNew,
    reservation: after,
    taken: takes.map(moved),
    givenBack: gives.map(moved),
    replaced: replaces,
  }
  return { outcome: done(after, reacquired), changeSet: change }
}

function settleRefused(
  intent: PlannedChange,
  verdict: Extract<Verdict, { kind: 'short' | 'unknown' }>,
): Settled {
  if (intent.reacquired && verdict.kind === 'short') return settleGone(intent)
  const refusal: Refusal =
    verdict.kind === 'unknown'
      ? { code: 'unknown_pool', poolIds: verdict.poolIds }
      : { code: codeOf(intent, verdict.lines), lines: verdict.lines }
  return { outcome: refused(refusal), changeSet: undefined }
}

/** The money came and the units are gone: that is written down, so that somebody gives it back. */
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

/** Futile is what asks for more than there ever is, whatever it would give back for it. */
function codeOf(
  { takes }: PlannedChange,
  short: readonly ShortLine[],
): 'exceeds_capacity' | 'insufficient_capacity' {
  const futile = short.some(({ poolId, capacity }) =>
    takes.some((line) => line.poolId === poolId && line.quantity > capacity),
  )
  return futile ? 'exceeds_capacity' : 'insufficient_capacity'
}

function journalKind({ command }: PlannedChange): JournalKind {
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
  }
}
