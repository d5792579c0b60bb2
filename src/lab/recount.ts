/**
 * The inventory after a race, asked of the database by statements of the lab's own. It sums the
 * lines: a lost update leaves the counter looking right while more was sold than there is.
 */
import type { Database } from '../storage/database.js'
import type { Findings, HotelRecount } from './race.js'
import type { Acknowledged } from './tally.js'

const SELECT_HOTELS = `
  select resources.resource_id as "resourceId",
         resources.name,
         pools.capacity as contracted,
         pools.taken as counter,
         count(distinct sold.reservation_id) as reservations,
         coalesce(sum(sold.quantity), 0) as sold
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  left join (
    select lines.listing_id, lines.pool_id, lines.reservation_id, lines.quantity
    from reservation_lines as lines
    join reservations
      on reservations.listing_id = lines.listing_id
      and reservations.reservation_id = lines.reservation_id
    where reservations.state in ('held', 'confirmed')
  ) as sold
    on sold.listing_id = pools.listing_id
    and sold.pool_id = pools.pool_id
  where pools.listing_id = $1
  group by resources.resource_id, resources.name, pools.pool_id, pools.capacity, pools.taken
  order by resources.name, pools.pool_id`

const SELECT_RESERVATIONS = `
  select reservations.reservation_id as "reservationId",
         reservations.customer,
         pools.resource_id as "resourceId",
         lines.quantity as rooms
  from reservations
  join reservation_lines as lines
    on lines.listing_id = reservations.listing_id
    and lines.reservation_id = reservations.reservation_id
  join pools
    on pools.listing_id = lines.listing_id
    and pools.pool_id = lines.pool_id
  where reservations.listing_id = $1
    and reservations.state in ('held', 'confirmed')`

/** Counts every hotel of the listing, in name order. */
export async function recountHotels(
  db: Database,
  listingId: string,
): Promise<readonly HotelRecount[]> {
  return db.query<HotelRecount>(SELECT_HOTELS, [listingId])
}

/**
 * Counts the acknowledged reservations that the database does not have as they were acknowledged:
 * the same hotel, customer and number of rooms, under an id that nobody else was given.
 */
export async function countLost(
  db: Database,
  listingId: string,
  acknowledged: readonly Acknowledged[],
): Promise<number> {
  const rows = await db.query<Acknowledged>(SELECT_RESERVATIONS, [listingId])
  const kept = new Map(rows.map((row) => [row.reservationId, row]))
  let lost = 0
  for (const claim of acknowledged) {
    const row = kept.get(claim.reservationId)
    // Each row answers for one acknowledgement only.
    kept.delete(claim.reservationId)
    const same =
      row?.resourceId === claim.resourceId &&
      row.rooms === claim.rooms &&
      row.customer === claim.customer
    if (!same) lost += 1
  }
  return lost
}

/** Says what is wrong with an inventory; all zeros when nothing is. */
export function judge(hotels: readonly HotelRecount[], lost: number): Findings {
  let oversold = 0
  let unsold = 0
  let drifted = 0
  for (const { contracted, sold, counter } of hotels) {
    oversold += Math.max(0, sold - contracted)
    unsold += Math.max(0, contracted - sold)
    if (counter !== sold) drifted += 1
  }
  return { oversold, lost, unsold, drifted }
}
