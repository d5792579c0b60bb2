/** Follows a listing's availability: of the pools that are bound to no time, or of what it sells on dates. */
import type { Database } from '../../storage/driver/database.js'
import { readCounters } from '../../storage/tables/pools.js'
import { type Availability, type CalendarDates, stampOf, versionOf } from './availability.js'
import { Feed, FollowedUpdates, type Reading, type Updates } from './feed.js'
import { type CalendarUpdate, calendarFeed } from './live-calendar.js'
import { createPace } from './pace.js'

/** What is left: first all pools that are bound to no time, then those that have changed. */
export interface LiveUpdate extends Availability {
  readonly kind: 'snapshot' | 'change'
}

export interface LiveOptions {
  /** Ends the updates. */
  readonly signal?: AbortSignal
}

/** Ends with `return()`, which every `for await` calls when it is left, or with the signal. */
export type LiveUpdates = Updates<LiveUpdate>

/** The same, on dates. Also ends once the dates have more slots than one look may have. */
export type CalendarUpdates = Updates<CalendarUpdate>

/** Follows what is bound to no time; with dates, all that is sold on them. */
export interface Follow {
  (listingId: string, options: LiveOptions & CalendarDates): CalendarUpdates
  (listingId: string, options?: LiveOptions): LiveUpdates
}

export interface LiveFeedsOptions {
  readonly db: Database
  /**
   * How often availability is looked at while somebody follows, in milliseconds; on dates of which
   * a look takes long, less often.
   */
  readonly everyMs: number
  /** Called when a look at the database failed; the next one tries again. */
  readonly onError: (error: unknown) => void
}

export function createLiveFeeds(options: LiveFeedsOptions): Follow {
  const pace = createPace()
  const followNow = following((listingId: string) => stockFeed(listingId, options))
  const followDates = following((key: string) => {
    const [listingId, dates] = JSON.parse(key) as [string, CalendarDates]
    return calendarFeed(listingId, dates, { ...options, pace })
  })
  const live = (
    listingId: string,
    { signal, ...dates }: LiveOptions & Partial<CalendarDates> = {},
  ) => {
    const { from, to, resourceId, slotsMax } = dates
    return from === undefined || to === undefined
      ? followNow(listingId, signal)
      : followDates(JSON.stringify([listingId, { from, to, resourceId, slotsMax }]), signal)
  }
  return live as Follow
}

/** One feed for all who follow the same, for as long as anybody does. */
function following<Update>(
  feedOf: (key: string) => Feed<Update>,
): (key: string, signal: AbortSignal | undefined) => Updates<Update> {
  const feeds = new Map<string, Feed<Update>>()
  return (key, signal) => {
    const feed = feeds.get(key) ?? feedOf(key)
    feeds.set(key, feed)
    const updates = new FollowedUpdates(feed, () => {
      if (feed.isIdle && feeds.get(key) === feed) feeds.delete(key)
    })
    if (signal?.aborted) void updates.return()
    else signal?.addEventListener('abort', () => void updates.return(), { once: true })
    return updates
  }
}

function stockFeed(
  listingId: string,
  { db, everyMs, onError }: LiveFeedsOptions,
): Feed<LiveUpdate> {
  const versions = new Map<string, number>()
  const read = async (): Promise<Reading<LiveUpdate>> => {
    const pools = await readCounters(db, listingId)
    const version = versionOf(pools)
    const changed = pools.filter((pool) => versions.get(pool.poolId) !== stampOf(pool))
    for (const pool of changed) versions.set(pool.poolId, stampOf(pool))
    return {
      snapshot: { kind: 'snapshot', version, pools },
      change: changed.length === 0 ? undefined : { kind: 'change', version, pools: changed },
    }
  }
  return new Feed({
    read,
    everyMs: () => everyMs,
    onError: (error) => {
      onError(error)
      return false
    },
  })
}
