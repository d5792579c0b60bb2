/** Statements on `journal`: append-only, one entry per change, in the transaction that made it. */
import { newId } from '../../domain/ids.js'
import type { ChangeSet, MovedLine } from '../../domain/reservation/settle.js'
import type { Tx } from '../driver/database.js'
import { insertion } from '../driver/insertion.js'
import type { CapacityChange } from './pools.js'

/** Writes an entry for each change: which units moved, and at which versions of their pools. */
export const sendEntries = insertion<ChangeSet>('journal', [
  ['entry_id', 'uuid', () => newId()],
  ['kind', 'text', (change) => change.kind],
  ['reservation_id', 'uuid', (change) => change.reservation.reservationId],
  ['detail', 'jsonb', (change) => JSON.stringify(detailOf(change))],
])

function detailOf({ reservation, taken, givenBack }: ChangeSet): object {
  const moves = (lines: readonly MovedLine[]) =>
    lines.map(({ poolId, quantity, version }) => ({ pool_id: poolId, quantity, version }))
  return {
    version: reservation.version,
    ...(taken.length > 0 ? { taken: moves(taken) } : {}),
    ...(givenBack.length > 0 ? { given_back: moves(givenBack) } : {}),
    ...(reservation.expiresAtMs === null ? {} : { expires_at_ms: reservation.expiresAtMs }),
    ...(reservation.paymentRef === null ? {} : { payment_ref: reservation.paymentRef }),
  }
}

const insertPoolEntries = insertion<CapacityChange & { readonly reason?: string | undefined }>(
  'journal',
  [
    ['entry_id', 'uuid', () => newId()],
    ['kind', 'text', () => 'capacity_changed'],
    ['pool_id', 'uuid', (change) => change.poolId],
    [
      'detail',
      'jsonb',
      ({ version, from, to, reason }) => JSON.stringify({ version, from, to, reason }),
    ],
  ],
)

/** Writes that pools got other capacities, with the versions that this brought about. */
export function sendCapacityEntries(
  tx: Tx,
  listingId: string,
  changes: readonly CapacityChange[],
  reason?: string,
): void {
  insertPoolEntries(
    tx,
    listingId,
    changes.map((change) => ({ ...change, reason })),
  )
}
