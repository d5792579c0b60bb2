/** Puts the demo's listings on sale, and says how to book them. */
import { createHmac } from 'node:crypto'
import { digestOf, prefixOf } from '../../access/api-keys.js'
import { newId } from '../../domain/ids.js'
import { commit, type Database } from '../../storage/driver/database.js'
import {
  findApiKey,
  grantListings,
  insertApiKey,
  readSecret,
} from '../../storage/tables/api-keys.js'
import { DEMO_LISTINGS } from './listings.js'

export interface Demo {
  /** A seller's key for the demo's listings, and for nothing else. */
  readonly key: string
  /** What to type, once the server listens at `address`. */
  invitation(address: string): string
}

/** Safe at every start: what is there stays as it is, and the key is the same. */
export async function seedDemo(db: Database, now: Date = new Date()): Promise<Demo> {
  for (const listing of DEMO_LISTINGS) await listing.seed(db, now)
  const key = await demoKey(db)
  return {
    key,
    invitation: (address) =>
      [
        'Holdfast is serving the demo. In another terminal, try:',
        `  KEY=${key}`,
        ...DEMO_LISTINGS.flatMap(({ name, lines }) => [
          `${name}:`,
          ...lines(address, now).map((line) => `  ${line}`),
        ]),
      ].join('\n'),
  }
}

/**
 * The demo's own key, derived from a secret of the deployment: a server that is started again, and
 * one beside it, come to the same one.
 */
async function demoKey(db: Database): Promise<string> {
  const secret = await readSecret(db, 'reservation_token')
  if (secret === undefined) throw new Error('the deployment has no secret')
  const derived = (what: string) =>
    createHmac('sha256', secret).update(`the demo's ${what}`).digest()
  const part = derived('key').toString('base64url')
  const key = `hf_${derived('prefix').toString('hex').slice(0, 12)}_${part}`
  const prefix = prefixOf(key)
  if (prefix === undefined) throw new Error('a key that was just made is none')
  const listingIds = DEMO_LISTINGS.map(({ listingId }) => listingId)
  const keyId = (await findApiKey(db, prefix))?.keyId
  await db.transaction('read committed', async (tx) => {
    const id = keyId ?? newId()
    if (keyId === undefined) {
      const row = { keyId: id, name: 'demo', scope: 'seller', prefix } as const
      await insertApiKey(tx, { ...row, secretHash: digestOf(key) })
    }
    await grantListings(tx, id, listingIds)
    return commit(undefined)
  })
  return key
}
