/** Events as webhooks tell them: the id of a message, and its body. */
import type { OutboxEvent } from '../../domain/event.js'
import { EVERY_LISTING } from '../../storage/tables/notices/events.js'
import type { Message } from './signatures.js'

/** What an event is about, by the first word of its kind. */
const SUBJECTS: Readonly<Record<string, string>> = {
  reservation: 'reservation_id',
  refund: 'reservation_id',
  block: 'block_id',
  capacity: 'pool_id',
  webhook: 'webhook_id',
}

/** The same for every attempt and every endpoint. */
export function messageOf(event: OutboxEvent): Message {
  const { eventId: id, kind: type, atMs } = event
  return { id, body: JSON.stringify({ type, timestamp: time(atMs), data: dataOf(event) }) }
}

function dataOf({ kind, listingId, subjectId, version, snapshot }: OutboxEvent) {
  const { lines, expiresAtMs, payment, ...plain } = snapshot
  return {
    listing_id: listingId === EVERY_LISTING ? null : listingId,
    [SUBJECTS[kind.split('.')[0] ?? ''] ?? 'subject_id']: subjectId,
    version,
    ...plain,
    ...(lines === undefined
      ? {}
      : { lines: lines.map(({ poolId, quantity }) => ({ pool_id: poolId, quantity })) }),
    ...(expiresAtMs === undefined ? {} : { expires_at: time(expiresAtMs) }),
    ...(payment === undefined ? {} : { payment_ref: payment }),
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
