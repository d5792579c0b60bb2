/** How late the event loop is: the one figure that tells a process that has too much to do. */

export interface LoopDelay {
  /**
   * How late timers have been twice in a row, in milliseconds. Once is a pause, by a collection of
   * garbage or a machine that looked elsewhere, and over when it is seen.
   */
  readonly ms: number
  stop(): void
}

const SAMPLE_MS = 100

export function watchLoopDelay(sampleMs = SAMPLE_MS): LoopDelay {
  let ms = 0
  let before = 0
  let lastMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const late = Math.max(0, nowMs - lastMs - sampleMs)
    ms = Math.min(late, before)
    before = late
    lastMs = nowMs
  }, sampleMs)
  timer.unref()
  return {
    get ms() {
      return ms
    },
    stop: () => clearInterval(timer),
  }
}
