/** Closed-loop load over HTTP: so many clients, each asking again as soon as it was answered. */
import { createHistogram } from 'node:perf_hooks'
import { Pool } from 'undici'

export interface LoadOptions {
  readonly origin: string
  readonly path: string
  readonly clients: number
  /** Before counting begins; also fills caches and opens connections. */
  readonly warmUpMs: number
  readonly measureMs: number
}

export interface LoadResult {
  /** Answers with status 200 in each second of the measured time. */
  readonly perSecond: number
  /** Every other answer, by status; 0 stands for a broken connection. */
  readonly others: Readonly<Record<number, number>>
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const { origin, path, clients, warmUpMs, measureMs } = options
  const http = new Pool(origin, { connections: clients, pipelining: 1 })
  const latencyUs = createHistogram()
  const others: Record<number, number> = {}
  const fromMs = performance.now() + warmUpMs
  const untilMs = fromMs + measureMs
  let done = 0

  async function client(): Promise<void> {
    for (;;) {
      const sentMs = performance.now()
      if (sentMs >= untilMs) return
      let status = 0
      try {
        const { statusCode, body } = await http.request({ path, method: 'POST' })
        await body.dump()
        status = statusCode
      } catch {
        // Counted below as status 0.
      }
      const nowMs = performance.now()
      if (nowMs < fromMs || nowMs >= untilMs) continue
      if (status === 200) {
        done += 1
        latencyUs.record(Math.max(1, Math.round((nowMs - sentMs) * 1000)))
      } else others[status] = (others[status] ?? 0) + 1
    }
  }

  await Promise.all(Array.from({ length: clients }, client))
  await http.destroy()
  return {
    perSecond: done / (measureMs / 1000),
    others,
    p50Ms: done === 0 ? Number.NaN : latencyUs.percentile(50) / 1000,
    p99Ms: done === 0 ? Number.NaN : latencyUs.percentile(99) / 1000,
  }
}
