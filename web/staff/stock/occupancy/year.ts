/** How full each day of a year is, of one resource or of several together. */
import type { Listing, Resource } from 'holdfast/client'
import { addDays, dateOf } from '../../../shared/times.js'
import { client } from '../../api.js'
import type { Answered } from '../../calls/use-resource.js'
import { eachOf } from '../all-pages.js'

export interface DaySum {
  readonly capacity: number
  readonly taken: number
}

export type YearSums = ReadonlyMap<string, DaySum>

/** The API shows as many days of slots at once. */
const DAYS_AT_ONCE = 62

/** The days of a year by the clocks of the listing, with the Monday that its first week begins on. */
export function yearOf(year: number): { readonly from: string; readonly to: string } {
  return { from: `${year}-01-01`, to: `${year + 1}-01-01` }
}

/** Looks at slots and nights alike: what a resource does not have is an empty list. */
export async function yearSums(
  listing: Listing,
  resources: readonly Resource[],
  year: number,
  signal: AbortSignal,
): Promise<Answered<YearSums>> {
  const { from, to } = yearOf(year)
  const sums = new Map<string, DaySum>()
  const add = (date: string, { capacity, taken }: DaySum) => {
    const before = sums.get(date) ?? { capacity: 0, taken: 0 }
    sums.set(date, { capacity: before.capacity + capacity, taken: before.taken + taken })
  }
  const work = resources.flatMap((resource) => [
    ...(resource.exclusive ? [] : [{ resource, nights: true, from, to }]),
    ...windowsOf(from, to).map((window) => ({ resource, nights: false, ...window })),
  ])
  const nightPools = new Set<string>()
  await eachOf(
    work.filter(({ nights }) => nights),
    async ({ resource }) => {
      const found = await client.nights.get(listing.id, resource.id, { from, to }, { signal })
      if (!found.ok) return
      for (const night of found.value.nights) {
        nightPools.add(night.pool_id)
        add(night.night, night)
      }
    },
  )
  await eachOf(
    work.filter(({ nights }) => !nights),
    async ({ resource, ...window }) => {
      const query = { from: window.from, to: window.to }
      const found = await client.slots.list(listing.id, resource.id, query, { signal })
      if (!found.ok) return
      for (const slot of found.value.slots) {
        if (nightPools.has(slot.pool_id) || (slot.closed && slot.taken === 0)) continue
        add(dateOf(found.value.time_zone, Date.parse(slot.from)), slot)
      }
    },
  )
  return { ok: true, value: sums }
}

function windowsOf(from: string, to: string): { readonly from: string; readonly to: string }[] {
  const windows: { from: string; to: string }[] = []
  for (let begin = from; begin < to; begin = addDays(begin, DAYS_AT_ONCE)) {
    const end = addDays(begin, DAYS_AT_ONCE)
    windows.push({ from: begin, to: end < to ? end : to })
  }
  return windows
}
