/**
 * Joins the clients' answers with the database's rows: which operation made which step, and so
 * between which moments it must have happened. Where that is not certain, the time is made wider:
 * that may hide an anomaly, and never invents one.
 */
import type { History, MovementRecord, ReservationRecord } from '../../history/history.js'
import { timeChanges } from './changes.js'
import {
  type Booking,
  isCreatingOperation,
  type Ledger,
  type PoolLedger,
  type PoolStep,
} from './ledger.js'
import { mayHaveHappened, type Operation, operationsOf, sameUnits } from './operation.js'

export function ledgerOf(history: History): Ledger {
  const operations = operationsOf(history.operations)
  const bookings = bookingsOf(history, operations)
  const pools = poolsOf(history)
  for (const pool of pools) {
    for (const step of pool.steps) {
      if (step.reservationId !== undefined) bookings.get(step.reservationId)?.steps.push(step)
    }
  }
  for (const booking of bookings.values()) timeSteps(booking)
  timeCapacities(pools, operations)
  return { history, operations, pools, bookings }
}

function bookingsOf(history: History, operations: readonly Operation[]): Map<string, Booking> {
  const bookings = new Map<string, Booking>()
  const open = (reservationId: string, row?: ReservationRecord): Booking => {
    let booking = bookings.get(reservationId)
    if (booking === undefined) {
      booking = { reservationId, row, creations: [], others: [], steps: [] }
      bookings.set(reservationId, booking)
    }
    return booking
  }
  const keyed = new Map<string, string>()
  for (const row of history.reservations) {
    open(row.reservationId, row)
    if (row.key !== undefined) keyed.set(row.key, row.reservationId)
  }
  for (const { reservationId } of history.movements) {
    if (reservationId !== undefined) open(reservationId)
  }
  const nameless: Operation[] = []
  for (const operation of operations) {
    const id = operation.answered.reservationId
    if (!isCreatingOperation(operation)) {
      if (id !== undefined) open(id).others.push(operation)
      continue
    }
    const found = id ?? keyed.get(operation.key)
    if (found !== undefined) open(found).creations.push(operation)
    else if (mayHaveHappened(operation)) nameless.push(operation)
  }
  claim(nameless, bookings)
  return bookings
}

/**
 * Requests without a name for what they made: the first to ask is taken to have made the first that
 * looks like it. Any other way to share them out would narrow the time in which a step happened.
 */
function claim(nameless: readonly Operation[], bookings: ReadonlyMap<string, Booking>): void {
  if (nameless.length === 0) return
  const free = new Map<string, Booking[]>()
  for (const booking of bookings.values()) {
    const { row, creations } = booking
    if (creations.length > 0 || row === undefined) continue
    const those = free.get(row.customer)
    if (those === undefined) free.set(row.customer, [booking])
    else those.push(booking)
  }
  for (const operation of nameless) {
    const { customer, lines } = operation.answered
    const those = customer === undefined ? undefined : free.get(customer)
    if (those === undefined || lines === undefined) continue
    const at = those.findIndex(({ row }) => row !== undefined && sameUnits(row.lines, lines))
    const [booking] = at < 0 ? [] : those.splice(at, 1)
    booking?.creations.push(operation)
  }
}

function poolsOf(history: History): PoolLedger[] {
  const records = new Map(history.pools.map((pool) => [pool.poolId, pool]))
  const movements = new Map<string, MovementRecord[]>()
  for (const pool of history.race.pools) movements.set(pool.poolId, [])
  for (const movement of history.movements) movements.get(movement.poolId)?.push(movement)
  return history.race.pools.map(({ poolId, name, capacity }) => ({
    poolId,
    name,
    capacity,
    record: records.get(poolId),
    steps: stepsOf(movements.get(poolId) ?? []),
  }))
}

/** A change that takes and gives back in one pool moves it once, under one version. */
function stepsOf(movements: MovementRecord[]): PoolStep[] {
  const steps: PoolStep[] = []
  let from = 0
  movements.sort((a, b) => a.version - b.version)
  for (let i = 1; i <= movements.length; i += 1) {
    if (movements[i]?.version === movements[from]?.version) continue
    if (i - from === 1) steps.push(stepOf(movements.slice(from, i)))
    else for (const those of byReservation(movements.slice(from, i))) steps.push(stepOf(those))
    from = i
  }
  return steps
}

