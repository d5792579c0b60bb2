/**
 * The recount sums what is booked, and looks up every answer that a client got and every mail. It reads
 * the rows as they are after the race, and trusts neither the counter nor the ledger.
 */
import type { History, HistoryLine } from '../history/history.js'
import { type Booking, isCreatingOperation, type Ledger, type PoolLedger } from './exact/ledger.js'
import { mayHaveHappened, type Operation, sameUnits, unitsOf } from './exact/operation.js'
import { Findings } from './findings.js'
import { checkMails } from './mails.js'
import { witnessOf } from './witness.js'
import { short, units } from './words.js'

const ACTIVE: ReadonlySet<string> = new Set(['held', 'confirmed'])

export interface RecountFindings {
  readonly findings: Findings
  /** Rows that may answer for requests of which too little is known to say so. */
  readonly unclear: number
}

/** @param ledger of a history that has the rows */
export function recount(ledger: Ledger): RecountFindings {
  const findings = new Findings('recount')
  const { history } = ledger
  const active = activeUnits(ledger)
  for (const pool of ledger.pools) checkPool(findings, history, pool, active.get(pool.poolId))
  const claimed = new Set([...ledger.bookings.values()].flatMap(({ creations }) => creations))
  for (const operation of ledger.operations) {
    // A yes without a reservation's id: its row is found by its key, or is claimed because it looks alike.
    if (operation.outcome !== 'ok' || !isCreatingOperation(operation) || claimed.has(operation))
      continue
    findings.add('lost_acknowledgement', () => ({
      sentence: `client ${operation.answered.client}'s ${operation.kind} was acknowledged, and no row is like it`,
      witness: witnessOf(history, { operations: [operation.answered] }),
    }))
  }
  for (const booking of ledger.bookings.values()) checkAnswers(findings, history, booking)
  const unclear = checkTraces(findings, ledger)
  if (history.movements.length > 0) {
    for (const booking of ledger.bookings.values()) checkRows(findings, history, booking)
  }
  checkMails(findings, ledger)
  return { findings, unclear }
}

interface Active {
  units: number
  readonly bookings: { readonly booking: Booking; readonly units: number }[]
}

function activeUnits({ bookings }: Ledger): Map<string, Active> {
  const active = new Map<string, Active>()
  for (const booking of bookings.values()) {
    if (booking.row === undefined || !ACTIVE.has(booking.row.state)) continue
    for (const [poolId, quantity] of unitsOf(currentLines(booking))) {
      const pool = active.get(poolId) ?? { units: 0, bookings: [] }
      pool.units += quantity
      pool.bookings.push({ booking, units: quantity })
      active.set(poolId, pool)
    }
  }
  return active
}

function currentLines({ row }: Booking): readonly HistoryLine[] {
  return row?.lines.filter((line) => !line.replaced) ?? []
}

function checkPool(
  findings: Findings,
  history: History,
  pool: PoolLedger,
  active: Active = { units: 0, bookings: [] },
): void {
  const { poolId, name, record, steps } = pool
  if (record === undefined) return
  const ledgerUnits =
    history.movements.length > 0 ? steps.reduce((sum, step) => sum + step.delta, 0) : record.taken
  if (record.taken !== active.units || ledgerUnits !== active.units) {
    findings.add('counter_drift', () => ({
      poolId,
      sentence: `${name}: ${active.units} are booked, the counter says ${record.taken}, the ledger adds up to ${ledgerUnits}`,
      witness: witnessOf(history, { pools: [record] }),
    }))
  }
  // An owner who lowers a capacity below what is sold does so knowingly: that is no double booking.
  const lowered = steps.some((step) => step.capacity !== undefined)
  if (active.units <= record.capacity || lowered || record.capacity !== pool.capacity) return
  findings.add('double_booking', () => {
    const largest = [...active.bookings].sort((a, b) => b.units - a.units)
    const shown: Booking[] = []
    let sum = 0
    for (const { booking, units: each } of largest) {
      if (sum > record.capacity) break
      sum += each
      shown.push(booking)
    }
    return {
      poolId,
      sentence: `${active.units} of ${record.capacity} are booked in ${name} at the end`,
      witness: witnessOf(history, {
        bookings: shown,
        operations: shown.flatMap(({ creations }) =>
          creations.map((creation) => creation.answered),
        ),
      }),
    }
  })
}

/** Everything that was acknowledged is there, as it was acknowledged. */
function checkAnswers(findings: Findings, history: History, booking: Booking): void {
  const { creations, others, row, reservationId } = booking
  const reportLost = (operation: Operation, why: string) => {
    findings.add('lost_acknowledgement', () => ({
      sentence: `client ${operation.answered.client}'s ${operation.kind} of ${short(reservationId)} was acknowledged, and ${why}`,
      witness: witnessOf(history, { operations: [operation.answered], bookings: [booking] }),
    }))
  }
  const acknowledged = creations.filter((operation) => operation.outcome === 'ok')
  for (const [i, operation] of acknowledged.entries()) {
    const why = i > 0 ? 'its row answers for another request' : differenceOf(booking, operation)
    if (why !== undefined) reportLost(operation, why)
  }
  for (const operation of others) {
    if (operation.outcome !== 'ok') continue
    if (row === undefined) reportLost(operation, 'there is no such row')
    else if (!endsAllowed(operation, booking).includes(row.state))
      reportLost(operation, `it is ${row.state}`)
  }
}

