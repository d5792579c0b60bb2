/** Statements that bring the events of one listing on their way: each goes to the listing's node. */
import type { OutboxEvent } from '../../../domain/event.js'
import { newId } from '../../../domain/ids.js'
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import {
  type DeliveryState,
  type Dispatch,
  type EndedAttempt,
  IS_DUE,
  type LeasedDelivery,
  rowOfAttempt,
} from './deliveries.js'
import { EVENT_COLUMNS } from './events.js'

const MARK_DISPATCHED = sql('dispatch.mark_events')`
  with mine as (
    select event_id
    from events
    where listing_id = $1
      and event_id = any($2::uuid[])
      and dispatched_at is null
    order by at, event_id
    for update
  )
  update events
  set dispatched_at = statement_timestamp(),
      again_at = null
  from mine
  where events.listing_id = $1
    and events.event_id = mine.event_id
  returning events.event_id as "eventId"`

const INSERT_DELIVERIES = sql('dispatch.insert_deliveries')`
  insert into deliveries
    (listing_id, delivery_id, event_id, subject_id, version, channel, destination)
  select events.listing_id, made.delivery_id, events.event_id, events.subject_id, events.version,
         made.channel, made.destination
  from events
  join jsonb_to_recordset($2::jsonb)
    as made (delivery_id uuid, event_id uuid, channel text, destination text)
    on made.event_id = events.event_id
  where events.listing_id = $1
  on conflict (listing_id, event_id, destination) do nothing`

/**
 * Writes a delivery for each destination of a listing's events, which are dispatched by that: both or
 * neither. Another dispatcher may have the same ones in hand: the second one waits, and leaves out what the
 * first one did. To skip them would be to dispatch a later event before an earlier one.
 */
export async function dispatchOfListing(
  tx: Tx,
  listingId: string,
  dispatched: readonly Dispatch[],
): Promise<void> {
  const eventIds = dispatched.map(({ event }) => event.eventId)
  const rows = await tx.query<{ eventId: string }>(MARK_DISPATCHED, [listingId, eventIds])
  const mine = new Set(rows.map(({ eventId }) => eventId))
  const deliveries = dispatched
    .filter(({ event }) => mine.has(event.eventId))
    .flatMap(({ event, destinations }) =>
      destinations.map(({ channel, destination }) => ({
        ...{ delivery_id: newId(), event_id: event.eventId, channel, destination },
      })),
    )
  if (deliveries.length > 0) tx.send(INSERT_DELIVERIES, [listingId, JSON.stringify(deliveries)])
}

const CLAIM = sql('dispatch.claim')`
  with mine as (
    select delivery_id
    from deliveries as due
    where listing_id = $1
      and delivery_id = any($2::uuid[])
      and ${IS_DUE('$1')}
    for update skip locked
  ), leased as (
    update deliveries
    set leased_until = statement_timestamp() + make_interval(secs => $3::bigint / 1000.0),
        fence = fence + 1,
        attempts = attempts + 1,
        attempted_at = statement_timestamp()
    from mine
    where deliveries.listing_id = $1
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
  join events
    on events.listing_id = $1
    and events.event_id = leased.event_id`

/** Leases those of a listing's deliveries that are due and that nobody else has in hand. */
export async function claimOfListing(
  db: Pick<Tx, 'query'>,
  listingId: string,
  deliveryIds: readonly string[],
  leaseMs: number,
): Promise<readonly LeasedDelivery[]> {
  const values = [listingId, deliveryIds, leaseMs]
  const rows = await db.query<Omit<LeasedDelivery, 'event'> & OutboxEvent>(CLAIM, values)
  return rows.map(({ deliveryId, channel, attempts, fence, destination, ...event }) => {
    return { deliveryId, channel, destination, attempts, fence, event }
  })
}

// The lease is checked on the locked row and not in the outer condition, where the state would let a plan of
// an empty table walk along all that is due of the listing, once for each attempt.
// Times are added up as seconds: a statement that is sent to a node as it is may not ask for the time and
// reckon with a column at once.
const END_ATTEMPTS = sql('dispatch.end_attempts')`
  update deliveries
  set state = told.becomes,
      attempts = case when told.undone then deliveries.attempts - 1 else deliveries.attempts end,
      due_at = case when told.becomes = 'due' then told.again_at else deliveries.due_at end,
      ended_at = case when told.becomes <> 'due' then told.now end,
      leased_until = null,
      status = told.status,
      reason = left(told.reason, 500),
      answer = left(told.answer, 1024)
  from (
    select ended.*,
           to_timestamp(ended.seconds) as now,
           to_timestamp(ended.seconds + ended.pause_ms / 1000.0) as again_at,
           case
             when not ended.is_mine then null
             when ended.state <> 'due' or ended.undone then ended.state
             when ended.begun_at
               < to_timestamp(ended.seconds + (ended.pause_ms - $3::bigint) / 1000.0) then 'dead'
             else 'due'
           end as becomes
    from (
      select told.*,
             begun.begun_at,
             begun.state = 'due' and begun.fence = told.fence as is_mine,
             extract(epoch from statement_timestamp()) as seconds
      from jsonb_to_recordset($2::jsonb) as told (
        delivery_id uuid, fence integer, state text, pause_ms bigint, undone boolean,
        status smallint, reason text, answer text
      )
      join deliveries as begun
        on begun.listing_id = $1
        and begun.delivery_id = told.delivery_id
      for update of begun
    ) as ended
  ) as told
  where deliveries.listing_id = $1
    and deliveries.delivery_id = told.delivery_id
    and told.becomes is not null
  returning deliveries.delivery_id as "deliveryId", deliveries.state`

/** What a delivery is once its attempt has ended. */
export interface EndedDelivery {
  readonly deliveryId: string
  readonly state: DeliveryState
}

/**
 * Says what came of attempts of one listing, each under its lease's fence: of whoever leased a delivery
 * before somebody else did nothing is written. What failed is tried again after its pause, or given up when
 * that is later than `patienceMs` after its beginning.
 */
export function endAttemptsOfListing(
  db: Pick<Tx, 'query'>,
  listingId: string,
  ended: readonly EndedAttempt[],
  patienceMs: number,
): Promise<readonly EndedDelivery[]> {
  const values = [listingId, JSON.stringify(ended.map(rowOfAttempt)), patienceMs]
  return db.query<EndedDelivery>(END_ATTEMPTS, values)
}
