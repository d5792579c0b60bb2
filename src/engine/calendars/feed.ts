/** What a calendar that subscribes to a feed reads. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { publicFeed, staffFeed } from '../../notices/feeds/feed-text.js'
import { commit, type Database } from '../../storage/driver/database.js'
import { type FeedSpan, readBookedTimes, readBusyTimes } from '../../storage/reads/feeds.js'
import {
  type CalendarToTell,
  noteContent,
  readCalendar,
} from '../../storage/tables/notices/calendars.js'

export interface CalendarFeed {
  /** iCalendar. */
  readonly text: string
  /** The same for the same text. */
  readonly tag: string
  /** Since when it is this text, in milliseconds since 1970 but in whole seconds. */
  readonly modifiedAtMs: number
}

const DAY_MS = 86_400_000
/** How much of the past a feed has. For tests: docs/notices/calendars.md is held against it. */
export const FEED_DAYS_BACK = 30
/** How much of the future. For tests: as the one above. */
export const FEED_DAYS_AHEAD = 366
/** At most so many times, the earliest first. For tests: as the one above. */
export const FEED_TIMES_MAX = 10_000

/** @returns undefined for a feed that there is not, a wrong secret or a revoked one */
export async function tellFeed(
  db: Database,
  { listingId, calendarId }: { readonly listingId: string; readonly calendarId: string },
  digest: Buffer,
): Promise<CalendarFeed | undefined> {
  const calendar = await readCalendar(db, listingId, calendarId)
  if (calendar === undefined || !timingSafeEqual(calendar.secretHash, digest)) return undefined
  if (calendar.revokedAtMs !== null) return undefined
  const text = await textOf(db, listingId, calendar)
  const hash = createHash('sha256').update(text).digest()
  const modifiedAtMs = await db.transaction('read committed', async (tx) =>
    commit(await noteContent(tx, listingId, calendarId, hash), { mayWriteNothing: true }),
  )
  return { text, tag: hash.toString('base64url').slice(0, 22), modifiedAtMs }
}

async function textOf(
  db: Database,
  listingId: string,
  { resourceId, audience, listingName, resourceName, nowMs }: CalendarToTell,
): Promise<string> {
  // Whole days, so that the text stays the same for a day.
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS
  const span: FeedSpan = {
    resourceId,
    fromMs: todayMs - FEED_DAYS_BACK * DAY_MS,
    toMs: todayMs + FEED_DAYS_AHEAD * DAY_MS,
    limit: FEED_TIMES_MAX,
  }
  const name = resourceName === null ? listingName : `${listingName}, ${resourceName}`
  return audience === 'staff'
    ? staffFeed(name, await readBookedTimes(db, listingId, span))
    : publicFeed(name, await readBusyTimes(db, listingId, span), span)
}
