/** A listing with its pools, as the commands show it. */
import type { Listing } from '../../contract/listing.js'
import type { PoolAvailability } from '../../contract/pool.js'
import { HoldfastError } from '../../domain/errors.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { table } from './output.js'
import { printable } from './printable.js'

/** The API's listing and, beside it, what the API calls its availability. */
export interface ListingView extends Listing {
  readonly pools: readonly PoolAvailability[]
}

/** @throws HoldfastError `not_found` */
export async function viewListing(holdfast: Holdfast, id: string): Promise<ListingView> {
  const { showListing, showPoolAvailability } = await import('../../http/views/views.js')
  const row = await holdfast.listings.get(id)
  if (row === undefined) throw unknownListing(id)
  const { pools = [] } = (await holdfast.availability(row.listingId)) ?? {}
  return { ...showListing(row), pools: pools.map(showPoolAvailability) }
}

/** @throws HoldfastError `not_found` when there is no listing under this id */
export async function requireListing({ listings }: Holdfast, id: string): Promise<void> {
  if (!(await listings.exists(id))) throw unknownListing(id)
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
    ...(policy.refund_on_cancel === 'never' ? ['no refund of what is cancelled'] : []),
    ...(policy.storefront_confirms === 'free' ? ['storefronts confirm'] : []),
  ]
  const rows = pools.map((pool) => [
    pool.resource.name,
    String(pool.capacity),
    String(pool.taken),
    String(pool.available),
    pool.pool_id,
  ])
  return [
    `${printable(name)} (${time_zone})`,
    `listing ${id}`,
    allows.join(', '),
    '',
    ...(rows.length === 0
      ? ['It has no pools yet.']
      : table([['RESOURCE', 'CAPACITY', 'TAKEN', 'LEFT', 'POOL'], ...rows])),
  ]
}
