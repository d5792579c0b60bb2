/**
 * The ledger of a race: every step of a pool with the time in which it must have happened, and
 * every reservation with those who asked for it. `join.ts` makes it of a history.
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
  /** When it may have happened: after `callNs` and before `returnNs`; both infinite if nobody asked. */
  callNs: number
  returnNs: number
  /** Those who asked for it, the one whose call bounds it first. */
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

/** A reservation: its row, its steps, and who asked what of it. */
export interface Booking {
  readonly reservationId: string
  readonly row: ReservationRecord | undefined
  /** The reserve or the hold that made it; more than one when two were told of it. */
  readonly creations: Operation[]
  /** Everything else that was asked of it, in the order of calls. */
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

export function isCreatingOperation(intent: Operation): boolean {
  return intent.kind === 'reserve' || intent.kind === 'hold'
}
