/** Turns what is asked for into lines over pools, before any transaction. */
import type { ResolvedLines } from '../../domain/reservation/command.js'
import {
  isPoolLine,
  isStay,
  isTimedLine,
  type LineRequest,
} from '../../domain/reservation/line-request.js'
import type { Database } from '../../storage/driver/database.js'
import type { RetryOptions } from '../retry.js'
import { resolveStays } from './resolve-stays.js'
import { resolveTimes } from './resolve-times.js'

/**
 * Lines that name pools stay as they are; times and stays become lines of the pools that they are.
 * Which pool that is never changes, so a retry comes to the same lines.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function resolveLines(
  looking: { readonly db: Pick<Database, 'query'>; readonly bounds: RetryOptions },
  listingId: string,
  wanted: readonly LineRequest[],
): Promise<ResolvedLines> {
  const stays = wanted.filter(isStay)
  const times = wanted.filter(isTimedLine)
  const resolved: ResolvedLines[] = await Promise.all([
    ...(stays.length === 0 ? [] : [resolveStays(looking, listingId, stays)]),
    ...(times.length === 0 ? [] : [resolveTimes(looking, listingId, times)]),
  ])
  const refusal = resolved.find((each) => each.refusal !== undefined)?.refusal
  const ranges = resolved.flatMap((each) => each.ranges ?? [])
  return {
    lines: [...wanted.filter(isPoolLine), ...resolved.flatMap((each) => each.lines)],
    ...(ranges.length === 0 ? {} : { ranges }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}
