/** The listings that the reader may touch, and the one that was chosen: it stands in the address. */
import type { Listing } from 'holdfast/client'
import { place } from '../shared/route.js'
import { client } from './api.js'
import { type Answered, type Resource, useResource } from './calls/use-resource.js'

/** Pages of a hundred: who has more comes to the others by their page. */
const PAGES_MAX = 5

/** The newest, at most 500, and the chosen one in any case. Asked for again when `reload` is called. */
export function useListings(): Resource<readonly Listing[]> {
  const chosen = place.value.query.get('listing') ?? ''
  return useResource(`listings ${chosen}`, (signal) => listingsWith(chosen, signal))
}

async function listingsWith(
  chosen: string,
  signal: AbortSignal,
): Promise<Answered<readonly Listing[]>> {
  const found: Listing[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const query = { limit: 100, ...(cursor === undefined ? {} : { cursor }) }
    const page = await client.listings.list(query, { signal })
    if (!page.ok) return page
    found.push(...page.value.items)
    cursor = page.value.next_cursor ?? undefined
    if (cursor === undefined) break
  }
  if (cursor === undefined || found.some(({ id }) => id === chosen)) {
    return { ok: true, value: found }
  }
  const other = await client.listings.get(chosen, { signal })
  return { ok: true, value: other.ok ? [other.value, ...found] : found }
}

/** The one in the address; the first one that is on sale where the address has none. */
export function chosenOf(listings: readonly Listing[]): Listing | undefined {
  const id = place.value.query.get('listing')
  if (id !== null) return listings.find((listing) => listing.id === id)
  return listings.find(({ archived }) => !archived) ?? listings[0]
}
