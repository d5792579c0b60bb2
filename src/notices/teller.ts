/**
 * Tells the dispatchers of other processes that something was committed here. Many commits share a
 * notice, and while nobody listens there are none.
 */
import type { Database } from '../storage/driver/database.js'
import { tellDispatchers } from '../storage/every-listing-notices.js'

/** As many commits as come within this time share a notice. */
const TOGETHER_MS = 50
/** After which it is asked again whether somebody listens. Until then dispatchers look by themselves. */
const SILENT_MS = 5_000

export interface Teller {
  /** Something was committed. */
  tell(): void
  stop(): Promise<void>
}

export function createTeller(db: Pick<Database, 'query'>): Teller {
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()
  let silentUntilMs = 0
  const send = async () => {
    timer = undefined
    // A notice is a hint: what fails is found at the next look.
    const isHeard = await tellDispatchers(db).catch(() => true)
    if (!isHeard) silentUntilMs = performance.now() + SILENT_MS
  }
  return {
    tell() {
      if (timer !== undefined || performance.now() < silentUntilMs) return
      timer = setTimeout(() => {
        underWay = send()
      }, TOGETHER_MS)
      timer.unref()
    },
    async stop() {
      clearTimeout(timer)
      silentUntilMs = Number.POSITIVE_INFINITY
      await underWay
    },
  }
}
