/** How late the event loop is: the figure by which a process knows that it has too much to do. */

export interface LoopDelay {
  /**
   * How late timers were twice in a row, in milliseconds. A single late timer is a pause, of the
   * garbage collector or of the machine, and is over by the time that it is noticed.
   */
  readonly ms: number
  stop(): void
}

const SAMPLE_MS = 100

export function watchLoopDelay(sampleMs = SAMPLE_MS): LoopDelay {
  const delays = createDelays(sampleMs, performance.now())
  const timer = setInterval(() => delays.sample(performance.now()), sampleMs)
  timer.unref()
  return {
    get ms() {
      return delays.ms
    },
    stop: () => clearInterval(timer),
  }
}

/**
 * How late a timer is that should fire every `everyMs`; `sample` says when it fired.
 *
 * For tests: they pass the times, so that no test waits for a slow machine.
 */
export function createDelays(
  everyMs: number,
  startMs: number,
): { readonly ms: number; sample(nowMs: number): void } {
  let ms = 0
  let before = 0
  let lastMs = startMs
  return {
    get ms() {
      return ms
    },
    sample(nowMs) {
      const late = Math.max(0, nowMs - lastMs - everyMs)
      ms = Math.min(late, before)
      before = late
      lastMs = nowMs
    },
  }
}
