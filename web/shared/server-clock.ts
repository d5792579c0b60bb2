/**
 * What the server's clock shows, by its answers: a hold is over when the server says so, however wrong the
 * reader's own clock is.
 */

export interface ServerClock {
  /**
   * Milliseconds since 1970, the latest that it may be by the answers so far: nobody is shown time that a hold
   * no longer has. At most a second, or the time that an answer took, too late.
   */
  now(): number
  /** Hears what an answer says in its `Date`; times are by the reader's own clock. */
  hear(date: string | null, sentMs: number, receivedMs: number): void
}

const MS_PER_SECOND = 1_000

/** @param localNow the reader's own clock, in milliseconds */
export function createServerClock(localNow: () => number = Date.now): ServerClock {
  /** How far the server's clock is ahead of the reader's: between these. */
  let ahead: { leastMs: number; mostMs: number } | undefined
  return {
    now() {
      return localNow() + (ahead?.mostMs ?? 0)
    },
    hear(date, sentMs, receivedMs) {
      const shownMs = Date.parse(date ?? '')
      if (Number.isNaN(shownMs)) return
      // The header has whole seconds, and was written at some moment between the two.
      const found = { leastMs: shownMs - receivedMs, mostMs: shownMs + MS_PER_SECOND - sentMs }
      const leastMs = Math.max(found.leastMs, ahead?.leastMs ?? found.leastMs)
      const mostMs = Math.min(found.mostMs, ahead?.mostMs ?? found.mostMs)
      // Nothing in between: one of the clocks was set, and only the last answer counts.
      ahead = leastMs <= mostMs ? { leastMs, mostMs } : found
    },
  }
}

/** `fetch` whose answers set the clock. */
export function fetchWith(clock: ServerClock): typeof globalThis.fetch {
  return async (...request) => {
    const sentMs = Date.now()
    const response = await fetch(...request)
    clock.hear(response.headers.get('date'), sentMs, Date.now())
    return response
  }
}
