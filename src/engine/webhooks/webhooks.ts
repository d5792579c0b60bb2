/** Endpoints that are told of events: made, changed, given other secrets, forgotten. */
import { randomUUID } from 'node:crypto'
import type { Tokens } from '../../access/tokens.js'
import { HoldfastError } from '../../domain/errors.js'
import { EVENT_KINDS, type EventKind } from '../../domain/event.js'
import { isUuid, newId } from '../../domain/ids.js'
import { isPlainText } from '../../domain/reservation/reservation.js'
import { destinationOf, listenerOf } from '../../notices/channels/webhook.js'
import { SECRETS_PURPOSE, secretsOf } from '../../notices/webhooks/signatures.js'
import {
  addressesOf,
  allowedTargets,
  type TargetRules,
  targetOf,
} from '../../notices/webhooks/targets.js'
import { commit, type Database, rollback, type Tx } from '../../storage/driver/database.js'
import { deleteDeliveries, findWebhook } from '../../storage/every-listing-webhooks.js'
import { lockListing } from '../../storage/tables/listings.js'
import { EVERY_LISTING } from '../../storage/tables/notices/events.js'
import { removeListener, setListener } from '../../storage/tables/notices/listeners.js'
import {
  countWebhooks,
  deleteWebhook,
  insertWebhook,
  rotateWebhook,
  updateWebhook,
  type WebhookRow,
} from '../../storage/tables/notices/webhooks.js'

export interface NewWebhook {
  /**
   * Where events are sent: https, a name, port 443, on the public internet. Null: nobody is called, and
   * whoever follows its deliveries renews it within `LISTENING_MS`.
   */
  readonly url: string | null
  /** Default every listing. */
  readonly listingId?: string
  /** Default every kind, also those still to come. */
  readonly kinds?: readonly EventKind[]
  /** 1 to 500 printable characters; default none. */
  readonly description?: string
}

export interface WebhookChange extends Partial<Pick<NewWebhook, 'kinds' | 'description'>> {
  readonly url?: string
  /** True: it is told nothing from now on. */
  readonly disabled?: boolean
}

/** An endpoint with the secret that its messages are signed with. */
export interface IssuedWebhook {
  readonly webhook: WebhookRow
  /** `whsec_…`, as its receiver has to know it. */
  readonly secret: string
}

export interface WebhookLimit {
  readonly kind: 'webhook_limit'
  readonly limit: number
}

/** How many endpoints a listing may have: each event is sent to all of them. */
const WEBHOOKS_MAX = 20
/** How long an endpoint without a URL is there unless it is renewed. */
export const LISTENING_MS = 60_000
/** How long the secret before signs as well, unless a rotation says otherwise. */
export const KEEP_OLD_MS = 86_400_000
const KEEP_OLD_MS_MAX = 604_800_000
const DESCRIPTION_LENGTH_MAX = 500
const MS_PER_SECOND = 1_000

/** What was made, as an idempotency key keeps it: without the secret, which follows from it. */
export type MadeWebhook = { readonly kind: 'done'; readonly webhook: WebhookRow } | WebhookLimit

/**
 * Asks where the name of the URL leads to, before any transaction.
 *
 * @returns the fault of a URL that no webhook may have, of kinds that do not exist, and of a description
 * that cannot be shown
 */
export async function faultOfWebhook(
  { url, kinds = [], description }: WebhookChange | NewWebhook,
  rules: TargetRules,
): Promise<HoldfastError | undefined> {
  const unknown = kinds.filter((kind) => !EVENT_KINDS.includes(kind))
  if (unknown.length > 0) {
    return invalid(`there are no events ${unknown.join(', ')}; allowed: ${EVENT_KINDS.join(', ')}`)
  }
  if (description !== undefined && !isPlainText(description, DESCRIPTION_LENGTH_MAX)) {
    return invalid(`a description has at most ${DESCRIPTION_LENGTH_MAX} printable characters`)
  }
  if (url === undefined || url === null) return undefined
  const target = targetOf(url, rules)
  const addresses = target && (await addressesOf(target, rules))
  return addresses === undefined
    ? invalid(`the URL of a webhook has ${allowedTargets(rules)}`)
    : undefined
}

/**
 * @param fault what `faultOfWebhook` found: thrown unless the answer is known already
 * @returns undefined when there is no such listing
 */
