/** Statements on `listings` and their `resources`. */
import type { Attribution } from '../../domain/journal.js'
import type { Metadata } from '../../domain/reservation/details.js'
import type { ListingPolicy, ListingTerms } from '../../domain/reservation/reservation.js'
import { type BookingTerms, NO_TERMS } from '../../domain/time/window.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { isListenedTo } from './notices/events.js'
import type { Page } from './page.js'
import { noteOpened } from './settings.js'

const INSERT_LISTING = sql('listings.insert')`
  insert into listings (listing_id, name)
  values ($1, $2)
  on conflict (listing_id) do nothing
  returning name`

/** Creates a listing; one that exists already stays as it is. @returns whether it is new */
export async function insertListing(tx: Tx, listingId: string, name: string): Promise<boolean> {
  return (await tx.query(INSERT_LISTING, [listingId, name])).length > 0
}

const SELECT_POLICY = sql('listings.read_policy')`
  select customer_units_max as "customerUnitsMax",
         customer_holds_max as "customerHoldsMax",
         hold_ttl_ms_max as "holdTtlMsMax",
         hold_age_ms_max as "holdAgeMsMax",
         refund_on_cancel as "refundOnCancel",
         archived,
         exists (
           select
           from resources
           where resources.listing_id = $1
             and resources.archived
         ) as "hasArchived",
         ${isListenedTo('$1')} as listened,
         floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"
  from listings
  where listing_id = $1`

/** What a listing allows, with the time by the database clock; undefined when there is no such listing. */
export async function readPolicy(
  tx: Pick<Tx, 'query'>,
  listingId: string,
): Promise<PolicyNow | undefined> {
  const [row] = await tx.query<PolicyNow>(SELECT_POLICY, [listingId])
  return row
}

/** What a listing allows and still sells, with the time by the database clock. */
export interface PolicyNow extends ListingPolicy {
  readonly nowMs: number
  /** It sells nothing new. */
  readonly archived: boolean
  /** Some resource of it sells nothing new. */
  readonly hasArchived: boolean
  /** Somebody is told of its events. */
  readonly listened: boolean
}

const FIND_ARCHIVED = sql('listings.find_archived_pools')`
  select pools.pool_id as "poolId"
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  where pools.listing_id = $1
    and pools.pool_id = any($2::uuid[])
    and resources.archived`

/** Those of the pools whose resource is archived. */
export async function findArchivedPools(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ poolId: string }>(FIND_ARCHIVED, [listingId, poolIds])
  return new Set(rows.map(({ poolId }) => poolId))
}

/** What a listing sells places on: a hotel, a court. */
export interface NewResource {
  readonly resourceId: string
  readonly name: string
  /** Sold to one customer at a time; default false. */
  readonly exclusive?: boolean
  /** An IANA time zone; default the listing's. */
  readonly timeZone?: string
  /** How many minutes before a slot begins, or a night is over, it is booked at the latest; default 0. */
  readonly noticeMinutes?: number
  /** How many days after today the last day is that can be booked; default null: there is no last day. */
  readonly horizonDays?: number | null
  /** The seller's own keys; default none. */
  readonly metadata?: Metadata
}

const INSERT_RESOURCES = sql('listings.insert_resources')`
  insert into resources
    (listing_id, resource_id, name, exclusive, time_zone, notice_minutes, horizon_days, metadata)
  select listings.listing_id, resource.resource_id, resource.name, resource.exclusive,
         resource.time_zone, resource.notice_minutes, resource.horizon_days, resource.metadata
  from listings
  cross join unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::integer[], $7::integer[],
              $8::jsonb[])
    as resource (resource_id, name, exclusive, time_zone, notice_minutes, horizon_days, metadata)
  where listings.listing_id = $1
  on conflict (listing_id, resource_id) do nothing
  returning resource_id as "resourceId"`

/** Creates resources; one that exists already stays as it is. */
export async function insertResources(
  tx: Tx,
  listingId: string,
  resources: readonly NewResource[],
  by?: Attribution,
): Promise<void> {
  const opened = await tx.query<{ resourceId: string }>(INSERT_RESOURCES, [
    listingId,
    resources.map((resource) => resource.resourceId),
    resources.map((resource) => resource.name),
    resources.map((resource) => resource.exclusive ?? false),
    resources.map((resource) => resource.timeZone ?? null),
    resources.map((resource) => resource.noticeMinutes ?? NO_TERMS.noticeMinutes),
    resources.map((resource) => resource.horizonDays ?? NO_TERMS.horizonDays),
    resources.map((resource) => JSON.stringify(resource.metadata ?? {})),
  ])
  const made = opened.map(({ resourceId }) => resourceId)
  await noteOpened(tx, listingId, 'resource_opened', made, by)
}

/** A listing as the database has it. */
export interface ListingRow extends ListingTerms {
  readonly listingId: string
  readonly name: string
  readonly timeZone: string
  /** It sells nothing new. */
  readonly archived: boolean
  readonly metadata: Metadata
  readonly createdAtMs: number
}

export const LISTING_COLUMNS = `
  listings.listing_id as "listingId",
  listings.name,
  listings.time_zone as "timeZone",
  listings.customer_units_max as "customerUnitsMax",
  listings.customer_holds_max as "customerHoldsMax",
  listings.hold_ttl_ms_max as "holdTtlMsMax",
  listings.hold_age_ms_max as "holdAgeMsMax",
  listings.refund_on_cancel as "refundOnCancel",
  listings.storefront_confirms as "storefrontConfirms",
  listings.archived,
  listings.metadata,
  floor(extract(epoch from listings.created_at) * 1000)::bigint as "createdAtMs"`

