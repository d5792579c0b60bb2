/** Makes a history by itself of the few records that show an anomaly. */
import type { History, MailRecord, OperationRecord, PoolRecord } from '../history/history.js'
import type { Booking, PoolLedger, PoolStep } from './exact/ledger.js'

export interface Shown {
  /** Steps, each with the operation that asked for it. */
  readonly steps?: Iterable<PoolStep>
  readonly operations?: Iterable<OperationRecord>
  /** Reservations whose rows are to be seen. */
  readonly bookings?: Iterable<Booking>
  readonly pools?: Iterable<PoolRecord | undefined>
  readonly mails?: Iterable<MailRecord>
}

/** The history of these records, with the race's own first line; operations in the order of calls. */
export function witnessOf(history: History, shown: Shown): History {
  const operations = new Set(shown.operations)
  const movements = new Set<History['movements'][number]>()
  for (const step of shown.steps ?? []) {
    for (const movement of step.movements) movements.add(movement)
    const [operation] = step.operations
    if (operation !== undefined) operations.add(operation.answered)
  }
  const rows = [...(shown.bookings ?? [])].flatMap(({ row }) => row ?? [])
  return {
    race: history.race,
    operations: [...operations].sort((a, b) => a.calledNs - b.calledNs),
    movements: [...movements],
    mails: [...(shown.mails ?? [])],
    reservations: rows,
    pools: [...(shown.pools ?? [])].filter((pool) => pool !== undefined),
  }
}

/**
 * The fewest reservations that together take more than `limit` units in the first `until` steps of
 * a pool: the largest ones, and always the last step.
 */
export function fewestBeyond(pool: PoolLedger, until: number, limit: number): PoolStep[] {
  const active = new Map<string, { units: number; steps: PoolStep[] }>()
  const last = pool.steps[until - 1]
  for (const step of pool.steps.slice(0, until)) {
    if (step.delta === 0) continue
    const name = step.reservationId ?? `version ${step.version}`
    const kept = active.get(name) ?? { units: 0, steps: [] }
    active.set(name, { units: kept.units + step.delta, steps: [...kept.steps, step] })
  }
  const chosen: PoolStep[] = []
  let units = 0
  const mine = [...active.values()].find(({ steps }) => last !== undefined && steps.includes(last))
  const others = [...active.values()].filter((each) => each !== mine && each.units > 0)
  others.sort((a, b) => b.units - a.units)
  for (const each of mine === undefined ? others : [mine, ...others]) {
    if (units > limit) break
    units += each.units
    chosen.push(...each.steps)
  }
  return chosen.sort((a, b) => a.version - b.version)
}
