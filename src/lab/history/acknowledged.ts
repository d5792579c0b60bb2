/** Which reservations servers acknowledged, and in which state they must be: from requests and answers. */
import type { HistoryLine, OperationRecord, ReservationRecord } from './history.js'

/** A reservation that a server said was made. */
export interface Acknowledged {
  readonly reservationId: string
  readonly customer: string
  readonly lines: readonly HistoryLine[]
  /** The states in which the database may have it, by the answers that its client got since. */
  readonly states: readonly string[]
}

interface Later {
  readonly reservationId: string
  readonly states: string[]
}

/** A hold may be over at any time after it was made, tidied away or not. */
const HELD = ['held', 'expired']

const BECOMES: Readonly<Partial<Record<OperationRecord['kind'], readonly string[]>>> = {
  reserve: ['confirmed'],
  hold: HELD,
  extend: HELD,
  confirm: ['confirmed'],
  release: ['released'],
  cancel: ['cancelled'],
}

/**
 * A request that got no answer may have had its effect before its client went on; what became of it is
 * found out later, even after the race. That answer says that it was done, not that it was done last: what
 * was asked since then may stand as well.
 *
 * @param operations in the order of their answers
 */
export function acknowledgedOf(operations: readonly OperationRecord[]): readonly Acknowledged[] {
  const byKey = new Map<string, Acknowledged>()
  const keyOf = new Map<string, string>()
  /** For each request that got no answer at first: the states that others may have brought about since. */
  const since = new Map<string, Later>()
  for (const operation of operations) {
    const { kind, key, outcome, reservationId, customer = '', lines = [] } = operation
    const states = BECOMES[kind] ?? []
    if (reservationId === undefined) continue
    if (kind === 'reserve' || kind === 'hold') {
      if (outcome !== 'ok' || byKey.has(key)) continue
      byKey.set(key, { reservationId, customer, lines, states })
      keyOf.set(reservationId, key)
      continue
    }
    const creationKey = keyOf.get(reservationId) ?? ''
    const before = byKey.get(creationKey)
    if (before === undefined) continue
    if (outcome !== 'ok' && outcome !== 'unknown') continue
    for (const [open, later] of since) {
      if (open !== key && later.reservationId === reservationId) later.states.push(...states)
    }
    if (outcome === 'ok') {
      const others = since.get(key)?.states ?? []
      byKey.set(creationKey, { ...before, states: [...states, ...others] })
    } else {
      if (!since.has(key)) since.set(key, { reservationId, states: [] })
      byKey.set(creationKey, { ...before, states: [...before.states, ...states] })
    }
  }
  return [...byKey.values()]
}

/**
 * Counts the acknowledged reservations that the database does not have as they were acknowledged:
 * the same customer, lines and state, under an id that nobody else was given.
 */
export function countLost(
  reservations: readonly ReservationRecord[],
  acknowledged: readonly Acknowledged[],
): number {
  const kept = new Map(reservations.map((row) => [row.reservationId, row]))
  let lost = 0
  for (const claim of acknowledged) {
    const row = kept.get(claim.reservationId)
    // Each row answers for one acknowledgement only.
    kept.delete(claim.reservationId)
    const same =
      row !== undefined &&
      row.customer === claim.customer &&
      claim.states.includes(row.state) &&
      unitsOf(row.lines.filter((line) => !line.replaced)) === unitsOf(claim.lines)
    if (!same) lost += 1
  }
  return lost
}

/** The same text for the same units, in whatever order the lines are. */
function unitsOf(lines: readonly HistoryLine[]): string {
  const units = new Map<string, number>()
  for (const { poolId, quantity } of lines) {
    units.set(poolId, (units.get(poolId) ?? 0) + quantity)
  }
  return JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1)))
}
