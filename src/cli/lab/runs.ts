/** The runs of a lab: one at a time, because two at once would measure each other. */
import type { History } from '../../lab/history/history.js'
import type { ContestantName } from '../../lab/race/race.js'
import type { ForcedReplay } from '../../lab/replay/forced.js'
import type { ForcedMeeting } from '../../lab/replay/meeting.js'
import type { RequestedRace } from './race-request.js'
import { LabRun, ownFirst, type RunListener, type RunPlace } from './run.js'
import type { Run } from './wire.js'

export interface Runs {
  /** The last one, whether or not it is over. */
  readonly current: Run | undefined
  readonly busy: boolean
  /** @returns undefined while another run is under way */
  start(requested: RequestedRace): Run | undefined
  stop(): void
  /** Of the last run. */
  history(strategy: string): History | undefined
  /**
   * Repeats a meeting by force under the strategy that was caught, and under all that are safe.
   *
   * @throws whatever kept the lab's database from answering
   */
  replay(own: ContestantName, meeting: ForcedMeeting): Promise<readonly ForcedReplay[]>
  /** @returns how to stop listening */
  listen(listener: RunListener): () => void
  /** Stops what is under way, and resolves when it has ended. */
  close(): Promise<void>
}

export function createRuns(place: RunPlace): Runs {
  const listeners = new Set<RunListener>()
  let current: LabRun | undefined
  let racing: Promise<void> | undefined
  let count = 0
  const toAll: RunListener = {
    changed: (run) => {
      for (const listener of listeners) listener.changed(run)
    },
    seen: (track, frame) => {
      for (const listener of listeners) listener.seen(track, frame)
    },
  }
  return {
    get current() {
      return current?.state
    },
    get busy() {
      return racing !== undefined
    },
    start(requested) {
      if (racing !== undefined) return undefined
      count += 1
      current = new LabRun(count, requested, place, toAll)
      racing = current.race().finally(() => {
        racing = undefined
      })
      toAll.changed(current.state)
      return current.state
    },
    stop: () => current?.stop(),
    history: (strategy) => current?.history(strategy),
    async replay(own, meeting) {
      const { openReplays } = await import('../../lab/replay/replays.js')
      const { databaseUrl, ...options } = place
      const replays = await openReplays(databaseUrl, options)
      try {
        return await replays.under(meeting, ownFirst(own))
      } finally {
        await replays.close()
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      current?.stop()
      await racing
    },
  }
}
