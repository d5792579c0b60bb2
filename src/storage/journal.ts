/** Statements on `journal`: append-only, one entry per change, in the transaction that made it. */
import { newId } from '../domain/ids.js'
import type { Change, MovedLine } from '../domain/settle.js'
import { plainArray } from './arrays.js'
import type { Tx } from './database.js'

const INSERT_ENTRIES = `
  insert into journal (listing_id, entry_id, kind, reservation_id, detail)
  select $1, entry.entry_id, entry.kind, entry.reservation_id, entry.detail
  from unnest($2::uuid[], $3::text[], $4::uuid[], $5::jsonb[])
    as entry (entry_id, kind, reservation_id, detail)`

/** Writes an entry for each change: which units moved, and at which versions of their pools. */
export function sendEntries(tx: Tx, listingId: string, changes: readonly Change[]): void {
  if (changes.length === 0) return
  tx.send(INSERT_ENTRIES, [
    listingId,
    plainArray(changes.map(() => newId())),
    plainArray(changes.map((change) => change.kind)),
    plainArray(changes.map((change) => change.reservation.reservationId)),
    changes.map((change) => JSON.stringify(detailOf(change))),
  ])
}

function detailOf({ reservation, taken, givenBack }: Change): object {
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

const INSERT_POOL_ENTRY = `
  insert into journal (listing_id, entry_id, kind, pool_id, detail)
  values ($1, $2, $3, $4, $5)`

/** Writes that a pool's capacity was set, with the version that this brought about. */
export function sendCapacityEntry(
  tx: Tx,
  listingId: string,
  poolId: string,
  detail: {
    readonly version: number
    readonly from: number
    readonly to: number
    readonly reason?: string
  },
): void {
  tx.send(INSERT_POOL_ENTRY, [
    listingId,
    newId(),
    'capacity_changed',
    poolId,
    JSON.stringify(detail),
  ])
}
