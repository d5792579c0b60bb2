/** Replays the journal of a reservation, and holds its row, lines and answers against it. Pure. */
import type { ReservationEntryKind } from '../journal.js'
import { RESERVATION_STATES, type ReservationState } from '../reservation/reservation.js'
import {
  type Finding,
  inOrder,
  iso,
  isSameTime,
  listOf,
  misfit,
  partOf,
  type StoredEntry,
} from './replay.js'
import type { Replayed, StoredBooks, StoredLine } from './reservation-books.js'
import {
  answerFindings,
  birthFindings,
  lineFindings,
  orphans,
  refundFindings,
  rowFindings,
} from './reservation-rows.js'

/** One way in which an entry may follow from what was before. */
interface Step {
  readonly from: ReservationState | 'none'
  readonly to: ReservationState
  /** Units that it takes; default none. */
  readonly takes?: 'some' | 'any'
  /** Units that it gives back; default none. Those of a line that others stand in for are `replaced`. */
  readonly gives?: 'all' | 'replaced'
  /** A hold's end is a new one; default it stays as it is. */
  readonly newEnd?: true
  /** A payment came; default it stays as it is. */
  readonly mayPay?: true
  /** What may become of refunds; default nothing. */
  readonly refunds?: 'due' | 'settled' | 'withdrawn'
  /** Nothing but refunds changes, and its payment is the refund's. */
  readonly ofRefund?: true
  /** Nothing but the customer or its contact changes, and the entry has no hold's end. */
  readonly ofCustomer?: true
}

/** A change of refunds alone, which a reservation in any state may have. */
const ofRefund = (refunds: 'due' | 'settled' | 'withdrawn'): readonly Step[] =>
  RESERVATION_STATES.map((state) => ({ from: state, to: state, refunds, ofRefund: true }))

const OF_CUSTOMER: readonly Step[] = RESERVATION_STATES.map((state) => ({
  from: state,
  to: state,
  ofCustomer: true,
}))

/**
 * What each kind of entry may do. A kind that is new is a row here.
 *
 * For tests: every kind of entry about a reservation has its row.
 */
export const RESERVATION_RULES: Readonly<Record<ReservationEntryKind, readonly Step[]>> = {
  held: [{ from: 'none', to: 'held', takes: 'some', newEnd: true }],
  confirmed: [
    { from: 'none', to: 'confirmed', takes: 'some' },
    { from: 'held', to: 'confirmed', mayPay: true, refunds: 'withdrawn' },
    { from: 'expired', to: 'confirmed', takes: 'some', mayPay: true, refunds: 'withdrawn' },
  ],
  released: [{ from: 'held', to: 'released', gives: 'all' }],
  cancelled: [{ from: 'confirmed', to: 'cancelled', gives: 'all', refunds: 'due' }],
  expired: [{ from: 'held', to: 'expired', gives: 'all' }],
  extended: [{ from: 'held', to: 'held', newEnd: true }],
  changed: [
    { from: 'held', to: 'held', takes: 'any', gives: 'replaced' },
    { from: 'confirmed', to: 'confirmed', takes: 'any', gives: 'replaced' },
  ],
  refund_due: ofRefund('due'),
  refund_settled: ofRefund('settled'),
  refund_withdrawn: ofRefund('withdrawn'),
  customer_changed: OF_CUSTOMER,
  customer_erased: OF_CUSTOMER,
  described: OF_CUSTOMER,
}

const NOTHING: Replayed = {
  state: 'none',
  version: 0,
  expiresAtMs: null,
  paymentRef: null,
  refundDue: false,
  lineCount: 0,
  lines: [],
  refunds: new Map(),
}

/** Holds everything that is known of a reservation against its journal. */
export function replayReservation(id: string, books: StoredBooks): Finding[] {
  const { rows, lines, entries, answers, refunds } = books
  const { last, states, replaced, findings } = replayed(entries)
  const known = entries.length > 0
  return [
    ...findings,
    ...rowFindings(id, rows, { last, entries }),
    ...(known || rows.length > 0 ? [] : orphans(id, lines, answers)),
    ...refundFindings(id, refunds, last.refunds),
    ...(known ? lineFindings(id, lines, [...replaced, ...last.lines]) : []),
    ...(known ? answerFindings(id, answers, states) : []),
    ...birthFindings(id, answers),
  ]
}

