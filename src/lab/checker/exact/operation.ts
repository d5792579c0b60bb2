/**
 * What a client wanted once, however often it had to ask: the attempts under one key are one
 * operation, from the first call to the first definite answer.
 */
import type { HistoryLine, OperationKind, OperationRecord } from '../../history/history.js'

export interface Operation {
  readonly kind: OperationKind
  readonly key: string
  readonly callNs: number
  /** Infinity when no definite answer came: the effect may land at any time. */
  readonly returnNs: number
  readonly outcome: OperationRecord['outcome']
  /** The attempt whose answer counts; the first one when none was answered. */
  readonly answered: OperationRecord
  /** Every attempt, in the order of their calls. */
  readonly attempts: readonly OperationRecord[]
}

/** Refusals that speak of the request and not of what was wanted. */
const ABOUT_THE_KEY: ReadonlySet<string> = new Set([
  'idempotency_in_progress',
  'idempotency_key_reused',
])

/** Merges attempts; the result is in the order of first calls. */
export function operationsOf(records: readonly OperationRecord[]): Operation[] {
  const kinds = new Map<OperationKind, Map<string, OperationRecord | OperationRecord[]>>()
  for (const record of records) {
    let keys = kinds.get(record.kind)
    if (keys === undefined) {
      keys = new Map()
      kinds.set(record.kind, keys)
    }
    const before = keys.get(record.key)
    if (before === undefined) keys.set(record.key, record)
    else if (Array.isArray(before)) before.push(record)
    else keys.set(record.key, [before, record])
  }
  const operations: Operation[] = []
  for (const keys of kinds.values()) {
    for (const attempts of keys.values()) {
      operations.push(Array.isArray(attempts) ? merged(attempts) : alone(attempts))
    }
  }
  return operations.sort((a, b) => a.callNs - b.callNs)
}

function alone(record: OperationRecord): Operation {
  const { kind, key, calledNs, returnedNs } = record
  const outcome = outcomeOf(record)
  const returnNs = outcome === 'unknown' ? Number.POSITIVE_INFINITY : Number(returnedNs)
  return { kind, key, callNs: calledNs, returnNs, outcome, answered: record, attempts: [record] }
}

function merged(records: readonly OperationRecord[]): Operation {
  const attempts = [...records].sort((a, b) => a.calledNs - b.calledNs)
  // An attempt that wrote nothing and said so is over; the operation is among the others.
  const open = attempts.filter((attempt) => outcomeOf(attempt) !== 'conflict')
  const counted = open.length > 0 ? open : attempts
  const acknowledged = counted.filter((attempt) => attempt.outcome === 'ok')
  const refused = counted.filter((attempt) => outcomeOf(attempt) === 'refused')
  const definite = acknowledged.length > 0 ? acknowledged : refused
  const answered = earliest(definite) ?? counted[0]
  const [first] = counted
  if (answered === undefined || first === undefined) {
    throw new RangeError('an operation has attempts')
  }
  const { outcome, returnNs } = alone(answered)
  return {
    kind: answered.kind,
    key: answered.key,
    callNs: first.calledNs,
    returnNs,
    outcome,
    answered,
    attempts,
  }
}

function outcomeOf({ outcome, code }: OperationRecord): OperationRecord['outcome'] {
  return outcome === 'refused' && code !== undefined && ABOUT_THE_KEY.has(code)
    ? 'unknown'
    : outcome
}

function earliest(attempts: readonly OperationRecord[]): OperationRecord | undefined {
  let first: OperationRecord | undefined
  for (const attempt of attempts) {
    if (first === undefined || Number(attempt.returnedNs) < Number(first.returnedNs)) {
      first = attempt
    }
  }
  return first
}

/** True when the effect is in the database, or may be. */
export function mayHaveHappened({ outcome }: Operation): boolean {
  return outcome === 'ok' || outcome === 'unknown'
}

/** Units by pool: two lines on one pool are one. */
export function unitsOf(lines: readonly HistoryLine[]): Map<string, number> {
  const units = new Map<string, number>()
  for (const { poolId, quantity } of lines) units.set(poolId, (units.get(poolId) ?? 0) + quantity)
  return units
}

/** True when both take the same units of the same pools. */
export function sameUnits(a: readonly HistoryLine[], b: readonly HistoryLine[]): boolean {
  const [units, others] = [unitsOf(a), unitsOf(b)]
  if (units.size !== others.size) return false
  for (const [poolId, quantity] of units) if (others.get(poolId) !== quantity) return false
  return true
}
