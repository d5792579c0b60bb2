/**
 * What the journal is made of: one entry for each change, written in the transaction that made it.
 *
 * A reservation is what its entries say, one after the other: each has the version that it brought
 * about, and versions have no gaps. What `detail` holds, by kind (`docs/journal.md` has an example of
 * each):
 *
 * | kind | `detail` beside `version` |
 * |---|---|
 * | `held` | `taken`, `expires_at_ms` |
 * | `confirmed` | `taken` for one that was not held or lost its units meanwhile; `payment_ref`; `refunds` withdrawn |
 * | `released`, `expired` | `given_back` |
 * | `cancelled` | `given_back`, `payment_ref`; `refunds` due |
 * | `extended` | `expires_at_ms` |
 * | `changed` | `taken` and `given_back`; `expires_at_ms` or `payment_ref` as before |
 * | `refund_due`, `refund_settled`, `refund_withdrawn` | `refunds`, and the same payment as `payment_ref`; `expires_at_ms` of a hold as before |
 * | `pool_opened` | `resource_id`, `capacity`; `exclusive`, `from_ms` and `to_ms`, `night` where it has them; `version` is 0 |
 * | `capacity_changed` | `from`, `to`; `closed` where the pool was closed or opened again; `version` is the pool's |
 * | `time_changed` | `from_ms`, `to_ms` of a night whose hotel has another time zone from now on; `version` is the pool's |
 *
 * `taken` and `given_back` are lists of `{ pool_id, quantity, version }`, with the version of the pool;
 * `refunds` is a list of `{ payment_ref, reason, becomes }`, where `becomes` is `due`, `settled` or
 * `withdrawn`. Lists that are empty and values that are null are left out. Entries that are older than
 * `refunds` have none: their `refund_due` and `refund_settled` are of `payment_ref`, whose reason is
 * `capacity_gone`.
 */
import type { RefundChange } from './reservation/refund.js'

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
  'refund_withdrawn',
] as const

export type ReservationEntryKind = (typeof RESERVATION_ENTRY_KINDS)[number]

/** What happened to a pool. */
const POOL_ENTRY_KINDS = ['pool_opened', 'capacity_changed', 'time_changed'] as const

export type PoolEntryKind = (typeof POOL_ENTRY_KINDS)[number]

/** For tests: each has a rule by which an audit replays it. */
export const JOURNAL_KINDS = [...RESERVATION_ENTRY_KINDS, ...POOL_ENTRY_KINDS] as const

export type JournalKind = (typeof JOURNAL_KINDS)[number]

/** Who changed something, and why. */
export interface Attribution {
  /** `key:` and the API key's id, `app:` and an application's name, or `system`; null: not known. */
  readonly actor: string | null
  /** What the actor gave as the reason; null: nothing. */
  readonly reason: string | null
}

/** What Holdfast does by itself: it expires holds and closes blocks. */
export const BY_SYSTEM: Attribution = { actor: 'system', reason: null }

export const ACTOR_LENGTH_MAX = 100
export const REASON_LENGTH_MAX = 500

/** Units that moved: at which version of their pool. */
export interface MoveEntry {
  readonly poolId: string
  readonly quantity: number
  readonly version: number
}

/** A reservation was made or changed. */
export interface ReservationEntry {
  readonly by?: Attribution
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
  /** Refunds of the reservation that became due, were settled or were withdrawn. */
  readonly refunds: readonly RefundChange[]
}

/** A pool was created: what it had is where its history begins. */
export interface OpenedEntry {
  readonly by?: Attribution
  readonly kind: 'pool_opened'
  readonly poolId: string
  readonly resourceId: string
  readonly exclusive: boolean
  readonly capacity: number
  /** Of a slot or a night, in milliseconds since 1970; both null for a pool that is bound to no time. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** The date of a night, `YYYY-MM-DD`. */
  readonly night: string | null
}

/** A pool got another capacity. */
export interface CapacityEntry {
  readonly by?: Attribution
  readonly kind: 'capacity_changed'
  readonly poolId: string
  /** The pool's version that the change brought about. */
  readonly version: number
  readonly from: number
  readonly to: number
  /** True when the pool was taken out of sale, false when it came back; left out otherwise. */
  readonly closed?: boolean | undefined
}

/** A pool gets another capacity, and with it a version. */
export type CapacityChange = Omit<CapacityEntry, 'kind' | 'by'>

/** A night begins and ends at other instants, because its hotel's time zone is another. */
export interface TimeEntry {
  readonly by?: Attribution
  readonly kind: 'time_changed'
  readonly poolId: string
  /** The pool's version that the change brought about. */
  readonly version: number
  readonly fromMs: number
  readonly toMs: number
}

export type PoolEntry = OpenedEntry | CapacityEntry | TimeEntry

export type JournalEntry = ReservationEntry | PoolEntry
