/** What is left: of pools that are bound to no time now, and of what is sold by time on some dates. */
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Database } from '../../storage/driver/database.js'
import {
  CALENDAR_SLOTS_MAX,
  type CalendarRow,
  readPoolCalendar,
} from '../../storage/reads/calendar.js'
import { readListing } from '../../storage/tables/listings.js'
import { type CounterRow, type PoolRow, readCounters } from '../../storage/tables/pools.js'
import { CALENDAR_DAYS_MAX, checkDates, type Dates } from '../sale/dates.js'

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
export async function availability(
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

/**
 * What each resource sells on the dates: slots and ranges too.
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
  const rows = await readPoolCalendar(db, listingId, { ...dates, slotsMax })
  if (rows.every((row) => row.complete)) return rows
  throw new HoldfastError(
    'invalid_input',
    `to is too late for so many slots, of which one answer has at most ${slotsMax}, the same for each ` +
      'resource: ask for fewer days, or for one resource',
  )
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
