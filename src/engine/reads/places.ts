/**
 * Which night or slot of which resource a pool is, for whoever is shown a line. What a pool is never
 * changes, so every process asks once for each pool, for those that are bound to no time, too.
 */
import { BoundedMap } from '../../domain/bounded.js'
import type { Tx } from '../../storage/driver/database.js'
import { type Place, readPlaces } from '../../storage/tables/nights.js'

/** By pool id. Pools that are bound to no time are not in it. */
export type Places = ReadonlyMap<string, Place>

/** For lines of which none is bound to a time. */
export const NO_PLACES: Places = new Map()

export interface PlaceLookup {
  /** As `of`, outside of any transaction: who asks for the same pools meanwhile shares the question. */
  together(db: Pick<Tx, 'query'>, listingId: string, poolIds: readonly string[]): Promise<Places>
  /** What is known without asking; undefined when one of the pools has never been looked up. */
  known(listingId: string, poolIds: readonly string[]): Places | undefined
  /** @param db asked about the pools that have never been looked up */
  of(db: Pick<Tx, 'query'>, listingId: string, poolIds: readonly string[]): Promise<Places>
}

const POOLS_REMEMBERED_MAX = 200_000

interface LookedUp {
  readonly listingId: string
  /** Undefined for a pool that is bound to no time, and for an id that the listing does not have. */
  readonly place: Place | undefined
}

export function createPlaceLookup(): PlaceLookup {
  // With the listing: an id that is no night of this listing may be a night of another.
  const remembered = new BoundedMap<string, LookedUp>(POOLS_REMEMBERED_MAX)

  function known(listingId: string, poolIds: readonly string[]): Places | undefined {
    let places: Map<string, Place> | undefined
    for (const poolId of poolIds) {
      const found = remembered.get(poolId)
      if (found?.listingId !== listingId) return undefined
      if (found.place !== undefined) {
        places ??= new Map()
        places.set(poolId, found.place)
      }
    }
    return places ?? NO_PLACES
  }

  async function of(
    db: Pick<Tx, 'query'>,
    listingId: string,
    poolIds: readonly string[],
  ): Promise<Places> {
    const places = known(listingId, poolIds)
    if (places !== undefined) return places
    const unknown = [...new Set(poolIds)].filter(
      (poolId) => remembered.get(poolId)?.listingId !== listingId,
    )
    const rows = await readPlaces(db, listingId, unknown)
    for (const poolId of unknown) remembered.set(poolId, { listingId, place: undefined })
    for (const place of rows) remembered.set(place.poolId, { listingId, place })
    return known(listingId, poolIds) ?? of(db, listingId, poolIds)
  }

  const underWay = new Map<string, Promise<Places>>()

  function together(
    db: Pick<Tx, 'query'>,
    listingId: string,
    poolIds: readonly string[],
  ): Promise<Places> {
    const name = [listingId, ...poolIds].join('/')
    const begun = underWay.get(name)
    if (begun !== undefined) return begun
    const looked = of(db, listingId, poolIds).finally(() => underWay.delete(name))
    underWay.set(name, looked)
    return looked
  }

  return { known, of, together }
}
