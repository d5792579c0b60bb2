/** Asks what resources, blocks and pools of a listing are called. */
import type { Listing } from 'holdfast/client'
import { client } from '../api.js'
import { type Answered, useResource } from '../calls/use-resource.js'
import { type Named, type Names, namesOf } from './names.js'

const PAGES_MAX = 10

/** Until they are known, or where there are too many of them, a part of the id stands for a name. */
export function useNames(listing: Listing): Names {
  const { value } = useResource(`names ${listing.id}`, (signal) => readNames(listing.id, signal))
  return namesOf(listing, value)
}

async function readNames(listingId: string, signal: AbortSignal): Promise<Answered<Named>> {
  const [resources, blocks, availability] = await Promise.all([
    allOf((query) => client.resources.list(listingId, query, { signal })),
    allOf((query) => client.blocks.list(listingId, query, { signal })),
    client.availability(listingId, { signal }),
  ])
  if (!availability.ok) return availability
  return { ok: true, value: { resources, blocks, pools: availability.value.pools } }
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor: string | null
}

async function allOf<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<Answered<Page<Item>>>,
): Promise<readonly Item[]> {
  const found: Item[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page: Answered<Page<Item>> = await read({
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    })
    if (!page.ok) break
    found.push(...page.value.items)
    cursor = page.value.next_cursor
    if (cursor === null) break
  }
  return found
}
