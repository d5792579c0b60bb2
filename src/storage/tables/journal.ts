/** Statements on `journal`: append-only, one entry per change, in the transaction that made it. */
import { newId } from '../../domain/ids.js'
import type {
  CapacityEntry,
  JournalEntry,
  MoveEntry,
  ReservationEntry,
} from '../../domain/journal.js'
import type { Tx } from '../driver/database.js'
import { insertion } from '../driver/insertion.js'
import type { CapacityChange } from './pools.js'

const insertReservationEntries = insertion<ReservationEntry>('journal', [
  ['entry_id', 'uuid', () => newId()],
  ['kind', 'text', (entry) => entry.kind],
  ['reservation_id', 'uuid', (entry) => entry.reservation.reservationId],
  ['detail', 'jsonb', (entry) => JSON.stringify(detailOf(entry))],
])

const insertCapacityEntries = insertion<CapacityEntry>(
  'journal',
  [
    ['entry_id', 'uuid', () => newId()],
    ['kind', 'text', (entry) => entry.kind],
    ['pool_id', 'uuid', (entry) => entry.poolId],
    [
      'detail',
      'jsonb',
      ({ version, from, to, reason }) => JSON.stringify({ version, from, to, reason }),
    ],
  ],
  'journal.insert_capacity',
)

/** Writes entries: the one way into the journal. */
export function sendEntries(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  entries: readonly JournalEntry[],
): void {
  insertReservationEntries(tx, listingId, entries.filter(isOfReservation))
  insertCapacityEntries(tx, listingId, entries.filter(isOfPool))
}

function isOfReservation(entry: JournalEntry): entry is ReservationEntry {
  return entry.kind !== 'capacity_changed'
}

function isOfPool(entry: JournalEntry): entry is CapacityEntry {
  return entry.kind === 'capacity_changed'
}

/** Which units moved, and at which versions of their pools. */
function detailOf({ reservation, taken, givenBack }: ReservationEntry): object {
  const moves = (lines: readonly MoveEntry[]) =>
    lines.map(({ poolId, quantity, version }) => ({ pool_id: poolId, quantity, version }))
  return {
    version: reservation.version,
    ...(taken.length > 0 ? { taken: moves(taken) } : {}),
    ...(givenBack.length > 0 ? { given_back: moves(givenBack) } : {}),
    ...(reservation.expiresAtMs === null ? {} : { expires_at_ms: reservation.expiresAtMs }),
    ...(reservation.paymentRef === null ? {} : { payment_ref: reservation.paymentRef }),
  }
}

/** Writes that pools got other capacities, with the versions that this brought about. */
export function sendCapacityEntries(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  changes: readonly CapacityChange[],
  reason?: string,
): void {
  const entries = changes.map(
    (change): CapacityEntry => ({ ...change, kind: 'capacity_changed', reason }),
  )
  sendEntries(tx, listingId, entries)
}
