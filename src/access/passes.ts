/**
 * Passes: text that stands for a key for a while, about one thing. They are derived, not stored, like tokens:
 * every server of the deployment can check them, and they end with their key.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '../storage/driver/database.js'
import { readClock } from '../storage/reads/server.js'
import type { Keyring, Principal } from './keyring.js'
import type { Tokens } from './tokens.js'

export interface Pass {
  readonly text: string
  readonly expiresAtMs: number
}

export interface Passes {
  /** @param about what it is for, and for nothing else: a listing's id */
  issue(principal: Pick<Principal, 'prefix'>, about: string): Promise<Pass>
  /**
   * Whose pass it is.
   *
   * @returns `late` for one whose time is up or whose key works no more; undefined for what is no pass of
   * this kind about this thing
   */
  redeem(text: string, about: string): Promise<Principal | 'late' | undefined>
}

export interface PassesOptions {
  readonly db: Database
  readonly keyring: Pick<Keyring, 'ofPrefix'>
  readonly tokens: Pick<Tokens, 'derive'>
}

export interface PassKind {
  /** What its text begins with: `hft`. */
  readonly mark: string
  /** What its secret is derived for: passes of two kinds never stand for each other. */
  readonly purpose: string
  /** How long it can be used for, in milliseconds. */
  readonly lifeMs: number
}

/** The prefix of its key, when its time is up, and the proof of both. */
const REST = /^([0-9a-f]{12})_(\d{1,15})_([\w-]{43})$/

export function createPasses(options: PassesOptions, { mark, purpose, lifeMs }: PassKind): Passes {
  const { db, keyring, tokens } = options

  async function proofOf(prefix: string, about: string, untilMs: number): Promise<string> {
    const secret = await tokens.derive(purpose)
    return createHmac('sha256', secret).update(`${prefix}/${about}/${untilMs}`).digest('base64url')
  }

  return {
    async issue({ prefix }, about) {
      // Every server of the deployment, whatever its own clock says, goes by the database's.
      const expiresAtMs = (await readClock(db)) + lifeMs
      const proof = await proofOf(prefix, about, expiresAtMs)
      return { text: `${mark}_${prefix}_${expiresAtMs}_${proof}`, expiresAtMs }
    },
    async redeem(text, about) {
      const rest = text.startsWith(`${mark}_`) ? text.slice(mark.length + 1) : ''
      const [, prefix = '', until = '', given = ''] = REST.exec(rest) ?? []
      const proof = await proofOf(prefix, about, Number(until))
      if (given.length !== proof.length) return undefined
      if (!timingSafeEqual(Buffer.from(given), Buffer.from(proof))) return undefined
      if ((await readClock(db)) >= Number(until)) return 'late'
      return (await keyring.ofPrefix(prefix)) ?? 'late'
    },
  }
}
