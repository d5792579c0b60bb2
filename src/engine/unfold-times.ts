/** Turns time that is asked for into lines over pools, before any transaction: one look at the slots. */
import type { Line } from '../domain/demand.js'
import type { Refusal } from '../domain/outcome.js'
import type { ResourceTime, TimeLine } from '../domain/time-line.js'
import type { Database } from '../storage/database.js'
import { type ResourceTerms, readTerms } from '../storage/schedules.js'
import { findSlots } from '../storage/slots.js'
import { type RetryOptions, retrying } from './retry.js'

/** What is to be taken; a refusal when it is known already that it is not to be had. */
export interface Unfolded {
  readonly lines: readonly Line[]
  readonly ranges?: readonly ResourceTime[]
  readonly refusal?: Refusal
}

/**
 * Time on a resource that is sold by slots becomes a line of
 * the slot's pool; where ranges are sold it stays a range, which the transaction itself opens a pool
 * for. Which pool a slot is never changes, so a retry comes to the same lines.
 *
 * @throws HoldfastError `database_unavailable` or `contention`
 */
export async function unfoldTimes(
  { db, bounds }: { readonly db: Pick<Database, 'query'>; readonly bounds: RetryOptions },
  listingId: string,
  asked: readonly TimeLine[],
): Promise<Unfolded> {
  if (asked.length === 0) return { lines: [] }
  const times = asked.map((time) => ({ ...time, resourceId: time.resourceId.toLowerCase() }))
  const { value } = await retrying(bounds, async () => {
    const ids = [...new Set(times.map((time) => time.resourceId))]
    const [terms, slots] = await Promise.all([
      readTerms(db, listingId, ids),
      findSlots(db, listingId, times),
    ])
    return { done: true, value: { terms, slots } }
  })
  return unfold(times, new Map(value.terms.map((each) => [each.resourceId, each])), value.slots)
}

function unfold(
  times: readonly TimeLine[],
  terms: ReadonlyMap<string, ResourceTerms>,
  slots: readonly (ResourceTime & { readonly poolId: string })[],
): Unfolded {
  const unknown = times.filter((time) => !terms.has(time.resourceId))
  if (unknown.length > 0) {
    const resourceIds = [...new Set(unknown.map((time) => time.resourceId))]
    return { lines: [], refusal: { code: 'unknown_resource', resourceIds } }
  }
  const isRange = (time: TimeLine) => terms.get(time.resourceId)?.schedule?.soldBy === 'ranges'
  const many = times.filter((time) => isRange(time) && time.quantity > 1)
  if (many.length > 0) {
    return { lines: [], refusal: notOffered(many, 'The resource is for one at a time.') }
  }
  const lines: Line[] = []
  const missing: TimeLine[] = []
  for (const time of times.filter((each) => !isRange(each))) {
    const slot = slots.find((each) => isSame(each, time))
    if (slot === undefined) missing.push(time)
    else lines.push({ poolId: slot.poolId, quantity: time.quantity })
  }
  if (missing.length > 0) {
    return {
      lines: [],
      refusal: notOffered(missing, 'There is no slot that begins and ends then.'),
    }
  }
  const ranges = times.filter(isRange).map(timeOf)
  return ranges.length === 0 ? { lines } : { lines, ranges }
}

function isSame(a: ResourceTime, b: ResourceTime): boolean {
  return a.resourceId === b.resourceId && a.fromMs === b.fromMs && a.toMs === b.toMs
}

function notOffered(times: readonly TimeLine[], reason: string): Refusal {
  return { code: 'not_offered', slots: times.map(timeOf), reason }
}

function timeOf({ resourceId, fromMs, toMs }: TimeLine): ResourceTime {
  return { resourceId, fromMs, toMs }
}
