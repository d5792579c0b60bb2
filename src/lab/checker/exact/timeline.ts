/** A witness as a picture in data: who asked what and when, and what the database has of it. */
import type { History, MovementRecord, OperationRecord } from '../../history/history.js'
import { short, units } from '../words.js'

export interface TimelineBar {
  readonly client: number
  readonly fromNs: number
  /** Null when no answer came: the bar has no end. */
  readonly toNs: number | null
  /** The request in words. */
  readonly request: string
  /** The answer, and the versions at which the pools moved for it. */
  readonly answer: string
  readonly outcome: OperationRecord['outcome']
}

export interface Timeline {
  readonly fromNs: number
  readonly toNs: number
  /** In the order of calls. */
  readonly bars: readonly TimelineBar[]
  /** What the database's rows say beside, one sentence each. */
  readonly facts: readonly string[]
}

export function timelineOf(witness: History): Timeline {
  const names = new Map(witness.race.pools.map((pool) => [pool.poolId, pool.name]))
  const nameOf = (poolId: string) => names.get(poolId) ?? short(poolId)
  const requested = new Set<MovementRecord>()
  const bars = witness.operations.map((operation): TimelineBar => {
    const moves = movesOf(witness, operation)
    for (const move of moves) requested.add(move)
    const versions = moves.map(({ poolId, version }) => `version ${version} of ${nameOf(poolId)}`)
    return {
      client: operation.client,
      fromNs: operation.calledNs,
      toNs: operation.returnedNs,
      request: requestOf(operation, nameOf),
      answer: [operation.code ?? operation.outcome, ...versions].join(', '),
      outcome: operation.outcome,
    }
  })
  const times = bars.flatMap(({ fromNs, toNs }) => [fromNs, toNs ?? fromNs])
  return {
    fromNs: times.reduce((least, each) => Math.min(least, each), times[0] ?? 0),
    toNs: times.reduce((most, each) => Math.max(most, each), times[0] ?? 0),
    bars,
    facts: factsOf(witness, requested, nameOf),
  }
}

const CAUSES: Readonly<Record<string, readonly string[]>> = {
  reserve: ['confirmed'],
  hold: ['held'],
  confirm: ['confirmed'],
  release: ['released'],
  cancel: ['cancelled'],
  change: ['changed'],
}

/** The steps that belong to an operation: those of its reservation that are of its kind. */
function movesOf(
  { movements, reservations }: History,
  operation: OperationRecord,
): MovementRecord[] {
  const { kind, key, poolId, capacity } = operation
  if (kind === 'capacity') {
    return movements.filter((move) => move.poolId === poolId && move.capacity === capacity)
  }
  const id = operation.reservationId ?? reservations.find((row) => row.key === key)?.reservationId
  if (id === undefined) return []
  return movements.filter((move) => {
    return move.reservationId === id && CAUSES[kind]?.includes(move.cause ?? '')
  })
}

function requestOf(operation: OperationRecord, nameOf: (poolId: string) => string): string {
  const { kind, lines, reservationId, poolId, capacity } = operation
  if (kind === 'capacity') return `set the capacity of ${nameOf(poolId ?? '')} to ${capacity}`
  const wanted = lines?.map((line) => `${line.quantity} of ${nameOf(line.poolId)}`).join(' and ')
  const named = kind !== 'reserve' && kind !== 'hold' ? short(reservationId) : undefined
  return [kind, named, named === undefined || wanted === undefined ? undefined : 'to', wanted]
    .filter((word) => word !== undefined)
    .join(' ')
}

function factsOf(
  { movements, reservations, pools, mails }: History,
  requested: ReadonlySet<MovementRecord>,
  nameOf: (poolId: string) => string,
): string[] {
  const steps = movements.filter((move) => !requested.has(move))
  return [
    ...steps.map(({ poolId, version, kind, delta, cause, reservationId, capacity }) => {
      const done =
        kind === 'capacity'
          ? `the capacity becomes ${capacity}`
          : `${units(Math.abs(delta))} ${delta > 0 ? 'taken for' : 'given back by'} ${short(reservationId)}`
      return `version ${version} of ${nameOf(poolId)}: ${done}${cause === undefined ? '' : ` (${cause})`}`
    }),
    ...reservations.map(({ reservationId, state, customer, lines }) => {
      const kept = lines.filter((line) => !line.replaced)
      const what = kept.map((line) => `${line.quantity} of ${nameOf(line.poolId)}`).join(' and ')
      return `reservation ${short(reservationId)} is ${state}: ${what} for ${customer}`
    }),
    ...mails.map(({ to, messageId, reservationId }) => {
      return `${to} was sent <${messageId}> about reservation ${short(reservationId)}`
    }),
    ...pools.map(({ poolId, taken, capacity, version }) => {
      return `${nameOf(poolId)} ends with ${taken} of ${capacity} taken, at version ${version}`
    }),
  ]
}
