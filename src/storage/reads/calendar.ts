/**
 * What a listing sells by time, for a range of dates: one statement, which reads of each resource the
 * part of the index that the dates are in. A month of fifty courts is twenty thousand slots, so they
 * come as one text for each resource rather than as rows.
 */
import {
  BUFFER_MINUTES_MAX,
  RANGE_MINUTES_MAX,
  type Schedule,
  type Span,
} from '../../domain/time/schedule.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { PoolRow } from '../tables/pools.js'

/** A resource with what it sells. */
export interface CalendarRow {
  readonly resourceId: string
  readonly name: string
  readonly timeZone: string
  readonly schedule: Schedule | null
  /** The range that was requested, by the listing's clocks. */
  readonly fromMs: number
  readonly toMs: number
  /** Its pools that are not bound to a time. */
  readonly stock: readonly PoolRow[] | null
  /** Its slots, for `slotsIn`. */
  readonly slots: string | null
  /** False when it has more slots in the range than are read. */
  readonly complete: boolean
}

/**
 * How many slots one answer may have; each of the resources asked for gets an equal part of them.
 */
export const CALENDAR_SLOTS_MAX = 100_000

// Where ranges are sold, a booking can begin up to a range before the dates, and keeps them
// busy for a buffer before it begins.
const SELECT = sql('calendar.read')`
  with requested as materialized (
    select resources.resource_id,
           resources.name,
           coalesce(resources.time_zone, listings.time_zone) as time_zone,
           schedules.spec as schedule,
           coalesce(schedules.spec ->> 'soldBy' = 'ranges', false) as by_range,
           $2::date::timestamp at time zone listings.time_zone as starts,
           $3::date::timestamp at time zone listings.time_zone as ends,
           $5::bigint / count(*) over () as slots_max
    from resources
    join listings on listings.listing_id = resources.listing_id
    left join schedules
      on schedules.listing_id = resources.listing_id
      and schedules.resource_id = resources.resource_id
    where resources.listing_id = $1
      and not resources.private
      and not resources.archived
      and not listings.archived
      and ($4::uuid is null or resources.resource_id = $4)
  )
  select requested.resource_id as "resourceId",
         requested.name,
         requested.time_zone as "timeZone",
         requested.schedule,
         (date_part('epoch', requested.starts) * 1000)::bigint as "fromMs",
         (date_part('epoch', requested.ends) * 1000)::bigint as "toMs",
         (
           select json_agg(
             json_build_object('poolId', pool_id, 'resourceId', pools.resource_id,
                               'capacity', capacity, 'taken', taken, 'version', version)
             order by pool_id
           )
           from pools
           where pools.listing_id = $1
             and pools.resource_id = requested.resource_id
             and pools.during is null
         ) as stock,
         listed.slots,
         listed.count <= requested.slots_max as complete
  from requested
  cross join lateral (
    select string_agg(
             slot.pool_id || ' ' || date_part('epoch', lower(slot.during))
               || ' ' || date_part('epoch', upper(slot.during))
               || ' ' || slot.capacity || ' ' || greatest(0, slot.capacity - slot.taken),
             ','
           ) as slots,
           count(*) as count
    from (
      select pools.pool_id, pools.during, pools.capacity, pools.taken
      from pools
      where pools.listing_id = $1
        and pools.resource_id = requested.resource_id
        and pools.during is not null
        and lower(pools.during)
          >= requested.starts - case when requested.by_range then interval '${RANGE_MINUTES_MAX} minutes'
                                 else interval '0' end
        and lower(pools.during)
          < requested.ends + case when requested.by_range then interval '${BUFFER_MINUTES_MAX} minutes'
                              else interval '0' end
        and not pools.closed
        and (pools.taken > 0 or not requested.by_range)
      order by lower(pools.during), pools.pool_id
      limit requested.slots_max + 1
    ) as slot
  ) as listed
  order by requested.resource_id`

/**
 * Reads what is sold by time on some dates, by the listing's clocks.
 *
 * @param resourceId only this one; default every resource of the listing
 * @param slotsMax how many slots all resources together may have, up to `CALENDAR_SLOTS_MAX`
 */
export function readPoolCalendar(
  db: Pick<Tx, 'query'>,
  listingId: string,
  {
    from,
    to,
    resourceId,
    slotsMax,
  }: { from: string; to: string; resourceId?: string | undefined; slotsMax: number },
): Promise<readonly CalendarRow[]> {
  return db.query<CalendarRow>(SELECT, [listingId, from, to, resourceId ?? null, slotsMax])
}

/** A slot that is on offer, with what is left of it. */
export interface CalendarSlot extends Span {
  readonly poolId: string
  readonly capacity: number
  readonly left: number
}

/**
 * The slots of a row in order of time: those that are open and begin in the range. Where ranges are
 * sold: those that are booked, from a range before to a buffer behind.
 */
export function slotsIn({ slots }: Pick<CalendarRow, 'slots'>): CalendarSlot[] {
  if (slots === null) return []
  return slots.split(',').map((text) => {
    const [poolId = '', from, to, capacity, left] = text.split(' ')
    return {
      poolId,
      fromMs: Number(from) * 1000,
      toMs: Number(to) * 1000,
      capacity: Number(capacity),
      left: Number(left),
    }
  })
}
