/**
 * The statements that are not bound to one listing. Where listings are spread over several
 * databases, each of these asks all of them; every other statement asks one. A test holds the
 * house to it: a statement in another file that does not name its listing fails.
 */
import type { Tx } from './driver/database.js'
import { sql } from './driver/statement.js'
import { auditStatements } from './reads/audit/audit.js'
import { AUDITED_TABLES } from './reads/audit/row-checks.js'
import { LISTING_COLUMNS, type ListingRow } from './tables/listings.js'
import { isListenedTo } from './tables/notices/events.js'
import type { Page } from './tables/page.js'

const LIST = sql('every_listing.list')`
  select ${LISTING_COLUMNS}
  from listings
  where $1::uuid is null or listing_id > $1
  order by listing_id
  limit $2`

const LIST_OF_KEY = sql('every_listing.list_of_key')`
  select ${LISTING_COLUMNS}
  from api_key_listings as grants
  join listings on listings.listing_id = grants.listing_id
  where grants.key_id = $3
    and ($1::uuid is null or grants.listing_id > $1)
  order by grants.listing_id
  limit $2`

/** @param keyId lists only what this API key may touch; default every listing */
export function listListings(
  db: Pick<Tx, 'query'>,
  { after, limit }: Page,
  keyId?: string,
): Promise<readonly ListingRow[]> {
  const values = [after ?? null, limit]
  return keyId === undefined
    ? db.query<ListingRow>(LIST, values)
    : db.query<ListingRow>(LIST_OF_KEY, [...values, keyId])
}

const FIND_EXISTING = sql('every_listing.find_existing')`
  select listing_id as "listingId"
  from listings
  where listing_id = any($1::uuid[])`

const GRANT = sql('every_listing.grant_to_key')`
  insert into api_key_listings (listing_id, key_id)
  select granted.listing_id, $2::uuid
  from unnest($1::uuid[]) as granted (listing_id)
  on conflict (listing_id, key_id) do nothing
  returning listing_id as "listingId"`

/** Lets a key touch listings. @returns those that exist and were not granted before */
export async function grantListings(
  tx: Pick<Tx, 'query'>,
  keyId: string,
  listingIds: readonly string[],
): Promise<string[]> {
  const existing = await tx.query<{ listingId: string }>(FIND_EXISTING, [listingIds])
  const rows = await tx.query<{ listingId: string }>(GRANT, [
    existing.map(({ listingId }) => listingId),
    keyId,
  ])
  return rows.map((row) => row.listingId)
}

const FIND_OVERDUE = sql('every_listing.find_overdue')`
  select listing_id as "listingId", reservation_id as "reservationId"
  from reservations
  where state = 'held'
    and expires_at <= clock_timestamp()
    and reservation_id <> all($2::uuid[])
  order by expires_at
  limit $1`

/** At most `limit` overdue holds of any listing but for `except`, the oldest first; for the sweeper. */
export function findOverdue(
  db: Pick<Tx, 'query'>,
  limit: number,
  except: readonly string[] = [],
): Promise<readonly { readonly listingId: string; readonly reservationId: string }[]> {
  return db.query(FIND_OVERDUE, [limit, except])
}

// Three reasons, each with an index of its own: the cut-off has come; what was closed has not been
// given back; a guest of a closed block has cancelled since. Past nights are left as they are.
const FIND_DUE_BLOCKS = sql('every_listing.find_due_blocks')`
  select *
  from (
  select listing_id as "listingId", block_id as "blockId"
  from blocks
  where state in ('tentative', 'definite')
    and cut_off_at <= clock_timestamp()
  union
  select listing_id, block_id
  from blocks
  where to_give_back
  union
  select blocks.listing_id, blocks.block_id
  from blocks
  join nights
    on nights.listing_id = blocks.listing_id
    and nights.resource_id = blocks.block_id
  join pools
    on pools.listing_id = nights.listing_id
    and pools.pool_id = nights.pool_id
  where blocks.state = 'released'
    and blocks.to_date >= (clock_timestamp() at time zone 'UTC')::date
    and nights.night >= (clock_timestamp() at time zone 'UTC')::date
    and pools.taken < pools.capacity
  ) as due
  where "blockId" <> all($2::uuid[])
  limit $1`

