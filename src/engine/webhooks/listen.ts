/** Follows events for a program that is being developed: an endpoint that nobody calls, and its log. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Tokens } from '../../access/tokens.js'
import { destinationOf } from '../../notices/channels/webhook.js'
import { messageOf } from '../../notices/webhooks/messages.js'
import { type Message, signatureHeaders } from '../../notices/webhooks/signatures.js'
import type { Database } from '../../storage/driver/database.js'
import { findHeardEvents } from '../../storage/every-listing-webhooks.js'
import { deleteDelivery } from '../../storage/tables/notices/webhook-deliveries.js'
import { renewWebhook, type WebhookRow } from '../../storage/tables/notices/webhooks.js'
import {
  createWebhook,
  faultOfWebhook,
  forgetWebhook,
  hearOrNot,
  LISTENING_MS,
  type NewWebhook,
  type WebhookLimit,
  withSecret,
} from './webhooks.js'

/** An event as an endpoint would have been sent it. */
export interface ListenedMessage extends Message {
  readonly kind: string
  readonly headers: Readonly<Record<string, string>>
  /** It has been worked on: until then it comes again when the listener starts anew. */
  done(): Promise<void>
}

export interface Listening {
  readonly kind: 'listening'
  /** What the messages are signed with. */
  readonly secret: string
  /** In their order, until the signal ends them. Have to be iterated, so that the endpoint is forgotten. */
  readonly messages: AsyncIterable<ListenedMessage>
}

const LOOK_EVERY_MS = 250
const LOOK_AT_MAX = 100

export interface ListeningOptions {
  readonly db: Database
  readonly tokens: Pick<Tokens, 'derive'>
}

/** @returns undefined when there is no such listing */
export async function listenToEvents(
  { db, tokens }: ListeningOptions,
  wanted: Pick<NewWebhook, 'listingId' | 'kinds'>,
  signal: AbortSignal,
): Promise<Listening | WebhookLimit | undefined> {
  const webhook = { ...wanted, url: null }
  const made = await createWebhook(db, webhook, {}, await faultOfWebhook(webhook, {}))
  if (made?.kind !== 'done') return made
  const { secret } = await withSecret(tokens, made)
  return { kind: 'listening', secret, messages: heard(db, made.webhook, secret, signal) }
}

async function* heard(
  db: Database,
  webhook: WebhookRow,
  secret: string,
  signal: AbortSignal,
): AsyncGenerator<ListenedMessage> {
  const { listingId, webhookId } = webhook
  const destination = destinationOf(webhookId)
  try {
    while (!signal.aborted) {
      const events = await findHeardEvents(db, destination, LOOK_AT_MAX)
      for (const { deliveryId, ...event } of events) {
        const message = messageOf(event)
        const done = () => deleteDelivery(db, event.listingId, deliveryId)
        yield { ...message, kind: event.kind, headers: headersOf(message, secret), done }
      }
      await renewWebhook(db, listingId, webhookId, LISTENING_MS)
      await hearOrNot(db, webhook)
      if (events.length < LOOK_AT_MAX) {
        await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
      }
    }
  } finally {
    await forgetWebhook(db, webhookId)
  }
}

function headersOf(message: Message, secret: string): Record<string, string> {
  return { 'content-type': 'application/json', ...signatureHeaders(message, [secret]) }
}
