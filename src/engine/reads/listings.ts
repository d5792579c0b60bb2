/** Looks at listings and what they sell. */
import { BoundedSet } from '../../domain/bounded.js'
import { isUuid } from '../../domain/ids.js'
import type { Database } from '../../storage/driver/database.js'
import { type ListingRow, readListing } from '../../storage/tables/listings.js'

/** @returns undefined when there is none under this id */
export async function getListing(
  db: Pick<Database, 'query'>,
  listingId: string,
): Promise<ListingRow | undefined> {
  return isUuid(listingId) ? readListing(db, listingId) : undefined
}

const LISTINGS_REMEMBERED_MAX = 100_000

/** Listings are never deleted, so a yes is asked for once. */
export function createListingLookup(
  db: Pick<Database, 'query'>,
): (listingId: string) => Promise<boolean> {
  const known = new BoundedSet<string>(LISTINGS_REMEMBERED_MAX)
  return async (listingId) => {
    if (known.has(listingId)) return true
    if ((await getListing(db, listingId)) === undefined) return false
    known.add(listingId)
    return true
  }
}
