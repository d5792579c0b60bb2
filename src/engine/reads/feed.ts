/**
 * What many follow together: one look at the database serves every follower of the same thing in this
 * process, and nobody looks while nobody follows.
 */

/** What a look found. */
export interface Reading<Update> {
  /** Everything, as it is now. */
  readonly snapshot: Update
  /** What is different since the look before; undefined when nothing is. */
  readonly change?: Update | undefined
}

export interface FeedOptions<Update> {
  readonly read: () => Promise<Reading<Update>>
  /** How long after a look the next one is due, in milliseconds. */
  readonly everyMs: (lookMs: number) => number
  /** Makes a look that nobody waits for when its turn comes; default at once. */
  readonly inTurn?: (lookMs: number, look: () => Promise<unknown>) => Promise<unknown>
  /**
   * Told when a look failed.
   *
   * @returns true when it is of no use to look again, which ends the followers' updates
   */
  readonly onError: (error: unknown) => boolean
}

interface Follower<Update> {
  hear(change: Update): void
  end(): void
}

/** Ends with `return()`, which every `for await` calls when it is left. */
export type Updates<Update> = AsyncIterableIterator<Update>

export class Feed<Update> {
  readonly #options: FeedOptions<Update>
  readonly #followers = new Set<Follower<Update>>()
  #timer: NodeJS.Timeout | undefined
  /** Looks happen one after the other, so that changes come in their order. */
  #looking: Promise<unknown> = Promise.resolve()
  #lookMs = 0

  constructor(options: FeedOptions<Update>) {
    this.#options = options
  }

  get isIdle(): boolean {
    return this.#followers.size === 0
  }

  enter(follower: Follower<Update>): void {
    this.#followers.add(follower)
    if (this.#followers.size === 1) this.#schedule()
  }

  leave(follower: Follower<Update>): void {
    this.#followers.delete(follower)
    if (this.isIdle) clearTimeout(this.#timer)
  }

  /** @param onRead called in the turn in which it is read: from then on no change is missed */
  look(onRead: () => void = () => {}): Promise<Update> {
    const look = this.#looking.then(() => this.#read(onRead))
    this.#looking = look.catch(() => {})
    return look
  }

  async #read(onRead: () => void): Promise<Update> {
    const sinceMs = performance.now()
    const { snapshot, change } = await this.#options.read()
    this.#lookMs = performance.now() - sinceMs
    if (change !== undefined) for (const follower of this.#followers) follower.hear(change)
    onRead()
    return snapshot
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.isIdle) return
    const { everyMs, inTurn = (_lookMs, look) => look(), onError } = this.#options
    this.#timer = setTimeout(() => {
      void inTurn(this.#lookMs, async () => (this.isIdle ? undefined : this.look()))
        .catch((error: unknown) => {
          if (onError(error)) for (const follower of this.#followers) follower.end()
        })
        .then(() => this.#schedule())
    }, everyMs(this.#lookMs))
    this.#timer.unref()
  }
}

/** The updates of one follower: those that have come and were not asked for yet wait here. */
export class FollowedUpdates<Update> implements Updates<Update> {
  readonly #feed: Feed<Update>
  readonly #onEnd: () => void
  readonly #follower: Follower<Update>
  #waiting: Update[] = []
  #wake: (() => void) | undefined
  #joined = false
  #ended = false

  /** @param onEnd called once it has left the feed */
  constructor(feed: Feed<Update>, onEnd: () => void) {
    this.#feed = feed
    this.#onEnd = onEnd
    this.#follower = {
      hear: (change) => {
        if (!this.#joined) return
        this.#waiting.push(change)
        this.#wake?.()
      },
      end: () => void this.return(),
    }
    feed.enter(this.#follower)
  }

  async next(): Promise<IteratorResult<Update>> {
    if (!this.#joined && !this.#ended) {
      try {
        const value = await this.#feed.look(() => {
          this.#joined = true
        })
        if (!this.#ended) return { done: false, value }
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

  async return(): Promise<IteratorResult<Update>> {
    if (!this.#ended) {
      this.#ended = true
      this.#feed.leave(this.#follower)
      this.#onEnd()
      this.#wake?.()
    }
    return ENDED
  }

  [Symbol.asyncIterator](): Updates<Update> {
    return this
  }
}

const ENDED: IteratorResult<never> = { done: true, value: undefined }
