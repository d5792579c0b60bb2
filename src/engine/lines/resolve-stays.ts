/** Turns stays into lines over pools: one look at all of their nights. */
import type { ResolvedLines } from '../../domain/reservation/command.js'
import { linesOfStays, type Stay, unknownAmong } from '../../domain/time/stay.js'
import { findStays } from '../../storage/reads/stays.js'
import { retrying } from '../retry.js'
import type { Looking } from './looking.js'

/**
 * A stay becomes a line for each of its nights. Nothing is taken here, and nobody is refused for
 * being late: whether rooms are left is asked of the pools, under their locks. Whether the nights are
 * on offer to this customer is decided in the transaction, which knows what the customer has.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function resolveStays(
  { db, bounds }: Pick<Looking, 'db' | 'bounds'>,
  listingId: string,
  stays: readonly Stay[],
): Promise<ResolvedLines> {
  const { value } = await retrying(bounds, async () => {
    return { done: true, value: await findStays(db, listingId, stays) }
  })
  const refusal = unknownAmong(value)
  return refusal === undefined
    ? { lines: linesOfStays(value), stays: value }
    : { lines: [], refusal }
}
