/**
 * Follows a listing's availability. One look at the database serves every follower of a listing in
 * this process, and nobody looks while nobody follows.
 */
import type { Database } from '../../storage/driver/database.js'
import { readCounters } from '../../storage/tables/pools.js'
import { type Availability, stampOf, versionOf } from './availability.js'

/** What is left: first all pools, then those that have changed. */
export interface LiveUpdate extends Availability {
  readonly kind: 'snapshot' | 'change'
}

export interface LiveOptions {
  /** Ends the updates. */
  readonly signal?: AbortSignal
}

/** Ends with `return()`, which every `for await` calls when it is left, or with the signal. */
export type LiveUpdates = AsyncIterableIterator<LiveUpdate>

export interface LiveFeedsOptions {
  readonly db: Database
  /** How often availability is looked at while somebody follows, in milliseconds. */
  readonly everyMs: number
  /** Called when a look at the database failed; the next one tries again. */
  readonly onError: (error: unknown) => void
}

export function createLiveFeeds(
  options: LiveFeedsOptions,
): (listingId: string, options?: LiveOptions) => LiveUpdates {
  const feeds = new Map<string, Feed>()
  return (listingId, { signal } = {}) => {
    const feed = feeds.get(listingId) ?? new Feed(listingId, options)
    feeds.set(listingId, feed)
    const updates = new Updates(feed, () => {
      if (feed.isIdle && feeds.get(listingId) === feed) feeds.delete(listingId)
    })
    if (signal?.aborted) void updates.return()
    else signal?.addEventListener('abort', () => void updates.return(), { once: true })
    return updates
  }
}

/** The updates of one follower: those that have come and were not asked for yet wait here. */
class Updates implements LiveUpdates {
  readonly #feed: Feed
  readonly #onEnd: () => void
  #waiting: LiveUpdate[] = []
  #wake: (() => void) | undefined
  #joined = false
  #ended = false

  constructor(feed: Feed, onEnd: () => void) {
    this.#feed = feed
    this.#onEnd = onEnd
    feed.enter(this.#take)
  }

  readonly #take = (change: Availability): void => {
    if (!this.#joined) return
    this.#waiting.push({ kind: 'change', ...change })
    this.#wake?.()
  }

  async next(): Promise<IteratorResult<LiveUpdate>> {
    if (!this.#joined && !this.#ended) {
      try {
        // From this look on nothing is missed: changes are kept from the turn in which it is read.
        const now = await this.#feed.look(() => {
          this.#joined = true
        })
        if (!this.#ended) return { done: false, value: { kind: 'snapshot', ...now } }
      } catch (error) {
        await this.return()
        throw error
      }
    }
    while (!this.#ended && this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const value = this.#waiting.shift()
    return value === undefined || this.#ended ? ENDED : { done: false, value }
  }

  async return(): Promise<IteratorResult<LiveUpdate>> {
    if (!this.#ended) {
      this.#ended = true
      this.#feed.leave(this.#take)
      this.#onEnd()
      this.#wake?.()
    }
    return ENDED
  }

  [Symbol.asyncIterator](): LiveUpdates {
    return this
  }
}

const ENDED: IteratorResult<LiveUpdate> = { done: true, value: undefined }

class Feed {
  readonly #listingId: string
  readonly #options: LiveFeedsOptions
  readonly #followers = new Set<(change: Availability) => void>()
  readonly #versions = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  /** Looks happen one after the other, so that changes come in their order. */
  #looking: Promise<unknown> = Promise.resolve()

  constructor(listingId: string, options: LiveFeedsOptions) {
    this.#listingId = listingId
    this.#options = options
  }

  get isIdle(): boolean {
    return this.#followers.size === 0
  }

  enter(follower: (change: Availability) => void): void {
    this.#followers.add(follower)
    if (this.#followers.size === 1) this.#schedule()
  }

  leave(follower: (change: Availability) => void): void {
    this.#followers.delete(follower)
    if (this.isIdle) clearTimeout(this.#timer)
  }

  /** @param onRead called in the turn in which the rows are there, before anybody hears of a change */
  look(onRead: () => void = () => {}): Promise<Availability> {
    const look = this.#looking.then(() => this.#read(onRead))
    this.#looking = look.catch(() => {})
    return look
  }

  async #read(onRead: () => void): Promise<Availability> {
    const pools = await readCounters(this.#options.db, this.#listingId)
    const version = versionOf(pools)
    const changed = pools.filter((pool) => this.#versions.get(pool.poolId) !== stampOf(pool))
    for (const pool of changed) this.#versions.set(pool.poolId, stampOf(pool))
    if (changed.length > 0)
      for (const follow of this.#followers) follow({ version, pools: changed })
    onRead()
    return { version, pools }
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.isIdle) return
    this.#timer = setTimeout(() => {
      void this.look()
        .catch(this.#options.onError)
        .then(() => this.#schedule())
    }, this.#options.everyMs)
    this.#timer.unref()
  }
}
