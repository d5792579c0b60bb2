/** Statements on `deliveries`: events on their way to one destination each. */
import type { OutboxEvent } from '../../../domain/event.js'
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import type { Page } from '../page.js'

/** An event and where it has to go. */
export interface Dispatch {
  readonly event: OutboxEvent
  readonly destinations: readonly { readonly channel: string; readonly destination: string }[]
}

/** A delivery that nobody else attempts until its lease ends. */
export interface LeasedDelivery {
  readonly deliveryId: string
  readonly channel: string
  readonly destination: string
  /** This one included. */
  readonly attempts: number
  /** Only whoever leased it last may say what came of it. */
  readonly fence: number
  readonly event: OutboxEvent
}

/** What came of an attempt. */
export interface AttemptRow {
  readonly status?: number | undefined
  readonly reason?: string | undefined
  readonly answer?: string | undefined
}

const END = sql('deliveries.end')`
  update deliveries
  set state = $4,
      ended_at = clock_timestamp(),
      leased_until = null,
      status = $5,
      reason = left($6, 500),
      answer = left($7, 1024)
  where listing_id = $1
    and delivery_id = $2
    and fence = $3
    and state = 'due'`

export type DeliveryEnd = 'delivered' | 'needless' | 'dead'

export async function endDelivery(
  db: Pick<Tx, 'query'>,
  leased: LeasedDelivery,
  state: DeliveryEnd,
  attempt: AttemptRow = {},
): Promise<void> {
  await db.query(END, [...named(leased), state, ...outcome(attempt)])
}

const POSTPONE = sql('deliveries.postpone')`
  update deliveries
  set state = case when is_late then 'dead' else 'due' end,
      ended_at = case when is_late then clock_timestamp() end,
      due_at = clock_timestamp() + make_interval(secs => $4::bigint / 1000.0),
      leased_until = null,
      status = $6,
      reason = left($7, 500),
      answer = left($8, 1024)
  from (
    select begun_at + make_interval(secs => $5::bigint / 1000.0)
             < clock_timestamp() + make_interval(secs => $4::bigint / 1000.0) as is_late
    from deliveries
    where listing_id = $1
      and delivery_id = $2
  ) as pace
  where listing_id = $1
    and delivery_id = $2
    and fence = $3
    and state = 'due'
  returning state`

/** Tries again after `pauseMs`, or gives up when that is later than `patienceMs` after the beginning. */
export async function postponeDelivery(
  db: Pick<Tx, 'query'>,
  leased: LeasedDelivery,
  pace: { readonly pauseMs: number; readonly patienceMs: number },
  attempt: AttemptRow,
): Promise<'due' | 'dead' | undefined> {
  const values = [...named(leased), pace.pauseMs, pace.patienceMs, ...outcome(attempt)]
  const [row] = await db.query<{ state: 'due' | 'dead' }>(POSTPONE, values)
  return row?.state
}

function named({ event, deliveryId, fence }: LeasedDelivery): unknown[] {
  return [event.listingId, deliveryId, fence]
}

function outcome({ status, reason, answer }: AttemptRow): unknown[] {
  return [status ?? null, reason ?? null, answer ?? null]
}

/** A delivery that was given up. */
export interface DeadLetterRow {
  readonly listingId: string
  readonly deliveryId: string
  readonly eventId: string
  readonly kind: string
  readonly subjectId: string
  readonly destination: string
  readonly attempts: number
  readonly status: number | null
  readonly reason: string | null
  readonly endedAtMs: number
}

const LIST_DEAD = sql('deliveries.list_dead')`
  select deliveries.listing_id as "listingId",
         deliveries.delivery_id as "deliveryId",
         deliveries.event_id as "eventId",
         events.kind,
         deliveries.subject_id as "subjectId",
         deliveries.destination,
         deliveries.attempts,
         deliveries.status,
         deliveries.reason,
         floor(extract(epoch from deliveries.ended_at) * 1000)::bigint as "endedAtMs"
  from deliveries
  join events
    on events.listing_id = deliveries.listing_id
    and events.event_id = deliveries.event_id
  where deliveries.listing_id = $1
    and deliveries.state = 'dead'
    and ($2::uuid is null or deliveries.delivery_id > $2)
  order by deliveries.delivery_id
  limit $3`

export function listDeadLetters(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
): Promise<readonly DeadLetterRow[]> {
  return db.query<DeadLetterRow>(LIST_DEAD, [listingId, after ?? null, limit])
}

const RESEND = sql('deliveries.resend')`
  update deliveries
  set state = 'due',
      ended_at = null,
      attempts = 0,
      due_at = clock_timestamp(),
      begun_at = clock_timestamp()
  where listing_id = $1
    and delivery_id = $2
    and state = 'dead'
  returning delivery_id as "deliveryId"`

/** Tries once more what was given up, from the start. @returns false when there is no such delivery */
export async function resendDelivery(
  db: Pick<Tx, 'query'>,
  listingId: string,
  deliveryId: string,
): Promise<boolean> {
  return (await db.query(RESEND, [listingId, deliveryId])).length > 0
}

const DISMISS = sql('deliveries.dismiss')`
  update deliveries
  set state = 'needless'
  where listing_id = $1
    and delivery_id = $2
    and state = 'dead'
  returning delivery_id as "deliveryId"`

/** Nobody has to be told any more. @returns false when there is no such delivery */
export async function dismissDelivery(
  db: Pick<Tx, 'query'>,
  listingId: string,
  deliveryId: string,
): Promise<boolean> {
  return (await db.query(DISMISS, [listingId, deliveryId])).length > 0
}