function byReservation(movements: readonly MovementRecord[]): Iterable<MovementRecord[]> {
  const groups = new Map<string, MovementRecord[]>()
  movements.forEach((movement, i) => {
    const { cause, reservationId } = movement
    // Only a change moves one pool both ways at once; any other two in one version are a collision.
    const name = cause === 'changed' ? `${reservationId}` : `#${i}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [movement])
    else group.push(movement)
  })
  return groups.values()
}

function stepOf(movements: readonly MovementRecord[]): PoolStep {
  const [first] = movements
  if (first === undefined) throw new RangeError('a step has movements')
  const { poolId, version, capacity, reservationId, cause } = first
  return {
    poolId,
    version,
    delta: movements.reduce((sum, movement) => sum + movement.delta, 0),
    ...(capacity === undefined ? {} : { capacity }),
    ...(reservationId === undefined ? {} : { reservationId }),
    ...(cause === undefined ? {} : { cause }),
    movements,
    callNs: Number.NEGATIVE_INFINITY,
    returnNs: Number.POSITIVE_INFINITY,
    operations: [],
  }
}

/** The kind of request that leads to a step of this cause; nobody asks for an expiry. */
const KIND_OF_CAUSE: Readonly<Record<string, Operation['kind']>> = {
  released: 'release',
  cancelled: 'cancel',
}

function timeSteps(booking: Booking): void {
  const { creations, others, steps } = booking
  if (steps.length === 0) return
  const possible = creations.filter(mayHaveHappened)
  const ofKind = (kind: Operation['kind'] | undefined) =>
    others.filter((operation) => operation.kind === kind && mayHaveHappened(operation))
  const takenBefore = new Set<string>()
  for (const step of steps) {
    if (step.cause === 'expired' || step.cause === 'changed') continue
    if (step.delta < 0) {
      bound(step, ofKind(KIND_OF_CAUSE[step.cause ?? '']))
      continue
    }
    // A second take of a confirmed reservation is a payment's that came after the hold's end.
    const again = takenBefore.has(step.poolId) && step.cause === 'confirmed'
    takenBefore.add(step.poolId)
    bound(step, again ? ofKind('confirm') : possible)
  }
  const changed = steps.filter((step) => step.cause === 'changed')
  if (changed.length > 0) timeChanges(changed, possible[0], ofKind('change'))
}

/**
 * Any of `operations` may have made the step, and each that was answered yes says that it was made by
 * then: a transition happens once, and a client that asks again gets the same answer.
 */
function bound(step: PoolStep, operations: readonly Operation[]): void {
  const [first] = operations
  if (first === undefined) return
  step.operations = operations
  step.callNs = first.callNs
  for (const { returnNs } of operations) step.returnNs = Math.min(step.returnNs, returnNs)
}

/** Changes of capacity name a pool and no reservation; what each made is told by its figure. */
function timeCapacities(pools: readonly PoolLedger[], operations: readonly Operation[]): void {
  const requested = new Map<string, Operation[]>()
  for (const operation of operations) {
    if (operation.kind !== 'capacity' || !mayHaveHappened(operation)) continue
    push(requested, `${operation.answered.capacity} ${operation.answered.poolId}`, operation)
  }
  for (const { poolId, steps } of pools) {
    const made = new Map<string, PoolStep[]>()
    for (const step of steps) {
      if (step.capacity !== undefined) push(made, `${step.capacity} ${poolId}`, step)
    }
    for (const [figure, those] of made) {
      const same = requested.get(figure) ?? []
      const [first] = same
      if (first === undefined) continue
      for (const step of those) {
        step.callNs = first.callNs
        step.operations = same
        // Of several nobody can say whose answer this was.
        if (same.length === 1 && those.length === 1) step.returnNs = first.returnNs
      }
    }
  }
}

function push<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}