function replayed(entries: readonly StoredEntry[]) {
  const findings: Finding[] = []
  /** By version; a reservation that changed often has many. */
  const states = new Map<number, string>()
  const replaced: StoredLine[] = []
  let last = NOTHING
  let atMs = Number.NEGATIVE_INFINITY
  for (const entry of inOrder(entries)) {
    const { after, wrong } = followed(last, entry)
    findings.push(...wrong)
    if (entry.poolId !== null) findings.push(misfit(entry, 'pool_id', null, entry.poolId))
    if (entry.atMs < atMs && !isSameTime(entry.atMs, atMs)) {
      findings.push(misfit(entry, 'at', iso(atMs), iso(entry.atMs)))
    }
    atMs = Math.max(atMs, entry.atMs)
    replaced.push(...after.lines.filter((line) => line.replaced))
    last = { ...after, lines: after.lines.filter((line) => !line.replaced) }
    states.set(last.version, last.state)
  }
  return { last, states, replaced, findings }
}

/** What comes of an entry, and what is wrong with it. */
function followed(before: Replayed, entry: StoredEntry) {
  const { detail, kind } = entry
  const wrong: Finding[] = []
  const steps = (RESERVATION_RULES as Readonly<Record<string, readonly Step[] | undefined>>)[kind]
  const step = steps?.find(({ from }) => from === before.state)
  const version = partOf(detail, 'version', 'number') ?? null
  if (version !== before.version + 1) {
    wrong.push(misfit(entry, 'detail', `version ${before.version + 1}`, `version ${version}`))
  }
  if (step === undefined) {
    wrong.push(misfit(entry, 'kind', `what may follow ${before.state}`, kind))
    return { after: { ...before, version: version ?? before.version + 1 }, wrong }
  }
  const ends = partOf(detail, 'expires_at_ms', 'number') ?? null
  const expiresAtMs = step.ofCustomer === true && ends === null ? before.expiresAtMs : ends
  if (step.ofCustomer === true && ends !== null) {
    wrong.push(misfit(entry, 'detail', 'no expires_at_ms', `expires_at_ms ${ends}`))
  }
  const named = partOf(detail, 'payment_ref', 'string') ?? null
  // An entry of before there was a table of refunds says nothing of them but its kind.
  const isOld = step.ofRefund === true && listOf(detail, 'refunds') === undefined
  const paymentRef = step.ofRefund === true && !isOld ? before.paymentRef : named
  const mayEnd = step.newEnd === true ? expiresAtMs !== null : true
  const end = step.to === 'held' ? before.expiresAtMs : null
  if (!mayEnd || (step.newEnd !== true && expiresAtMs !== end)) {
    wrong.push(misfit(entry, 'detail', `expires_at_ms ${end}`, `expires_at_ms ${expiresAtMs}`))
  }
  const [ofFirst] = step.ofRefund === true ? refundStepsOf(entry, step) : []
  if (ofFirst !== undefined && ofFirst.paymentRef !== named) {
    wrong.push(misfit(entry, 'detail', ofFirst.paymentRef, named))
  }
  const mayPay = step.mayPay === true || (isOld && step.refunds === 'due')
  if (!mayPay && paymentRef !== before.paymentRef) {
    wrong.push(misfit(entry, 'detail', before.paymentRef, paymentRef))
  }
  const { lines, lineCount, misfits } = linesAfter(before, entry, step)
  wrong.push(...misfits)
  const { refunds, strange } = refundsAfter(before, entry, step)
  wrong.push(...strange)
  const refundDue = [...refunds.values()].some((refund) => refund.settledAtMs === null)
  const after = { expiresAtMs, paymentRef, refundDue, lines, lineCount, refunds }
  return { after: { ...after, state: step.to, version: version ?? before.version + 1 }, wrong }
}

/** What becomes of refunds, as an entry says. */
function refundStepsOf({ kind, detail }: StoredEntry, { ofRefund }: Step) {
  const list = listOf(detail, 'refunds')
  if (list === undefined && ofRefund === true) {
    const paymentRef = partOf(detail, 'payment_ref', 'string')
    const becomes = kind === 'refund_due' ? 'due' : 'settled'
    return paymentRef === undefined ? [] : [{ paymentRef, reason: 'capacity_gone', becomes }]
  }
  return (list ?? []).map((refund) => ({
    paymentRef: partOf(refund, 'payment_ref', 'string') ?? '',
    reason: partOf(refund, 'reason', 'string') ?? '',
    becomes: partOf(refund, 'becomes', 'string') ?? '',
  }))
}

