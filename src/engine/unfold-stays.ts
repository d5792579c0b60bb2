/** Turns stays into lines over pools, before any transaction: one look at all nights. */
import { type Stay, type Unfolded, unfold } from '../domain/stay.js'
import type { Database } from '../storage/database.js'
import { findStays } from '../storage/nights.js'
import { type RetryOptions, retrying } from './retry.js'

/**
 * A stay becomes a line for each of its nights. Which pool a night is never changes, so a retry comes
 * to the same lines. Nothing is taken here, and nobody is refused for being late: whether rooms are
 * left is asked of the pools, under their locks.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function unfoldStays(
  { db, bounds }: { readonly db: Pick<Database, 'query'>; readonly bounds: RetryOptions },
  listingId: string,
  stays: readonly Stay[],
): Promise<Unfolded> {
  if (stays.length === 0) return { lines: [] }
  const { value } = await retrying(bounds, async () => {
    return { done: true, value: await findStays(db, listingId, stays) }
  })
  return unfold(value)
}
