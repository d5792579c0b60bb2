/** Who is told of what was committed: the channels of a Holdfast and their dispatcher. */
import type { Tokens } from '../../access/tokens.js'
import type { Channel } from '../../notices/channels/channel.js'
import { createDispatcher, type Dispatcher } from '../../notices/dispatcher.js'
import type { Database } from '../../storage/driver/database.js'
import type { EngineObserver } from '../observer.js'
import type { MaintenanceService } from './maintainer.js'

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

/** @returns undefined without channels: then events wait for a server that has some */
export function noticesOf(options: NoticesOptions): Dispatcher | undefined {
  const { grounds, channels, observer, onError } = options
  if (channels.length === 0) return undefined
  return createDispatcher({
    db: grounds.db,
    channels: channels.map((make) => make(grounds)),
    observer,
    onError: (error) => {
      observer.upkeepFailed(JOB)
      onError(error, JOB)
    },
  })
}

export function noticeServices(dispatcher: Dispatcher | undefined): readonly MaintenanceService[] {
  if (dispatcher === undefined) return []
  return [{ name: JOB, everyMs: EVERY_MS, round: () => dispatcher.round() }]
}
