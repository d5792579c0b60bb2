/** What the clients of a race count while it runs. */
import { createHistogram } from 'node:perf_hooks'
import type { HistoryLine } from '../history/history.js'
import type { LatencyMs, RaceCounts, RaceOverTime } from './race.js'

/** How a request to reserve or hold was answered. */
export type AnswerKind = 'reserved' | 'refused' | 'conflicts' | 'unknown'

/** Units that a client has by the answers that it got. */
export interface ClientUnits {
  readonly lines: readonly HistoryLine[]
  /**
   * Until when it certainly has them, by the monotonic clock: a hold's time runs from some moment after
   * it was asked for. Undefined for a reservation that is confirmed.
   */
  readonly certainUntilMs: number | undefined
}

const TICK_MS = 100
const RECENT_MS = 1000

export class Tally {
  readonly #counts = {
    requests: 0,
    reserved: 0,
    refused: 0,
    conflicts: 0,
    retries: 0,
    unknown: 0,
    transitions: 0,
    dropped: 0,
  }
  readonly #perTick = {
    reservations: [] as number[],
    conflicts: [] as number[],
    retries: [] as number[],
  }
  readonly #sold = new Map<string, number>()
  readonly #units = new Set<ClientUnits>()
  readonly #latencyUs = createHistogram()
  readonly #startedMs: number
  /** The answers of the past second, oldest first. */
  readonly #recent: { readonly atMs: number; readonly tookMs: number }[] = []
  lastReservedMs: number
  /** Requests that have been sent and not answered. */
  inFlight = 0
  clientsDone = 0
  visitsDone = 0

  /** @param nowMs the monotonic clock, as everywhere here */
  constructor(nowMs: number) {
    this.#startedMs = nowMs
    this.lastReservedMs = nowMs
  }

  get counts(): RaceCounts {
    return this.#counts
  }

  get overTime(): RaceOverTime {
    return { tickMs: TICK_MS, ...this.#perTick }
  }

  /**
   * Units of this pool that clients certainly have: more than there are have been sold twice, whatever
   * answer is still under way.
   */
  sold(poolId: string): number {
    return this.#sold.get(poolId) ?? 0
  }

  latencyMs(): LatencyMs {
    if (this.#latencyUs.count === 0) return { p50: 0, p99: 0, p999: 0 }
    const msAt = (percentile: number) => this.#latencyUs.percentile(percentile) / 1000
    return { p50: msAt(50), p99: msAt(99), p999: msAt(99.9) }
  }

  /** The latencies of the past second alone; zeros when nothing was answered in it. */
  recentMs(nowMs: number): Pick<LatencyMs, 'p50' | 'p99'> {
    const kept = this.#recent.findIndex(({ atMs }) => atMs > nowMs - RECENT_MS)
    this.#recent.splice(0, kept < 0 ? this.#recent.length : kept)
    const sorted = this.#recent.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
    return { p50: at(0.5), p99: at(0.99) }
  }

  /** Counts an answer to a reserve or a hold that took from `sentMs` to `nowMs`. */
  answered(kind: AnswerKind, sentMs: number, nowMs: number): void {
    this.#counts.requests += 1
    this.#counts[kind] += 1
    this.#took(sentMs, nowMs)
    if (kind === 'conflicts') this.#tick('conflicts', 1, nowMs)
    if (kind !== 'reserved') return
    this.lastReservedMs = nowMs
    this.#tick('reservations', 1, nowMs)
  }

  /** Counts an answer to a confirm, a release, a cancel or an extend. */
  transitioned(sentMs: number, nowMs: number): void {
    this.#counts.transitions += 1
    this.#took(sentMs, nowMs)
  }

  /** An answer gave these units to a client. */
  took(units: ClientUnits): void {
    if (this.#units.has(units)) return
    this.#units.add(units)
    this.#add(units.lines, 1)
  }

  /** The client does not certainly have them any more: it gives them back, or their time is up. */
  gave(units: ClientUnits): void {
    if (this.#units.delete(units)) this.#add(units.lines, -1)
  }

  /** Forgets the holds whose time may be up. */
  expire(nowMs: number): void {
    for (const units of this.#units) {
      if (units.certainUntilMs !== undefined && units.certainUntilMs <= nowMs) this.gave(units)
    }
  }

  #add(lines: readonly HistoryLine[], sign: 1 | -1): void {
    for (const { poolId, quantity } of lines) {
      this.#sold.set(poolId, this.sold(poolId) + sign * quantity)
    }
  }

  /** Takes the number of transactions that all servers together have run again so far. */
  retried(total: number, nowMs: number): void {
    this.#tick('retries', total - this.#counts.retries, nowMs)
    this.#counts.retries = total
  }

  dropped(): void {
    this.#counts.dropped += 1
  }

  #took(sentMs: number, nowMs: number): void {
    this.#recent.push({ atMs: nowMs, tookMs: nowMs - sentMs })
    this.#latencyUs.record(Math.max(1, Math.round((nowMs - sentMs) * 1000)))
  }

  #tick(
    what: keyof RaceOverTime & ('reservations' | 'conflicts' | 'retries'),
    count: number,
    nowMs: number,
  ): void {
    const ticks = this.#perTick[what]
    const tick = Math.floor((nowMs - this.#startedMs) / TICK_MS)
    while (ticks.length <= tick) ticks.push(0)
    ticks[tick] = (ticks[tick] ?? 0) + count
  }
}
