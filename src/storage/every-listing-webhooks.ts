/**
 * Statements about endpoints that are not bound to one listing: an endpoint is named by its id alone, and
 * one may hear of every listing.
 */
import type { OutboxEvent } from '../domain/event.js'
import { commit, type Database, rollback, type Tx } from './driver/database.js'
import { sql } from './driver/statement.js'
import { BEGUN_ANEW, type DeliveryState } from './tables/notices/deliveries.js'
import { EVENT_COLUMNS } from './tables/notices/events.js'
import { DELIVERY_COLUMNS, type DeliveryRow } from './tables/notices/webhook-deliveries.js'
import { WEBHOOK_COLUMNS, type WebhookRow } from './tables/notices/webhooks.js'
import type { Page } from './tables/page.js'

const FIND_WEBHOOK = sql('every_listing_webhooks.find_webhook')`
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

const LIST_WEBHOOKS = sql('every_listing_webhooks.list_webhooks')`
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

const DELETE_ENDED_WEBHOOKS = sql('every_listing_webhooks.delete_ended_webhooks')`
  delete from webhooks
  where expires_at <= statement_timestamp()
  returning webhook_id as "webhookId"`

const DELETE_LISTENERS = sql('every_listing_webhooks.delete_listeners')`
  delete from listeners
  where channel = 'webhook'
    and destination = any($1::text[])`

/** Forgets the endpoints of listeners that have stopped without a word. */
export async function deleteEndedWebhooks(db: Pick<Database, 'transaction'>): Promise<void> {
  await db.transaction('read committed', async (tx) => {
    const ended = await tx.query<{ webhookId: string }>(DELETE_ENDED_WEBHOOKS)
    if (ended.length === 0) return rollback(undefined)
    const destinations = ended.map(({ webhookId }) => `webhook:${webhookId}`)
    await tx.query(DELETE_LISTENERS, [destinations])
    return commit(undefined)
  })
}

const LIST_DELIVERIES = sql('every_listing_webhooks.list_deliveries')`
  select ${DELIVERY_COLUMNS}
  from deliveries
  join events
    on events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
  where deliveries.destination = $1
    and ($2::uuid is null or deliveries.delivery_id < $2)
    and ($4::text is null or deliveries.state = $4)
  order by deliveries.delivery_id desc
  limit $3`

/** What a destination was told, the newest first: of every listing, or of its own. */
export function listDeliveries(
  db: Pick<Tx, 'query'>,
  destination: string,
  { after, limit }: Page,
  state: DeliveryState | undefined,
): Promise<readonly DeliveryRow[]> {
  const values = [destination, after ?? null, limit, state ?? null]
  return db.query<DeliveryRow>(LIST_DELIVERIES, values)
}

const DELETE_DELIVERIES = sql('every_listing_webhooks.delete_deliveries')`
  delete from deliveries
  where destination = $1`

/** Forgets what a destination was told, and what waits for it. */
export async function deleteDeliveries(tx: Pick<Tx, 'query'>, destination: string): Promise<void> {
  await tx.query(DELETE_DELIVERIES, [destination])
}

const REPLAY_ONE = sql('every_listing_webhooks.replay_delivery')`
  update deliveries
  set ${BEGUN_ANEW}
  where destination = $1
    and delivery_id = $2
  returning delivery_id as "deliveryId"`

/** Has one delivery sent again. @returns whether there is one */
export async function replayDelivery(
  db: Pick<Tx, 'query'>,
  destination: string,
  deliveryId: string,
): Promise<boolean> {
  const rows = await db.query(REPLAY_ONE, [destination, deliveryId])
  return rows.length > 0
}

const REPLAY_DEAD = sql('every_listing_webhooks.replay_dead')`
  update deliveries
  set ${BEGUN_ANEW}
  from events
  where events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
    and deliveries.destination = $1
    and deliveries.state = 'dead'
    and events.at >= to_timestamp($2::bigint / 1000.0)
    and ($3::bigint is null or events.at < to_timestamp($3 / 1000.0))
  returning deliveries.delivery_id as "deliveryId"`

/** Has what was given up of a span of time sent again. @returns how many */
export async function replayDead(
  db: Pick<Tx, 'query'>,
  destination: string,
  { fromMs, toMs }: Span,
): Promise<number> {
  return (await db.query(REPLAY_DEAD, [destination, fromMs, toMs ?? null])).length
}

/** A part of time; without an end until now. */
interface Span {
  readonly fromMs: number
  readonly toMs?: number | undefined
}

const REPLAY_SPAN = sql('every_listing_webhooks.replay_span')`
  insert into deliveries
    (listing_id, delivery_id, event_id, subject_id, version, channel, destination)
  select events.listing_id, md5(events.event_id::text || '/' || $1)::uuid, events.event_id, events.subject_id, events.version,
         'webhook', $1
  from events
  where events.dispatched_at is not null
    and events.at >= to_timestamp($2::bigint / 1000.0)
    and ($3::bigint is null or events.at < to_timestamp($3 / 1000.0))
    and events.listing_id = coalesce($4::uuid, events.listing_id)
    and ($5::text[] = '{}' or events.kind = any($5))
    and events.kind <> 'webhook.test'
  on conflict (listing_id, event_id, destination) do update
  set state = 'due',
      ended_at = null,
      attempts = 0,
      due_at = excluded.due_at,
      begun_at = excluded.begun_at
  where deliveries.state <> 'due'
  returning delivery_id as "deliveryId"`

/**
 * Has every event of a span sent to a destination, those that it was never told of, too.
 *
 * @param listingId of this listing alone; undefined for every one
 * @param kinds of these kinds; none stand for all
 * @returns how many
 */
export async function replaySpan(
  db: Pick<Tx, 'query'>,
  destination: string,
  { fromMs, toMs }: Span,
  { listingId, kinds }: { readonly listingId?: string; readonly kinds: readonly string[] },
): Promise<number> {
  const values = [destination, fromMs, toMs ?? null, listingId ?? null, kinds]
  return (await db.query(REPLAY_SPAN, values)).length
}

/** An event that a listener has not had yet. */
export interface HeardEvent extends OutboxEvent {
  readonly deliveryId: string
}

const FIND_HEARD = sql('every_listing_webhooks.find_heard')`
  select deliveries.delivery_id as "deliveryId",
         ${EVENT_COLUMNS}
  from deliveries
  join events
    on events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
  where deliveries.destination = $1
    and deliveries.state = 'delivered'
  order by events.at, events.event_id
  limit $2`

/** The oldest events that were delivered to nobody but the log. */
export function findHeardEvents(
  db: Pick<Tx, 'query'>,
  destination: string,
  limit: number,
): Promise<readonly HeardEvent[]> {
  return db.query<HeardEvent>(FIND_HEARD, [destination, limit])
}
