/**
 * The secret that a new reservation is handed out with. It is derived, not stored: every server of
 * the deployment, and every replay of the answer, comes to the same one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '../storage/driver/database.js'
import { readSecret } from '../storage/tables/api-keys.js'

export interface Tokens {
  /** Makes sure that `tokenOf` needs the database no more: what is committed has to be told. */
  ready(): Promise<void>
  tokenOf(listingId: string, reservationId: string): Promise<string>
  /** A secret of the deployment's own for something else, the same in every process. */
  derive(purpose: string): Promise<Buffer>
  isTokenOf(listingId: string, reservationId: string, token: unknown): Promise<boolean>
}

export function createTokens(db: Database): Tokens {
  let secret: Buffer | undefined

  async function readySecret(): Promise<Buffer> {
    secret ??= await readSecret(db, 'reservation_token')
    if (secret === undefined) throw new Error('the deployment has no secret for tokens')
    return secret
  }

  async function tokenOf(listingId: string, reservationId: string): Promise<string> {
    const secret = await readySecret()
    return createHmac('sha256', secret).update(`${listingId}/${reservationId}`).digest('base64url')
  }

  return {
    ready: async () => {
      await readySecret()
    },
    tokenOf,
    derive: async (purpose) =>
      createHmac('sha256', await readySecret())
        .update(purpose)
        .digest(),
    async isTokenOf(listingId, reservationId, token) {
      if (typeof token !== 'string') return false
      const expected = Buffer.from(await tokenOf(listingId, reservationId))
      const given = Buffer.from(token)
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}
