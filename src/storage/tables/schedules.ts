/** Statements on `schedules`, and on what a resource is to those who sell its time. */
import type { Schedule } from '../../domain/time/schedule.js'
import type { BookingTerms } from '../../domain/time/window.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'

/** How a resource's time is sold. */
export interface ResourceTerms extends BookingTerms {
  readonly resourceId: string
  readonly name: string
  readonly exclusive: boolean
  /** Its own, or the listing's. */
  readonly timeZone: string
  /** Null: its time is not sold by a schedule. */
  readonly schedule: Schedule | null
  /** Rises by one each time the schedule is replaced; null without one. */
  readonly scheduleVersion: number | null
  /** It is sold by the night. */
  readonly hasNights: boolean
  /** It sells nothing new, or its listing does not. */
  readonly archived: boolean
  /** By the database's clock. */
  readonly nowMs: number
}

// The row is written, not just locked: a serializable transaction that waited here has a snapshot of
// before the wait, and only a row that has changed since makes it start again.
const LOCK_RESOURCES = sql('schedules.lock_resources')`
  with locked as (
    select resource_id
    from resources
    where listing_id = $1
      and resource_id = any($2::uuid[])
    order by resource_id
    for no key update
  )
  update resources
  set name = name
  from locked
  where resources.listing_id = $1
    and resources.resource_id = locked.resource_id`

const SELECT_TERMS = sql('schedules.read_terms')`
  select resources.resource_id as "resourceId",
         resources.name,
         resources.exclusive,
         coalesce(resources.time_zone, listings.time_zone) as "timeZone",
         resources.notice_minutes as "noticeMinutes",
         resources.horizon_days as "horizonDays",
         schedules.spec as schedule,
         schedules.version as "scheduleVersion",
         exists (
           select
           from nights
           where nights.listing_id = $1
             and nights.resource_id = resources.resource_id
         ) as "hasNights",
         resources.archived or listings.archived as archived,
         floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"
  from resources
  join listings on listings.listing_id = resources.listing_id
  left join schedules
    on schedules.listing_id = resources.listing_id
    and schedules.resource_id = resources.resource_id
  where resources.listing_id = $1
    and resources.resource_id = any($2::uuid[])
    and not resources.private`

/** Reads how time is sold, without any lock. Blocks' own resources, and those that there are not, are left out. */
export function readTerms(
  db: Pick<Tx, 'query'>,
  listingId: string,
  resourceIds: readonly string[],
): Promise<readonly ResourceTerms[]> {
  return db.query<ResourceTerms>(SELECT_TERMS, [listingId, resourceIds])
}

/**
 * Locks resources, in id order, against everybody else who opens or closes slots of theirs, and reads
 * how their time is sold by a later snapshot than the one that waited for the locks.
 */
export async function lockTerms(
  tx: Tx,
  listingId: string,
  resourceIds: readonly string[],
): Promise<readonly ResourceTerms[]> {
  const [, terms] = await Promise.all([
    tx.query(LOCK_RESOURCES, [listingId, resourceIds]),
    readTerms(tx, listingId, resourceIds),
  ])
  return terms
}

const UPSERT_SCHEDULE = sql('schedules.write')`
  insert into schedules (listing_id, resource_id, spec)
  values ($1, $2, $3)
  on conflict (listing_id, resource_id) do update
  set spec = excluded.spec,
      version = schedules.version + 1,
      updated_at = excluded.updated_at
  returning version`

/** Writes the schedule of a resource, whichever it had; @returns its version. */
export async function writeSchedule(
  tx: Tx,
  listingId: string,
  resourceId: string,
  schedule: Schedule,
): Promise<number> {
  const [row] = await tx.query<{ version: number }>(UPSERT_SCHEDULE, [
    listingId,
    resourceId,
    JSON.stringify(schedule),
  ])
  return row?.version ?? 0
}
