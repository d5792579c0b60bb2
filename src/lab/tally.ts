/** What the clients of a race count while it runs. */
import { createHistogram } from 'node:perf_hooks'
import type { RaceCounts } from './race.js'

/** A reservation that a server said was made. */
export interface Acknowledged {
  readonly reservationId: string
  readonly resourceId: string
  readonly rooms: number
  readonly customer: string
}

const TICK_MS = 100

export class Tally {
  readonly acknowledged: Acknowledged[] = []
  readonly reservedPerTick: number[] = []
  readonly #counts = { requests: 0, reserved: 0, refused: 0, conflicts: 0, retries: 0, unknown: 0 }
  readonly #sold = new Map<string, number>()
  readonly #latencyUs = createHistogram()
  readonly #startedMs: number
  lastReservedMs: number
  clientsDone = 0

  /** @param nowMs the monotonic clock, as everywhere here */
  constructor(nowMs: number) {
    this.#startedMs = nowMs
    this.lastReservedMs = nowMs
  }

  get counts(): RaceCounts {
    return this.#counts
  }

  /** Rooms that clients were told they got in this hotel. */
  sold(resourceId: string): number {
    return this.#sold.get(resourceId) ?? 0
  }

  latencyMs(): { p50: number; p99: number } {
    if (this.#latencyUs.count === 0) return { p50: 0, p99: 0 }
    return {
      p50: this.#latencyUs.percentile(50) / 1000,
      p99: this.#latencyUs.percentile(99) / 1000,
    }
  }

  /** Counts an answer that took from `sentMs` to `nowMs`. */
  answered(
    kind: 'reserved' | 'refused' | 'conflicts' | 'unknown',
    sentMs: number,
    nowMs: number,
    attempts = 1,
  ): void {
    this.#counts.requests += 1
    this.#counts[kind] += 1
    this.#counts.retries += Math.max(0, attempts - 1)
    this.#latencyUs.record(Math.max(1, Math.round((nowMs - sentMs) * 1000)))
  }

  reserved(acknowledged: Acknowledged, nowMs: number): void {
    this.acknowledged.push(acknowledged)
    this.#sold.set(acknowledged.resourceId, this.sold(acknowledged.resourceId) + acknowledged.rooms)
    this.lastReservedMs = nowMs
    const tick = Math.floor((nowMs - this.#startedMs) / TICK_MS)
    while (this.reservedPerTick.length <= tick) this.reservedPerTick.push(0)
    this.reservedPerTick[tick] = (this.reservedPerTick[tick] ?? 0) + 1
  }
}
