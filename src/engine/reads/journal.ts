/** Looks at the journal: what was changed, when, by whom and why. */
import { isUuid } from '../../domain/ids.js'
import type { Database } from '../../storage/driver/database.js'
import {
  type JournalFilter,
  type JournalRow,
  listEntries,
  readHistory,
} from '../../storage/reads/journal.js'
import { readReservation } from '../../storage/reads/reservations.js'
import type { Page } from '../../storage/tables/page.js'

export type { JournalFilter, JournalRow }

/**
 * What happened to one reservation, the oldest entry first.
 *
 * @returns undefined when the listing has none under this id
 */
export async function getHistory(
  db: Pick<Database, 'query'>,
  listingId: string,
  reservationId: string,
  page: Page,
): Promise<readonly JournalRow[] | undefined> {
  if (!isUuid(listingId) || !isUuid(reservationId)) return undefined
  const entries = await readHistory(db, listingId, reservationId, page)
  if (entries.length > 0) return entries
  const known = await readReservation(db, listingId, reservationId)
  return known === undefined ? undefined : entries
}

/** The journal's entries that pass the filter, the newest first. */
export async function listJournal(
  db: Pick<Database, 'query'>,
  listingId: string,
  page: Page,
  filter: JournalFilter = {},
): Promise<readonly JournalRow[]> {
  const { reservationId, resourceId, blockId } = filter
  const ids = [listingId, reservationId, resourceId, blockId]
  if (ids.some((id) => id !== undefined && !isUuid(id))) return []
  return listEntries(db, listingId, page, filter)
}
