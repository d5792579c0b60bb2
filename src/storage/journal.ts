/** Statements on `journal`: append-only, one entry per change, in the transaction that made it. */
import { newId } from '../domain/ids.js'
import type { Change, MovedLine } from '../domain/settle.js'
import { plainArray } from './arrays.js'
import type { Tx } from './database.js'
import type { CapacityChange } from './pools.js'

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

const INSERT_POOL_ENTRIES = `
  insert into journal (listing_id, entry_id, kind, pool_id, detail)
  select $1, entry.entry_id, 'capacity_changed', entry.pool_id, entry.detail
  from unnest($2::uuid[], $3::uuid[], $4::jsonb[]) as entry (entry_id, pool_id, detail)`

/** Writes that pools got other capacities, with the versions that this brought about. */
export function sendCapacityEntries(
  tx: Tx,
  listingId: string,
  changes: readonly CapacityChange[],
  reason?: string,
): void {
  if (changes.length === 0) return
  const because = reason === undefined ? {} : { reason }
  tx.send(INSERT_POOL_ENTRIES, [
    listingId,
    plainArray(changes.map(() => newId())),
    plainArray(changes.map(({ poolId }) => poolId)),
    changes.map(({ version, from, to }) => JSON.stringify({ version, from, to, ...because })),
  ])
}
