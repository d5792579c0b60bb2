/** Rows for tests: a listing with pools, in one call. */
import { newId } from '../../../src/domain/ids.js'
import { createListing } from '../../../src/engine/sale/listings.js'
import type { Database } from '../../../src/storage/driver/database.js'

/** Creates a listing with one pool for each capacity; pool ids are in ascending order. */
export async function givenPools(
  db: Database,
  ...capacities: number[]
): Promise<{ listingId: string; poolIds: string[]; resourceIds: string[] }> {
  const listingId = newId()
  const poolIds = capacities.map(() => newId()).sort()
  const resourceIds = capacities.map(() => newId())
  await createListing(db, {
    listingId,
    name: 'A listing',
    resources: capacities.map((capacity, i) => ({
      resourceId: resourceIds[i] ?? '',
      name: `Resource ${i + 1}`,
      poolId: poolIds[i] ?? '',
      capacity,
    })),
  })
  return { listingId, poolIds, resourceIds }
}

/** What was sold of a pool: the sum of its lines, never the counter. */
export async function soldOf(db: Database, poolId: string): Promise<number> {
  const [row] = await db.query<{ sold: number }>(
    'select coalesce(sum(quantity), 0) as sold from reservation_lines where pool_id = $1',
    [poolId],
  )
  return row?.sold ?? 0
}

/** A pool's own counter and version. */
export async function counterOf(
  db: Database,
  poolId: string,
): Promise<{ taken: number; version: number }> {
  const [row] = await db.query<{ taken: number; version: number }>(
    'select taken, version from pools where pool_id = $1',
    [poolId],
  )
  return row ?? { taken: -1, version: -1 }
}
