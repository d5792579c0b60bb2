/** Everything that the database has about a reservation, and what its journal comes to. */
import type { StoredEntry } from './replay.js'

/** A reservation as its row says. */
export interface StoredReservation {
  readonly state: string
  readonly version: number
  readonly expiresAtMs: number | null
  readonly paymentRef: string | null
  readonly refundDue: boolean
  readonly lineCount: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** A line as its row says. */
export interface StoredLine {
  readonly lineNo: number
  readonly poolId: string
  readonly quantity: number
  readonly takenVersion: number
  readonly givenBackVersion: number | null
  readonly replaced: boolean
}

/** A payment that is due back, or was given back, as its row says. */
export interface StoredRefund {
  readonly paymentRef: string
  readonly reason: string
  readonly dueSinceMs: number
  readonly settledAtMs: number | null
}

/** A pinned answer that says yes, and names the reservation. */
export interface StoredAnswer {
  readonly key: string
  /** The kind of the command that it answers; null for one that an older version wrote. */
  readonly command: string | null
  readonly state: string | null
  readonly version: number | null
}

/** Everything that the database has about one reservation. */
export interface StoredBooks {
  /** More than one only where the table's key is gone. */
  readonly rows: readonly StoredReservation[]
  readonly lines: readonly StoredLine[]
  readonly entries: readonly StoredEntry[]
  readonly answers: readonly StoredAnswer[]
  readonly refunds: readonly StoredRefund[]
}

/** What the journal comes to. */
export interface Replayed extends Omit<StoredReservation, 'createdAtMs' | 'updatedAtMs'> {
  /** Those that others do not stand in for: at most one a pool. */
  readonly lines: readonly StoredLine[]
  readonly refunds: ReadonlyMap<string, StoredRefund>
}