/** At most `limit` blocks of any listing that have something to give back, but for `except`. */
export function findDueBlocks(
  db: Pick<Tx, 'query'>,
  limit: number,
  except: readonly string[] = [],
): Promise<readonly { readonly listingId: string; readonly blockId: string }[]> {
  return db.query(FIND_DUE_BLOCKS, [limit, except])
}

// Both tell once of one thing: the event's id is made of what it tells of, and one that is there stays. Times
// are in it as numbers: as text they would be those of the session's time zone.
const idOf = (text: string) => `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 32)::uuid`

const TELL_OF_CLOSING = sql('every_listing.tell_of_closing_blocks')`
  insert into events (listing_id, event_id, kind, subject_id, version, snapshot)
  select blocks.listing_id,
         ${idOf(`concat_ws('/', 'block.closing', blocks.block_id, extract(epoch from blocks.cut_off_at))`)},
         'block.closing',
         blocks.block_id,
         blocks.version,
         '{}'
  from blocks
  where blocks.state = 'definite'
    and blocks.cut_off_at > statement_timestamp()
    and blocks.cut_off_at <= statement_timestamp() + make_interval(secs => $1)
    and ${isListenedTo('blocks.listing_id')}
    and exists (
      select
      from pools
      where pools.listing_id = blocks.listing_id
        and pools.resource_id = blocks.block_id
        and pools.taken < pools.capacity
    )
  on conflict (listing_id, event_id) do nothing`

/** Writes `block.closing` for definite blocks that close within this time and have rooms left. */
export async function tellOfClosingBlocks(
  db: Pick<Tx, 'query'>,
  withinSeconds: number,
): Promise<void> {
  await db.query(TELL_OF_CLOSING, [withinSeconds])
}

const TELL_OF_DEAD = sql('every_listing.tell_of_dead_deliveries')`
  insert into events (listing_id, event_id, kind, subject_id, version, snapshot)
  select dead.listing_id,
         ${idOf(`concat_ws('/', 'delivery.dead', dead.listing_id, extract(epoch from dead.hour))`)},
         'delivery.dead',
         dead.listing_id,
         (extract(epoch from dead.hour) / 3600)::integer,
         '{}'
  from (
    select deliveries.listing_id, date_trunc('hour', deliveries.ended_at, 'UTC') as hour
    from deliveries
    join events
      on events.listing_id = deliveries.listing_id
      and events.event_id = deliveries.event_id
    where deliveries.state = 'dead'
      and events.kind <> 'delivery.dead'
      and deliveries.ended_at > statement_timestamp() - make_interval(secs => $2)
    group by deliveries.listing_id, hour
    having min(deliveries.ended_at) <= statement_timestamp() - make_interval(secs => $1)
  ) as dead
  where ${isListenedTo('dead.listing_id')}
  on conflict (listing_id, event_id) do nothing`

/**
 * Writes `delivery.dead` for every listing and hour in which deliveries were given up: one event for all
 * that the same fault brings about.
 *
 * @param afterSeconds how long after the first of them, so that most of the others are counted
 * @param lastSeconds how far back it looks
 */
export async function tellOfDeadDeliveries(
  db: Pick<Tx, 'query'>,
  afterSeconds: number,
  lastSeconds: number,
): Promise<void> {
  await db.query(TELL_OF_DEAD, [afterSeconds, lastSeconds])
}

const DELETE_OLD_ANSWERS = sql('every_listing.delete_old_answers')`
  delete from answers
  where created_at < statement_timestamp() - make_interval(secs => $1)`

/** Forgets answers that are older than `ageSeconds`; a key is good for as long as that. */
export async function deleteOldAnswers(db: Pick<Tx, 'query'>, ageSeconds: number): Promise<void> {
  await db.query(DELETE_OLD_ANSWERS, [ageSeconds])
}

/** The audit of the whole database. */
export const AUDIT_OF_EVERY_LISTING = auditStatements('every_listing.audit', () => 'true', '$1')

/** Every table that an audit looks at: rows may be of a listing that is not there. */
const FIND_AUDITED = sql('every_listing.find_audited')`
  ${AUDITED_TABLES.map((table) => `select listing_id as "listingId" from ${table}`).join(' union ')}
  order by "listingId"`

/** The ids of all listings that there are, or that rows say there are. */
export async function findAuditedListings(db: Pick<Tx, 'query'>): Promise<string[]> {
  const rows = await db.query<{ listingId: string }>(FIND_AUDITED)
  return rows.map(({ listingId }) => listingId)
}
