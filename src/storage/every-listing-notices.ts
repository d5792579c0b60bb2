/**
 * The statements about notices that are not about one listing, as `every-listing.ts` has the others:
 * what is to be told is looked for in all listings at once.
 */
import type { OutboxEvent } from '../domain/event.js'
import { newId } from '../domain/ids.js'
import type { Tx } from './driver/database.js'
import { NOTIFY } from './driver/hearing.js'
import { sql } from './driver/statement.js'
import {
  DEAD_LETTER_COLUMNS,
  type DeadLetterRow,
  type DeliveryState,
  type Dispatch,
  type EndedAttempt,
  type LeasedDelivery,
  rowOfAttempt,
} from './tables/notices/deliveries.js'
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
        and (earlier.at, earlier.event_id) < (events.at, events.event_id)
    )
  order by at, event_id
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

const MARK_DISPATCHED = sql('every_listing_notices.mark_events_dispatched')`
  with mine as (
    select events.listing_id, events.event_id
    from jsonb_to_recordset($1::jsonb) as told (listing_id uuid, event_id uuid)
    join events on events.listing_id = told.listing_id and events.event_id = told.event_id
    where events.dispatched_at is null
    order by events.at, events.event_id
    for update of events
  )
  update events
  set dispatched_at = clock_timestamp(),
      again_at = null
  from mine
  where events.listing_id = mine.listing_id
    and events.event_id = mine.event_id
  returning events.event_id as "eventId"`

const INSERT_DELIVERIES = sql('every_listing_notices.insert_deliveries')`
  insert into deliveries
    (listing_id, delivery_id, event_id, subject_id, version, channel, destination)
  select listing_id, delivery_id, event_id, subject_id, version, channel, destination
  from jsonb_to_recordset($1::jsonb) as made (
    listing_id uuid, delivery_id uuid, event_id uuid, subject_id uuid, version integer,
    channel text, destination text
  )
  on conflict (listing_id, event_id, destination) do nothing`

/**
 * Writes a delivery for each destination of the events, which are dispatched by that: both or neither.
 * Another dispatcher may have the same ones in hand: the second one waits, and leaves out what the first
 * one did. To skip them would be to dispatch a later event before an earlier one.
 */
export async function dispatchEvents(tx: Tx, dispatched: readonly Dispatch[]): Promise<void> {
  const told = dispatched.map(({ event: { listingId, eventId } }) => ({
    ...{ listing_id: listingId, event_id: eventId },
  }))
  const rows = await tx.query<{ eventId: string }>(MARK_DISPATCHED, [JSON.stringify(told)])
  const mine = new Set(rows.map(({ eventId }) => eventId))
  const deliveries = dispatched
    .filter(({ event }) => mine.has(event.eventId))
    .flatMap(({ event, destinations }) =>
      destinations.map(({ channel, destination }) => ({
        ...{ listing_id: event.listingId, delivery_id: newId(), event_id: event.eventId },
        ...{ subject_id: event.subjectId, version: event.version, channel, destination },
      })),
    )
  if (deliveries.length > 0) tx.send(INSERT_DELIVERIES, [JSON.stringify(deliveries)])
}

/** True of a delivery that may be attempted now. */
const IS_DUE = `state = 'due'
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
      )`

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
      and ${IS_DUE}
    order by due.due_at
    limit 1
  ) as first
  where waiting.destination <> all($2::text[])
  order by first.due_at
  limit $3`

/**
 * Destinations of these channels to which something may be sent now, whoever has waited longest first.
 * Steps from destination to destination: one that has a long queue costs no more than others.
 *
 * @param except those that have as much under way as they may
 */
export async function findDueDestinations(
  db: Pick<Tx, 'query'>,
  channels: readonly string[],
  except: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const values = [channels, except, limit]
  const rows = await db.query<{ destination: string }>(FIND_DUE_DESTINATIONS, values)
  return rows.map(({ destination }) => destination)
}

const CLAIM_DELIVERIES = sql('every_listing_notices.claim_deliveries')`
  with mine as (
    select listing_id, delivery_id
    from deliveries as due
    where destination = $1
      and ${IS_DUE}
    order by due_at
    limit $2
    for update skip locked
  ), leased as (
    update deliveries
    set leased_until = clock_timestamp() + make_interval(secs => $3::bigint / 1000.0),
        fence = fence + 1,
        attempts = attempts + 1,
        attempted_at = clock_timestamp()
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

const END_ATTEMPTS = sql('every_listing_notices.end_attempts')`
  update deliveries
  set state = told.becomes,
      attempts = case when told.undone then deliveries.attempts - 1 else deliveries.attempts end,
      due_at = case when told.becomes = 'due' then told.again_at else deliveries.due_at end,
      ended_at = case when told.becomes <> 'due' then clock_timestamp() end,
      leased_until = null,
      status = told.status,
      reason = left(told.reason, 500),
      answer = left(told.answer, 1024)
  from (
    select told.*,
           again_at,
           case
             when told.state <> 'due' or told.undone then told.state
             when again_at > begun.begun_at + make_interval(secs => $2::bigint / 1000.0) then 'dead'
             else 'due'
           end as becomes
    from jsonb_to_recordset($1::jsonb) as told (
      listing_id uuid, delivery_id uuid, fence integer, state text, pause_ms bigint, undone boolean,
      status smallint, reason text, answer text
    )
    join deliveries as begun
      on begun.listing_id = told.listing_id and begun.delivery_id = told.delivery_id
    cross join lateral (
      select clock_timestamp() + make_interval(secs => told.pause_ms / 1000.0) as again_at
    ) as pause
  ) as told
  where deliveries.listing_id = told.listing_id
    and deliveries.delivery_id = told.delivery_id
    and deliveries.fence = told.fence
    and deliveries.state = 'due'
  returning deliveries.delivery_id as "deliveryId", deliveries.state`

/**
 * Says what came of attempts, each under its lease's fence: of whoever leased a delivery before
 * somebody else did nothing is written. What failed is tried again after its pause, or given up when
 * that is later than `patienceMs` after its beginning.
 *
 * @returns what the deliveries are from now on
 */
export function endAttempts(
  db: Pick<Tx, 'query'>,
  ended: readonly EndedAttempt[],
  patienceMs: number,
): Promise<readonly { readonly deliveryId: string; readonly state: DeliveryState }[]> {
  return db.query(END_ATTEMPTS, [JSON.stringify(ended.map(rowOfAttempt)), patienceMs])
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
