/**
 * Which night or slot of which resource a pool is, for whoever is shown a line. What a pool is never
 * changes, so every process asks once for each, for those that are bound to no time, too.
 */
import type { Database } from '../../storage/driver/database.js'
import { type Place, readPlaces } from '../../storage/tables/nights.js'

/** Pools that are bound to no time are not in it. */
export type Places = ReadonlyMap<string, Place>

export interface PlaceLookup {
  /** @returns what those of the pools are that are bound to a time */
  of(listingId: string, poolIds: Iterable<string>): Promise<Places>
}

/** What tells a person which night or slot a pool is. */
export type PlaceShown =
  | { readonly resource_id: string; readonly from: string; readonly to: string }
  | { readonly resource_id: string; readonly night: string }
  | { readonly block_id: string; readonly night: string }

/** @returns undefined for a pool that is bound to no time */
export function showPlace(place: Place | undefined): PlaceShown | undefined {
  if (place === undefined) return undefined
  const { resourceId, night, fromMs, toMs, ofBlock } = place
  if (night !== null) {
    return ofBlock ? { block_id: resourceId, night } : { resource_id: resourceId, night }
  }
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
  return { resource_id: resourceId, from, to }
}

const POOLS_REMEMBERED_MAX = 200_000

export function createPlaceLookup(db: Pick<Database, 'query'>): PlaceLookup {
  const known = new Map<string, Place | undefined>()
  return {
    async of(listingId, poolIds) {
      const asked = [...new Set(poolIds)]
      const places = new Map<string, Place>()
      const unknown: string[] = []
      // By listing, too: what is no night of this one may be a night of another.
      const keyOf = (poolId: string) => `${listingId}/${poolId}`
      for (const poolId of asked) {
        const place = known.get(keyOf(poolId))
        if (place !== undefined) places.set(poolId, place)
        else if (!known.has(keyOf(poolId))) unknown.push(poolId)
      }
      if (unknown.length === 0) return places
      const rows = await readPlaces(db, listingId, unknown)
      if (known.size + unknown.length > POOLS_REMEMBERED_MAX) known.clear()
      for (const poolId of unknown) known.set(keyOf(poolId), undefined)
      for (const row of rows) {
        known.set(keyOf(row.poolId), row)
        places.set(row.poolId, row)
      }
      return places
    },
  }
}
