/**
 * Asks until there is an answer. A command whose answer was lost may have happened: only the same command
 * under the same key finds the truth, so nothing is given up and nothing is taken for a no.
 */
import { HoldfastClientError } from 'holdfast/client'

const PAUSE_MS = 500
const PAUSE_MS_MAX = 5_000

export interface UntilKnownOptions {
  /** Called with true when an answer was lost, with false once there is one. */
  readonly onLost: (isLost: boolean) => void
}

/**
 * @param call the same command under the same key, each time
 * @throws what the service says for good: a call that it does not take
 */
export async function untilKnown<Value>(
  call: () => Promise<Value>,
  { onLost }: UntilKnownOptions,
): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const value = await call()
      onLost(false)
      return value
    } catch (error) {
      if (!isOpen(error)) {
        onLost(false)
        throw error
      }
      onLost(true)
      await nextChance(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (attempts - 1)))
    }
  }
}

/** True when nobody knows yet what came of it. */
function isOpen(error: unknown): boolean {
  if (!(error instanceof HoldfastClientError)) return false
  const { code, status, problem } = error
  if (problem?.retryable === true) return true
  // A gateway's answer says nothing about the service behind it.
  return status === undefined ? code !== 'invalid_options' : status >= 500
}

/** After a pause, or as soon as the network is back or the reader looks again. */
export function nextChance(pauseMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      document.removeEventListener('visibilitychange', done)
      resolve()
    }
    const timer = setTimeout(done, pauseMs)
    window.addEventListener('online', done)
    document.addEventListener('visibilitychange', done)
  })
}
