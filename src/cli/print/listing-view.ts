/** A listing with its pools, as the commands show it. */
import type { Listing } from '../../contract/listing.js'
import type { PoolAvailability } from '../../contract/pool.js'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Database } from '../../storage/driver/database.js'
import { table } from './output.js'

/** The API's listing and, beside it, what the API calls its availability. */
export interface ListingView extends Listing {
  readonly pools: readonly PoolAvailability[]
}

/** @throws HoldfastError `not_found` */
export async function viewListing(db: Database, id: string): Promise<ListingView> {
  const [{ readListing }, { readCounters }, { showListing, showPoolAvailability }] =
    await Promise.all([
      import('../../storage/tables/listings.js'),
      import('../../storage/tables/pools.js'),
      import('../../http/views/views.js'),
    ])
  const row = isUuid(id) ? await readListing(db, id) : undefined
  if (row === undefined) throw unknownListing(id)
  const pools = await readCounters(db, row.listingId)
  return { ...showListing(row), pools: pools.map(showPoolAvailability) }
}

/** @throws HoldfastError `not_found` when there is no listing under this id */
export async function requireListing(db: Database, id: string): Promise<void> {
  const { hasListing } = await import('../../engine/sale/listings.js')
  if (!(await hasListing(db, id))) throw unknownListing(id)
}

function unknownListing(id: string): HoldfastError {
  const hint = '`holdfast listings list` has all'
  return new HoldfastError('not_found', `there is no listing ${id}; ${hint}`)
}

/** For a person: what it is called and allows, and a line for each pool. */
export function listingLines({ id, name, time_zone, policy, pools }: ListingView): string[] {
  const most = (limit: number | null, what: string) =>
    limit === null ? [] : [`at most ${limit} ${what} per customer`]
  const allows = [
    `holds of up to ${policy.hold_seconds_max} s, ${policy.hold_age_seconds_max} s when extended`,
    ...most(policy.customer_units_max, 'units'),
    ...most(policy.customer_holds_max, 'open holds'),
  ]
  const rows = pools.map((pool) => [
    pool.resource.name,
    String(pool.capacity),
    String(pool.taken),
    String(pool.available),
    pool.pool_id,
  ])
  return [
    `${name} (${time_zone})`,
    `listing ${id}`,
    allows.join(', '),
    '',
    ...(rows.length === 0
      ? ['It has no pools yet.']
      : table([['RESOURCE', 'CAPACITY', 'TAKEN', 'LEFT', 'POOL'], ...rows])),
  ]
}
