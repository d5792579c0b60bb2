/** Webhooks as a channel: an event goes to every endpoint that wants its kind, signed. */
import type { Database } from '../../storage/driver/database.js'
import { EVERY_LISTING } from '../../storage/tables/notices/events.js'
import { type Listener, removeListener } from '../../storage/tables/notices/listeners.js'
import {
  findInterestedWebhooks,
  readWebhook,
  updateWebhook,
  type WebhookRow,
} from '../../storage/tables/notices/webhooks.js'
import { messageOf } from '../webhooks/messages.js'
import { type PostResult, post } from '../webhooks/post.js'
import { SECRETS_PURPOSE, secretsOf, signatureHeaders } from '../webhooks/signatures.js'
import type { TargetRules } from '../webhooks/targets.js'
import type { Channel, DeliveryResult } from './channel.js'

export interface WebhookChannelOptions {
  readonly db: Pick<Database, 'query'>
  /** A secret of the deployment for a purpose: those of the endpoints are derived from it. */
  readonly derive: (purpose: string) => Promise<Buffer>
  /** Where webhooks may go; default the public internet alone. */
  readonly rules?: TargetRules
  /** For everything that belongs to one attempt, in milliseconds; default 5,000. */
  readonly timeoutMs?: number
}

const NAME = 'webhook'
const GONE = 410

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'Holdfast' }

export function createWebhookChannel(options: WebhookChannelOptions): Channel {
  const { db, derive } = options
  // A hot pool writes thousands of events of one kind.
  const known = new WeakMap<object, Map<string, Promise<readonly string[]>>>()
  return {
    name: NAME,
    destinationsOf({ listingId, kind }, together = {}) {
      const found = known.get(together) ?? new Map<string, Promise<readonly string[]>>()
      known.set(together, found)
      const key = `${listingId} ${kind}`
      const interested = found.get(key) ?? findInterested(db, listingId, kind)
      found.set(key, interested)
      return interested
    },
    async deliver(event, destination, attempt) {
      const webhook = await find(db, event.listingId, destination)
      if (webhook === undefined || webhook.disabledBecause !== null) return { kind: 'needless' }
      // Nobody is called: whoever listens takes it from the log.
      if (webhook.url === null) return { kind: 'delivered' }
      const message = messageOf(event)
      const secrets = secretsOf(await derive(SECRETS_PURPOSE), webhook)
      const result = await post(webhook.url, {
        ...options.rules,
        headers: { ...HEADERS, ...signatureHeaders(message, secrets) },
        body: message.body,
        signal: attempt.signal,
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      })
      if (result.kind === 'answered' && result.status === GONE) {
        await updateWebhook(db, webhook.listingId, webhook.webhookId, { disabledBecause: 'gone' })
        await removeListener(db, listenerOf(webhook))
      }
      return deliveryOf(result)
    },
  }
}

async function findInterested(
  db: WebhookChannelOptions['db'],
  listingId: string,
  kind: string,
): Promise<readonly string[]> {
  const found = await Promise.all([
    findInterestedWebhooks(db, listingId, kind),
    findInterestedWebhooks(db, EVERY_LISTING, kind),
  ])
  return found
    .flat()
    .filter(({ expired }) => !expired)
    .map(({ webhookId }) => destinationOf(webhookId))
}

/** The name of an endpoint among the destinations of all channels. */
export function destinationOf(webhookId: string): string {
  return `${NAME}:${webhookId}`
}

/** An endpoint as a listener: without one, no events are written. */
export function listenerOf({
  listingId,
  webhookId,
}: Pick<WebhookRow, 'listingId' | 'webhookId'>): Listener {
  return { listingId, channel: NAME, destination: destinationOf(webhookId) }
}

async function find(
  db: WebhookChannelOptions['db'],
  listingId: string,
  destination: string,
): Promise<WebhookRow | undefined> {
  const webhookId = destination.slice(`${NAME}:`.length)
  return (
    (await readWebhook(db, listingId, webhookId)) ??
    (await readWebhook(db, EVERY_LISTING, webhookId))
  )
}

/**
 * What an answer means. A 2xx is a yes. What may be better later is tried again, a 404 too: receivers are
 * deployed, restarted and misconfigured. A redirect is not: somebody has to look at the URL.
 */
function deliveryOf(result: PostResult): DeliveryResult {
  if (result.kind === 'unanswered') return { kind: 'failed', again: true, reason: result.reason }
  const { status, answer } = result
  if (status >= 200 && status < 300) return { kind: 'delivered', status, answer }
  const redirects = status >= 300 && status < 400
  const reason = redirects
    ? `it answered ${status}, and redirects are not followed`
    : `it answered ${status}`
  return { kind: 'failed', again: !redirects && status !== GONE, reason, status, answer }
}