const LISTING_BY_ID = `
  select ${LISTING_COLUMNS}
  from listings
  where listing_id = $1`

const SELECT_LISTING = sql('listings.read')`${LISTING_BY_ID}`

export async function readListing(
  db: Pick<Tx, 'query'>,
  listingId: string,
): Promise<ListingRow | undefined> {
  const [row] = await db.query<ListingRow>(SELECT_LISTING, [listingId])
  return row
}

const LOCK_LISTING = sql('listings.lock')`${LISTING_BY_ID}
  for update`

/** Locks a listing against other changes of its name or policy. */
export async function lockListing(tx: Tx, listingId: string): Promise<ListingRow | undefined> {
  const [row] = await tx.query<ListingRow>(LOCK_LISTING, [listingId])
  return row
}

const LOCK_TIME_ZONE = sql('listings.lock_time_zone')`
  select time_zone as "timeZone"
  from listings
  where listing_id = $1
  for share`

/**
 * The time zone of a listing, which stays what it is until the transaction ends: what is computed from
 * it is there when the zone changes, and is computed again.
 */
export async function lockTimeZone(tx: Tx, listingId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ timeZone: string }>(LOCK_TIME_ZONE, [listingId])
  return row?.timeZone
}

const UPDATE_LISTING = sql('listings.update')`
  update listings
  set name = $2,
      time_zone = $3,
      customer_units_max = $4,
      customer_holds_max = $5,
      hold_ttl_ms_max = $6,
      hold_age_ms_max = $7,
      refund_on_cancel = $8,
      storefront_confirms = $9,
      archived = $10,
      metadata = $11,
      version = version + 1
  where listing_id = $1`

/** Writes all of a listing; the caller has locked it. */
export async function updateListing(
  tx: Tx,
  { listingId, ...row }: Omit<ListingRow, 'createdAtMs'>,
): Promise<void> {
  await tx.query(UPDATE_LISTING, [
    listingId,
    row.name,
    row.timeZone,
    row.customerUnitsMax,
    row.customerHoldsMax,
    row.holdTtlMsMax,
    row.holdAgeMsMax,
    row.refundOnCancel,
    row.storefrontConfirms,
    row.archived,
    JSON.stringify(row.metadata),
  ])
}

/** A resource as the database has it. */
export interface ResourceRow extends Pick<NewResource, 'resourceId' | 'name'>, BookingTerms {
  readonly exclusive: boolean
  readonly timeZone: string | null
  /** It sells nothing new. */
  readonly archived: boolean
  readonly metadata: Metadata
  readonly createdAtMs: number
}

const RESOURCE_COLUMNS = `
  resource_id as "resourceId",
  name,
  exclusive,
  time_zone as "timeZone",
  notice_minutes as "noticeMinutes",
  horizon_days as "horizonDays",
  archived,
  metadata,
  floor(extract(epoch from created_at) * 1000)::bigint as "createdAtMs"`

const SELECT_RESOURCE = sql('listings.read_resource')`
  select ${RESOURCE_COLUMNS}
  from resources
  where listing_id = $1
    and resource_id = $2
    and not private`

/** Reads a resource of the listing's own; a block's is not one. */
export async function readResource(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceId: string,
): Promise<ResourceRow | undefined> {
  const [row] = await db.query<ResourceRow>(SELECT_RESOURCE, [listingId, resourceId])
  return row
}

const LOCK_RESOURCE = sql('listings.lock_resource')`
  select ${RESOURCE_COLUMNS}
  from resources
  where listing_id = $1
    and resource_id = $2
    and not private
  for no key update`

/** Locks a resource of the listing's own against others who set it up. */
export async function lockOwnResource(
  tx: Tx,
  listingId: string,
  resourceId: string,
): Promise<ResourceRow | undefined> {
  const [row] = await tx.query<ResourceRow>(LOCK_RESOURCE, [listingId, resourceId])
  return row
}

const UPDATE_RESOURCE = sql('listings.update_resource')`
  update resources
  set name = $3,
      time_zone = $4,
      archived = $5,
      notice_minutes = $6,
      horizon_days = $7,
      metadata = $8,
      version = version + 1
  where listing_id = $1
    and resource_id = $2`

/** Writes what may change of a resource; the caller has locked it. */
export async function updateResource(
  tx: Tx,
  listingId: string,
  { resourceId, name, timeZone, archived, noticeMinutes, horizonDays, metadata }: ResourceRow,
): Promise<void> {
  const terms = [name, timeZone, archived, noticeMinutes, horizonDays, JSON.stringify(metadata)]
  await tx.query(UPDATE_RESOURCE, [listingId, resourceId, ...terms])
}

const SELECT_RESOURCES = sql('listings.list_resources')`
  select ${RESOURCE_COLUMNS}
  from resources
  where listing_id = $1
    and not private
    and ($2::uuid is null or resource_id > $2)
    and ($4 or not archived)
  order by resource_id
  limit $3`

/**
 * The resources of a listing without those of its blocks, from behind `after` on.
 *
 * @param archived false leaves out those that sell nothing new
 */
export function listResources(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
  archived: boolean,
): Promise<readonly ResourceRow[]> {
  return db.query<ResourceRow>(SELECT_RESOURCES, [listingId, after ?? null, limit, archived])
}
