/** Statements on `journal`: append-only, one entry per change, in the transaction that made it. */
import type { Tx } from './database.js'

export interface JournalEntry {
  readonly listingId: string
  readonly entryId: string
  readonly kind: 'confirmed'
  readonly reservationId: string
  /** What the change was made of; kept as JSON. */
  readonly detail: object
}

const INSERT_ENTRY = `
  insert into journal (listing_id, entry_id, kind, reservation_id, detail)
  values ($1, $2, $3, $4, $5)`

export function sendEntry(tx: Tx, entry: JournalEntry): void {
  tx.send(INSERT_ENTRY, [
    entry.listingId,
    entry.entryId,
    entry.kind,
    entry.reservationId,
    JSON.stringify(entry.detail),
  ])
}
