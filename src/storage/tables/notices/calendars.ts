/** Statements on `calendars`: feeds under secret URLs. */
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import type { Page } from '../page.js'

/** `staff` sees who has booked what; `public` sees when something is taken, and never by whom. */
export type CalendarAudience = 'staff' | 'public'

export interface FeedRow {
  readonly calendarId: string
  /** Null: every resource of the listing. */
  readonly resourceId: string | null
  readonly audience: CalendarAudience
  readonly createdAtMs: number
  /** Null: it works. */
  readonly revokedAtMs: number | null
}

const COLUMNS = `
  calendars.calendar_id as "calendarId",
  calendars.resource_id as "resourceId",
  calendars.audience,
  floor(extract(epoch from calendars.created_at) * 1000)::bigint as "createdAtMs",
  floor(extract(epoch from calendars.revoked_at) * 1000)::bigint as "revokedAtMs"`

const INSERT = sql('calendars.insert')`
  insert into calendars as calendars (listing_id, calendar_id, resource_id, audience, secret_hash)
  select listings.listing_id, $2::uuid, $3::uuid, $4::text, $5::bytea
  from listings
  where listings.listing_id = $1
  returning ${COLUMNS}`

/** Makes a feed; undefined when there is no such listing. */
export async function insertCalendar(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  calendar: Pick<FeedRow, 'calendarId' | 'resourceId' | 'audience'> & {
    readonly secretHash: Buffer
  },
): Promise<FeedRow | undefined> {
  const { calendarId, resourceId, audience, secretHash } = calendar
  const values = [listingId, calendarId, resourceId, audience, secretHash]
  return (await tx.query<FeedRow>(INSERT, values)).at(0)
}

const LIST = sql('calendars.list')`
  select ${COLUMNS}
  from calendars
  where listing_id = $1
    and ($2::uuid is null or calendar_id > $2)
  order by calendar_id
  limit $3`

/** Revoked ones too. */
export function listCalendars(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
): Promise<readonly FeedRow[]> {
  return db.query<FeedRow>(LIST, [listingId, after ?? null, limit])
}

const REVOKE = sql('calendars.revoke')`
  with changed as (
    update calendars
    set revoked_at = least(revoked_at, statement_timestamp())
    where listing_id = $1
      and calendar_id = $2
    returning *
  )
  select ${COLUMNS}
  from changed as calendars`

/** Ends a feed for good; undefined when the listing has none under this id. */
export async function revokeCalendar(
  db: Pick<Tx, 'query'>,
  listingId: string,
  calendarId: string,
): Promise<FeedRow | undefined> {
  return (await db.query<FeedRow>(REVOKE, [listingId, calendarId])).at(0)
}

/** What a feed is made for, and what its URL is compared with. */
export interface CalendarToTell extends FeedRow {
  readonly secretHash: Buffer
  readonly listingName: string
  /** Null for a feed of every resource. */
  readonly resourceName: string | null
  /** By the database's clock. */
  readonly nowMs: number
}

const READ = sql('calendars.read')`
  select ${COLUMNS},
         calendars.secret_hash as "secretHash",
         listings.name as "listingName",
         resources.name as "resourceName",
         floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"
  from calendars
  join listings on listings.listing_id = calendars.listing_id
  left join resources
    on resources.listing_id = calendars.listing_id
    and resources.resource_id = calendars.resource_id
  where calendars.listing_id = $1
    and calendars.calendar_id = $2`

export async function readCalendar(
  db: Pick<Tx, 'query'>,
  listingId: string,
  calendarId: string,
): Promise<CalendarToTell | undefined> {
  return (await db.query<CalendarToTell>(READ, [listingId, calendarId])).at(0)
}

// Without a change nothing is written.
const NOTE_CONTENT = sql('calendars.note_content')`
  update calendars
  set content_hash = $3,
      modified_at = later.modified_at
  from (
    select greatest(
             date_trunc('second', statement_timestamp()),
             modified_at + interval '1 second'
           ) as modified_at
    from calendars
    where listing_id = $1
      and calendar_id = $2
    for update
  ) as later
  where calendars.listing_id = $1
    and calendars.calendar_id = $2
    and calendars.content_hash is distinct from $3`

const MODIFIED = sql('calendars.read_modified')`
  select floor(extract(epoch from modified_at) * 1000)::bigint as "modifiedAtMs"
  from calendars
  where listing_id = $1
    and calendar_id = $2`

/**
 * Notes what is told now.
 *
 * @returns since when that is what is told, in whole seconds: later with every change, even where there
 * are several in one second
 */
export async function noteContent(
  tx: Pick<Tx, 'query' | 'send'>,
  listingId: string,
  calendarId: string,
  contentHash: Buffer,
): Promise<number> {
  tx.send(NOTE_CONTENT, [listingId, calendarId, contentHash])
  const [row] = await tx.query<{ modifiedAtMs: number }>(MODIFIED, [listingId, calendarId])
  return row?.modifiedAtMs ?? 0
}
