/**
 * The statements that are not bound to one listing. Where listings are spread over several
 * databases, each of these asks all of them; every other statement asks one. A test holds the
 * house to it: a statement in another file that does not name its listing fails.
 */
import type { OutboxEvent } from '../domain/event.js'
import { newId } from '../domain/ids.js'
import type { Tx } from './driver/database.js'
import { sql } from './driver/statement.js'
import { auditStatements } from './reads/audit/audit.js'
import { LISTING_COLUMNS, type ListingRow } from './tables/listings.js'
import type { Dispatch, LeasedDelivery } from './tables/notices/deliveries.js'
import { EVENT_COLUMNS, EVERY_LISTING } from './tables/notices/events.js'
import { WEBHOOK_COLUMNS, type WebhookRow } from './tables/notices/webhooks.js'
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

const GRANT = sql('every_listing.grant_to_key')`
  insert into api_key_listings (listing_id, key_id)
  select listings.listing_id, $2::uuid
  from listings
  where listings.listing_id = any($1::uuid[])
  on conflict (listing_id, key_id) do nothing
  returning listing_id as "listingId"`

/** Lets a key touch listings. @returns those that exist and were not granted before */
export async function grantListings(
  tx: Pick<Tx, 'query'>,
  keyId: string,
  listingIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ listingId: string }>(GRANT, [listingIds, keyId])
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

// Both tell once of one thing: the event's id is made of what it tells of, and one that is there stays.
const listened = (listingId: string) => `exists (
      select
      from listeners
      where listeners.listing_id in (${listingId}, '${EVERY_LISTING}')
        and (listeners.until is null or listeners.until > clock_timestamp())
    )`
const idOf = (text: string) => `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 32)::uuid`

const TELL_OF_CLOSING = sql('every_listing.tell_of_closing_blocks')`
  insert into events (listing_id, event_id, kind, subject_id, version, snapshot)
  select blocks.listing_id,
         ${idOf(`concat_ws('/', 'block.closing', blocks.block_id, blocks.cut_off_at)`)},
         'block.closing',
         blocks.block_id,
         blocks.version,
         '{}'
  from blocks
  where blocks.state = 'definite'
    and blocks.cut_off_at > clock_timestamp()
    and blocks.cut_off_at <= clock_timestamp() + make_interval(secs => $1)
    and ${listened('blocks.listing_id')}
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
         ${idOf(`concat_ws('/', 'delivery.dead', dead.listing_id, dead.hour)`)},
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
      and deliveries.ended_at > clock_timestamp() - make_interval(secs => $2)
    group by deliveries.listing_id, hour
    having min(deliveries.ended_at) <= clock_timestamp() - make_interval(secs => $1)
  ) as dead
  where ${listened('dead.listing_id')}
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
  where created_at < clock_timestamp() - make_interval(secs => $1)`

/** Forgets answers that are older than `ageSeconds`; a key is good for as long as that. */
export async function deleteOldAnswers(db: Pick<Tx, 'query'>, ageSeconds: number): Promise<void> {
  await db.query(DELETE_OLD_ANSWERS, [ageSeconds])
}

const FIND_WEBHOOK = sql('every_listing.find_webhook')`
  select ${WEBHOOK_COLUMNS}
  from webhooks
  where webhook_id = $1`

/** An endpoint by its id alone: callers do not have to know which listing it is of. */
export async function findWebhook(
  db: Pick<Tx, 'query'>,
  webhookId: string,
): Promise<WebhookRow | undefined> {
  const [row] = await db.query<WebhookRow>(FIND_WEBHOOK, [webhookId])
  return row
}

const LIST_WEBHOOKS = sql('every_listing.list_webhooks')`
  select ${WEBHOOK_COLUMNS}
  from webhooks
  where ($1::uuid is null or webhook_id > $1)
    and ($3::uuid is null or listing_id in (
      select grants.listing_id
      from api_key_listings as grants
      where grants.key_id = $3
    ))
  order by webhook_id
  limit $2`

/**
 * Endpoints in the order of their creation.
 *
 * @param keyId lists only those of listings that this API key may touch; default all
 */
export function listWebhooks(
  db: Pick<Tx, 'query'>,
  { after, limit }: Page,
  keyId?: string,
): Promise<readonly WebhookRow[]> {
  return db.query<WebhookRow>(LIST_WEBHOOKS, [after ?? null, limit, keyId ?? null])
}

/** The audit of the whole database. */
export const AUDIT_OF_EVERY_LISTING = auditStatements('every_listing.audit', () => 'true', '$1')

const CLAIM_EVENTS = sql('every_listing.claim_events')`
  select ${EVENT_COLUMNS}
  from events
  where dispatched_at is null
    and (again_at is null or again_at <= clock_timestamp())
  order by event_id
  limit $1
  for update skip locked`

/** At most `limit` events that have no deliveries yet, for this transaction alone. */
export function claimEvents(tx: Pick<Tx, 'query'>, limit: number): Promise<readonly OutboxEvent[]> {
  return tx.query<OutboxEvent>(CLAIM_EVENTS, [limit])
}

const INSERT_DELIVERIES = sql('every_listing.insert_deliveries')`
  insert into deliveries
    (listing_id, delivery_id, event_id, subject_id, version, channel, destination)
  select listing_id, delivery_id, event_id, subject_id, version, channel, destination
  from jsonb_to_recordset($1::jsonb) as told (
    listing_id uuid, delivery_id uuid, event_id uuid, subject_id uuid, version integer,
    channel text, destination text
  )
  on conflict (listing_id, event_id, destination) do nothing`

