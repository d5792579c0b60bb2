/**
 * Who listens to a listing's availability, and what changed. One look at the database serves every
 * listener of a listing in this process, and nobody looks while nobody listens.
 */
import type { Database } from '../../storage/driver/database.js'
import { readCounters } from '../../storage/tables/pools.js'
import { availabilityVersion } from '../views/views.js'

type Counters = Awaited<ReturnType<typeof readCounters>>

/** What is told: all pools, or those that changed since the version told before. */
export interface LiveNews {
  readonly version: number
  readonly pools: Counters
}

export interface LiveFeeds {
  readonly listeners: number
  /**
   * @param onNews told every change from the returned state on
   * @returns the state now, and how to stop listening
   */
  listen(
    listingId: string,
    onNews: (news: LiveNews) => void,
  ): Promise<{ readonly now: LiveNews; stop(): void }>
}

export interface LiveFeedsOptions {
  readonly db: Database
  readonly pollMs: number
  /** Told when a look at the database failed; the next one tries again. */
  readonly onError: (error: unknown) => void
}

export function createLiveFeeds(options: LiveFeedsOptions): LiveFeeds {
  const feeds = new Map<string, Feed>()
  return {
    get listeners() {
      let count = 0
      for (const feed of feeds.values()) count += feed.listeners.size
      return count
    },
    async listen(listingId, onNews) {
      const feed = feeds.get(listingId) ?? new Feed(listingId, options)
      feeds.set(listingId, feed)
      const stop = () => {
        feed.leave(onNews)
        if (feed.listeners.size === 0 && feeds.get(listingId) === feed) feeds.delete(listingId)
      }
      try {
        return { now: await feed.join(onNews), stop }
      } catch (error) {
        stop()
        throw error
      }
    },
  }
}

class Feed {
  readonly listeners = new Set<(news: LiveNews) => void>()
  readonly #listingId: string
  readonly #options: LiveFeedsOptions
  readonly #versions = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  /** Looks happen one after the other, so that news come in their order. */
  #looking: Promise<LiveNews> | undefined

  constructor(listingId: string, options: LiveFeedsOptions) {
    this.#listingId = listingId
    this.#options = options
  }

  /** Looks anew, so that whoever joins is told nothing older than what it may have seen elsewhere. */
  async join(onNews: (news: LiveNews) => void): Promise<LiveNews> {
    // Counted from here on, so that the feed is kept; told from the state on that it gets.
    const early: (news: LiveNews) => void = () => {}
    this.listeners.add(early)
    try {
      const now = await this.#look()
      this.listeners.add(onNews)
      return now
    } finally {
      this.listeners.delete(early)
      this.#schedule()
    }
  }

  leave(onNews: (news: LiveNews) => void): void {
    this.listeners.delete(onNews)
    if (this.listeners.size === 0) clearTimeout(this.#timer)
  }

  #look(): Promise<LiveNews> {
    const before = this.#looking ?? Promise.resolve()
    const look = before.then(
      () => this.#read(),
      () => this.#read(),
    )
    this.#looking = look
    return look
  }

  async #read(): Promise<LiveNews> {
    const { db } = this.#options
    const pools = await readCounters(db, this.#listingId)
    const version = availabilityVersion(pools)
    const changed = pools.filter((pool) => this.#versions.get(pool.poolId) !== pool.version)
    for (const pool of changed) this.#versions.set(pool.poolId, pool.version)
    if (changed.length > 0) for (const tell of this.listeners) tell({ version, pools: changed })
    return { version, pools }
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.listeners.size === 0) return
    this.#timer = setTimeout(() => {
      void this.#look()
        .catch(this.#options.onError)
        .then(() => this.#schedule())
    }, this.#options.pollMs)
    this.#timer.unref()
  }
}
