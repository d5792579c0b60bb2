/**
 * The ledger of a race: every step of a pool with the time in which it must have happened, and
 * every reservation with the operations on it. `join.ts` makes it from a history.
 */
import type {
  History,
  MovementRecord,
  PoolRecord,
  ReservationRecord,
} from '../../history/history.js'
import type { Operation } from './operation.js'

/** One step of a pool's version. */
export interface PoolStep {
  readonly poolId: string
  readonly version: number
  /** What it added to `taken`. */
  readonly delta: number
  /** The capacity from here on, when the step changed it. */
  readonly capacity?: number
  readonly reservationId?: string
  readonly cause?: string
  readonly movements: readonly MovementRecord[]
  /** When it may have happened: after `callNs` and before `returnNs`; both infinite if no client asked. */
  callNs: number
  returnNs: number
  /** The operations that may have made it; the call of the first one is `callNs`. */
  operations: readonly Operation[]
}

export interface PoolLedger {
  readonly poolId: string
  readonly name: string
  /** Before the first step. */
  readonly capacity: number
  readonly record: PoolRecord | undefined
  /** In the order of their versions. */
  readonly steps: readonly PoolStep[]
}

/** A reservation: its row, its steps, and the operations on it. */
export interface Booking {
  readonly reservationId: string
  readonly row: ReservationRecord | undefined
  /** The reserve or the hold that made it; more than one when two answers named it. */
  readonly creations: Operation[]
  /** The other operations on it, in the order of calls. */
  readonly others: Operation[]
  /** In the order of their versions within each pool. */
  readonly steps: PoolStep[]
}

export interface Ledger {
  readonly history: History
  readonly operations: readonly Operation[]
  readonly pools: readonly PoolLedger[]
  readonly bookings: ReadonlyMap<string, Booking>
}

export function isCreatingOperation(operation: Operation): boolean {
  return operation.kind === 'reserve' || operation.kind === 'hold'
}
