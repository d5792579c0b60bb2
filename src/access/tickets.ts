/**
 * Tickets for live streams: a browser's `EventSource` sends no header, so what opens the stream stands in the
 * URL, and URLs are logged. A ticket opens the streams of one listing for a minute, for the key that got
 * it and as long as that key works; it opens nothing else.
 */
import type { Principal } from './keyring.js'
import { createPasses, type PassesOptions } from './passes.js'

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

/** Long enough to open a stream, and to try that again. */
const TICKET_MS = 60_000

export function createTickets(options: PassesOptions): Tickets {
  const passes = createPasses(options, {
    mark: 'hft',
    purpose: 'live tickets',
    lifeMs: TICKET_MS,
  })
  return {
    async issue(principal, listingId) {
      const { text, expiresAtMs } = await passes.issue(principal, listingId)
      return { ticket: text, expiresAtMs }
    },
    redeem: passes.redeem,
  }
}
