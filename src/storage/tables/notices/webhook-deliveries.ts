/** Statements on `deliveries`: what one destination was told of which event, and what it answered. */
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import type { DeliveryState } from './deliveries.js'

export interface DeliveryRow {
  readonly listingId: string
  readonly deliveryId: string
  readonly eventId: string
  readonly kind: string
  readonly state: DeliveryState
  readonly attempts: number
  /** What the destination answered last; null when there was no answer. */
  readonly status: number | null
  readonly answer: string | null
  /** Why the last attempt failed. */
  readonly reason: string | null
  /** When what it tells of was committed. */
  readonly atMs: number
  readonly attemptedAtMs: number | null
  readonly nextAttemptAtMs: number | null
}

/** A delivery and its event, joined by `events`. */
export const DELIVERY_COLUMNS = `
  deliveries.listing_id as "listingId",
  deliveries.delivery_id as "deliveryId",
  deliveries.event_id as "eventId",
  events.kind,
  deliveries.state,
  deliveries.attempts,
  deliveries.status,
  deliveries.answer,
  deliveries.reason,
  floor(extract(epoch from events.at) * 1000)::bigint as "atMs",
  floor(extract(epoch from deliveries.attempted_at) * 1000)::bigint as "attemptedAtMs",
  floor(extract(epoch from case when deliveries.state = 'due' then deliveries.due_at end) * 1000)::bigint
    as "nextAttemptAtMs"`

const INSERT_EVENT = sql('webhook_deliveries.insert_test_event')`
  insert into events (listing_id, event_id, kind, subject_id, version, snapshot, dispatched_at)
  values ($1, $2, $3, $4, 0, '{}', clock_timestamp())`

const INSERT = sql('webhook_deliveries.insert')`
  insert into deliveries
    (listing_id, delivery_id, event_id, subject_id, version, channel, destination)
  values ($1, $2, $3, $4, 0, 'webhook', $5)`

const SELECT = sql('webhook_deliveries.read')`
  select ${DELIVERY_COLUMNS}
  from deliveries
  join events
    on events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
  where deliveries.listing_id = $1
    and deliveries.delivery_id = $2`

/** An event that one endpoint alone is told of. */
export interface OwnEvent {
  readonly listingId: string
  readonly eventId: string
  readonly kind: string
  readonly deliveryId: string
  readonly webhookId: string
  readonly destination: string
}

/** Writes the event and its delivery. */
export async function insertOwnEvent(
  tx: Tx,
  { listingId, eventId, kind, deliveryId, webhookId, destination }: OwnEvent,
): Promise<DeliveryRow> {
  tx.send(INSERT_EVENT, [listingId, eventId, kind, webhookId])
  tx.send(INSERT, [listingId, deliveryId, eventId, webhookId, destination])
  const [row] = await tx.query<DeliveryRow>(SELECT, [listingId, deliveryId])
  if (row === undefined) throw new Error('a delivery that was just written is not there')
  return row
}

const DELETE = sql('webhook_deliveries.delete')`
  delete from deliveries
  where listing_id = $1
    and delivery_id = $2`

/** Forgets one delivery. */
export async function deleteDelivery(
  db: Pick<Tx, 'query'>,
  listingId: string,
  deliveryId: string,
): Promise<void> {
  await db.query(DELETE, [listingId, deliveryId])
}
