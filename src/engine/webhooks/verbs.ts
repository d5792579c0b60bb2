/** The verbs of `holdfast.webhooks`. */
import type { Tokens } from '../../access/tokens.js'
import { isUuid } from '../../domain/ids.js'
import type { TargetRules } from '../../notices/webhooks/targets.js'
import type { Database } from '../../storage/driver/database.js'
import { findWebhook, listWebhooks } from '../../storage/every-listing-webhooks.js'
import type { DeliveryState } from '../../storage/tables/notices/deliveries.js'
import type { DeliveryRow } from '../../storage/tables/notices/webhook-deliveries.js'
import { listWebhooksOf, type WebhookRow } from '../../storage/tables/notices/webhooks.js'
import type { Page } from '../../storage/tables/page.js'
import type { MadeOnce, MakeOnce, MakeOptions } from '../sale/make-once.js'
import { deliveriesOf, type ReplayRequest, replay, sendTest } from './deliveries.js'
import { type Listening, listenToEvents } from './listen.js'
import {
  changeWebhook,
  createWebhook,
  faultOfWebhook,
  forgetWebhook,
  type IssuedWebhook,
  KEEP_OLD_MS,
  type NewWebhook,
  rotateSecret,
  type WebhookChange,
  type WebhookLimit,
  withSecret,
} from './webhooks.js'

type KeyOptions = Pick<MakeOptions, 'key' | 'caller'>

export interface WebhookVerbs {
  /**
   * The secret is told this once, and again to the same request under the same key.
   *
   * @returns undefined when there is no such listing
   */
  create(
    webhook: NewWebhook & { readonly url: string },
    options?: KeyOptions,
  ): Promise<MadeOnce<({ readonly kind: 'done' } & IssuedWebhook) | WebhookLimit> | undefined>
  /** @param page default the first 100 */
  list(
    page?: Page,
    filter?: {
      /** Only those of this listing alone; default of any, and of every listing. */
      readonly listingId?: string | undefined
      /** Where no listing is named: only those of listings that this API key may touch. */
      readonly keyId?: string | undefined
    },
  ): Promise<readonly WebhookRow[]>
  get(webhookId: string): Promise<WebhookRow | undefined>
  change(webhookId: string, change: WebhookChange): Promise<WebhookRow | undefined>
  /** Forgets it, and what waits for it. @returns what it was */
  delete(webhookId: string): Promise<WebhookRow | undefined>
  /**
   * Another secret, told as the first one was.
   *
   * @param options `keepOldMs`: how long the secret before signs as well; default a day, at most a week
   */
  rotate(
    webhookId: string,
    options?: KeyOptions & { readonly keepOldMs?: number },
  ): Promise<MadeOnce<IssuedWebhook> | undefined>
  /** Sends an event of the kind `webhook.test`, the way of all others. */
  test(webhookId: string): Promise<DeliveryRow | 'disabled' | undefined>
  /** What it was told, the newest event first. */
  deliveries(
    webhookId: string,
    page?: Page,
    filter?: { readonly state?: DeliveryState | undefined },
  ): Promise<readonly DeliveryRow[] | undefined>
  /**
   * Sends again under the ids of before.
   *
   * @returns how many deliveries; undefined when there is no such endpoint or delivery
   * @throws HoldfastError `invalid_input` for what is neither one delivery nor a span
   */
  replay(webhookId: string, request: ReplayRequest): Promise<number | 'disabled' | undefined>
  /**
   * For development: an endpoint of its own that nobody calls, whose messages are read until `signal`
   * ends it; then it is forgotten.
   */
  listen(
    wanted: Pick<NewWebhook, 'listingId' | 'kinds'>,
    signal: AbortSignal,
  ): Promise<Listening | WebhookLimit | undefined>
}

export interface WebhookVerbsOptions {
  readonly db: Database
  readonly makeOnce: MakeOnce
  readonly tokens: Pick<Tokens, 'derive'>
  readonly rules: TargetRules
}

/** A page of everything: what most lists begin with. */
const FIRST_PAGE: Page = { after: undefined, limit: 100 }

export function webhookVerbs({ db, makeOnce, tokens, rules }: WebhookVerbsOptions): WebhookVerbs {
  return {
    create: async (webhook, given = {}) => {
      const { listingId } = webhook
      if (listingId !== undefined && !isUuid(listingId)) return undefined
      const fault = await faultOfWebhook(webhook, rules)
      const request = { request: webhook, options: given }
      const where = listingId === undefined ? {} : { listingId }
      const made = await makeOnce({ kind: 'create_webhook', ...where, ...request }, (on) =>
        createWebhook(on, webhook, rules, fault),
      )
      return made?.kind === 'done' ? withSecret(tokens, made) : made
    },
    list: async (page = FIRST_PAGE, { listingId, keyId } = {}) => {
      if (listingId === undefined) return listWebhooks(db, page, keyId)
      return isUuid(listingId) ? listWebhooksOf(db, listingId, page) : []
    },
    get: async (webhookId) => (isUuid(webhookId) ? findWebhook(db, webhookId) : undefined),
    change: async (webhookId, change) => {
      const fault = await faultOfWebhook(change, rules)
      if (fault !== undefined) throw fault
      return changeWebhook(db, webhookId, change, rules)
    },
    delete: (webhookId) => forgetWebhook(db, webhookId),
    rotate: async (webhookId, { keepOldMs = KEEP_OLD_MS, ...options } = {}) => {
      const making = { kind: 'rotate_webhook', request: { webhookId, keepOldMs }, options } as const
      const rotated = await makeOnce(making, (on) => rotateSecret(on, webhookId, keepOldMs))
      return rotated && withSecret(tokens, rotated)
    },
    test: (webhookId) => sendTest(db, webhookId),
    deliveries: (webhookId, page = FIRST_PAGE, filter) => deliveriesOf(db, webhookId, page, filter),
    replay: (webhookId, request) => replay(db, webhookId, request),
    listen: (wanted, signal) => listenToEvents({ db, tokens }, wanted, signal),
  }
}
