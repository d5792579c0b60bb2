/** Puts a listing on sale: what it is called, what it sells places on, and how many. */
import { HoldfastError } from '../domain/errors.js'
import { commit, type Database } from '../storage/database.js'
import { insertListing, insertResources } from '../storage/listings.js'
import { insertPools } from '../storage/pools.js'

/** A listing whose resources have one pool each, as an event's hotels have their contracted rooms. */
export interface NewListing {
  readonly listingId: string
  readonly name: string
  readonly resources: readonly {
    readonly resourceId: string
    readonly name: string
    readonly poolId: string
    /** A whole number from 0 to 2,147,483,647. */
    readonly capacity: number
  }[]
}

const CAPACITY_MAX = 2 ** 31 - 1

/**
 * Creates the listing with its resources and pools, all or nothing. What exists already under the
 * same ids stays as it is, so that a server can do this at every start.
 *
 * @throws HoldfastError `invalid_input` for a capacity out of range
 */
export async function createListing(db: Database, listing: NewListing): Promise<void> {
  const { listingId, name, resources } = listing
  for (const { capacity } of resources) {
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > CAPACITY_MAX) {
      throw new HoldfastError(
        'invalid_input',
        `a capacity is a whole number from 0 to ${CAPACITY_MAX}, not ${capacity}`,
      )
    }
  }
  await db.transaction('read committed', async (tx) => {
    await insertListing(tx, listingId, name)
    await insertResources(tx, listingId, resources)
    await insertPools(tx, listingId, resources)
    return commit(undefined)
  })
}
