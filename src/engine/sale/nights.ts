/** Sets up what a hotel has, night by night. */

import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import type { Attribution } from '../../domain/journal.js'
import { datesOf } from '../../domain/time/date.js'
import { checkRange, NIGHTS_MAX, type NightTerms, STAY_NIGHTS_MAX } from '../../domain/time/stay.js'
import { bookingWindow, isNightOpen } from '../../domain/time/window.js'
import { nightSpans } from '../../domain/time/zoned-time.js'
import { commit, type Database, rollback, type Tx } from '../../storage/driver/database.js'
import { sendCapacityEntries } from '../../storage/tables/journal.js'
import { lockTimeZone } from '../../storage/tables/listings.js'
import {
  type BookableNight,
  insertNights,
  lockNights,
  lockResource,
  type NewNight,
  type NightRow,
  readNightsOfRange,
  setTerms,
} from '../../storage/tables/nights.js'
import { sendCapacities } from '../../storage/tables/pools.js'
import { readTerms } from '../../storage/tables/schedules.js'
import { BY_DEFAULT, checkReason } from '../attribution.js'
import { checkCapacity, reasoned } from './capacity.js'

/**
 * What is left out of the terms stays as it is; new nights have a minimum stay of 1, no maximum, are on
 * sale, and open to arrivals and departures.
 */
export interface NightsRequest extends Partial<NightTerms> {
  /** The first date, `YYYY-MM-DD`. */
  readonly from: string
  /** The date after the last one. */
  readonly to: string
  /** Rooms for each night: a whole number from 0 to `CAPACITY_MAX`. */
  readonly capacity: number
  /** As for a single pool: why more may stay taken than there is from now on. */
  readonly overrideReason?: string
}

export type NightsOutcome =
  | { readonly kind: 'done'; readonly nights: readonly NightShown[] }
  | { readonly kind: 'refused'; readonly refusal: NightsRefusal }

/** In order of precedence. */
export type NightsRefusal =
  | { readonly code: 'unknown_resource'; readonly resourceIds: readonly string[] }
  | {
      readonly code: 'below_taken'
      readonly capacity: number
      /** The most that is taken of any night. */
      readonly taken: number
      readonly nights: readonly { readonly resourceId: string; readonly night: string }[]
    }

/**
 * Gives every night from `from` on that is before `to` this capacity; nights that are not there yet
 * are made. All of them or none, and asked for again it changes nothing.
 *
 * @throws HoldfastError `invalid_input` for a range, a capacity, a minimum stay or a reason that is
 * none, and for an exclusive resource, which is sold by the slot
 */
export async function setNights(
  db: Database,
  listingId: string,
  resourceId: string,
  request: NightsRequest,
  by: Attribution = BY_DEFAULT,
): Promise<NightsOutcome> {
  checkRequest(request)
  return db.transaction<NightsOutcome>('read committed', async (tx) => {
    const zone = await lockTimeZone(tx, listingId)
    const resource = await lockResource(tx, listingId, resourceId)
    if (zone === undefined || resource === undefined) {
      const refusal = { code: 'unknown_resource', resourceIds: [resourceId] } as const
      return rollback({ kind: 'refused', refusal })
    }
    if (resource.exclusive) {
      throw new HoldfastError(
        'invalid_input',
        'an exclusive resource is sold by the slot; nights are rooms of a type, so it is none',
      )
    }
    const [terms] = await readTerms(tx, listingId, [resourceId])
    if (terms?.schedule != null) {
      throw new HoldfastError(
        'invalid_input',
        'the resource has a schedule: what is sold by the night is another one',
      )
    }
    const place = { listingId, resourceId, timeZone: resource.timeZone ?? zone }
    return setLocked(tx, place, request, reasoned(by, request.overrideReason))
  })
}

interface ZonedResource {
  readonly listingId: string
  readonly resourceId: string
  readonly timeZone: string
}