const MARK_DISPATCHED = sql('every_listing.mark_events_dispatched')`
  update events
  set dispatched_at = clock_timestamp(),
      again_at = null
  from unnest($1::uuid[], $2::uuid[]) as told (listing_id, event_id)
  where events.listing_id = told.listing_id
    and events.event_id = told.event_id`

/** Writes a delivery for each destination of the events, which are dispatched by that. */
export function sendDispatch(tx: Pick<Tx, 'send'>, dispatched: readonly Dispatch[]): void {
  const deliveries = dispatched.flatMap(({ event, destinations }) =>
    destinations.map(({ channel, destination }) => ({
      ...{ listing_id: event.listingId, delivery_id: newId(), event_id: event.eventId },
      ...{ subject_id: event.subjectId, version: event.version, channel, destination },
    })),
  )
  if (deliveries.length > 0) tx.send(INSERT_DELIVERIES, [JSON.stringify(deliveries)])
  const events = dispatched.map(({ event }) => event)
  tx.send(MARK_DISPATCHED, [
    events.map(({ listingId }) => listingId),
    events.map(({ eventId }) => eventId),
  ])
}

const FIND_DUE_DESTINATIONS = sql('every_listing.find_due_destinations')`
  select destination
  from deliveries
  where state = 'due'
    and due_at <= clock_timestamp()
    and (leased_until is null or leased_until <= clock_timestamp())
    and channel = any($1::text[])
  group by destination
  order by min(due_at)
  limit $2`

/** Destinations of these channels that something is due for, whoever has waited longest first. */
export async function findDueDestinations(
  db: Pick<Tx, 'query'>,
  channels: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.query<{ destination: string }>(FIND_DUE_DESTINATIONS, [channels, limit])
  return rows.map(({ destination }) => destination)
}

const CLAIM_DELIVERIES = sql('every_listing.claim_deliveries')`
  with mine as (
    select listing_id, delivery_id
    from deliveries as due
    where destination = $1
      and state = 'due'
      and due_at <= clock_timestamp()
      and (leased_until is null or leased_until <= clock_timestamp())
      and not exists (
        select
        from deliveries as earlier
        where earlier.listing_id = due.listing_id
          and earlier.subject_id = due.subject_id
          and earlier.destination = due.destination
          and earlier.state = 'due'
          and (earlier.version, earlier.event_id) < (due.version, due.event_id)
      )
      and not exists (
        select
        from events as earlier
        where earlier.listing_id = due.listing_id
          and earlier.subject_id = due.subject_id
          and earlier.dispatched_at is null
          and (earlier.version, earlier.event_id) < (due.version, due.event_id)
      )
    order by due_at
    limit $2
    for update skip locked
  ), leased as (
    update deliveries
    set leased_until = clock_timestamp() + make_interval(secs => $3::bigint / 1000.0),
        fence = fence + 1,
        attempts = attempts + 1
    from mine
    where deliveries.listing_id = mine.listing_id
      and deliveries.delivery_id = mine.delivery_id
    returning deliveries.*
  )
  select leased.delivery_id as "deliveryId",
         leased.channel,
         leased.destination,
         leased.attempts,
         leased.fence,
         ${EVENT_COLUMNS}
  from leased
  join events on events.listing_id = leased.listing_id and events.event_id = leased.event_id
  order by leased.due_at`

/**
 * Leases what is due for one destination. What comes later of a reservation waits until what comes
 * before has reached the destination, or never will.
 */
export async function claimDeliveries(
  db: Pick<Tx, 'query'>,
  destination: string,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<readonly LeasedDelivery[]> {
  const rows = await db.query<Omit<LeasedDelivery, 'event'> & OutboxEvent>(CLAIM_DELIVERIES, [
    ...[destination, limit, leaseMs],
  ])
  return rows.map(({ deliveryId, channel, attempts, fence, destination: to, ...event }) => {
    return { deliveryId, channel, destination: to, attempts, fence, event }
  })
}

const READ_BACKLOG = sql('every_listing.read_backlog')`
  select coalesce(extract(epoch from clock_timestamp() - least(
           (select min(at) from events where dispatched_at is null),
           (select min(begun_at) from deliveries where state = 'due')
         )), 0)::float8 as "oldestSeconds",
         (select count(*) from deliveries where state = 'dead') as dead`

/** What nobody has been told yet. */
export interface Backlog {
  /** Of the oldest event that is not delivered everywhere; 0 when there is none. */
  readonly oldestSeconds: number
  /** Deliveries that were given up. */
  readonly dead: number
}

export async function readBacklog(db: Pick<Tx, 'query'>): Promise<Backlog> {
  const [row] = await db.query<Backlog>(READ_BACKLOG)
  return row ?? { oldestSeconds: 0, dead: 0 }
}

const DELETE_OLD_DELIVERIES = sql('every_listing.delete_old_deliveries')`
  delete from deliveries
  where (listing_id, delivery_id) in (
    select listing_id, delivery_id
    from deliveries
    where ended_at < clock_timestamp() - make_interval(days => $1)
      and state <> 'dead'
    limit 1000
  )`

const DELETE_OLD_EVENTS = sql('every_listing.delete_old_events')`
  delete from events
  where (listing_id, event_id) in (
    select listing_id, event_id
    from events as old
    where dispatched_at < clock_timestamp() - make_interval(days => $1)
      and not exists (
        select
        from deliveries
        where deliveries.listing_id = old.listing_id
          and deliveries.event_id = old.event_id
      )
    limit 1000
  )`

/** Deletes, a thousand at a time, what was told so many days ago; what was given up stays. */
export async function deleteOldNotices(db: Pick<Tx, 'query'>, days: number): Promise<void> {
  await db.query(DELETE_OLD_DELIVERIES, [days])
  await db.query(DELETE_OLD_EVENTS, [days])
}
