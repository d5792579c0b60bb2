/** What mails tell beside an event: names, times by which clocks, who held, what a block has left. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { POOL_IN_TIME_COLUMNS, POOLS_IN_TIME } from './timed-pools.js'

/** A pool as a customer knows it. */
export interface PoolNamed {
  readonly poolId: string
  readonly resourceId: string
  /** The resource's name; of a block's room, that of the hotel's. */
  readonly name: string
  readonly timeZone: string
  /** The date of a night; null for a slot and for a pool that is bound to no time. */
  readonly night: string | null
  /** Null for a pool that is bound to no time. */
  readonly fromMs: number | null
  readonly toMs: number | null
}

const SELECT_POOLS = sql('mail_facts.read_pools')`
  select ${POOL_IN_TIME_COLUMNS},
         coalesce(hotel.name, resources.name) as name
  ${POOLS_IN_TIME}`

/** Those of the pools that there are, in no order. */
export function readPoolsNamed(
  db: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly PoolNamed[]> {
  return db.query<PoolNamed>(SELECT_POOLS, [listingId, poolIds])
}

const SELECT_MAKER = sql('mail_facts.read_maker')`
  select actor
  from journal
  where listing_id = $1
    and reservation_id = $2
  order by entry_id
  limit 1`

/** Who made a reservation, as the journal has it; undefined when it does not say. */
export async function readMaker(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ actor: string | null }>(SELECT_MAKER, [listingId, reservationId])
  return row?.actor ?? undefined
}

const SELECT_DEAD = sql('mail_facts.read_dead_letters')`
  select count(*)::integer as count,
         floor(extract(epoch from min(deliveries.ended_at)) * 1000)::bigint as "sinceMs"
  from deliveries
  join events
    on events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
  where deliveries.listing_id = $1
    and deliveries.state = 'dead'
    and events.kind <> 'delivery.dead'`

/** How many deliveries of a listing were given up, and since when; those that tell of it are left out. */
export async function readDeadLetters(
  db: Pick<Tx, 'query'>,
  listingId: string,
): Promise<{ readonly count: number; readonly sinceMs: number | null }> {
  const [row] = await db.query<{ count: number; sinceMs: number | null }>(SELECT_DEAD, [listingId])
  return row ?? { count: 0, sinceMs: null }
}

const SELECT_LEFT = sql('mail_facts.read_block_left')`
  select sum(pools.capacity - pools.taken)::integer as rooms
  from pools
  where pools.listing_id = $1
    and pools.resource_id = $2`

/** Rooms times nights of a block that nobody has picked up. */
export async function readBlockLeft(
  db: Pick<Tx, 'query'>,
  listingId: string,
  blockId: string,
): Promise<number> {
  const [row] = await db.query<{ rooms: number | null }>(SELECT_LEFT, [listingId, blockId])
  return row?.rooms ?? 0
}
