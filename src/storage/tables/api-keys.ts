/** Statements on `api_keys`, on what they may touch, and on the deployment's secrets. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { Page } from './page.js'

/** What is known of a key; the key itself is not. */
export interface ApiKeyRow {
  readonly keyId: string
  readonly name: string
  readonly scope: 'admin' | 'seller' | 'storefront'
  readonly prefix: string
  /** Of the pages that a storefront's key may be used from; `*` for every one. */
  readonly origins: readonly string[]
  /** The newest of the listings that it may touch, at most as many as the reader wants. */
  readonly listingIds: readonly string[]
  readonly createdAtMs: number
  readonly lastUsedAtMs: number | null
  readonly revokedAtMs: number | null
}

export interface NewApiKeyRow
  extends Pick<ApiKeyRow, 'keyId' | 'name' | 'scope' | 'prefix' | 'origins'> {
  /** SHA-256 of the whole key. */
  readonly secretHash: Buffer
}

const INSERT_KEY = sql('api_keys.insert')`
  insert into api_keys (key_id, name, scope, prefix, origins, secret_hash)
  values ($1, $2, $3, $4, $5, $6)`

export async function insertApiKey(tx: Tx, key: NewApiKeyRow): Promise<void> {
  const { keyId, name, scope, prefix, origins, secretHash } = key
  await tx.query(INSERT_KEY, [keyId, name, scope, prefix, origins, secretHash])
}

const FIND_BY_PREFIX = sql('api_keys.find')`
  select key_id as "keyId",
         prefix,
         scope,
         origins,
         secret_hash as "secretHash",
         revoked_at is not null as revoked
  from api_keys
  where prefix = any($1::text[])`

export interface KeyToCompare extends Pick<ApiKeyRow, 'keyId' | 'prefix' | 'scope' | 'origins'> {
  readonly secretHash: Buffer
  readonly revoked: boolean
}

/** Those that exist, in any order. */
export function findApiKeys(
  db: Pick<Tx, 'query'>,
  prefixes: readonly string[],
): Promise<readonly KeyToCompare[]> {
  return db.query<KeyToCompare>(FIND_BY_PREFIX, [prefixes])
}

const FIND_WORKING = sql('api_keys.find_working')`
  select key_id as "keyId"
  from api_keys
  where key_id = any($1::uuid[])
    and revoked_at is null`

/** Which of the keys have not been revoked. */
export async function findWorkingKeys(
  db: Pick<Tx, 'query'>,
  keyIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ keyId: string }>(FIND_WORKING, [keyIds])
  return new Set(rows.map((row) => row.keyId))
}

const SELECT_GRANT = sql('api_keys.find_grant')`
  select
  from api_key_listings
  where listing_id = $1
    and key_id = $2`

/** True when the key may touch the listing. */
export async function isGranted(
  db: Pick<Tx, 'query'>,
  keyId: string,
  listingId: string,
): Promise<boolean> {
  const rows = await db.query(SELECT_GRANT, [listingId, keyId])
  return rows.length > 0
}

const TOUCH = sql('api_keys.touch')`
  update api_keys
  set last_used_at = statement_timestamp()
  where key_id = $1
    and (last_used_at is null or last_used_at < statement_timestamp() - interval '1 minute')`

/** Notes that a key is in use; once a minute is enough. */
export async function touchApiKey(db: Pick<Tx, 'query'>, keyId: string): Promise<void> {
  await db.query(TOUCH, [keyId])
}

const REVOKE = sql('api_keys.revoke')`
  update api_keys
  set revoked_at = least(revoked_at, statement_timestamp())
  where key_id = $1
  returning key_id as "keyId"`

/** Revokes a key for good. @returns false when there is none under this id */
export async function revokeApiKey(db: Pick<Tx, 'query'>, keyId: string): Promise<boolean> {
  const rows = await db.query(REVOKE, [keyId])
  return rows.length > 0
}

const KEY_COLUMNS = `
  keys.key_id as "keyId",
  keys.name,
  keys.scope,
  keys.prefix,
  keys.origins,
  array(
    select grants.listing_id::text
    from api_key_listings as grants
    where grants.key_id = keys.key_id
    order by grants.listing_id desc
    limit $1
  ) as "listingIds",
  floor(extract(epoch from keys.created_at) * 1000)::bigint as "createdAtMs",
  floor(extract(epoch from keys.last_used_at) * 1000)::bigint as "lastUsedAtMs",
  floor(extract(epoch from keys.revoked_at) * 1000)::bigint as "revokedAtMs"`

const SELECT_KEY = sql('api_keys.read')`
  select ${KEY_COLUMNS}
  from api_keys as keys
  where keys.key_id = $2`

/** @param listingsMax the most of its listings to read */
export async function readApiKey(
  db: Pick<Tx, 'query'>,
  keyId: string,
  listingsMax: number,
): Promise<ApiKeyRow | undefined> {
  const [row] = await db.query<ApiKeyRow>(SELECT_KEY, [listingsMax, keyId])
  return row
}

const SELECT_KEYS = sql('api_keys.list')`
  select ${KEY_COLUMNS}
  from api_keys as keys
  where $2::uuid is null or keys.key_id > $2
  order by keys.key_id
  limit $3`

/** Keys in the order of their creation, revoked ones too, from behind `after` on. */
export function listApiKeys(
  db: Pick<Tx, 'query'>,
  page: Page,
  listingsMax: number,
): Promise<readonly ApiKeyRow[]> {
  return db.query<ApiKeyRow>(SELECT_KEYS, [listingsMax, page.after ?? null, page.limit])
}

const SELECT_ANY_KEY = sql('api_keys.find_any')`
  select
  from api_keys
  where revoked_at is null
  limit 1`

/** True when at least one key works. */
export async function hasApiKeys(db: Pick<Tx, 'query'>): Promise<boolean> {
  const rows = await db.query(SELECT_ANY_KEY)
  return rows.length > 0
}

const SELECT_SECRET = sql('api_keys.read_secret')`
  select secret
  from deployment_secrets
  where name = $1`

/** A secret that every server of the deployment shares. */
export async function readSecret(
  db: Pick<Tx, 'query'>,
  name: 'reservation_token',
): Promise<Buffer | undefined> {
  const [row] = await db.query<{ secret: Buffer }>(SELECT_SECRET, [name])
  return row?.secret
}
