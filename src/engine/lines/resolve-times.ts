/** Turns times into lines over pools, or into ranges: one look at the slots. */
import type { ResolvedLines } from '../../domain/reservation/command.js'
import type { Line } from '../../domain/reservation/demand.js'
import type { Refusal } from '../../domain/reservation/outcome.js'
import {
  isSameTime,
  type ResourceTime,
  type TimedLine,
  timeOf,
} from '../../domain/time/timed-line.js'
import type { TimedPool } from '../../domain/time/timed-pool.js'
import { type ResourceTerms, readTerms } from '../../storage/tables/schedules.js'
import { findSlots } from '../../storage/tables/slots.js'
import { retrying } from '../retry.js'
import type { Looking } from './looking.js'

/**
 * Time on a resource that is sold by slots becomes a line of the slot's pool; where ranges are sold it
 * stays a range, which the transaction itself opens a pool for.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function resolveTimes(
  { db, bounds }: Pick<Looking, 'db' | 'bounds'>,
  listingId: string,
  wanted: readonly TimedLine[],
): Promise<ResolvedLines> {
  const times = wanted.map((time) => ({ ...time, resourceId: time.resourceId.toLowerCase() }))
  const ids = [...new Set(times.map((time) => time.resourceId))]
  const { value } = await retrying(bounds, async () => {
    const [terms, slots] = await Promise.all([
      readTerms(db, listingId, ids),
      findSlots(db, listingId, times),
    ])
    return { done: true, value: { terms, slots } }
  })
  const byId = new Map(value.terms.map((each) => [each.resourceId, each]))
  return resolved(times, byId, value.slots)
}

function resolved(
  times: readonly TimedLine[],
  terms: ReadonlyMap<string, ResourceTerms>,
  slots: readonly (ResourceTime & { readonly poolId: string })[],
): ResolvedLines {
  const unknown = times.filter((time) => !terms.has(time.resourceId))
  if (unknown.length > 0) {
    const resourceIds = [...new Set(unknown.map((time) => time.resourceId))]
    return { lines: [], refusal: { code: 'unknown_resource', resourceIds } }
  }
  const isRange = (time: TimedLine) => terms.get(time.resourceId)?.schedule?.soldBy === 'ranges'
  const many = times.filter((time) => isRange(time) && time.quantity > 1)
  if (many.length > 0) {
    return { lines: [], refusal: notOffered(many, 'The resource is for one at a time.') }
  }
  const byNight = times.filter((time) => terms.get(time.resourceId)?.hasNights)
  if (byNight.length > 0) {
    return {
      lines: [],
      refusal: notOffered(byNight, 'The resource is sold by the night, as stays.'),
    }
  }
  const lines: Line[] = []
  const missing: TimedLine[] = []
  const found: TimedPool[] = []
  for (const time of times.filter((each) => !isRange(each))) {
    const slot = slots.find((each) => isSameTime(each, time))
    const resource = terms.get(time.resourceId)
    if (slot === undefined || resource === undefined) missing.push(time)
    else {
      lines.push({ poolId: slot.poolId, quantity: time.quantity })
      found.push({ ...termsOf(resource), ...slot, night: null })
    }
  }
  if (missing.length > 0) {
    return {
      lines: [],
      refusal: notOffered(missing, 'There is no slot that begins and ends then.'),
    }
  }
  const ranges = times.filter(isRange).map(timeOf)
  return {
    lines,
    ...(ranges.length === 0 ? {} : { ranges }),
    ...(found.length === 0 ? {} : { times: found }),
  }
}

function termsOf({ timeZone, noticeMinutes, horizonDays, nowMs }: ResourceTerms) {
  return { timeZone, noticeMinutes, horizonDays, lookedAtMs: nowMs }
}

function notOffered(times: readonly TimedLine[], reason: string): Refusal {
  return { code: 'not_offered', slots: times.map(timeOf), reason }
}
