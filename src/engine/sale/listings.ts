/** Puts a listing on sale: what it is called, what it allows, what it sells places on, how many. */
import { isDeepStrictEqual } from 'node:util'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid, newId } from '../../domain/ids.js'
import type { Attribution } from '../../domain/journal.js'
import { changedMetadata } from '../../domain/reservation/details.js'
import { checkName, type ListingTerms } from '../../domain/reservation/reservation.js'
import { type BookingTerms, checkBookingTerms } from '../../domain/time/window.js'
import { timeZoneNamed } from '../../domain/time/zoned-time.js'
import { commit, type Database, rollback, type Tx } from '../../storage/driver/database.js'
import { grantListings } from '../../storage/every-listing.js'
import {
  insertListing,
  insertResources,
  type ListingRow,
  lockListing,
  lockOwnResource,
  type NewResource,
  type ResourceRow,
  readListing,
  readResource,
  updateListing,
  updateResource,
} from '../../storage/tables/listings.js'
import { insertPools, type PoolRow, readPool } from '../../storage/tables/pools.js'
import { noted, noteOpened } from '../../storage/tables/settings.js'
import { BY_DEFAULT } from '../attribution.js'
import { checkCapacity } from './capacity.js'
import { computeTimesAgain } from './zone-change.js'

/** What may be changed of a listing; what is left out stays as it is. */
export interface ListingChange {
  readonly name?: string
  /** An IANA time zone; default `UTC`. */
  readonly timeZone?: string
  readonly policy?: Partial<ListingTerms>
  /** The seller's own keys: what is left out stays, null removes. */
  readonly metadata?: MetadataChange
}

/** Keys of metadata with their values; null removes one. */
export type MetadataChange = Readonly<Record<string, string | null>>

/** A listing, and resources that have one pool each, as an event's hotels have their contracted rooms. */
export interface NewListing extends Pick<ListingChange, 'timeZone' | 'policy' | 'metadata'> {
  /** Default a new one. */
  readonly listingId?: string
  readonly name: string
  /** Default none; others can be added later. */
  readonly resources?: readonly NewStock[]
  /** The API key whose listing it becomes; default nobody's but an admin's. */
  readonly ownerKeyId?: string
}

/** A resource with one pool. */
export interface NewStock {
  /** Default a new one. */
  readonly resourceId?: string
  readonly name: string
  /** Default a new one. */
  readonly poolId?: string
  /** A whole number from 0 to 2,147,483,647. */
  readonly capacity: number
}

/** A listing that was just created, with the ids of what it sells. */
export interface CreatedListing extends ListingRow {
  readonly resources: readonly Required<NewStock>[]
}

/**
 * Creates the listing with its resources and pools, all or nothing. What exists already under the
 * same ids stays as it is, so that a server can do this at every start.
 *
 * @throws HoldfastError `invalid_input` for a name or a capacity out of range, or an unknown time zone
 */
export async function createListing(
  db: Database,
  listing: NewListing,
  by: Attribution = BY_DEFAULT,
): Promise<CreatedListing> {
  const { listingId = newId(), name, timeZone, policy, metadata = {}, ownerKeyId } = listing
  const resources = (listing.resources ?? []).map((stock): Required<NewStock> => {
    return { resourceId: newId(), poolId: newId(), ...stock }
  })
  checkName("a listing's", name)
  for (const resource of resources) {
    checkName("a resource's", resource.name)
    checkCapacity(resource.capacity)
  }
  const zone = checkedZone(timeZone)
  changedMetadata({}, metadata)
  return db.transaction<CreatedListing>('read committed', async (tx) => {
    const isNew = await insertListing(tx, listingId, name)
    const change = async () => {
      const before = await lockListing(tx, listingId)
      if (before !== undefined) {
        await changeIfOther(tx, before, { timeZone: zone, policy, metadata })
      }
    }
    if (isNew) {
      await change()
      await noteOpened(tx, listingId, 'listing_opened', [listingId], by)
    } else await noted(tx, listingId, { kind: 'listing_changed', id: listingId, by }, change)
    await insertResources(tx, listingId, resources, by)
    await insertPools(tx, listingId, resources, by)
    if (ownerKeyId !== undefined) await grantListings(tx, ownerKeyId, [listingId])
    const made = { ...(await found(readListing(tx, listingId))), resources }
    return commit(made, { mayWriteNothing: true })
  })
}

/**
 * Changes what a listing is called or allows.
 *
 * @param mayChange looks at the listing, locked, before it is changed; what it throws is thrown
 * @returns the listing as it is now, or undefined when there is none under this id
 * @throws HoldfastError `invalid_input` for a name out of range or an unknown time zone
 */
