/** What a listing sells, and in which way: units, slots of a week, ranges of time, or nights. */
import type { Availability, Client, Listing, Resource, Schedule } from 'holdfast/client'
import { addDays, dateOf, minuteOf } from '../../shared/times.js'

/** How a resource's time is sold where it is sold in ranges. */
export interface RangeTerms {
  readonly schedule: Schedule
  readonly minMinutes: number
  readonly maxMinutes: number
  readonly stepMinutes: number
}

interface Offered {
  readonly resourceId: string
  readonly name: string
  /** Whose clocks its times are told by. */
  readonly zone: string
  /** Sold to one customer at a time. */
  readonly exclusive: boolean
}

export type Offer = Offered &
  (
    | { readonly sold: 'units'; readonly poolId: string }
    | { readonly sold: 'slots' }
    | { readonly sold: 'ranges'; readonly terms: RangeTerms }
    | { readonly sold: 'nights' }
  )

export type OfferSold<Sold extends Offer['sold']> = Extract<Offer, { sold: Sold }>

export interface Sale {
  readonly listing: Listing
  readonly offers: readonly Offer[]
}

/** A week says of most resources how they are sold. */
const DAYS = 7
/** As many as a storefront may ask for at once. */
const DAYS_MAX = 42
const NIGHTS_MAX = 366
const PAGE = 200

/** @returns undefined where there is no such listing, or none that the key may see */
export async function readSale(
  client: Client,
  listingId: string,
  nowMs: number,
): Promise<Sale | undefined> {
  const found = await client.listings.get(listingId)
  if (!found.ok) return undefined
  const listing = found.value
  if (listing.archived) return { listing, offers: [] }
  const from = dateOf(listing.time_zone, nowMs)
  const dates = { from, to: addDays(from, DAYS) }
  const [resources, left] = await Promise.all([
    readResources(client, listingId),
    client.availability(listingId, dates),
  ])
  if (!left.ok) return undefined
  const offers = await Promise.all(
    resources.map((resource) => offersOf(client, listing, resource, left.value, from)),
  )
  return { listing, offers: offers.flat() }
}

async function readResources(client: Client, listingId: string): Promise<readonly Resource[]> {
  const resources: Resource[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: { limit: number; cursor?: string } =
      cursor === '' ? { limit: PAGE } : { limit: PAGE, cursor }
    const page = await client.resources.list(listingId, query)
    if (!page.ok) return resources
    resources.push(...page.value.items.filter((resource) => !resource.archived))
    cursor = page.value.next_cursor
  }
  return resources
}

async function offersOf(
  client: Client,
  listing: Listing,
  resource: Resource,
  left: Availability,
  from: string,
): Promise<readonly Offer[]> {
  const { id: resourceId, name, exclusive } = resource
  const zone = resource.time_zone ?? listing.time_zone
  const offered = { resourceId, name, zone, exclusive }
  const units = left.pools
    .filter((pool) => pool.resource.id === resourceId)
    .map((pool) => ({ ...offered, sold: 'units' as const, poolId: pool.pool_id }))
  const ofWeek = left.resources?.find(({ id }) => id === resourceId)
  const isBare = (timed: typeof ofWeek) =>
    timed === undefined || (timed.pools.length === 0 && timed.free === undefined)
  if (units.length > 0 && isBare(ofWeek)) return units
  let timed = ofWeek
  if (isBare(timed)) {
    const dates = { from, to: addDays(from, DAYS_MAX), resource_id: resourceId }
    const later = await client.availability(listing.id, dates)
    if (later.ok) timed = later.value.resources?.find(({ id }) => id === resourceId)
  }
  if (timed?.free !== undefined) {
    const schedule = await client.slots.schedule(listing.id, resourceId)
    return schedule.ok ? [...units, soldByRanges(offered, schedule.value)] : units
  }
  // A night is a pool from one midnight to the next, and so may a slot be.
  if (timed?.pools.some((pool) => !isDay(zone, pool)) === true) {
    return [...units, { ...offered, sold: 'slots' }]
  }
  const year = { from, to: addDays(from, NIGHTS_MAX) }
  const nights = await client.nights.get(listing.id, resourceId, year)
  if (nights.ok && nights.value.nights.length > 0) return [...units, { ...offered, sold: 'nights' }]
  return isBare(timed) ? units : [...units, { ...offered, sold: 'slots' }]
}

function isDay(zone: string, { from, to }: { readonly from: string; readonly to: string }) {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  const isNext = addDays(dateOf(zone, fromMs), 1) === dateOf(zone, toMs)
  return isNext && minuteOf(zone, fromMs) === 0 && minuteOf(zone, toMs) === 0
}

function soldByRanges(offered: Offered, schedule: Schedule): Offer {
  const { min_minutes = 0, max_minutes = 0, step_minutes = 1 } = schedule
  const terms = {
    schedule,
    minMinutes: min_minutes,
    maxMinutes: max_minutes,
    stepMinutes: step_minutes,
  }
  return { ...offered, sold: 'ranges', terms }
}

/** The offers that are sold in one way. */
export function offersSold<Sold extends Offer['sold']>(
  offers: readonly Offer[],
  sold: Sold,
): readonly OfferSold<Sold>[] {
  return offers.filter((offer): offer is OfferSold<Sold> => offer.sold === sold)
}
