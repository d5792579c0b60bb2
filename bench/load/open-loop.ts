/**
 * Open loop: requests arrive when they arrive (a Poisson process), whether or not earlier ones were
 * answered, as customers do who do not know of each other. Latency counts from the moment at which
 * a request was meant to start, so that a server that stalls is charged for everybody it kept
 * waiting, also for those whom no connection was free to send.
 *
 * The clock is looked at about once a millisecond; a request leaves up to that much late, and that
 * is part of its latency. Looking more often would take the processor from what is measured.
 */
import type { LoopOptions } from './closed-loop.js'
import { createTally, faultOf, type LoopResult } from './tally.js'

export interface OpenLoopOptions extends LoopOptions {
  /** `clients` is how many requests may be under way at once; arrivals beyond that wait here. */
  readonly ratePerSecond: number
  readonly random: () => number
}

export interface OpenLoopResult extends LoopResult {
  /** Requests that were meant to start in the window. */
  readonly arrived: number
  /** Those of them that found `WAITING_MAX` others waiting for a connection. */
  readonly dropped: number
}

const LOOK_EVERY_MS = 1
const WAITING_MAX = 10_000

/** Resolves when every arrival has been answered or dropped. */
export async function openLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { ratePerSecond, clients, ask, random } = options
  const tally = createTally({ ...options, counts: 'beginning' })
  const idle = Array.from({ length: clients }, (_, client) => client)
  const waiting: number[] = []
  let next = 0
  let arrived = 0
  let dropped = 0
  let dueMs = performance.now()

  /** Serves whoever waits longest, until nobody does. */
  async function serve(client: number): Promise<void> {
    while (next < waiting.length) {
      const intendedMs = waiting[next] ?? 0
      next += 1
      try {
        tally.answered(await ask(client), intendedMs)
      } catch (error) {
        tally.answered(faultOf(error), intendedMs)
      }
    }
    idle.push(client)
  }

  function admit(): void {
    const nowMs = Math.min(performance.now(), tally.untilMs)
    for (; dueMs < nowMs; dueMs += (-Math.log(1 - random()) / ratePerSecond) * 1000) {
      const isFull = waiting.length - next >= WAITING_MAX
      if (!isFull) waiting.push(dueMs)
      if (dueMs < tally.fromMs) continue
      arrived += 1
      if (isFull) dropped += 1
    }
    for (let ready = waiting.length - next; ready > 0; ready -= 1) {
      const client = idle.pop()
      if (client === undefined) return
      void serve(client)
    }
  }

  await new Promise<void>((resolve) => {
    const look = () => {
      admit()
      const over = performance.now() >= tally.untilMs && idle.length === clients
      if (over && next === waiting.length) resolve()
      else setTimeout(look, LOOK_EVERY_MS)
    }
    look()
  })
  return { ...tally.result(), arrived, dropped }
}