/** The resource is locked: nobody else makes nights of it. */
async function setLocked(
  tx: Tx,
  { listingId, resourceId, timeZone }: ZonedResource,
  request: NightsRequest,
  by: Attribution,
): Promise<ReturnType<typeof commit<NightsOutcome>>> {
  const { from, to, capacity, overrideReason } = request
  const there = await lockNights(tx, listingId, resourceId, from, to)
  const short = there.filter((night) => night.taken > capacity)
  if (short.length > 0 && overrideReason === undefined) {
    const nights = short.map(({ night }) => ({ resourceId, night })).sort(byNight)
    const taken = Math.max(...short.map((night) => night.taken))
    return rollback({ kind: 'refused', refusal: { code: 'below_taken', capacity, taken, nights } })
  }
  const known = new Set(there.map(({ night }) => night))
  const missing = datesOf(from, to).filter((night) => !known.has(night))
  await insertNights(tx, listingId, resourceId, newNights(timeZone, missing), capacity, by)
  setCapacities(tx, listingId, there, capacity, by)
  await setTerms(tx, listingId, resourceId, request, by)
  return commit({
    kind: 'done',
    nights: shown((await readNightsOfRange(tx, listingId, resourceId, from, to)) ?? []),
  })
}

/** A date that the time zone never had has no time, and is no night. */
function newNights(timeZone: string, dates: readonly string[]): NewNight[] {
  return nightSpans(timeZone, dates)
    .map((span, i) => ({ ...span, night: dates[i] ?? '', poolId: newId() }))
    .filter(({ fromMs, toMs }) => fromMs < toMs)
}

/**
 * Sets the capacity of pools that are locked, and tells the journal of each that changes.
 *
 * @param capacityOf what each is to have; default the same for all
 */
export function setCapacities(
  tx: Tx,
  listingId: string,
  pools: readonly NightRow[],
  capacity: number | ((pool: NightRow) => number),
  by: Attribution,
): void {
  const changes = pools
    .map((pool) => {
      const to = typeof capacity === 'number' ? capacity : capacity(pool)
      return { poolId: pool.poolId, version: pool.version + 1, from: pool.capacity, to }
    })
    .filter(({ from, to }) => from !== to)
  sendCapacities(tx, listingId, changes)
  sendCapacityEntries(tx, listingId, changes, by)
}

/** A night as it is shown. */
export interface NightShown extends NightRow {
  /** False: it is over, too soon or too far away to be booked now. */
  readonly bookable: boolean
}

/**
 * The nights of a resource in a range, in one query; undefined when the listing has no such resource,
 * and for a block's own.
 *
 * @throws HoldfastError `invalid_input` for a range that is none
 */
export async function lookAtNights(
  db: Pick<Database, 'query'>,
  listingId: string,
  resourceId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly NightShown[] | undefined> {
  checkRange('from', from, 'to', to, NIGHTS_MAX)
  const rows = await readNightsOfRange(db, listingId, resourceId, from, to)
  return rows && shown(rows)
}

/** All of one resource, read at one moment. */
function shown(rows: readonly BookableNight[]): NightShown[] {
  const [first] = rows
  if (first === undefined) return []
  const window = bookingWindow(first.nowMs, first)
  return rows.map(({ nowMs: _, timeZone, noticeMinutes, horizonDays, ...row }) => {
    return { ...row, bookable: isNightOpen(window, row.night) }
  })
}

function checkRequest(request: NightsRequest): void {
  const { from, to, capacity, minimumStay = 1, maximumStay = null, overrideReason } = request
  checkRange('from', from, 'to', to, NIGHTS_MAX)
  checkCapacity(capacity)
  if (overrideReason !== undefined) checkReason(overrideReason)
  checkLength('minimum', minimumStay)
  if (maximumStay === null) return
  checkLength('maximum', maximumStay)
  if (minimumStay <= maximumStay) return
  throw new HoldfastError(
    'invalid_input',
    `a minimum stay of ${minimumStay} nights is more than a maximum of ${maximumStay}`,
  )
}

function checkLength(name: string, nights: number): void {
  if (Number.isInteger(nights) && nights >= 1 && nights <= STAY_NIGHTS_MAX) return
  throw new HoldfastError(
    'invalid_input',
    `a ${name} stay is 1 to ${STAY_NIGHTS_MAX} nights, not ${nights}`,
  )
}

function byNight(a: { readonly night: string }, b: { readonly night: string }): number {
  return a.night < b.night ? -1 : 1
}
