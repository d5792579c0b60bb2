/** What is left: of pools that are bound to no time now, and of what is sold by time on some dates. */
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Span } from '../../domain/time/schedule.js'
import { bookingWindow } from '../../domain/time/window.js'
import { MS_PER_DAY, MS_PER_MINUTE } from '../../domain/time/zoned-time.js'
import type { Database } from '../../storage/driver/database.js'
import {
  CALENDAR_SLOTS_MAX,
  readPoolCalendar,
  type StoredCalendar,
  slotsUntil,
} from '../../storage/reads/calendar.js'
import { readListing } from '../../storage/tables/listings.js'
import { type CounterRow, type PoolRow, readCounters } from '../../storage/tables/pools.js'
import { CALENDAR_DAYS_MAX, checkDates, type Dates, spanOf } from '../sale/dates.js'

/** A pool with the name of what it is on. */
export interface PoolCounter extends PoolRow {
  readonly resourceName: string
  /** True when it sells nothing new: then none of it is available. */
  readonly archived?: boolean
}

export interface Availability {
  /** Rises whenever anything of it changes. */
  readonly version: number
  /** The pools that are bound to no time, in the order of their resources. */
  readonly pools: readonly PoolCounter[]
}

/** @returns undefined when there is no such listing */
async function availability(
  db: Pick<Database, 'query'>,
  listingId: string,
): Promise<Availability | undefined> {
  const pools = await readCounters(db, listingId)
  if (pools.length === 0 && (await readListing(db, listingId)) === undefined) return undefined
  return { version: versionOf(pools), pools: pools.filter(({ archived }) => !archived) }
}

/** Dates by the listing's clocks, and perhaps one resource of it. */
export interface CalendarDates extends Dates {
  /** Default every resource. */
  readonly resourceId?: string
  /** How many slots the answer may have; default 100,000, which is the most. */
  readonly slotsMax?: number
}

/** What a resource sells on some dates, and can still be booked. */
export interface CalendarRow
  extends Omit<StoredCalendar, 'nowMs' | 'noticeMinutes' | 'horizonDays' | 'complete'> {
  /** The dates, by the listing's clocks. */
  readonly dates: Span
  /** Where ranges are sold: what of the dates can be booked now; null when nothing can. */
  readonly bookable: Span | null
}

/**
 * What each resource sells on the dates: slots and ranges too. What nobody can book, because it has
 * begun or is too soon or too far away, is left out.
 *
 * @returns nothing for a resource that the listing does not have
 * @throws HoldfastError `invalid_input` for dates that are malformed or more than
 * `CALENDAR_DAYS_MAX`, and for more slots than one answer has room for
 */
export async function calendar(
  db: Pick<Database, 'query'>,
  listingId: string,
  dates: CalendarDates,
): Promise<readonly CalendarRow[]> {
  checkDates(dates, CALENDAR_DAYS_MAX)
  if (dates.resourceId !== undefined && !isUuid(dates.resourceId)) return []
  const slotsMax = Math.min(dates.slotsMax ?? CALENDAR_SLOTS_MAX, CALENDAR_SLOTS_MAX)
  const listing = await readListing(db, listingId)
  if (listing === undefined) return []
  const span = spanOf(dates, listing.timeZone)
  const { resourceId } = dates
  const rows = await readPoolCalendar(db, listingId, { ...span, resourceId, slotsMax })
  if (rows.every((row) => row.complete)) return rows.map((row) => bookableOf(row, span))
  throw new HoldfastError(
    'invalid_input',
    `to is too late for so many slots, of which one answer has at most ${slotsMax}, the same for each ` +
      'resource: ask for fewer days, or for one resource',
  )
}

function bookableOf(
  { nowMs, noticeMinutes, horizonDays, complete: _, ...row }: StoredCalendar,
  dates: Span,
): CalendarRow {
  const terms = { noticeMinutes, horizonDays, timeZone: row.timeZone }
  const { earliestMs, latestMs } = bookingWindow(nowMs, terms)
  if (row.schedule?.soldBy !== 'ranges') {
    // What begins on the dates is over a day after them.
    const all = latestMs >= dates.toMs + MS_PER_DAY
    const slots = all ? row.slots : slotsUntil(row.slots, latestMs)
    return { ...row, slots, dates, bookable: null }
  }
  // Bookings begin with a minute; so the answer stays the same for a minute.
  const fromMs = Math.max(dates.fromMs, Math.ceil(earliestMs / MS_PER_MINUTE) * MS_PER_MINUTE)
  const toMs = Math.min(dates.toMs, latestMs)
  return { ...row, dates, bookable: fromMs < toMs ? { fromMs, toMs } : null }
}

type Stamped = Pick<PoolRow, 'version'> & Partial<Pick<CounterRow, 'settingsVersion'>>

/** The sum of the pools' own versions and one for each pool, so that a new one counts too. */
export function versionOf(pools: Iterable<Stamped>): number {
  let version = 0
  for (const pool of pools) version += stampOf(pool) + 1
  return version
}

/** Rises with every change of a pool, and of what its resource and its listing are set to. */
export function stampOf({ version, settingsVersion = 0 }: Stamped): number {
  return version + settingsVersion
}

/** Of the pools that are bound to no time; with dates, what each resource sells, by the listing's clocks. */
export interface AvailabilityLook {
  (listingId: string): Promise<Availability | undefined>
  (listingId: string, dates: CalendarDates): Promise<readonly CalendarRow[]>
}

export function availabilityLook(db: Pick<Database, 'query'>): AvailabilityLook {
  const look = (listingId: string, dates?: CalendarDates) =>
    dates === undefined ? availability(db, listingId) : calendar(db, listingId, dates)
  return look as AvailabilityLook
}