export async function createWebhook(
  db: Database,
  { url, listingId = EVERY_LISTING, kinds = [], description = '' }: NewWebhook,
  rules: TargetRules,
  fault: HoldfastError | undefined,
): Promise<MadeWebhook | undefined> {
  const row = {
    listingId: listingId.toLowerCase(),
    webhookId: newId(),
    url: url === null ? null : canonical(url, rules),
    kinds: [...new Set(kinds)],
    description,
    secretSalt: randomUUID(),
    expiresInMs: url === null ? LISTENING_MS : null,
  }
  return db.transaction<MadeWebhook | undefined>('read committed', async (tx) => {
    if (fault !== undefined) throw fault
    if (row.listingId !== EVERY_LISTING && (await lockListing(tx, row.listingId)) === undefined) {
      return rollback(undefined)
    }
    if ((await countWebhooks(tx, row.listingId)) >= WEBHOOKS_MAX) {
      return rollback({ kind: 'webhook_limit', limit: WEBHOOKS_MAX })
    }
    const webhook = await insertWebhook(tx, row)
    await hearOrNot(tx, webhook)
    return commit({ kind: 'done', webhook })
  })
}

/** @returns undefined when there is no such endpoint */
export function changeWebhook(
  db: Database,
  webhookId: string,
  { url, disabled, ...change }: WebhookChange,
  rules: TargetRules,
): Promise<WebhookRow | undefined> {
  return onWebhook(db, webhookId, async (tx, { listingId }) => {
    const row = await updateWebhook(tx, listingId, webhookId, {
      ...change,
      ...(url === undefined ? {} : { url: canonical(url, rules) }),
      ...(disabled === undefined ? {} : { disabledBecause: disabled ? 'by_hand' : null }),
    })
    if (row !== undefined) await hearOrNot(tx, row)
    return row
  })
}

/**
 * Draws another secret.
 *
 * @param keepMs how long the one before signs as well
 * @throws HoldfastError `invalid_input` for more than a week
 */
export function rotateSecret(
  db: Database,
  webhookId: string,
  keepMs: number,
): Promise<{ readonly webhook: WebhookRow } | undefined> {
  if (!Number.isSafeInteger(keepMs) || keepMs < 0 || keepMs > KEEP_OLD_MS_MAX) {
    throw invalid(`an old secret is kept from 0 to ${KEEP_OLD_MS_MAX} ms`)
  }
  return onWebhook(db, webhookId, async (tx, { listingId }) => {
    const webhook = await rotateWebhook(tx, listingId, webhookId, randomUUID(), keepMs)
    return webhook && { webhook }
  })
}

/** Forgets the endpoint and what waits for it. @returns what it was */
export function forgetWebhook(db: Database, webhookId: string): Promise<WebhookRow | undefined> {
  return onWebhook(db, webhookId, async (tx, { listingId }) => {
    await removeListener(tx, listenerOf({ listingId, webhookId }))
    await deleteDeliveries(tx, destinationOf(webhookId))
    return deleteWebhook(tx, listingId, webhookId)
  })
}

/** Adds the secret that the endpoint signs with. */
export async function withSecret<Made extends { readonly webhook: WebhookRow }>(
  tokens: Pick<Tokens, 'derive'>,
  made: Made,
): Promise<Made & IssuedWebhook> {
  const [secret] = secretsOf(await tokens.derive(SECRETS_PURPOSE), made.webhook)
  return { ...made, secret }
}

/** Events are written for those who listen: not for an endpoint that is disabled. */
export async function hearOrNot(db: Pick<Tx, 'query'>, webhook: WebhookRow): Promise<void> {
  const listener = listenerOf(webhook)
  if (webhook.disabledBecause !== null) await removeListener(db, listener)
  else if (webhook.url === null) await setListener(db, listener, LISTENING_MS / MS_PER_SECOND)
  else await setListener(db, listener)
}

/** One transaction on an endpoint that is known by its id alone. */
async function onWebhook<Value>(
  db: Database,
  webhookId: string,
  work: (tx: Tx, found: WebhookRow) => Promise<Value | undefined>,
): Promise<Value | undefined> {
  if (!isUuid(webhookId)) return undefined
  return db.transaction<Value | undefined>('read committed', async (tx) => {
    const found = await findWebhook(tx, webhookId)
    const value = found && (await work(tx, found))
    return value === undefined ? rollback(undefined) : commit(value)
  })
}

function canonical(url: string, rules: TargetRules): string {
  return targetOf(url, rules)?.href ?? url
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
