/**
 * Which night of which resource a pool is, for whoever is shown a line. What a pool is never
 * changes, so every process asks once for each, for those that are no night, too.
 */
import type { Database } from '../storage/database.js'
import { type Place, readPlaces } from '../storage/nights.js'

/** Pools that are no night are not in it. */
export type Places = ReadonlyMap<string, Place>

export interface PlaceLookup {
  /** @returns what those of the pools are that are nights */
  of(listingId: string, poolIds: Iterable<string>): Promise<Places>
}

/** What tells a person which night a pool is; nothing for a pool that is none. */
export function nightOf(
  place: Place | undefined,
): { night: string; resource_id?: string; block_id?: string } | undefined {
  if (place === undefined) return undefined
  const { resourceId, night, ofBlock } = place
  return ofBlock ? { block_id: resourceId, night } : { resource_id: resourceId, night }
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
