/** Puts what is raced for on sale: the lab's own statements, since a slot is not made over /v1. */
import { commit, type Database } from '../../storage/driver/database.js'
import { sendOpenedEntries } from '../../storage/tables/journal.js'
import { insertListing } from '../../storage/tables/listings.js'
import { OPENED_COLUMNS, type OpenedPool } from '../../storage/tables/pools.js'
import { noteOpened } from '../../storage/tables/settings.js'
import type { Sale } from '../scenarios/scenario.js'

const INSERT_RESOURCES = `
  insert into resources (listing_id, resource_id, name, exclusive)
  select $1, resource.resource_id, resource.name, resource.exclusive
  from unnest($2::uuid[], $3::text[], $4::boolean[]) as resource (resource_id, name, exclusive)`

const INSERT_POOLS = `
  insert into pools (listing_id, pool_id, resource_id, exclusive, capacity, during)
  select $1, pool.pool_id, pool.resource_id, pool.exclusive, pool.capacity,
         case when pool.begins is not null then tstzrange(pool.begins, pool.ends) end
  from unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::integer[], $6::timestamptz[],
              $7::timestamptz[])
    as pool (pool_id, resource_id, exclusive, capacity, begins, ends)
  returning ${OPENED_COLUMNS}`

/** Creates the listing with its resources and pools, all or nothing. */
export async function putOnSale(db: Database, sale: Sale): Promise<void> {
  const { listingId, name, resources } = sale
  const pools = resources.flatMap(({ resourceId, exclusive, pools }) =>
    pools.map((pool) => ({ ...pool, resourceId, exclusive })),
  )
  await db.transaction('read committed', async (tx) => {
    await insertListing(tx, listingId, name)
    await tx.query(INSERT_RESOURCES, [
      listingId,
      resources.map((resource) => resource.resourceId),
      resources.map((resource) => resource.name),
      resources.map((resource) => resource.exclusive ?? false),
    ])
    const opened = await tx.query<OpenedPool>(INSERT_POOLS, [
      listingId,
      pools.map((pool) => pool.poolId),
      pools.map((pool) => pool.resourceId),
      pools.map((pool) => pool.exclusive ?? false),
      pools.map((pool) => pool.capacity),
      pools.map((pool) => pool.slot?.from ?? null),
      pools.map((pool) => pool.slot?.to ?? null),
    ])
    const resourceIds = resources.map((resource) => resource.resourceId)
    await noteOpened(tx, listingId, 'listing_opened', [listingId], undefined)
    await noteOpened(tx, listingId, 'resource_opened', resourceIds, undefined)
    sendOpenedEntries(tx, listingId, opened)
    return commit(undefined)
  })
}
