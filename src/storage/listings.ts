/** Statements on `listings` and their `resources`. */
import type { Tx } from './database.js'

const INSERT_LISTING = `
  insert into listings (listing_id, name)
  values ($1, $2)
  on conflict (listing_id) do nothing`

/** Creates a listing; one that exists already stays as it is. */
export async function insertListing(tx: Tx, listingId: string, name: string): Promise<void> {
  await tx.query(INSERT_LISTING, [listingId, name])
}

/** What a listing sells places on: a hotel, a court. */
export interface NewResource {
  readonly resourceId: string
  readonly name: string
}

const INSERT_RESOURCES = `
  insert into resources (listing_id, resource_id, name)
  select $1, resource.resource_id, resource.name
  from unnest($2::uuid[], $3::text[]) as resource (resource_id, name)
  on conflict (listing_id, resource_id) do nothing`

/** Creates resources; one that exists already stays as it is. */
export async function insertResources(
  tx: Tx,
  listingId: string,
  resources: readonly NewResource[],
): Promise<void> {
  await tx.query(INSERT_RESOURCES, [
    listingId,
    resources.map((resource) => resource.resourceId),
    resources.map((resource) => resource.name),
  ])
}
