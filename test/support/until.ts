/** Waits for a fact, not for a while: asks again and again until it is so. */
import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 5
const DEADLINE_MS = 60_000

/**
 * Resolves with the first answer of `ask` that is not undefined or false.
 *
 * @param what completes the sentence "waited in vain until …"
 * @param deadlineMs when it is given up; longer for what has to start processes on a busy machine
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer> | Answer,
  deadlineMs = DEADLINE_MS,
): Promise<Exclude<Answer, undefined | false>> {
  const startedMs = performance.now()
  while (performance.now() - startedMs < deadlineMs) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) {
      return answer as Exclude<Answer, undefined | false>
    }
    await pause(POLL_MS)
  }
  throw new Error(`waited in vain until ${what}`)
}
