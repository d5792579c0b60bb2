/**
 * Recognises API keys. What was found is remembered for a second, so that a busy key costs no look
 * at the database; a revocation takes hold at once on the server that made it, and on the others
 * within that second.
 */
import { timingSafeEqual } from 'node:crypto'
import { BoundedMap } from '../domain/bounded.js'
import type { Scope } from '../domain/scope.js'
import type { Database } from '../storage/driver/database.js'
import {
  findApiKeys,
  findWorkingKeys,
  isGranted,
  type KeyToCompare,
} from '../storage/tables/api-keys.js'
import { digestOf } from './api-keys.js'
import { prefixOf } from './key-text.js'
import { createKeyUses } from './key-uses.js'
import { createKeyWatch } from './key-watch.js'
import { lookingUpTogether } from './look-up.js'

/** Who calls. */
export interface Principal {
  readonly keyId: string
  /** The part of the key that finds it and is no secret. */
  readonly prefix: string
  readonly scope: Scope
  /** Of the pages that may use the key; `*` for every one. */
  readonly origins: readonly string[]
  /** The listings that it may touch, as far as that was asked. */
  readonly granted: Set<string>
}

export interface Keyring {
  /** @returns undefined for what is no key, an unknown one, a wrong secret or a revoked key */
  recognise(key: string): Promise<Principal | undefined>
  /** Whose key has this prefix, for what the key has signed; undefined once it works no more. */
  ofPrefix(prefix: string): Promise<Principal | undefined>
  mayTouch(principal: Principal, listingId: string): Promise<boolean>
  /**
   * Calls `onRevoked`, once, when the caller's key works no more: at once if this process has revoked
   * it, else within a second.
   *
   * @returns a function that ends the watch
   */
  watch(principal: Principal, onRevoked: () => void): () => void
  /** Looks again at every key from now on, and at once at those that are watched. */
  forget(): void
  /** Resolves when every use has been noted. */
  settled(): Promise<void>
}

export interface KeyringOptions {
  readonly db: Database
  /** How long a key is remembered, in milliseconds; default 1,000. */
  readonly rememberedMs?: number
  /** Told when something could not be done in the background, and what; it is tried again. */
  readonly onError?: (error: unknown, what: string) => void
}

const REMEMBERED_MS = 1_000
const REMEMBERED_MAX = 10_000
const NO_HASH = Buffer.alloc(32)

interface Remembered {
  readonly key: KeyToCompare
  readonly principal: Principal
  /** Until then nobody is asked again. */
  untilMs: number
}

export function createKeyring(options: KeyringOptions): Keyring {
  const { db, rememberedMs = REMEMBERED_MS, onError = () => {} } = options
  const remembered = new BoundedMap<string, Remembered>(REMEMBERED_MAX)
  const uses = createKeyUses(db, (error) => onError(error, 'the use of a key'))
  const lookUp = lookingUpTogether<KeyToCompare>(
    (prefixes) => findApiKeys(db, prefixes),
    (key) => key.prefix,
  )
  const watch = createKeyWatch({
    working: (keyIds) => findWorkingKeys(db, keyIds),
    // A stream that comes back at once does not find its key remembered.
    onRevoked: (keyId) => {
      for (const known of remembered.values()) if (known.key.keyId === keyId) known.untilMs = 0
    },
    onError: (error) => onError(error, 'a look at the keys of live streams'),
  })

  let forgotten = 0

  async function find(prefix: string): Promise<Remembered | undefined> {
    const known = remembered.get(prefix)
    if (known !== undefined && known.untilMs > performance.now()) return known
    const before = forgotten
    const key = await lookUp(prefix)
    remembered.delete(prefix)
    if (key === undefined || key.revoked) return undefined
    const { keyId, scope, origins } = key
    const principal = { keyId, prefix, scope, origins, granted: new Set<string>() }
    // What was found while a key was being revoked may be what was there before.
    const goodForMs = forgotten === before ? rememberedMs : 0
    const found = { key, principal, untilMs: performance.now() + goodForMs }
    remembered.set(prefix, found)
    return found
  }

  return {
    async recognise(key) {
      const prefix = prefixOf(key)
      if (prefix === undefined) return undefined
      const found = await find(prefix)
      // Compared even when there is nothing to compare with: both take as long.
      const same = timingSafeEqual(digestOf(key), found?.key.secretHash ?? NO_HASH)
      if (found === undefined || !same) return undefined
      uses.note(found.key.keyId)
      return found.principal
    },
    ofPrefix: async (prefix) => (await find(prefix))?.principal,
    async mayTouch({ keyId, granted }, listingId) {
      if (granted.has(listingId)) return true
      if (!(await isGranted(db, keyId, listingId))) return false
      granted.add(listingId)
      return true
    },
    watch: ({ keyId }, onRevoked) => watch.watch(keyId, onRevoked),
    forget() {
      forgotten += 1
      for (const known of remembered.values()) known.untilMs = 0
      watch.look()
    },
    settled: uses.settled,
  }
}
