/**
 * Looks that nobody waits for, so that they are in nobody's way: one at a time, the quickest first, and after
 * each a rest as long as it took. Whoever follows a lot on many dates waits; who follows a week does not.
 */

export interface Pace {
  /**
   * Makes a look when its turn comes.
   *
   * @param lookMs how long it took the last time
   */
  inTurn(lookMs: number, look: () => Promise<unknown>): Promise<unknown>
}

interface Waiting {
  readonly lookMs: number
  readonly begin: () => Promise<void>
}

/** @param after for tests: a timer; default the process's own */
export function createPace(
  after: (ms: number, then: () => void) => void = (ms, then) => void setTimeout(then, ms).unref(),
): Pace {
  const waiting: Waiting[] = []
  let busy = false

  function next(): void {
    if (busy) return
    const quickest = waiting.reduce<Waiting | undefined>((first, each) => {
      return first === undefined || each.lookMs < first.lookMs ? each : first
    }, undefined)
    if (quickest === undefined) return
    waiting.splice(waiting.indexOf(quickest), 1)
    busy = true
    const sinceMs = performance.now()
    void quickest.begin().then(() => {
      after(performance.now() - sinceMs, () => {
        busy = false
        next()
      })
    })
  }

  return {
    inTurn: (lookMs, look) =>
      new Promise((resolve, reject) => {
        waiting.push({ lookMs, begin: () => look().then(resolve, reject) })
        next()
      }),
  }
}
