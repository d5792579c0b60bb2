/** Statements on `journal`: append-only, one entry per change, in the transaction that made it. */
import { eventsOf } from '../../domain/event.js'
import { newId } from '../../domain/ids.js'
import {
  type Attribution,
  type CapacityChange,
  type CapacityEntry,
  isAboutCustomer,
  type JournalEntry,
  type MoveEntry,
  type OpenedEntry,
  type PoolEntry,
  type ReservationEntry,
  type SettingsEntry,
  type TimeEntry,
} from '../../domain/journal.js'
import type { RefundChange } from '../../domain/reservation/refund.js'
import type { Tx } from '../driver/database.js'
import { type Column, insertion } from '../driver/insertion.js'
import { sendEvents } from './notices/events.js'

type Columns<Entry> = readonly Column<Entry>[]
interface Attributed {
  readonly by?: Attribution
}

const actor: Column<Attributed> = ['actor', 'text', ({ by }) => by?.actor ?? null]
const reason: Column<Attributed> = ['reason', 'text', ({ by }) => by?.reason ?? null]

const OF_RESERVATION: Columns<ReservationEntry> = [
  ['entry_id', 'uuid', () => newId()],
  ['kind', 'text', (entry) => entry.kind],
  ['reservation_id', 'uuid', (entry) => entry.reservation.reservationId],
  ['detail', 'jsonb', (entry) => JSON.stringify(detailOf(entry))],
  actor,
]

// Few changes have a reason: all the others do not pay for it.
const insertReservationEntries = insertion<ReservationEntry>('journal', OF_RESERVATION)
const insertReasonedEntries = insertion<ReservationEntry>(
  'journal',
  [...OF_RESERVATION, reason],
  'journal.insert_reasoned',
)

const insertPoolEntries = insertion<PoolEntry>(
  'journal',
  [
    ['entry_id', 'uuid', () => newId()],
    ['kind', 'text', (entry) => entry.kind],
    ['pool_id', 'uuid', (entry) => entry.poolId],
    ['detail', 'jsonb', (entry) => JSON.stringify(detailOfPool(entry))],
    actor,
    reason,
  ],
  'journal.insert_of_pools',
)

const insertSettingsEntries = insertion<SettingsEntry>(
  'journal',
  [
    ['entry_id', 'uuid', () => newId()],
    ['kind', 'text', (entry) => entry.kind],
    ['resource_id', 'uuid', (entry) => entry.resourceId ?? null],
    ['block_id', 'uuid', (entry) => entry.blockId ?? null],
    ['detail', 'jsonb', ({ version, from, to }) => JSON.stringify({ version, from, to })],
    actor,
    reason,
  ],
  'journal.insert_of_settings',
)

/**
 * Writes entries: the one way into the journal. Whoever listens is told of the same changes, by events.
 *
 * @param listened whether somebody listens to the listing; default: the database looks
 */
export function sendEntries(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  entries: readonly JournalEntry[],
  listened?: boolean,
): void {
  const ofReservations = entries.filter(isOfReservation)
  const hasReason = ({ by }: Attributed) => by?.reason != null
  const reasoned = ofReservations.filter(hasReason)
  const plain =
    reasoned.length === 0 ? ofReservations : ofReservations.filter((entry) => !hasReason(entry))
  insertReservationEntries(tx, listingId, plain)
  insertReasonedEntries(tx, listingId, reasoned)
  insertPoolEntries(tx, listingId, entries.filter(isOfPool))
  insertSettingsEntries(tx, listingId, entries.filter(isOfSettings))
  if (listened !== false) sendEvents(tx, listingId, eventsOf(entries), listened)
}

function isOfReservation(entry: JournalEntry): entry is ReservationEntry {
  return 'reservation' in entry
}

function isOfPool(entry: JournalEntry): entry is PoolEntry {
  return 'poolId' in entry
}

function isOfSettings(entry: JournalEntry): entry is SettingsEntry {
  return !(isOfReservation(entry) || isOfPool(entry))
}

/** What a reader of the journal gets of a pool's entry; `undefined` is left out of a JSON. */
function detailOfPool(entry: PoolEntry): object {
  if (entry.kind === 'capacity_changed') {
    const { version, from, to, closed } = entry
    return { version, from, to, closed }
  }
  if (entry.kind === 'time_changed') {
    const { version, fromMs, toMs } = entry
    return { version, from_ms: fromMs, to_ms: toMs }
  }
  if (entry.kind === 'night_terms_changed') {
    const { version, from, to } = entry
    return { version, from, to }
  }
  const { resourceId, exclusive, capacity, fromMs, toMs, night } = entry
  return {
    version: 0,
    resource_id: resourceId,
    capacity,
    ...(exclusive ? { exclusive } : {}),
    ...(fromMs === null ? {} : { from_ms: fromMs, to_ms: toMs }),
    ...(night === null ? {} : { night }),
  }
}

/** What the table in `domain/journal.ts` says. */
function detailOf({ kind, reservation, taken, givenBack, refunds }: ReservationEntry): object {
  const expiresAtMs = isAboutCustomer(kind) ? null : reservation.expiresAtMs
  const isOfRefund = kind.startsWith('refund_')
  const payment = (isOfRefund ? refunds[0]?.refund.paymentRef : null) ?? reservation.paymentRef
  const moves = (lines: readonly MoveEntry[]) =>
    lines.map(({ poolId, quantity, version }) => ({ pool_id: poolId, quantity, version }))
  return {
    version: reservation.version,
    ...(taken.length > 0 ? { taken: moves(taken) } : {}),
    ...(givenBack.length > 0 ? { given_back: moves(givenBack) } : {}),
    ...(expiresAtMs === null ? {} : { expires_at_ms: expiresAtMs }),
    ...(payment === null ? {} : { payment_ref: payment }),
    ...(refunds.length > 0 ? { refunds: refunds.map(refundOf) } : {}),
  }
}

function refundOf({ becomes, refund }: RefundChange): object {
  return { payment_ref: refund.paymentRef, reason: refund.reason, becomes }
}

/** Writes that pools were created, with the night of each that is one. */
export function sendOpenedEntries(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  pools: readonly (Omit<OpenedEntry, 'kind' | 'night' | 'by'> & { readonly night?: string })[],
  by?: Attribution,
): void {
  const entries = pools.map(
    ({ night = null, ...pool }): OpenedEntry => ({
      ...{ ...pool, night, kind: 'pool_opened' },
      ...(by && { by }),
    }),
  )
  sendEntries(tx, listingId, entries)
}

/** Writes that nights begin and end at other instants, with the versions that this brought about. */
export function sendTimeEntries(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  changes: readonly Omit<TimeEntry, 'kind' | 'by'>[],
  by: Attribution,
): void {
  const entries = changes.map((change): TimeEntry => ({ ...change, kind: 'time_changed', by }))
  sendEntries(tx, listingId, entries)
}

/** Writes that pools got other capacities, with the versions that this brought about. */
export function sendCapacityEntries(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  changes: readonly CapacityChange[],
  by: Attribution,
): void {
  const entries = changes.map(
    (change): CapacityEntry => ({ ...change, kind: 'capacity_changed', by }),
  )
  sendEntries(tx, listingId, entries)
}
