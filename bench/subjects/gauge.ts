/** What a measured process tells of itself: its processor time, its memory, its batches. */
import type { EngineObserver } from '../../src/engine/observer.js'

export interface Gauge {
  readonly cpuMs: number
  readonly residentMb: number
  /** Transactions that were run for more than one command at a time, or could have been. */
  readonly batches: number
  readonly batchedCommands: number
}

const MEGABYTE = 2 ** 20

export function createGauge(): { readonly observer: EngineObserver; read(): Gauge } {
  let batches = 0
  let batchedCommands = 0
  return {
    observer: {
      batched(size) {
        batches += 1
        batchedCommands += size
      },
    },
    read() {
      const { user, system } = process.cpuUsage()
      const residentMb = process.memoryUsage.rss() / MEGABYTE
      return { cpuMs: (user + system) / 1000, residentMb, batches, batchedCommands }
    },
  }
}
