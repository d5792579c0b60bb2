/** Statements on `webhooks`: endpoints of one listing, or under the nil UUID of every listing. */
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import type { Page } from '../page.js'

/** Why an endpoint is told nothing: somebody turned it off, or it answered that it is gone for good. */
export type WebhookDisabled = 'by_hand' | 'gone'

export interface WebhookRow {
  /** The nil UUID (`EVERY_LISTING`) for one that hears of every listing. */
  readonly listingId: string
  readonly webhookId: string
  /** Null: nobody is called, the log of deliveries is read instead. */
  readonly url: string | null
  /** None stand for every kind. */
  readonly kinds: readonly string[]
  readonly description: string
  readonly secretSalt: string
  /** The salt of the secret before, as long as that one signs as well. */
  readonly oldSecretSalt: string | null
  readonly oldSecretUntilMs: number | null
  readonly disabledBecause: WebhookDisabled | null
  /** Its time is up: nobody has read its log for a while. */
  readonly expired: boolean
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** What a new endpoint is made of. */
export interface NewWebhookRow
  extends Pick<
    WebhookRow,
    'listingId' | 'webhookId' | 'url' | 'kinds' | 'description' | 'secretSalt'
  > {
  /** From now on; null for ever. */
  readonly expiresInMs: number | null
}

export const WEBHOOK_COLUMNS = `
  webhooks.listing_id as "listingId",
  webhooks.webhook_id as "webhookId",
  webhooks.url,
  webhooks.kinds,
  webhooks.description,
  webhooks.secret_salt as "secretSalt",
  case when webhooks.old_secret_until > clock_timestamp() then webhooks.old_secret_salt end
    as "oldSecretSalt",
  floor(extract(epoch from case
    when webhooks.old_secret_until > clock_timestamp() then webhooks.old_secret_until
  end) * 1000)::bigint as "oldSecretUntilMs",
  webhooks.disabled_because as "disabledBecause",
  coalesce(webhooks.expires_at <= clock_timestamp(), false) as expired,
  floor(extract(epoch from webhooks.created_at) * 1000)::bigint as "createdAtMs",
  floor(extract(epoch from webhooks.updated_at) * 1000)::bigint as "updatedAtMs"`

const INSERT = sql('webhooks.insert')`
  insert into webhooks
    (listing_id, webhook_id, url, kinds, description, secret_salt, expires_at)
  values ($1, $2, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7::bigint / 1000.0))`

export async function insertWebhook(tx: Tx, webhook: NewWebhookRow): Promise<WebhookRow> {
  const { listingId, webhookId, url, kinds, description, secretSalt, expiresInMs } = webhook
  tx.send(INSERT, [
    ...[listingId, webhookId, url, kinds, description],
    ...[secretSalt, expiresInMs],
  ])
  const row = await readWebhook(tx, listingId, webhookId)
  if (row === undefined) throw new Error('a webhook that was just written is not there')
  return row
}

const COUNT = sql('webhooks.count')`
  select count(*) as webhooks
  from webhooks
  where listing_id = $1`

/** How many endpoints the listing has, disabled ones too. */
export async function countWebhooks(tx: Pick<Tx, 'query'>, listingId: string): Promise<number> {
  const [row] = await tx.query<{ webhooks: number }>(COUNT, [listingId])
  return row?.webhooks ?? 0
}

const SELECT = sql('webhooks.read')`
  select ${WEBHOOK_COLUMNS}
  from webhooks
  where listing_id = $1
    and webhook_id = $2`

export async function readWebhook(
  db: Pick<Tx, 'query'>,
  listingId: string,
  webhookId: string,
): Promise<WebhookRow | undefined> {
  const [row] = await db.query<WebhookRow>(SELECT, [listingId, webhookId])
  return row
}

const LIST = sql('webhooks.list')`
  select ${WEBHOOK_COLUMNS}
  from webhooks
  where listing_id = $1
    and ($2::uuid is null or webhook_id > $2)
  order by webhook_id
  limit $3`

/** The endpoints that are told of this listing alone, in the order of their creation. */
export function listWebhooksOf(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
): Promise<readonly WebhookRow[]> {
  return db.query<WebhookRow>(LIST, [listingId, after ?? null, limit])
}

const FIND_INTERESTED = sql('webhooks.find_interested')`
  select ${WEBHOOK_COLUMNS}
  from webhooks
  where listing_id = $1
    and disabled_because is null
    and (kinds = '{}' or $2 = any(kinds))
  order by webhook_id`

/** The endpoints of a listing, or of every listing, that want to hear of events of this kind. */
export function findInterestedWebhooks(
  db: Pick<Tx, 'query'>,
  listingId: string,
  kind: string,
): Promise<readonly WebhookRow[]> {
  return db.query<WebhookRow>(FIND_INTERESTED, [listingId, kind])
}

/** What may be changed; a member that is left out stays as it is. */
export interface WebhookSettings {
  readonly url?: string
  readonly kinds?: readonly string[]
  readonly description?: string
  /** Null: it is told again. */
  readonly disabledBecause?: WebhookDisabled | null
}

const UPDATE = sql('webhooks.update')`
  with changed as (
    update webhooks
    set url = coalesce($3, url),
        kinds = coalesce($4, kinds),
        description = coalesce($5, description),
        disabled_because = case when $6 then $7 else disabled_because end,
        updated_at = statement_timestamp()
    where listing_id = $1
      and webhook_id = $2
    returning *
  )
  select ${WEBHOOK_COLUMNS}
  from changed as webhooks`

/** @returns undefined when there is no such endpoint */
export async function updateWebhook(
  db: Pick<Tx, 'query'>,
  listingId: string,
  webhookId: string,
  { url, kinds, description, disabledBecause }: WebhookSettings,
): Promise<WebhookRow | undefined> {
  const [row] = await db.query<WebhookRow>(UPDATE, [
    ...[listingId, webhookId, url ?? null, kinds ?? null, description ?? null],
    ...[disabledBecause !== undefined, disabledBecause ?? null],
  ])
  return row
}

const ROTATE = sql('webhooks.rotate')`
  with changed as (
    update webhooks
    set old_secret_salt = case when $4::bigint > 0 then secret_salt end,
        old_secret_until = statement_timestamp()
          + case when $4 > 0 then make_interval(secs => $4 / 1000.0) end,
        secret_salt = $3,
        updated_at = statement_timestamp()
    where listing_id = $1
      and webhook_id = $2
    returning *
  )
  select ${WEBHOOK_COLUMNS}
  from changed as webhooks`

/** Gives the endpoint another secret; the one that it had signs as well for `keepMs`. */
export async function rotateWebhook(
  tx: Tx,
  listingId: string,
  webhookId: string,
  salt: string,
  keepMs: number,
): Promise<WebhookRow | undefined> {
  const [row] = await tx.query<WebhookRow>(ROTATE, [listingId, webhookId, salt, keepMs])
  return row
}

const RENEW = sql('webhooks.renew')`
  update webhooks
  set expires_at = statement_timestamp() + make_interval(secs => $3::bigint / 1000.0)
  where listing_id = $1
    and webhook_id = $2
    and expires_at is not null`

/** Lets an endpoint without a URL be there for another while. */
export async function renewWebhook(
  db: Pick<Tx, 'query'>,
  listingId: string,
  webhookId: string,
  forMs: number,
): Promise<void> {
  await db.query(RENEW, [listingId, webhookId, forMs])
}

const DELETE = sql('webhooks.delete')`
  with changed as (
    delete from webhooks
    where listing_id = $1
      and webhook_id = $2
    returning *
  )
  select ${WEBHOOK_COLUMNS}
  from changed as webhooks`

/** @returns what it was; undefined when there is no such endpoint */
export async function deleteWebhook(
  tx: Tx,
  listingId: string,
  webhookId: string,
): Promise<WebhookRow | undefined> {
  const [row] = await tx.query<WebhookRow>(DELETE, [listingId, webhookId])
  return row
}
