/** Turns what is asked for into lines over pools, before any transaction. */
import type { Command, ResolvedLines } from '../../domain/reservation/command.js'
import type { Line } from '../../domain/reservation/demand.js'
import {
  isPoolLine,
  isStay,
  isTimedLine,
  type LineRequest,
} from '../../domain/reservation/line-request.js'
import { offerRefusal } from '../../domain/reservation/on-offer.js'
import { readTimedPools } from '../../storage/reads/timed-pools.js'
import type { CommandRequest } from '../requests.js'
import { retrying } from '../retry.js'
import type { Looking } from './looking.js'
import { resolveStays } from './resolve-stays.js'
import { resolveTimes } from './resolve-times.js'

/** The request that the lines are of. */
export interface Wanted extends Pick<ResolvedLines, 'allowPast'> {
  readonly kind: 'reserve' | 'hold' | 'change'
  readonly lines: readonly LineRequest[]
}

/**
 * Lines that name pools stay as they are; times and stays become lines of the pools that they are.
 * Which pool that is never changes, so a retry comes to the same lines.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function resolveLines(
  looking: Looking,
  listingId: string,
  { kind, lines: wanted, allowPast }: Wanted,
): Promise<ResolvedLines> {
  const stays = wanted.filter(isStay)
  const times = wanted.filter(isTimedLine)
  const resolved: ResolvedLines[] = await Promise.all([
    resolvePools(looking, listingId, wanted.filter(isPoolLine)),
    ...(stays.length === 0 ? [] : [resolveStays(looking, listingId, stays)]),
    ...(times.length === 0 ? [] : [resolveTimes(looking, listingId, times)]),
  ])
  const refusal = resolved.find((each) => each.refusal !== undefined)?.refusal
  const all = <Key extends 'ranges' | 'stays' | 'times'>(key: Key) => {
    const found = resolved.flatMap((each) => [...(each[key] ?? [])])
    return found.length === 0 ? {} : { [key]: found }
  }
  const found: ResolvedLines = {
    lines: resolved.flatMap((each) => each.lines),
    ...all('ranges'),
    ...all('stays'),
    ...all('times'),
    ...(refusal === undefined ? {} : { refusal }),
    ...(allowPast ? { allowPast } : {}),
  }
  return kind === 'change' ? found : refusedEarly(found)
}

/**
 * A new reservation of what is not on offer is refused without locking anything. What a change may have
 * depends on what the customer has already, which the transaction knows.
 */
function refusedEarly(found: ResolvedLines): ResolvedLines {
  const looks = [...(found.stays ?? []), ...(found.times ?? [])].map((each) => each.lookedAtMs)
  if (looks.length === 0) return found
  const refusal = offerRefusal(found, undefined, Math.max(...looks))
  return refusal === undefined ? found : { lines: [], refusal }
}

/** True when it is known already that no line is bound to a time: there is nothing to look up. */
export function isResolved(
  { places }: Pick<Looking, 'places'>,
  listingId: string,
  request: CommandRequest,
): request is CommandRequest & Command {
  if (!('lines' in request)) return true
  if (!request.lines.every(isPoolLine)) return false
  return places.known(listingId, poolIdsOf(request.lines))?.size === 0
}

/** Of pools that are bound to a time it is looked up when they may be booked. */
async function resolvePools(
  { db, bounds, places }: Looking,
  listingId: string,
  lines: readonly Line[],
): Promise<ResolvedLines> {
  if (lines.length === 0) return { lines }
  const { value } = await retrying(bounds, async () => {
    const known = await places.together(db, listingId, poolIdsOf(lines))
    if (known.size === 0) return { done: true, value: [] }
    return { done: true, value: await readTimedPools(db, listingId, [...known.keys()]) }
  })
  return value.length === 0 ? { lines } : { lines, times: value }
}

function poolIdsOf(lines: readonly Line[]): string[] {
  return lines.map((line) => line.poolId.toLowerCase())
}
