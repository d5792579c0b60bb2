/** Counts answers within a window of time: how many, of which kinds, after how long. */
import { createHistogram } from 'node:perf_hooks'

export interface TallyOptions {
  /** From now until the window opens. */
  readonly warmUpMs: number
  /** How long it stays open. */
  readonly ms: number
  /** The kinds of answers that are wanted: the rate and the latency are theirs. */
  readonly wanted: readonly string[]
  /**
   * What has to fall into the window. The end of a request for a rate; its beginning for a latency,
   * so that the slowest are not left out because they ended too late.
   */
  readonly counts: 'end' | 'beginning'
}

export interface LoopResult {
  readonly ms: number
  /** Wanted answers in the window. */
  readonly count: number
  /** The same in each of its whole seconds. */
  readonly countBySecond: readonly number[]
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number }
  /** Answers of any other kind in the window. */
  readonly others: Readonly<Record<string, number>>
  /** Wanted answers from the first to the last, in the window or not. */
  readonly countEver: number
}

export interface Tally {
  readonly fromMs: number
  readonly untilMs: number
  answered(kind: string, sinceMs: number): void
  result(): LoopResult
}

export function createTally({ warmUpMs, ms, wanted, counts }: TallyOptions): Tally {
  const fromMs = performance.now() + warmUpMs
  const untilMs = fromMs + ms
  const latencyUs = createHistogram()
  const others: Record<string, number> = {}
  const countBySecond = Array.from({ length: Math.floor(ms / 1000) }, () => 0)
  let count = 0
  let countEver = 0
  // The histogram's own answer when nothing was recorded would be a huge number.
  const percentile = (percent: number) => (count === 0 ? 0 : latencyUs.percentile(percent) / 1000)
  return {
    fromMs,
    untilMs,
    answered(kind, sinceMs) {
      const nowMs = performance.now()
      const atMs = counts === 'end' ? nowMs : sinceMs
      const isWanted = wanted.includes(kind)
      if (isWanted) countEver += 1
      if (atMs < fromMs || atMs >= untilMs) return
      if (!isWanted) {
        others[kind] = (others[kind] ?? 0) + 1
        return
      }
      count += 1
      latencyUs.record(Math.max(1, Math.round((nowMs - sinceMs) * 1000)))
      const second = Math.floor((atMs - fromMs) / 1000)
      if (second < countBySecond.length) countBySecond[second] = (countBySecond[second] ?? 0) + 1
    },
    result() {
      const latencyMs = { p50: percentile(50), p99: percentile(99), p999: percentile(99.9) }
      return { ms, count, countBySecond, latencyMs, others, countEver }
    },
  }
}

/** What a request that was not answered at all is counted as. */
export function faultOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code ?? message ?? 'fault'
}