function refundsAfter(before: Replayed, entry: StoredEntry, step: Step) {
  const steps = refundStepsOf(entry, step)
  const strange: Finding[] = []
  if (steps.length === 0 && step.ofRefund !== true) return { refunds: before.refunds, strange }
  if (steps.length === 0) strange.push(misfit(entry, 'detail', 'refunds', 'none'))
  const refunds = new Map(before.refunds)
  for (const { paymentRef, reason, becomes } of steps) {
    const known = refunds.get(paymentRef)
    const fits = becomes === 'due' ? known === undefined : known?.settledAtMs === null
    const isSame = known === undefined || known.reason === reason
    if (becomes !== step.refunds || !fits || !isSame) {
      const wanted = `a refund that becomes ${step.refunds}`
      strange.push(misfit(entry, 'detail', wanted, `${paymentRef}, ${reason}, ${becomes}`))
    }
    if (becomes === 'due') {
      refunds.set(paymentRef, { paymentRef, reason, dueSinceMs: entry.atMs, settledAtMs: null })
    } else if (becomes === 'withdrawn') refunds.delete(paymentRef)
    else if (known !== undefined) refunds.set(paymentRef, { ...known, settledAtMs: entry.atMs })
  }
  return { refunds, strange }
}

interface Move {
  readonly poolId: string
  readonly quantity: number
  readonly version: number
}

/** The moves of an entry; what is no move is left out, and missed where it is needed. */
function movesOf(detail: unknown, name: 'taken' | 'given_back'): Move[] {
  return (listOf(detail, name) ?? []).flatMap((move) => {
    const poolId = partOf(move, 'pool_id', 'string')
    const quantity = partOf(move, 'quantity', 'number')
    const version = partOf(move, 'version', 'number')
    if (poolId === undefined || quantity === undefined || version === undefined) return []
    return [{ poolId, quantity, version }]
  })
}

function linesAfter(before: Replayed, entry: StoredEntry, step: Step) {
  const taken = movesOf(entry.detail, 'taken')
  const gone = movesOf(entry.detail, 'given_back')
  const misfits: Finding[] = []
  const current = before.lines.filter((line) => line.givenBackVersion === null)
  const lines = before.lines.map((line) => {
    const move = gone.find(({ poolId }) => poolId === line.poolId)
    const isGone = line.givenBackVersion === null && move !== undefined
    if (isGone && move.quantity !== line.quantity) {
      misfits.push(misfit(entry, 'detail', `gives back ${line.quantity}`, `${move.quantity}`))
    }
    return {
      ...line,
      givenBackVersion: isGone ? move.version : line.givenBackVersion,
      replaced: replaces(step, isGone),
    }
  })
  const [most, least] = givesOf(step, current.length)
  if (gone.length > most || gone.length < least) {
    misfits.push(misfit(entry, 'detail', `gives back ${most} lines`, `${gone.length}`))
  }
  const strange = gone.filter(({ poolId }) => !current.some((line) => line.poolId === poolId))
  for (const { poolId } of strange) {
    misfits.push(misfit(entry, 'detail', 'gives back what it has', poolId))
  }
  const takesNothing = step.takes === undefined || (step.takes === 'any' && gone.length > 0)
  if (taken.length === 0 ? !takesNothing : step.takes === undefined) {
    misfits.push(misfit(entry, 'detail', `takes ${step.takes ?? 'nothing'}`, `${taken.length}`))
  }
  const added = taken.map(({ version, ...move }, i): StoredLine => {
    const lineNo = before.lineCount + i + 1
    return { ...move, lineNo, takenVersion: version, givenBackVersion: null, replaced: false }
  })
  return { lines: [...lines, ...added], lineCount: before.lineCount + added.length, misfits }
}

/** How many lines a step gives back at the most, and at the least. */
function givesOf({ gives }: Step, current: number): readonly [number, number] {
  if (gives === 'all') return [current, current]
  return gives === 'replaced' ? [current, 0] : [0, 0]
}

/** Others stand in for a line that a change gives back, and for all when units are taken again. */
function replaces({ from, gives, takes }: Step, isGone: boolean): boolean {
  return gives === 'replaced' ? isGone : from !== 'none' && takes === 'some'
}
