/**
 * The statements about notices that are not about one listing, as `every-listing.ts` has the others:
 * what is to be told is looked for in all listings at once.
 */
import type { OutboxEvent } from '../domain/event.js'
import { commit, type Database, type Tx } from './driver/database.js'
import { NOTIFY } from './driver/hearing.js'
import { sql } from './driver/statement.js'
import {
  DEAD_LETTER_COLUMNS,
  type DeadLetterRow,
  type Dispatch,
  type EndedAttempt,
  IS_DUE,
  type LeasedDelivery,
} from './tables/notices/deliveries.js'
import {
  claimOfListing,
  dispatchOfListing,
  type EndedDelivery,
  endAttemptsOfListing,
} from './tables/notices/dispatch.js'
import { EVENT_COLUMNS } from './tables/notices/events.js'
import type { Page } from './tables/page.js'

const TELL_DISPATCHERS = sql('every_listing_notices.tell_dispatchers')`
  select ${NOTIFY} as told
  where exists (
    select
    from listeners
    where until is null or until > clock_timestamp()
  )`

/**
 * Wakes the dispatchers of other processes. A statement of its own, after COMMIT: a transaction that
 * notifies keeps all others that do from their COMMIT until its own is over.
 *
 * @returns false when nobody listens to any listing
 */
export async function tellDispatchers(db: Pick<Tx, 'query'>): Promise<boolean> {
  return (await db.query(TELL_DISPATCHERS)).length > 0
}

const FIND_EVENTS = sql('every_listing_notices.find_events_to_dispatch')`
  select ${EVENT_COLUMNS}
  from events
  where dispatched_at is null
    and (again_at is null or again_at <= clock_timestamp())
    and not exists (
      select
      from events as earlier
      where earlier.listing_id = events.listing_id
        and earlier.subject_id = events.subject_id
        and earlier.again_at is not null
        and (earlier.at, earlier.version, earlier.event_id)
          < (events.at, events.version, events.event_id)
    )
  order by at, version, event_id
  limit $1`

/**
 * At most `limit` events that have no deliveries yet, in the order in which they were written. What
 * comes later of a subject is not among them while an earlier one is set aside.
 */
export function findEventsToDispatch(
  db: Pick<Tx, 'query'>,
  limit: number,
): Promise<readonly OutboxEvent[]> {
  return db.query<OutboxEvent>(FIND_EVENTS, [limit])
}

/**
 * Writes the deliveries of events, in the caller's transaction, listing by listing.
 */
export async function dispatchEvents(tx: Tx, dispatched: readonly Dispatch[]): Promise<void> {
  await Promise.all(
    byListing(dispatched, ({ event }) => event.listingId).map(([listingId, events]) =>
      dispatchOfListing(tx, listingId, events),
    ),
  )
}

/** In the order of ids, in which everybody locks. */
function byListing<Item>(
  items: readonly Item[],
  listingOf: (item: Item) => string,
): readonly (readonly [listingId: string, items: readonly Item[]])[] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(listingOf(item))
    if (group === undefined) groups.set(listingOf(item), [item])
    else group.push(item)
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** Writes for several listings with one COMMIT. */
async function together<Item, Row>(
  db: Pick<Database, 'query' | 'transaction'>,
  groups: readonly (readonly [listingId: string, items: readonly Item[]])[],
  write: (
    tx: Pick<Tx, 'query'>,
    listingId: string,
    items: readonly Item[],
  ) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const [only] = groups
  if (only === undefined) return []
  if (groups.length === 1) return write(db, ...only)
  return db.transaction('read committed', async (tx) => {
    const rows = await Promise.all(groups.map((group) => write(tx, ...group)))
    return commit(rows.flat())
  })
}

const FIND_DUE_DESTINATIONS = sql('every_listing_notices.find_due_destinations')`
  with recursive waiting as (
    select (
             select destination
             from deliveries
             where state = 'due'
             order by destination
             limit 1
           ) as destination
    union all
    select (
             select next.destination
             from deliveries as next
             where next.state = 'due'
               and next.destination > waiting.destination
             order by next.destination
             limit 1
           )
    from waiting
    where waiting.destination is not null
  )
  select waiting.destination
  from waiting
  cross join lateral (
    select due.due_at
    from deliveries as due
    where due.destination = waiting.destination
      and due.channel = any($1::text[])
      and ${IS_DUE('due.listing_id')}
    order by due.due_at
    limit 1
  ) as first
  where waiting.destination <> all($2::text[])
  order by first.due_at
  limit $3`

