/** Events as webhooks tell them: the body of a message, and its id. */
import type { OutboxEvent } from '../../domain/event.js'
import type { Message } from './signatures.js'

/** The same for every attempt and every endpoint. */
export function messageOf(event: OutboxEvent): Message {
  const { eventId: id, kind: type, listingId, subjectId, version, atMs, snapshot } = event
  const data = { listing_id: listingId, subject_id: subjectId, version, ...snapshot }
  return { id, body: JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data }) }
}
