/**
 * Joins what clients were told with what the database's rows tell: who made which step, and so in
 * which time it must have happened. Wherever that cannot be told for certain, the time is made
 * wider: that may hide an anomaly, and never makes one up.
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
  const intents = operationsOf(history.operations)
  const bookings = bookingsOf(history, intents)
  const pools = poolsOf(history)
  for (const pool of pools) {
    for (const step of pool.steps) {
      if (step.reservationId !== undefined) bookings.get(step.reservationId)?.steps.push(step)
    }
  }
  for (const booking of bookings.values()) timeSteps(booking)
  timeCapacities(pools, intents)
  return { history, operations: intents, pools, bookings }
}

function bookingsOf(history: History, intents: readonly Operation[]): Map<string, Booking> {
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
  for (const intent of intents) {
    const id = intent.answered.reservationId
    if (!isCreatingOperation(intent)) {
      if (id !== undefined) open(id).others.push(intent)
      continue
    }
    const found = id ?? keyed.get(intent.key)
    if (found !== undefined) open(found).creations.push(intent)
    else if (mayHaveHappened(intent)) nameless.push(intent)
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
    const { row, creations: births } = booking
    if (births.length > 0 || row === undefined) continue
    const those = free.get(row.customer)
    if (those === undefined) free.set(row.customer, [booking])
    else those.push(booking)
  }
  for (const intent of nameless) {
    const { customer, lines } = intent.answered
    const those = customer === undefined ? undefined : free.get(customer)
    if (those === undefined || lines === undefined) continue
    const at = those.findIndex(({ row }) => row !== undefined && sameUnits(row.lines, lines))
    const [booking] = at < 0 ? [] : those.splice(at, 1)
    booking?.creations.push(intent)
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

/** What has to be asked for so that a step of this cause happens; nobody asks for an expiry. */
const ASKED: Readonly<Record<string, Operation['kind']>> = {
  released: 'release',
  cancelled: 'cancel',
}

function timeSteps(booking: Booking): void {
  const { creations: births, others, steps } = booking
  if (steps.length === 0) return
  const birth = births.filter(mayHaveHappened)
  const ofKind = (kind: Operation['kind'] | undefined) =>
    others.filter((intent) => intent.kind === kind && mayHaveHappened(intent))
  const born = new Set<string>()
  for (const step of steps) {
    if (step.cause === 'expired' || step.cause === 'changed') continue
    if (step.delta < 0) {
      bound(step, ofKind(ASKED[step.cause ?? '']))
      continue
    }
    // A second take of a confirmed reservation is a payment's that came after the hold's end.
    const again = born.has(step.poolId) && step.cause === 'confirmed'
    born.add(step.poolId)
    bound(step, again ? ofKind('confirm') : birth)
  }
  const changed = steps.filter((step) => step.cause === 'changed')
  if (changed.length > 0) timeChanges(changed, birth[0], ofKind('change'))
}

/**
 * Any of `intents` may have done it, and each that was told yes says that it was done by then: a
 * transition happens once, and whoever asks again is told the same.
 */
function bound(step: PoolStep, intents: readonly Operation[]): void {
  const [first] = intents
  if (first === undefined) return
  step.operations = intents
  step.callNs = first.callNs
  for (const { returnNs } of intents) step.returnNs = Math.min(step.returnNs, returnNs)
}

/** Changes of capacity name a pool and no reservation; what each made is told by its figure. */
function timeCapacities(pools: readonly PoolLedger[], intents: readonly Operation[]): void {
  const asked = new Map<string, Operation[]>()
  for (const intent of intents) {
    if (intent.kind !== 'capacity' || !mayHaveHappened(intent)) continue
    push(asked, `${intent.answered.capacity} ${intent.answered.poolId}`, intent)
  }
  for (const { poolId, steps } of pools) {
    const made = new Map<string, PoolStep[]>()
    for (const step of steps) {
      if (step.capacity !== undefined) push(made, `${step.capacity} ${poolId}`, step)
    }
    for (const [figure, those] of made) {
      const same = asked.get(figure) ?? []
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
