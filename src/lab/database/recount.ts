/**
 * The inventory after a race, read by a statement of the lab's own. It sums the lines: after a lost
 * update the counter looks right although more was sold than there is.
 */
import type { Database } from '../../storage/driver/database.js'
import type { PoolRecount, RaceFindings } from '../race/race.js'

const SELECT_POOLS = `
  select concat_ws(
           ' ',
           resources.name,
           to_char(lower(pools.during) at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
         ) as name,
         pools.capacity,
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
      and not lines.replaced
  ) as sold
    on sold.listing_id = pools.listing_id
    and sold.pool_id = pools.pool_id
  where pools.listing_id = $1
  group by resources.name, pools.pool_id, pools.during, pools.capacity, pools.taken
  order by resources.name, pools.during, pools.pool_id`

/** Counts every pool of the listing, in the order of names and of times. */
export async function recountPools(
  db: Database,
  listingId: string,
): Promise<readonly PoolRecount[]> {
  return db.query<PoolRecount>(SELECT_POOLS, [listingId])
}

/** What is wrong with an inventory; all zeros when nothing is. */
export function findingsOf(pools: readonly PoolRecount[], lost: number): RaceFindings {
  let oversold = 0
  let unsold = 0
  let drifted = 0
  for (const { capacity, sold, counter } of pools) {
    oversold += Math.max(0, sold - capacity)
    unsold += Math.max(0, capacity - sold)
    if (counter !== sold) drifted += 1
  }
  return { oversold, lost, unsold, drifted }
}
