/** Turns stays into lines over pools: one look at all of their nights. */
import { linesOfStays, type ResolvedStays, type Stay } from '../../domain/time/stay.js'
import type { Database } from '../../storage/driver/database.js'
import { findStays } from '../../storage/tables/nights.js'
import { type RetryOptions, retrying } from '../retry.js'

/**
 * A stay becomes a line for each of its nights. Nothing is taken here, and nobody is refused for
 * being late: whether rooms are left is asked of the pools, under their locks.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function resolveStays(
  { db, bounds }: { readonly db: Pick<Database, 'query'>; readonly bounds: RetryOptions },
  listingId: string,
  stays: readonly Stay[],
): Promise<ResolvedStays> {
  const { value } = await retrying(bounds, async () => {
    return { done: true, value: await findStays(db, listingId, stays) }
  })
  return linesOfStays(value)
}