// Nodes cannot step from row to row together: each of them looks through all that is due.
const GATHER_DUE_DESTINATIONS = sql('every_listing_notices.gather_due_destinations')`
  select destination
  from deliveries as due
  where channel = any($1::text[])
    and destination <> all($2::text[])
    and ${IS_DUE('due.listing_id')}
  group by destination
  order by min(due_at)
  limit $3`

/**
 * Destinations of these channels to which something may be sent now, whoever has waited longest first.
 * Steps from destination to destination: one that has a long queue costs no more than others.
 *
 * @param except those that have as much under way as they may
 */
export async function findDueDestinations(
  db: Pick<Database, 'query' | 'hasShards'>,
  channels: readonly string[],
  except: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const values = [channels, except, limit]
  const rows = (await db.hasShards())
    ? await db.query<{ destination: string }>(GATHER_DUE_DESTINATIONS, values)
    : await db.query<{ destination: string }>(FIND_DUE_DESTINATIONS, values)
  return rows.map(({ destination }) => destination)
}

const FIND_DUE = sql('every_listing_notices.find_due')`
  select due.listing_id as "listingId", due.delivery_id as "deliveryId"
  from deliveries as due
  where due.destination = $1
    and ${IS_DUE('due.listing_id')}
  order by due.due_at
  limit $2`

/**
 * Leases what is due for one destination, whatever has waited longest first. Another dispatcher may lease
 * the same at that moment: then there is less.
 */
export async function claimDeliveries(
  db: Pick<Database, 'query' | 'transaction'>,
  destination: string,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<readonly LeasedDelivery[]> {
  const found = await db.query<{ listingId: string; deliveryId: string }>(FIND_DUE, [
    ...[destination, limit],
  ])
  const places = new Map(found.map(({ deliveryId }, place) => [deliveryId, place]))
  const placeOf = ({ deliveryId }: LeasedDelivery) => places.get(deliveryId) ?? 0
  const groups = byListing(found, ({ listingId }) => listingId)
  const claimed = await together(db, groups, (tx, listingId, due) => {
    const deliveryIds = due.map(({ deliveryId }) => deliveryId)
    return claimOfListing(tx, listingId, deliveryIds, leaseMs)
  })
  return claimed.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** Says what came of attempts, as `endAttemptsOfListing` does. @returns what the deliveries are now */
export function endAttempts(
  db: Pick<Database, 'query' | 'transaction'>,
  ended: readonly EndedAttempt[],
  patienceMs: number,
): Promise<readonly EndedDelivery[]> {
  const groups = byListing(ended, ({ leased }) => leased.event.listingId)
  return together(db, groups, (tx, listingId, attempts) =>
    endAttemptsOfListing(tx, listingId, attempts, patienceMs),
  )
}

const READ_BACKLOG = sql('every_listing_notices.read_backlog')`
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

const LIST_DEAD = sql('every_listing_notices.list_dead_letters')`
  select ${DEAD_LETTER_COLUMNS}
  from deliveries
  join events
    on events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
  where deliveries.state = 'dead'
    and ($1::uuid is null or deliveries.delivery_id > $1)
  order by deliveries.delivery_id
  limit $2`

/** Deliveries of all listings that were given up, the oldest first. */
export function listEveryDeadLetter(
  db: Pick<Tx, 'query'>,
  { after, limit }: Page,
): Promise<readonly DeadLetterRow[]> {
  return db.query<DeadLetterRow>(LIST_DEAD, [after ?? null, limit])
}

const DELETE_OLD_DELIVERIES = sql('every_listing_notices.delete_old_deliveries')`
  delete from deliveries
  where (listing_id, delivery_id) in (
    select listing_id, delivery_id
    from deliveries
    where ended_at < clock_timestamp() - make_interval(days => $1)
      and state <> 'dead'
    limit $2
  )
  returning listing_id`

const DELETE_OLD_EVENTS = sql('every_listing_notices.delete_old_events')`
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
    limit $2
  )
  returning listing_id`

/** What one statement deletes at the most. */
const DELETED_TOGETHER_MAX = 1000

/**
 * Deletes a thousand deliveries and a thousand events that were told so many days ago; what was given up
 * stays.
 *
 * @returns whether there may be more
 */
export async function deleteOldNotices(db: Pick<Tx, 'query'>, days: number): Promise<boolean> {
  const values = [days, DELETED_TOGETHER_MAX]
  const deliveries = await db.query(DELETE_OLD_DELIVERIES, values)
  const events = await db.query(DELETE_OLD_EVENTS, values)
  return [deliveries, events].some(({ length }) => length === DELETED_TOGETHER_MAX)
}
