/**
 * The life of one reservation: its requests, their answers, and the units that moved for it. A
 * transition happens once, all lines together, and not after the end.
 */
import type { History } from '../../history/history.js'
import type { Findings } from '../findings.js'
import { witnessOf } from '../witness.js'
import { short, units } from '../words.js'
import type { Booking, PoolStep } from './ledger.js'
import { mayHaveHappened, type Operation, unitsOf } from './operation.js'

const ENDS: ReadonlySet<string | undefined> = new Set(['released', 'cancelled', 'expired'])
/** How far the two clocks may have drifted apart since they were read, and read apart. */
const CLOCK_SLACK_MS = 250

export function checkLife(findings: Findings, history: History, booking: Booking): void {
  checkRepeats(findings, history, booking)
  checkWhole(findings, history, booking)
  checkConfirm(findings, history, booking)
  checkExpiry(findings, history, booking)
}

/** Units that were taken twice, or given back twice. */
function checkRepeats(findings: Findings, history: History, booking: Booking): void {
  const { steps, creations, others, reservationId } = booking
  if (steps.length < 2) return
  for (const [poolId, those] of byPool(steps)) {
    const taken: PoolStep[] = []
    for (const step of those) {
      if (step.cause === 'changed') continue
      const last = taken.pop()
      // Takes and give-backs of one reservation in one pool follow each other in turn.
      const again = last !== undefined && last.delta > 0 === step.delta > 0
      taken.push(step)
      if (!again) continue
      const moved = step.delta > 0 ? 'taken' : 'given back'
      findings.add('duplicate_effect', () => ({
        poolId,
        sentence: `${units(Math.abs(step.delta))} were ${moved} twice for reservation ${short(reservationId)}, at versions ${last.version} and ${step.version}`,
        witness: witnessOf(history, {
          steps: [...those.filter((one) => one.version <= step.version)],
          operations: [...creations, ...others].map((operation) => operation.answered),
        }),
      }))
    }
  }
}

/** A creation takes all of its lines, and an end gives all of them back. */
function checkWhole(findings: Findings, history: History, booking: Booking): void {
  const { creations, others, steps, reservationId } = booking
  const creation = creations.find((operation) => mayHaveHappened(operation))
  const wanted = unitsOf(creation?.answered.lines ?? [])
  if (wanted.size < 2 || steps.length === 0) return
  const pools = byPool(steps)
  const missing = [...wanted].filter(([poolId, quantity]) => {
    return !pools.get(poolId)?.some((step) => step.delta === quantity)
  })
  if (missing.length > 0 && missing.length < wanted.size) {
    findings.add('partial_reservation', () => ({
      sentence: `${wanted.size - missing.length} of ${wanted.size} lines of reservation ${short(reservationId)} were taken`,
      witness: witnessOf(history, { steps, bookings: [booking] }),
    }))
  }
  if (others.some((operation) => operation.kind === 'change' && mayHaveHappened(operation))) return
  const ended = [...pools.values()].filter((those) => ENDS.has(those.at(-1)?.cause))
  if (ended.length > 0 && ended.length < pools.size) {
    findings.add('partial_reservation', () => ({
      sentence: `${ended.length} of ${pools.size} lines of reservation ${short(reservationId)} were given back`,
      witness: witnessOf(history, { steps, bookings: [booking] }),
    }))
  }
}

/** Told "confirmed", while the units had gone back and were not taken again. */
function checkConfirm(findings: Findings, history: History, booking: Booking): void {
  const { others, steps, row, reservationId } = booking
  const confirm = others.find(
    (operation) => operation.kind === 'confirm' && operation.outcome === 'ok',
  )
  if (confirm === undefined) return
  const release = others.find((operation) => {
    return (
      operation.kind === 'release' &&
      operation.outcome === 'ok' &&
      operation.returnNs < confirm.callNs
    )
  })
  const gone = [...byPool(steps).values()].find((those) => {
    const last = those.at(-1)
    return last?.cause === 'released' || last?.cause === 'expired'
  })
  const lateness =
    release !== undefined
      ? 'after it had been released'
      : gone !== undefined && row?.state === 'confirmed'
        ? `although its units went back (${gone.at(-1)?.cause})`
        : undefined
  if (lateness === undefined) return
  findings.add('stale_confirm', () => ({
    sentence: `client ${confirm.answered.client} was told that reservation ${short(reservationId)} is confirmed, ${lateness}`,
    witness: witnessOf(history, {
      steps: release === undefined ? (gone?.slice(-1) ?? []) : [],
      operations: [confirm, ...(release === undefined ? [] : [release])].map(
        ({ answered }) => answered,
      ),
      bookings: [booking],
    }),
  }))
}

/** Ended, or said to have ended, before the time that its customer was told. */
function checkExpiry(findings: Findings, history: History, booking: Booking): void {
  const { steps, others, reservationId } = booking
  const promise = promiseOf(booking)
  if (promise === undefined) return
  const { answered } = promise
  const promisedMs = Number(answered.expiresAtMs)
  const early = steps.find((step) => {
    const [movement] = step.movements
    return step.cause === 'expired' && Number(movement?.atMs ?? promisedMs) < promisedMs
  })
  if (early !== undefined) {
    const byMs = promisedMs - Number(early.movements[0]?.atMs)
    findings.add('early_expiry', () => ({
      poolId: early.poolId,
      sentence: `the hold ${short(reservationId)} ended ${byMs} ms before its time`,
      witness: witnessOf(history, { steps: [early], operations: [answered], bookings: [booking] }),
    }))
    return
  }
  const { clocks } = history.race
  if (clocks === undefined) return
  const refused = others.find((operation) => {
    if (operation.outcome !== 'refused' || operation.answered.code !== 'hold_expired') return false
    const atMs = clocks.databaseMs + (operation.returnNs - clocks.monotonicNs) / 1e6
    return operation.callNs > promise.returnNs && atMs + CLOCK_SLACK_MS < promisedMs
  })
  if (refused === undefined) return
  findings.add('early_expiry', () => ({
    sentence: `client ${refused.answered.client} was told that the hold ${short(reservationId)} had expired, before its time`,
    witness: witnessOf(history, { operations: [answered, refused.answered], bookings: [booking] }),
  }))
}

/** The operation that promised the earliest end, among those that no later one replaced. */
function promiseOf({ creations, others }: Booking): Operation | undefined {
  const promises = [...creations, ...others].filter((operation) => {
    const tells = operation.kind === 'hold' || operation.kind === 'extend'
    return tells && operation.outcome === 'ok' && operation.answered.expiresAtMs !== undefined
  })
  // An extension without a known end may have moved it anywhere.
  const open = others.some(
    (operation) => operation.kind === 'extend' && operation.outcome === 'unknown',
  )
  if (open) return undefined
  const standing = promises.filter((one) => !promises.some((other) => other.callNs > one.returnNs))
  const endOf = (operation: Operation) => Number(operation.answered.expiresAtMs)
  return standing.sort((a, b) => endOf(a) - endOf(b))[0]
}

function byPool(steps: readonly PoolStep[]): Map<string, PoolStep[]> {
  const pools = new Map<string, PoolStep[]>()
  for (const step of steps) {
    const those = pools.get(step.poolId)
    if (those === undefined) pools.set(step.poolId, [step])
    else those.push(step)
  }
  return pools
}
