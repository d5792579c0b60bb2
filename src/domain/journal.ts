/** What the journal is made of: one entry for each change, written in the transaction that made it. */

/** What happened to a reservation. */
const RESERVATION_ENTRY_KINDS = [
  'held',
  'confirmed',
  'released',
  'cancelled',
  'expired',
  'extended',
  'changed',
  'refund_due',
  'refund_settled',
] as const

export type ReservationEntryKind = (typeof RESERVATION_ENTRY_KINDS)[number]

/** Everything that an entry can be about. */
const JOURNAL_KINDS = [...RESERVATION_ENTRY_KINDS, 'capacity_changed'] as const

/** For tests: every kind is seen in a journal of the model. */
export type JournalKind = (typeof JOURNAL_KINDS)[number]

/** Units that moved: at which version of their pool. */
export interface MoveEntry {
  readonly poolId: string
  readonly quantity: number
  readonly version: number
}

/** A reservation was made or changed. */
export interface ReservationEntry {
  readonly kind: ReservationEntryKind
  /** The reservation as it is from now on. */
  readonly reservation: {
    readonly reservationId: string
    readonly version: number
    readonly expiresAtMs: number | null
    readonly paymentRef: string | null
  }
  readonly taken: readonly MoveEntry[]
  readonly givenBack: readonly MoveEntry[]
}

/** A pool got another capacity. */
export interface CapacityEntry {
  readonly kind: 'capacity_changed'
  readonly poolId: string
  /** The pool's version that the change brought about. */
  readonly version: number
  readonly from: number
  readonly to: number
  /** Why the capacity may be below what is taken, where the seller insisted on it. */
  readonly reason?: string | undefined
}

export type JournalEntry = ReservationEntry | CapacityEntry
