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
 * | `customer_changed` | `payment_ref` as before; never whose it was or is, since the journal has nobody's name |
 * | `customer_erased` | as `customer_changed`; the name that it had is nowhere any more |
 * | `customer_erased` | as `customer_changed`; the name that it had is nowhere any more |
 * | `described` | as `customer_changed`; never the contact or the metadata |
 * | `pool_opened` | `resource_id`, `capacity`; `exclusive`, `from_ms` and `to_ms`, `night` where it has them; `version` is 0 |
 * | `capacity_changed` | `from`, `to`; `closed` where the pool was closed or opened again; `version` is the pool's |
 * | `time_changed` | `from_ms`, `to_ms` of a night whose hotel has another time zone from now on; `version` is the pool's |
 * | `night_terms_changed` | `from` and `to`: objects with the terms that changed; `version` is the night's |
 * | `listing_opened`, `resource_opened`, `block_opened` | `to`: what was set, by the names of the columns |
 * | any other kind of a listing, a resource, a schedule or a block | `from` and `to`: objects with what changed; `version` is that of what was set |
 *
 * `taken` and `given_back` are lists of `{ pool_id, quantity, version }`, with the version of the pool;
 * `refunds` is a list of `{ payment_ref, reason, becomes }`, where `becomes` is `due`, `settled` or
 * `withdrawn`. Lists that are empty and values that are null are left out. Entries that are older than
 * `refunds` have none: their `refund_due` and `refund_settled` are of `payment_ref`, whose reason is
 * `capacity_gone`.
 */
import type { RefundChange } from './reservation/refund.js'
import type { ReservationState } from './reservation/reservation.js'

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
  'customer_changed',
  'customer_erased',
  'described',
] as const

export type ReservationEntryKind = (typeof RESERVATION_ENTRY_KINDS)[number]

/** Nothing but whose a reservation is, or how to reach that person, changes: no state, units or end. */
export function isAboutCustomer(kind: ReservationEntryKind): boolean {
  return kind === 'customer_changed' || kind === 'customer_erased' || kind === 'described'
}

/** What happened to a pool, or to the terms of the night that it is. */
const POOL_ENTRY_KINDS = [
  'pool_opened',
  'capacity_changed',
  'time_changed',
  'night_terms_changed',
] as const

export type PoolEntryKind = (typeof POOL_ENTRY_KINDS)[number]

/** What a seller set, and of what: each kind's subject. */
export const SETTINGS_ENTRY_SUBJECTS = {
  listing_opened: 'listing',
  listing_changed: 'listing',
  listing_archived: 'listing',
  listing_unarchived: 'listing',
  resource_opened: 'resource',
  resource_changed: 'resource',
  resource_archived: 'resource',
  resource_unarchived: 'resource',
  schedule_set: 'schedule',
  block_opened: 'block',
  block_definite: 'block',
  block_released: 'block',
} as const satisfies Record<string, 'listing' | 'resource' | 'schedule' | 'block'>

export type SettingsEntryKind = keyof typeof SETTINGS_ENTRY_SUBJECTS

/** What has settings, and a history of them: a listing, a resource, its schedule, or a block. */
export type SettingsSubject = (typeof SETTINGS_ENTRY_SUBJECTS)[SettingsEntryKind]

const SETTINGS_ENTRY_KINDS = Object.keys(SETTINGS_ENTRY_SUBJECTS) as SettingsEntryKind[]

/** For tests: each has a rule by which an audit replays it. */
export const JOURNAL_KINDS: readonly JournalKind[] = [
  ...RESERVATION_ENTRY_KINDS,
  ...POOL_ENTRY_KINDS,
  ...SETTINGS_ENTRY_KINDS,
]

/** Which of its columns says what an entry of the kind is about; null: it is about the listing. */
export function subjectColumnOf(
  kind: JournalKind,
): 'reservation_id' | 'pool_id' | 'resource_id' | 'block_id' | null {
  if (isOneOf(RESERVATION_ENTRY_KINDS, kind)) return 'reservation_id'
  if (isOneOf(POOL_ENTRY_KINDS, kind)) return 'pool_id'
  const subject = SETTINGS_ENTRY_SUBJECTS[kind]
  if (subject === 'listing') return null
  return subject === 'block' ? 'block_id' : 'resource_id'
}

function isOneOf<Kind extends JournalKind>(
  kinds: readonly Kind[],
  kind: JournalKind,
): kind is Kind {
  return (kinds as readonly JournalKind[]).includes(kind)
}

export type JournalKind = ReservationEntryKind | PoolEntryKind | SettingsEntryKind

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
    /** For those who are told of it: the journal has nobody's name. */
    readonly state?: ReservationState
    readonly customer?: string
    readonly lines?: readonly { readonly poolId: string; readonly quantity: number }[]
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

/** What is set of something, by the names of its columns. */
export type Settings = Readonly<Record<string, unknown>>

/** The terms of a night changed: its minimum stay, say. */
export interface NightTermsEntry {
  readonly by?: Attribution
  readonly kind: 'night_terms_changed'
  readonly poolId: string
  /** The night's version that the change brought about. */
  readonly version: number
  readonly from: Settings
  readonly to: Settings
}

export type PoolEntry = OpenedEntry | CapacityEntry | TimeEntry | NightTermsEntry

/** A seller set something of a listing, a resource, a schedule or a block. */
export interface SettingsEntry {
  readonly by?: Attribution
  readonly kind: SettingsEntryKind
  /** Of a resource and of its schedule. */
  readonly resourceId?: string
  readonly blockId?: string
  /** The version that the change brought about. */
  readonly version: number
  /** What was set before of what changed; undefined for what is new. */
  readonly from?: Settings | undefined
  readonly to: Settings
}

export type JournalEntry = ReservationEntry | PoolEntry | SettingsEntry

/** What differs between two settings of the same thing, on either side. */
export function differenceOf(
  before: Settings,
  after: Settings,
): { readonly from: Settings; readonly to: Settings } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isSameSetting(before[name], after[name]),
  )
  const of = (settings: Settings) =>
    Object.fromEntries(names.map((name) => [name, settings[name] ?? null]))
  return { from: of(before), to: of(after) }
}

/** Settings come from JSON columns, in which the keys of an object have one order. */
export function isSameSetting(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}
