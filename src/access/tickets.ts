/**
 * Tickets for live streams: a browser's `EventSource` sends no header, so what opens the stream stands in the
 * URL, and URLs are logged. A ticket opens the streams of one listing for a minute, for the key that got
 * it and as long as that key works; it opens nothing else. It is derived, not stored, like tokens.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '../storage/driver/database.js'
import { readClock } from '../storage/reads/server.js'
import type { Keyring, Principal } from './keyring.js'
import type { Tokens } from './tokens.js'

export interface Ticket {
  readonly ticket: string
  readonly expiresAtMs: number
}

export interface Tickets {
  issue(principal: Principal, listingId: string): Promise<Ticket>
  /**
   * Whose ticket it is.
   *
   * @returns `late` for one whose time is up or whose key works no more; undefined for what is no
   * ticket of this listing
   */
  redeem(ticket: string, listingId: string): Promise<Principal | 'late' | undefined>
}

export interface TicketsOptions {
  readonly db: Database
  readonly keyring: Pick<Keyring, 'ofPrefix'>
  readonly tokens: Pick<Tokens, 'derive'>
}

/** How long a ticket can be used for: long enough to open a stream, and to try that again. */
const TICKET_MS = 60_000
/** The prefix of its key, when its time is up, and the proof of both. */
const TICKET = /^hft_([0-9a-f]{12})_(\d{1,15})_([\w-]{43})$/

export function createTickets({ db, keyring, tokens }: TicketsOptions): Tickets {
  async function proofOf(prefix: string, listingId: string, untilMs: number): Promise<string> {
    const secret = await tokens.derive('live tickets')
    const text = `${prefix}/${listingId}/${untilMs}`
    return createHmac('sha256', secret).update(text).digest('base64url')
  }

  return {
    async issue({ prefix }, listingId) {
      // Every server of the deployment, whatever its own clock says, goes by the database's.
      const expiresAtMs = (await readClock(db)) + TICKET_MS
      const proof = await proofOf(prefix, listingId, expiresAtMs)
      return { ticket: `hft_${prefix}_${expiresAtMs}_${proof}`, expiresAtMs }
    },
    async redeem(ticket, listingId) {
      const [, prefix = '', until = '', given = ''] = TICKET.exec(ticket) ?? []
      const proof = await proofOf(prefix, listingId, Number(until))
      if (given.length !== proof.length) return undefined
      if (!timingSafeEqual(Buffer.from(given), Buffer.from(proof))) return undefined
      if ((await readClock(db)) >= Number(until)) return 'late'
      return (await keyring.ofPrefix(prefix)) ?? 'late'
    },
  }
}
