/** Statements on `deliveries`: events on their way to one destination each. */
import type { EventKind, OutboxEvent } from '../../../domain/event.js'
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

export type DeliveryState = 'due' | 'delivered' | 'needless' | 'dead'

/** What came of an attempt. */
export interface EndedAttempt {
  readonly leased: LeasedDelivery
  /** `due` is tried again after `pauseMs`, unless that is too late. */
  readonly state: DeliveryState
  readonly pauseMs?: number
  /** The attempt was broken off by us and does not count. */
  readonly undone?: boolean
  readonly status?: number | undefined
  readonly reason?: string | undefined
  readonly answer?: string | undefined
}

/** As `dispatch.end_attempts` reads it. */
export function rowOfAttempt({ leased, state, ...attempt }: EndedAttempt): object {
  const { pauseMs = 0, undone = false, status, reason, answer } = attempt
  const { deliveryId, fence } = leased
  return {
    ...{ delivery_id: deliveryId, fence, state, undone },
    pause_ms: pauseMs,
    // Three digits in SMTP and HTTP; whoever answers may say anything.
    status: status !== undefined && status >= 0 && status < 1000 ? Math.floor(status) : null,
    reason: reason === undefined ? null : storable(reason),
    answer: answer === undefined ? null : storable(answer),
  }
}

/** More than is kept: the database cuts it, and counts characters as they are. */
const TEXT_LENGTH_MAX = 4096

/** What others answer may be any bytes: without what PostgreSQL does not store in a text. */
function storable(text: string): string {
  return Buffer.from(text.slice(0, TEXT_LENGTH_MAX)).toString().replaceAll('\0', '')
}

/**
 * A condition of SQL: the delivery `due` may be attempted now. What comes later of a reservation waits until
 * what comes before has reached the destination, or never will.
 *
 * @param listingId an expression of SQL
 */
export const IS_DUE = (listingId: string): string => `due.state = 'due'
      and due.due_at <= clock_timestamp()
      and (due.leased_until is null or due.leased_until <= clock_timestamp())
      and not exists (
        select
        from deliveries as earlier
        where earlier.listing_id = ${listingId}
          and earlier.subject_id = due.subject_id
          and earlier.destination = due.destination
          and earlier.state = 'due'
          and (earlier.version, earlier.event_id) < (due.version, due.event_id)
      )`

/** A delivery that was given up, or was until somebody looked after it. */
export interface DeadLetterRow {
  readonly listingId: string
  readonly deliveryId: string
  readonly eventId: string
  readonly kind: EventKind
  readonly subjectId: string
  readonly destination: string
  readonly attempts: number
  readonly status: number | null
  readonly reason: string | null
  readonly state: Exclude<DeliveryState, 'delivered'>
  /** When it was given up or dismissed; null while it is tried. */
  readonly endedAtMs: number | null
}

/** Of a delivery and its event. */
export const DEAD_LETTER_COLUMNS = `
         deliveries.listing_id as "listingId",
         deliveries.delivery_id as "deliveryId",
         deliveries.event_id as "eventId",
         events.kind,
         deliveries.subject_id as "subjectId",
         deliveries.destination,
         deliveries.attempts,
         deliveries.status,
         deliveries.reason,
         deliveries.state,
         floor(extract(epoch from deliveries.ended_at) * 1000)::bigint as "endedAtMs"`

const LIST_DEAD = sql('deliveries.list_dead')`
  select ${DEAD_LETTER_COLUMNS}
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

/** What is set of a delivery that begins anew, now. */
export const BEGUN_ANEW = `
      state = 'due',
      ended_at = null,
      attempts = 0,
      due_at = statement_timestamp(),
      begun_at = statement_timestamp()`

/** Sets something of a delivery, unless it has arrived, and selects it. */
const changing = (set: string) => `
  with changed as (
    update deliveries
    set ${set}
    where listing_id = $1
      and delivery_id = $2
      and state <> 'delivered'
    returning *
  )
  select ${DEAD_LETTER_COLUMNS}
  from changed as deliveries
  join events
    on events.listing_id = $1
    and events.event_id = deliveries.event_id`

const RESEND = sql('deliveries.resend')`${changing(BEGUN_ANEW)}`

/**
 * Tries now, and from the start, what was given up, dismissed or waits for its next attempt.
 *
 * @returns undefined when there is no such delivery, or it has arrived
 */
export async function resendDelivery(
  db: Pick<Tx, 'query'>,
  listingId: string,
  deliveryId: string,
): Promise<DeadLetterRow | undefined> {
  const [row] = await db.query<DeadLetterRow>(RESEND, [listingId, deliveryId])
  return row
}

const DISMISS = sql('deliveries.dismiss')`${changing(`
      state = 'needless',
      ended_at = least(ended_at, statement_timestamp())`)}`

/**
 * Nobody has to be told any more.
 *
 * @returns undefined when there is no such delivery, or it has arrived
 */
export async function dismissDelivery(
  db: Pick<Tx, 'query'>,
  listingId: string,
  deliveryId: string,
): Promise<DeadLetterRow | undefined> {
  const [row] = await db.query<DeadLetterRow>(DISMISS, [listingId, deliveryId])
  return row
}
