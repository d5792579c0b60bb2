/** Ctrl-C during a race: the first time it ends well, the second time at once. */
import { EXIT } from '../print/exit-codes.js'

/**
 * Runs `work` with a signal that Ctrl-C aborts.
 *
 * @returns the value of `work`, or undefined when the interruption made it fail
 */
export async function interruptible<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<{ readonly interrupted: boolean; readonly value: Value | undefined }> {
  const interruption = new AbortController()
  const { signal } = interruption
  const onInterrupt = () => {
    // A second Ctrl-C does not wait; the servers end with the channel to this process.
    if (signal.aborted) process.exit(EXIT.interrupted)
    interruption.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  try {
    const value = await work(signal)
    return { interrupted: signal.aborted, value }
  } catch (error) {
    if (!signal.aborted) throw error
    return { interrupted: true, value: undefined }
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
}