function differenceOf(booking: Booking, operation: Operation): string | undefined {
  const { row, others } = booking
  const { customer, lines } = operation.answered
  if (row === undefined) return 'there is no such row'
  if (customer !== undefined && row.customer !== customer) return 'its row names somebody else'
  const changes = others.filter((one) => one.kind === 'change' && mayHaveHappened(one))
  const [change] = changes
  // Of changes that may have come in any order, or may not have come, each may have been the last.
  const certain =
    changes.length === 1 && change?.outcome === 'ok' ? changes : [operation, ...changes]
  const current = currentLines(booking)
  const like = certain.some((one) => sameUnits(one.answered.lines ?? current, current))
  if (lines !== undefined && !like) return 'its row has other lines'
  const allowed = endsAllowed(operation, booking)
  return allowed.includes(row.state) ? undefined : `it is ${row.state}`
}

/** The states that a reservation can be in after `operation` was answered yes. */
function endsAllowed(operation: Operation, { others }: Booking): readonly string[] {
  const mayHave = (kind: Operation['kind']) =>
    others.some((other) => other.kind === kind && mayHaveHappened(other))
  const cancelled = mayHave('cancel') ? ['cancelled'] : []
  const confirmed = ['confirmed', ...cancelled]
  switch (operation.kind) {
    case 'cancel':
      return ['cancelled']
    case 'release':
      return ['released']
    case 'reserve':
    case 'confirm':
      return confirmed
    default:
      return [
        'held',
        'expired',
        ...(mayHave('release') ? ['released'] : []),
        ...(mayHave('confirm') || operation.kind === 'change' ? confirmed : []),
      ]
  }
}

/**
 * Every row and every step traces to a request.
 *
 * @returns how many rows may or may not be what became of a request of which too little is known
 */
function checkTraces(findings: Findings, { history, operations, bookings }: Ledger): number {
  // A request that got no answer, sent without a key or a customer, may have made any row.
  const blank = operations.filter((operation) => {
    const { customer, lines } = operation.answered
    const vague = customer === undefined || lines === undefined
    return isCreatingOperation(operation) && operation.outcome === 'unknown' && vague
  })
  const twins = checkTwins(findings, history, bookings)
  let unclear = 0
  for (const booking of bookings.values()) {
    const { creations, row, steps, reservationId } = booking
    const made = row !== undefined || steps.length > 0
    const [refused] = creations
    const witness = () =>
      witnessOf(history, {
        steps,
        bookings: [booking],
        operations: creations.map(({ answered }) => answered),
      })
    if (creations.some(mayHaveHappened)) {
      checkStepsAsked(findings, history, booking)
    } else if (refused !== undefined && made) {
      const { client, code } = refused.answered
      findings.add('contradiction', () => ({
        sentence: `client ${client} was told no (${code ?? refused.outcome}), and reservation ${short(reservationId)} was made for it`,
        witness: witness(),
      }))
    } else if (made && !twins.has(reservationId)) {
      if (unclear < blank.length) unclear += 1
      else {
        findings.add('untraced_effect', () => ({
          sentence: `nobody asked for reservation ${short(reservationId)} of ${row?.customer ?? 'an unknown customer'}`,
          witness: witness(),
        }))
      }
    }
  }
  return unclear
}

/** Reservations that were made under one key; @returns their ids. */
function checkTwins(
  findings: Findings,
  history: History,
  bookings: Ledger['bookings'],
): ReadonlySet<string> {
  const twins = new Set<string>()
  const byKey = new Map<string, Booking>()
  for (const booking of bookings.values()) {
    const key = booking.row?.key
    if (key === undefined) continue
    const before = byKey.get(key)
    byKey.set(key, booking)
    if (before === undefined) continue
    twins.add(before.reservationId).add(booking.reservationId)
    findings.add('duplicate_effect', () => ({
      sentence: `reservations ${short(before.reservationId)} and ${short(booking.reservationId)} were both made under one key`,
      witness: witnessOf(history, {
        steps: [...before.steps, ...booking.steps],
        bookings: [before, booking],
      }),
    }))
  }
  return twins
}

const ASKED_BY = { released: 'release', cancelled: 'cancel', changed: 'change' } as const

function checkStepsAsked(findings: Findings, history: History, booking: Booking): void {
  const { steps, others, reservationId } = booking
  for (const [cause, kind] of Object.entries(ASKED_BY)) {
    const step = steps.find((one) => one.cause === cause)
    const requests = others.filter((operation) => operation.kind === kind)
    if (step === undefined || requests.some(mayHaveHappened)) continue
    const name = requests.length > 0 ? 'contradiction' : 'untraced_effect'
    const whose = requests.length > 0 ? 'whoever asked for it was told no' : 'nobody asked for it'
    findings.add(name, () => ({
      poolId: step.poolId,
      sentence: `reservation ${short(reservationId)} was ${cause}, and ${whose}`,
      witness: witnessOf(history, {
        steps: [step],
        bookings: [booking],
        operations: requests.map(({ answered }) => answered),
      }),
    }))
  }
}

/** Rows that the count of their pool never saw. */
function checkRows(findings: Findings, history: History, booking: Booking): void {
  const { row, steps, reservationId } = booking
  if (row === undefined || !ACTIVE.has(row.state)) return
  for (const [poolId, quantity] of unitsOf(currentLines(booking))) {
    if (steps.some((step) => step.poolId === poolId)) continue
    findings.add('phantom', () => ({
      poolId,
      sentence: `${units(quantity)} are booked by reservation ${short(reservationId)}, and no step of the pool's ledger took them`,
      witness: witnessOf(history, {
        bookings: [booking],
        operations: booking.creations.map(({ answered }) => answered),
      }),
    }))
  }
}
