/** What endpoints were told: looked at, tested, sent again. */

import { HoldfastError } from '../../domain/errors.js'
import { TEST_KIND } from '../../domain/event.js'
import { isUuid, newId } from '../../domain/ids.js'
import { destinationOf } from '../../notices/channels/webhook.js'
import { commit, type Database, rollback } from '../../storage/driver/database.js'
import {
  findWebhook,
  listDeliveries,
  replayDead,
  replayDelivery,
  replaySpan,
} from '../../storage/every-listing-webhooks.js'
import type { DeliveryState } from '../../storage/tables/notices/deliveries.js'
import { EVERY_LISTING } from '../../storage/tables/notices/events.js'
import {
  type DeliveryRow,
  insertOwnEvent,
} from '../../storage/tables/notices/webhook-deliveries.js'
import type { Page } from '../../storage/tables/page.js'

/** Either one delivery, or those of the events of a span of time. */
export interface ReplayRequest {
  readonly deliveryId?: string | undefined
  /** Included. */
  readonly fromMs?: number | undefined
  /** Not included; default now. */
  readonly toMs?: number | undefined
  /** Of a span only what was given up; default false. */
  readonly onlyDead?: boolean | undefined
}

/** @returns undefined when there is no such endpoint */
export async function deliveriesOf(
  db: Pick<Database, 'query'>,
  webhookId: string,
  page: Page,
  { state }: { readonly state?: DeliveryState | undefined } = {},
): Promise<readonly DeliveryRow[] | undefined> {
  if (!isUuid(webhookId) || (await findWebhook(db, webhookId)) === undefined) return undefined
  return listDeliveries(db, destinationOf(webhookId), page, state)
}

/** Writes an event that tells of nothing, for one endpoint alone. */
export async function sendTest(
  db: Database,
  webhookId: string,
): Promise<DeliveryRow | 'disabled' | undefined> {
  if (!isUuid(webhookId)) return undefined
  return db.transaction<DeliveryRow | 'disabled' | undefined>('read committed', async (tx) => {
    const webhook = await findWebhook(tx, webhookId)
    if (webhook === undefined) return rollback(undefined)
    if (webhook.disabledBecause !== null) return rollback('disabled')
    const { listingId } = webhook
    const destination = destinationOf(webhookId)
    const row = await insertOwnEvent(tx, {
      ...{ listingId, webhookId, destination, kind: TEST_KIND },
      ...{ eventId: newId(), deliveryId: newId() },
    })
    return commit(row)
  })
}

/**
 * Has deliveries sent again.
 *
 * @returns how many; undefined when there is no such endpoint or delivery
 * @throws HoldfastError `invalid_input` for what is neither one delivery nor a span
 */
export async function replay(
  db: Database,
  webhookId: string,
  request: ReplayRequest,
): Promise<number | 'disabled' | undefined> {
  const { deliveryId, fromMs, toMs, onlyDead = false } = request
  const isOne = deliveryId !== undefined
  if (isOne === (fromMs !== undefined) || (isOne && (toMs !== undefined || onlyDead))) {
    throw new HoldfastError(
      'invalid_input',
      'a replay is of one delivery, or of the events from a time on',
    )
  }
  const webhook = isUuid(webhookId) ? await findWebhook(db, webhookId) : undefined
  if (webhook === undefined) return undefined
  if (webhook.disabledBecause !== null) return 'disabled'
  const destination = destinationOf(webhookId)
  if (deliveryId !== undefined) {
    const found = isUuid(deliveryId) && (await replayDelivery(db, destination, deliveryId))
    return found ? 1 : undefined
  }
  const span = { fromMs: fromMs ?? 0, toMs }
  if (onlyDead) return replayDead(db, destination, span)
  const { listingId, kinds } = webhook
  return replaySpan(db, destination, span, {
    ...(listingId === EVERY_LISTING ? {} : { listingId }),
    kinds,
  })
}
