/** Turns what is asked for into lines over pools, before any transaction. */
import { isLine, isStay, isTimeLine, type Wanted } from '../domain/wanted.js'
import type { Database } from '../storage/database.js'
import type { RetryOptions } from './retry.js'
import { unfoldStays } from './unfold-stays.js'
import { type Unfolded, unfoldTimes } from './unfold-times.js'

/**
 * Lines that name pools stay as they are; stays and times are looked up, each kind in one round.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function unfold(
  running: { readonly db: Pick<Database, 'query'>; readonly bounds: RetryOptions },
  listingId: string,
  wanted: readonly Wanted[],
): Promise<Unfolded> {
  const [stays, times] = await Promise.all([
    unfoldStays(running, listingId, wanted.filter(isStay)),
    unfoldTimes(running, listingId, wanted.filter(isTimeLine)),
  ])
  const refusal = stays.refusal ?? times.refusal
  if (refusal !== undefined) return { lines: [], refusal }
  return { ...times, lines: [...wanted.filter(isLine), ...stays.lines, ...times.lines] }
}