export async function changeListing(
  db: Database,
  listingId: string,
  change: ListingChange,
  mayChange: (before: ListingRow) => void = () => {},
  by: Attribution = BY_DEFAULT,
): Promise<ListingRow | undefined> {
  if (change.name !== undefined) checkName("a listing's", change.name)
  const timeZone = checkedZone(change.timeZone)
  return db.transaction<ListingRow | undefined>('read committed', async (tx) => {
    const before = await lockListing(tx, listingId)
    if (before === undefined) return rollback(undefined)
    mayChange(before)
    const after = await noted(tx, listingId, { kind: 'listing_changed', id: listingId, by }, () =>
      changeIfOther(tx, before, { ...change, timeZone }),
    )
    return commit(after, { mayWriteNothing: true })
  })
}

/**
 * Writes a listing that is locked, and what its time zone says of its nights, slots and blocks. What is set
 * already is not set again: then nothing is written.
 *
 * @returns the listing as it is now
 */
async function changeIfOther(
  tx: Tx,
  before: ListingRow,
  change: WrittenChange,
): Promise<ListingRow> {
  const after = changed(before, change)
  if (!isDeepStrictEqual(before, after)) await updateListing(tx, after)
  if (after.timeZone !== before.timeZone) {
    await computeTimesAgain(tx, before.listingId, { before: before.timeZone })
  }
  return after
}

/**
 * Adds a resource to a listing that exists.
 *
 * @param resource `resourceId`: default a new one; what exists already under it stays as it is
 * @throws HoldfastError `invalid_input` for a name out of range or an unknown time zone
 */
export async function createResource(
  db: Database,
  listingId: string,
  resource: Omit<NewResource, 'resourceId'> & { readonly resourceId?: string },
  by: Attribution = BY_DEFAULT,
): Promise<ResourceRow> {
  checkName("a resource's", resource.name)
  checkBookingTerms(resource)
  const { resourceId = newId(), timeZone: _, ...given } = resource
  const rest = { ...given, metadata: changedMetadata({}, given.metadata ?? {}) }
  const timeZone = checkedZone(resource.timeZone)
  const made = { ...rest, resourceId, ...(timeZone === undefined ? {} : { timeZone }) }
  return db.transaction('read committed', async (tx) => {
    await insertResources(tx, listingId, [made], by)
    const row = await found(readResource(tx, listingId, resourceId))
    return commit(row, { mayWriteNothing: true })
  })
}

/** What may be changed of a resource; what is left out stays as it is. */
export interface ResourceChange extends Partial<BookingTerms> {
  readonly name?: string
  /** An IANA time zone, or null for the listing's. */
  readonly timeZone?: string | null
  /** As of a listing. */
  readonly metadata?: MetadataChange
}

/**
 * Changes what a resource is called, by whose clock it sells, and how early and late. With another time
 * zone, its nights, the cut-offs of its blocks and its free slots are computed again.
 *
 * @param mayChange looks at the resource, locked, before it is changed; what it throws is thrown
 * @returns the resource as it is now, or undefined when the listing has none under this id
 * @throws HoldfastError `invalid_input` for a name out of range, an unknown time zone, a notice or a
 * horizon out of range
 */
export async function changeResource(
  db: Database,
  { listingId, resourceId }: { readonly listingId: string; readonly resourceId: string },
  change: ResourceChange,
  mayChange: (before: ResourceRow) => void = () => {},
  by: Attribution = BY_DEFAULT,
): Promise<ResourceRow | undefined> {
  const { name, timeZone, noticeMinutes, horizonDays, metadata = {} } = change
  if (name !== undefined) checkName("a resource's", name)
  checkBookingTerms(change)
  const zone = timeZone === null ? null : checkedZone(timeZone)
  if (!isUuid(resourceId)) return undefined
  return db.transaction<ResourceRow | undefined>('read committed', async (tx) => {
    // In the order in which everybody locks them.
    const listing = await lockListing(tx, listingId)
    const before = await lockOwnResource(tx, listingId, resourceId)
    if (listing === undefined || before === undefined) return rollback(undefined)
    mayChange(before)
    const after = {
      ...before,
      name: name ?? before.name,
      timeZone: zone === undefined ? before.timeZone : zone,
      noticeMinutes: noticeMinutes ?? before.noticeMinutes,
      horizonDays: horizonDays === undefined ? before.horizonDays : horizonDays,
      metadata: changedMetadata(before.metadata, metadata),
    }
    await noteResource(tx, listingId, { kind: 'resource_changed', before, after, by })
    const zoneOf = (row: ResourceRow) => row.timeZone ?? listing.timeZone
    if (zoneOf(after) !== zoneOf(before)) {
      await computeTimesAgain(tx, listingId, { resourceId, before: zoneOf(before) })
    }
    return commit(after, { mayWriteNothing: true })
  })
}

