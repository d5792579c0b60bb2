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
import type { BookingTerms } from '../../domain/time/window.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { PoolRow } from '../tables/pools.js'

/** A resource with what it sells. */
export interface StoredCalendar extends BookingTerms {
  readonly resourceId: string
  readonly name: string
  readonly timeZone: string
  readonly schedule: Schedule | null
  /** Its pools that are not bound to a time. */
  readonly stock: readonly PoolRow[] | null
  /** Its slots, for `slotsIn`. */
  readonly slots: string | null
  /** False when it has more slots in the range than are read. */
  readonly complete: boolean
  /** By the database's clock. */
  readonly nowMs: number
}

/**
 * How many slots one answer may have; each of the resources asked for gets an equal part of them.
 */
export const CALENDAR_SLOTS_MAX = 100_000

/** A time in whole milliseconds: the text of a number with a fraction depends on the session. */
const MS = (time: string) => `(date_part('epoch', ${time}) * 1000)::bigint`

// Where ranges are sold, a booking can end a buffer before the dates, and keeps them busy for a buffer
// before it begins. What begins too soon, or is over, is left out, and so is a night that is off sale.
const SELECT = sql('calendar.read')`
  with requested as materialized (
    select resources.resource_id,
           resources.name,
           coalesce(resources.time_zone, listings.time_zone) as time_zone,
           resources.notice_minutes,
           resources.horizon_days,
           schedules.spec as schedule,
           coalesce(schedules.spec ->> 'soldBy' = 'ranges', false) as by_range,
           exists (
             select
             from nights
             where nights.listing_id = $1
               and nights.resource_id = resources.resource_id
           ) as by_night,
           to_timestamp($2::bigint / 1000.0) as starts,
           to_timestamp($3::bigint / 1000.0) as ends,
           clock_timestamp() as now,
           clock_timestamp() + resources.notice_minutes * interval '1 minute' as earliest,
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
         requested.notice_minutes as "noticeMinutes",
         requested.horizon_days as "horizonDays",
         floor(extract(epoch from requested.now) * 1000)::bigint as "nowMs",
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
             slot.pool_id || ' ' || ${MS('lower(slot.during)')}
               || ' ' || ${MS('upper(slot.during)')}
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
          >= requested.starts - case when requested.by_range
                                  then interval '${RANGE_MINUTES_MAX + BUFFER_MINUTES_MAX} minutes'
                                 else interval '0' end
        and lower(pools.during)
          < requested.ends + case when requested.by_range then interval '${BUFFER_MINUTES_MAX} minutes'
                              else interval '0' end
        and not pools.closed
        and case
          when requested.by_range then pools.taken > 0
          when requested.by_night then upper(pools.during) > requested.earliest
            and exists (
              select
              from nights
              where nights.listing_id = $1
                and nights.pool_id = pools.pool_id
                and nights.on_sale
            )
          else lower(pools.during) >= requested.earliest
        end
      order by lower(pools.during), pools.pool_id
      limit requested.slots_max + 1
    ) as slot
  ) as listed
  order by requested.resource_id`

/**
 * Reads what is sold by time from `fromMs` up to `toMs`.
 *
 * @param resourceId only this one; default every resource of the listing
 * @param slotsMax how many slots all resources together may have, up to `CALENDAR_SLOTS_MAX`
 */
export function readPoolCalendar(
  db: Pick<Tx, 'query'>,
  listingId: string,
  {
    fromMs,
    toMs,
    resourceId,
    slotsMax,
  }: Span & { readonly resourceId?: string | undefined; readonly slotsMax: number },
): Promise<readonly StoredCalendar[]> {
  return db.query<StoredCalendar>(SELECT, [listingId, fromMs, toMs, resourceId ?? null, slotsMax])
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
export function slotsIn({ slots }: Pick<StoredCalendar, 'slots'>): CalendarSlot[] {
  return slots === null ? [] : slots.split(',').map(slotOf)
}

function slotOf(text: string): CalendarSlot {
  const [poolId = '', from, to, capacity, left] = text.split(' ')
  return {
    poolId,
    fromMs: Number(from),
    toMs: Number(to),
    capacity: Number(capacity),
    left: Number(left),
  }
}

/** Those of a row's slots that are over by `latestMs`, as the row has them. */
export function slotsUntil(slots: string | null, latestMs: number): string | null {
  const kept = (slots ?? '')
    .split(',')
    .filter((text) => text !== '' && slotOf(text).toMs <= latestMs)
  return kept.length === 0 ? null : kept.join()
}
