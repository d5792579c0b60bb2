/** What resources, blocks and pools of a listing are called, and by which clocks they go. */
import type { Listing, PoolAvailability, Resource } from 'holdfast/client'
import { client } from '../api.js'
import { type Answered, useResource } from '../calls/use-resource.js'

export interface Names {
  readonly resources: readonly Resource[]
  /** Those that are bound to no time. */
  readonly pools: readonly PoolAvailability[]
  ofResource(resourceId: string): string
  /** The clocks where the resource is; of the listing for what is no resource. */
  zoneOf(resourceId: string | undefined): string
  /** The resource that a pool without a time is on; undefined for a slot or a night. */
  ofPool(poolId: string): string | undefined
}

const PAGES_MAX = 10

/** Until they are known, or where there are too many of them, a part of the id stands for a name. */
export function useNames(listing: Listing): Names {
  const { value } = useResource(`names ${listing.id}`, (signal) => readNames(listing.id, signal))
  return namesOf(listing, value)
}

interface Read {
  readonly resources: readonly Resource[]
  readonly pools: readonly PoolAvailability[]
  readonly blocks: readonly { readonly id: string; readonly name: string }[]
}

async function readNames(listingId: string, signal: AbortSignal): Promise<Answered<Read>> {
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

/** For tests and for who has the parts already. */
export function namesOf(listing: Pick<Listing, 'time_zone'>, read?: Partial<Read>): Names {
  const { resources = [], pools = [], blocks = [] } = read ?? {}
  const called = new Map([...resources, ...blocks].map(({ id, name }) => [id, name]))
  const zones = new Map(resources.map(({ id, time_zone }) => [id, time_zone]))
  const places = new Map(pools.map(({ pool_id, resource }) => [pool_id, resource]))
  return {
    resources,
    pools,
    ofResource: (id) => called.get(id) ?? `Resource ${shortId(id)}`,
    zoneOf: (id) => (id === undefined ? undefined : zones.get(id)) ?? listing.time_zone,
    ofPool: (id) => places.get(id)?.name,
  }
}

/** The last characters tell ids of one day apart; the first ones are the time. */
export function shortId(id: string): string {
  return `…${id.slice(-6)}`
}
