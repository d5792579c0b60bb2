/**
 * Closed loop: so many clients, each asking again as soon as it was answered. It finds the highest
 * rate; its latencies are those of a crowd that waits politely. For latency see `open-loop.ts`.
 *
 * The loop does not pause between warming up and counting: a thousand clients that all begin at
 * once need a while to spread out again.
 */
import { createTally, faultOf, type LoopResult, type TallyOptions } from './tally.js'

/** Asks once for `client`, which has no other request under way; resolves with the kind of answer. */
export type Ask = (client: number) => Promise<string>

export interface LoopOptions extends Omit<TallyOptions, 'counts'> {
  readonly clients: number
  readonly ask: Ask
}

/** A client whose request failed asks again after this pause. */
const FAULT_PAUSE_MS = 10

/** Resolves when every client has had its last answer. */
export async function closedLoop(options: LoopOptions): Promise<LoopResult> {
  const { clients, ask } = options
  const tally = createTally({ ...options, counts: 'end' })
  async function client(number: number): Promise<void> {
    for (;;) {
      const sentMs = performance.now()
      if (sentMs >= tally.untilMs) return
      try {
        tally.answered(await ask(number), sentMs)
      } catch (error) {
        tally.answered(faultOf(error), sentMs)
        await new Promise((resolve) => setTimeout(resolve, FAULT_PAUSE_MS))
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
  return tally.result()
}
