/**
 * Sessions of the staff's pages: what a browser keeps instead of an API key. A session ends by itself half
 * an hour after it was last renewed, and with its key. It is derived, not stored, so that there is
 * nothing to steal from the database; whoever fears that a session was stolen revokes its key.
 */
import { createPasses, type Passes, type PassesOptions } from './passes.js'

/** Half an hour; a page that is open renews it. */
export const SESSION_MS = 1_800_000

/** A pass that is about the whole deployment. */
export interface Sessions {
  issue(principal: Parameters<Passes['issue']>[0]): ReturnType<Passes['issue']>
  redeem(text: string): ReturnType<Passes['redeem']>
}

export function createSessions(options: PassesOptions): Sessions {
  const passes = createPasses(options, {
    mark: 'hfs',
    purpose: 'sessions of the pages',
    lifeMs: SESSION_MS,
  })
  return {
    issue: (principal) => passes.issue(principal, ''),
    redeem: (text) => passes.redeem(text, ''),
  }
}
