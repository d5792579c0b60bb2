/** The statement that looks up by which terms pools that are bound to a time may be booked. */
import type { TimedPool } from '../../domain/time/timed-pool.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'

/** Of `POOLS_IN_TIME`: a pool, when it is, and by which clock; of a block's room by that of the hotel. */
export const POOL_IN_TIME_COLUMNS = `
         pools.pool_id as "poolId",
         pools.resource_id as "resourceId",
         to_char(nights.night, 'YYYY-MM-DD') as night,
         floor(extract(epoch from lower(pools.during)) * 1000)::bigint as "fromMs",
         floor(extract(epoch from upper(pools.during)) * 1000)::bigint as "toMs",
         coalesce(hotel.time_zone, resources.time_zone, listings.time_zone) as "timeZone"`

/** Pools with their night, their resource and listing, and the hotel of a block's room, as `hotel`. */
export const POOLS_IN_TIME = `
  from pools
  join resources
    on resources.listing_id = pools.listing_id
    and resources.resource_id = pools.resource_id
  join listings on listings.listing_id = resources.listing_id
  left join nights
    on nights.listing_id = pools.listing_id
    and nights.pool_id = pools.pool_id
  left join blocks
    on blocks.listing_id = resources.listing_id
    and blocks.block_id = resources.resource_id
  left join resources as hotel
    on hotel.listing_id = blocks.listing_id
    and hotel.resource_id = blocks.resource_id
  where pools.listing_id = $1
    and pools.pool_id = any($2::uuid[])`

// Who names the pool of a night is a seller, who makes an exception of the hotel's rules. A block's
// guests are bound to its cut-off.
const SELECT = sql('timed_pools.read')`
  select ${POOL_IN_TIME_COLUMNS},
         case when nights.night is null then resources.notice_minutes else 0 end as "noticeMinutes",
         case when nights.night is null then resources.horizon_days end as "horizonDays",
         floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "lookedAtMs"
  ${POOLS_IN_TIME}
    and pools.during is not null`

/** Those of the pools that are bound to a time; the others are left out. */
export function readTimedPools(
  db: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly TimedPool[]> {
  return db.query<TimedPool>(SELECT, [listingId, poolIds])
}
