/** Who is told of what was committed: the channels of a Holdfast and their dispatcher. */
import type { Tokens } from '../../access/tokens.js'
import type { Channel } from '../../notices/channels/channel.js'
import { createDispatcher } from '../../notices/dispatcher.js'
import { createTeller } from '../../notices/teller.js'
import type { Database } from '../../storage/driver/database.js'
import type { EngineObserver } from '../observer.js'
import type { MaintenanceService } from '../upkeep/maintainer.js'

/** What a channel may look up to tell of an event. */
export interface ChannelGrounds {
  readonly db: Database
  readonly tokens: Tokens
}

/** Makes a channel for a Holdfast that is being opened. */
export type MakeChannel = (grounds: ChannelGrounds) => Channel

export interface NoticesOptions {
  readonly grounds: ChannelGrounds
  readonly channels: readonly MakeChannel[]
  readonly observer: Required<EngineObserver>
  readonly onError: (error: unknown, what: string) => void
}

const EVERY_MS = 1_000
const JOB = 'notices'

/** How a Holdfast tells others of what it commits. */
export interface Notices {
  /** Something was committed here. */
  committed(): void
  /** From now on this process tells; what is given back goes on with that once a second. */
  begin(): Promise<readonly MaintenanceService[]>
  stop(): Promise<void>
}

const NOBODY: Notices = {
  committed: () => {},
  begin: async () => [],
  stop: async () => {},
}

/**
 * Without channels events wait for a server that has some. One that has channels and leaves the upkeep
 * to others, as all workers but the first do, wakes those.
 */
export function noticesOf(options: NoticesOptions): Notices {
  const { grounds, channels, observer, onError } = options
  if (channels.length === 0) return NOBODY
  const dispatcher = createDispatcher({
    db: grounds.db,
    channels: channels.map((make) => make(grounds)),
    observer,
    onError: (error) => {
      observer.upkeepFailed(JOB)
      onError(error, JOB)
    },
  })
  const teller = createTeller(grounds.db)
  let stopHearing: (() => Promise<void>) | undefined
  return {
    committed: () => (stopHearing === undefined ? teller.tell() : dispatcher.wake()),
    async begin() {
      await dispatcher.listen()
      stopHearing ??= grounds.db.hear(() => dispatcher.wake())
      return [{ name: JOB, everyMs: EVERY_MS, round: () => dispatcher.round() }]
    },
    async stop() {
      await teller.stop()
      await stopHearing?.()
      await dispatcher.stop()
    },
  }
}