/**
 * Takes a resource out of sale, or puts it back. What is sold of an archived one stays sold, and can be
 * confirmed, given back and changed away; nothing new of it is sold.
 *
 * @returns the resource as it is now, or undefined when the listing has none under this id
 */
export async function archiveResource(
  db: Database,
  { listingId, resourceId }: { readonly listingId: string; readonly resourceId: string },
  archived: boolean,
  by: Attribution = BY_DEFAULT,
): Promise<ResourceRow | undefined> {
  if (!isUuid(resourceId)) return undefined
  return db.transaction<ResourceRow | undefined>('read committed', async (tx) => {
    const before = await lockOwnResource(tx, listingId, resourceId)
    if (before === undefined) return rollback(undefined)
    const after = { ...before, archived }
    const kind = archived ? 'resource_archived' : 'resource_unarchived'
    await noteResource(tx, listingId, { kind, before, after, by })
    return commit(after, { mayWriteNothing: true })
  })
}

/** The same of a whole listing. */
export function archiveListing(
  db: Database,
  listingId: string,
  archived: boolean,
  by: Attribution = BY_DEFAULT,
): Promise<ListingRow | undefined> {
  return db.transaction<ListingRow | undefined>('read committed', async (tx) => {
    const before = await lockListing(tx, listingId)
    if (before === undefined) return rollback(undefined)
    const after = { ...before, archived }
    const kind = archived ? 'listing_archived' : 'listing_unarchived'
    if (before.archived !== archived) {
      await noted(tx, listingId, { kind, id: listingId, by }, () => updateListing(tx, after))
    }
    return commit(after, { mayWriteNothing: true })
  })
}

/** What is set already is not set again. */
async function noteResource(
  tx: Tx,
  listingId: string,
  {
    kind,
    before,
    after,
    by,
  }: {
    readonly kind: 'resource_changed' | 'resource_archived' | 'resource_unarchived'
    readonly before: ResourceRow
    readonly after: ResourceRow
    readonly by: Attribution
  },
): Promise<void> {
  if (isDeepStrictEqual(before, after)) return
  await noted(tx, listingId, { kind, id: after.resourceId, by }, () =>
    updateResource(tx, listingId, after),
  )
}

/**
 * Adds a pool to a resource.
 *
 * @returns undefined when the listing has no such resource
 * @throws HoldfastError `invalid_input` for a capacity out of range, or an exclusive resource
 */
export function createPool(
  db: Database,
  listingId: string,
  { resourceId, capacity }: { readonly resourceId: string; readonly capacity: number },
  by: Attribution = BY_DEFAULT,
): Promise<PoolRow | undefined> {
  checkCapacity(capacity)
  const poolId = newId()
  return db.transaction<PoolRow | undefined>('read committed', async (tx) => {
    const resource = isUuid(resourceId) && (await readResource(tx, listingId, resourceId))
    if (!resource) return rollback(undefined)
    if (resource.exclusive) {
      throw new HoldfastError(
        'invalid_input',
        'the resource is exclusive: what it sells is time, so give it a schedule instead of a pool',
      )
    }
    await insertPools(tx, listingId, [{ poolId, resourceId, capacity }], by)
    return commit(await found(readPool(tx, listingId, poolId)))
  })
}

/** What was written a moment ago, in the same transaction. */
async function found<Row>(row: Promise<Row | undefined>): Promise<Row> {
  const value = await row
  if (value === undefined) throw new Error('a row that was just written is not there')
  return value
}

type WrittenChange = { [Key in keyof ListingChange]?: ListingChange[Key] | undefined }

function changed(before: ListingRow, change: WrittenChange): ListingRow {
  return {
    ...before,
    ...change.policy,
    name: change.name ?? before.name,
    timeZone: change.timeZone ?? before.timeZone,
    metadata: changedMetadata(before.metadata, change.metadata ?? {}),
  }
}

/**
 * The name as it is stored.
 *
 * @throws HoldfastError `invalid_input` for a name that is none
 */
function checkedZone(timeZone: string | undefined): string | undefined {
  if (timeZone === undefined) return undefined
  const name = timeZoneNamed(timeZone)
  if (name !== undefined) return name
  throw new HoldfastError(
    'invalid_input',
    `there is no time zone ${JSON.stringify(timeZone)}; an IANA name is for instance Europe/Paris`,
  )
}
