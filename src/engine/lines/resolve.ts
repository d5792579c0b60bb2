/** Turns what is asked for into lines over pools, before any transaction. */
import type { Taking } from '../../domain/reservation/command.js'
import { isLine, isStay, isTimeLine, type Wanted } from '../../domain/reservation/line-request.js'
import type { Database } from '../../storage/driver/database.js'
import type { RetryOptions } from '../retry.js'
import { unfoldStays } from './resolve-stays.js'
import { unfoldTimes } from './resolve-times.js'

/**
 * Lines that name pools stay as they are; times and stays become lines of the pools that they are.
 * Which pool that is never changes, so a retry comes to the same lines.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function unfold(
  looking: { readonly db: Pick<Database, 'query'>; readonly bounds: RetryOptions },
  listingId: string,
  wanted: readonly Wanted[],
): Promise<Taking> {
  const stays = wanted.filter(isStay)
  const times = wanted.filter(isTimeLine)
  const meant: Taking[] = await Promise.all([
    ...(stays.length === 0 ? [] : [unfoldStays(looking, listingId, stays)]),
    ...(times.length === 0 ? [] : [unfoldTimes(looking, listingId, times)]),
  ])
  const refusal = meant.find((each) => each.refusal !== undefined)?.refusal
  const ranges = meant.flatMap((each) => each.ranges ?? [])
  return {
    lines: [...wanted.filter(isLine), ...meant.flatMap((each) => each.lines)],
    ...(ranges.length === 0 ? {} : { ranges }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}
