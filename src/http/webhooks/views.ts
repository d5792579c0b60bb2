/** Endpoints and deliveries as the contract shows them. */
import type {
  IssuedWebhook as IssuedWebhookView,
  Webhook,
  WebhookDelivery,
} from '../../contract/notices/webhook.js'
import type { EventKind } from '../../domain/event.js'
import type { DeliveryRow, WebhookRow } from '../../engine/reads/rows.js'
import { EVERY_LISTING } from '../../engine/reads/rows.js'
import type { IssuedWebhook } from '../../engine/webhooks/webhooks.js'
import { time, timeOrNull } from '../views/views.js'

export function showWebhook(row: WebhookRow): Webhook {
  return {
    id: row.webhookId,
    listing_id: row.listingId === EVERY_LISTING ? null : row.listingId,
    url: row.url,
    kinds: row.kinds as EventKind[],
    description: row.description,
    disabled: row.disabledBecause !== null,
    disabled_reason: row.disabledBecause,
    old_secret_until: timeOrNull(row.oldSecretUntilMs),
    created_at: time(row.createdAtMs),
    updated_at: time(row.updatedAtMs),
  }
}

export function showIssuedWebhook({ webhook, secret }: IssuedWebhook): IssuedWebhookView {
  return { ...showWebhook(webhook), secret }
}

export function showDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.deliveryId,
    event_id: row.eventId,
    kind: row.kind,
    listing_id: row.listingId === EVERY_LISTING ? null : row.listingId,
    state: row.state,
    attempts: row.attempts,
    status: row.status,
    answer: row.answer,
    reason: row.reason,
    happened_at: time(row.atMs),
    attempted_at: timeOrNull(row.attemptedAtMs),
    next_attempt_at: timeOrNull(row.nextAttemptAtMs),
  }
}
