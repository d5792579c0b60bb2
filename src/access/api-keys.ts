/**
 * API keys as text: `hf_<prefix>_<secret>`. The prefix finds the row and is no secret; the secret is
 * 256 random bits, so that a plain SHA-256 of the whole is all that has to be kept of it.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { HoldfastError } from '../domain/errors.js'
import { isUuid, newId } from '../domain/ids.js'
import { checkName } from '../domain/reservation/reservation.js'
import type { Scope } from '../domain/scope.js'
import { commit, type Database, rollback } from '../storage/driver/database.js'
import { grantListings } from '../storage/every-listing.js'
import {
  type ApiKeyRow,
  findApiKeys,
  insertApiKey,
  readApiKey,
} from '../storage/tables/api-keys.js'
import { prefixOf } from './key-text.js'
import { originsOf } from './origins.js'
import type { Tokens } from './tokens.js'
import { isUnguessable } from './unguessable.js'

const PREFIX_BYTES = 6
const SECRET_BYTES = 32

export interface NewApiKey {
  readonly name: string
  readonly scope: Scope
  /** What a seller's or a storefront's key may touch; at least one for a storefront. */
  readonly listingIds?: readonly string[]
  /** Pages that a storefront's key may be used from: `https://shop.example`, or `*`; default none. */
  readonly origins?: readonly string[]
}

/** What is kept of a key. */
export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** A key that was just made. */
export interface IssuedKey {
  /** The key itself: only its digest is kept. */
  readonly key: string
  readonly row: ApiKeyRow
}

/** The secret of the key that has this prefix. */
type SecretOf = (prefix: string) => string

/**
 * The secrets of keys that are made under an idempotency key. They are derived, so that a retry hears
 * the same key and nothing of it is stored. Whoever reads the database cannot derive them: it holds the
 * idempotency key as a digest alone.
 *
 * @throws HoldfastError `invalid_input` for an idempotency key that can be guessed
 */
export async function secretsUnder(
  tokens: Pick<Tokens, 'derive'>,
  idempotencyKey: string,
  caller = '',
): Promise<SecretOf> {
  if (!isUnguessable(idempotencyKey)) {
    throw invalid(
      "an API key's secret follows from the idempotency key, so that has to be random: a UUID of version 4 " +
        'or 7, or 128 random bits',
    )
  }
  const secret = await tokens.derive('api keys')
  return (prefix) => {
    const text = JSON.stringify([prefix, caller, idempotencyKey])
    return createHmac('sha256', secret).update(text).digest('base64url')
  }
}

function randomSecret(): SecretOf {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return () => secret
}

/**
 * Makes a key.
 *
 * @param listingsTold how many of its listings the row tells
 * @param secretOf default a random secret
 * @returns the key itself, which nobody can be told again, and what is kept of it; or undefined
 * when one of the listings does not exist
 * @throws HoldfastError `invalid_input` for a name that is none, for listings or origins that do not
 * go with the scope, and for what is no origin
 */
export async function issueApiKey(
  db: Database,
  { name, scope, listingIds = [], origins: given = [] }: NewApiKey,
  listingsTold = 100,
  secretOf: SecretOf = randomSecret(),
): Promise<IssuedKey | undefined> {
  checkNewKey({ name, scope, listingIds, origins: given })
  const origins = originsOf(given)
  const prefix = randomBytes(PREFIX_BYTES).toString('hex')
  const secretHash = digestOf(textOf(prefix, secretOf))
  const keyId = newId()
  const wanted = [...new Set(listingIds.map((id) => id.toLowerCase()))]
  const row = await db.transaction<ApiKeyRow | undefined>('read committed', async (tx) => {
    if (!wanted.every(isUuid)) return rollback(undefined)
    await insertApiKey(tx, { keyId, name, scope, prefix, origins, secretHash })
    const granted = await grantListings(tx, keyId, wanted)
    if (granted.length < wanted.length) return rollback(undefined)
    const made = await readApiKey(tx, keyId, listingsTold)
    if (made === undefined) throw new Error('a key that was just written is not there')
    return commit(made)
  })
  // The row may be one that the same request made before.
  return row && { key: textOf(row.prefix, secretOf), row }
}

function textOf(prefix: string, secretOf: SecretOf): string {
  return `hf_${prefix}_${secretOf(prefix)}`
}

/**
 * Makes sure that this very key works, for these listings too. What is there already stays as it is.
 *
 * @throws HoldfastError `invalid_input` for text that cannot be a key
 */
export async function ensureApiKey(
  db: Database,
  key: string,
  { name, scope, listingIds = [], origins: given = [] }: NewApiKey,
): Promise<void> {
  const origins = originsOf(given)
  const prefix = prefixOf(key)
  if (prefix === undefined) throw invalid('the key is malformed')
  const [known] = await findApiKeys(db, [prefix])
  const keyId = known?.keyId ?? newId()
  await db.transaction('read committed', async (tx) => {
    if (known === undefined) {
      await insertApiKey(tx, { keyId, name, scope, prefix, origins, secretHash: digestOf(key) })
    }
    await grantListings(tx, keyId, listingIds)
    return commit(undefined, { mayWriteNothing: true })
  })
}

/** @throws HoldfastError `invalid_input` */
function checkNewKey({ name, scope, listingIds = [], origins = [] }: NewApiKey): void {
  checkName("a key's", name)
  if (scope === 'admin' && listingIds.length > 0) {
    throw invalid("an admin's key is for every listing: name none")
  }
  if (scope === 'storefront' && listingIds.length === 0) {
    throw invalid("a storefront's key is for certain listings: name at least one")
  }
  if (scope !== 'storefront' && origins.length > 0) {
    throw invalid("origins are for a storefront's key: others are secret and belong in no page")
  }
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
