/** Puts a resource's time on sale by a schedule: what it is, and the slots that are made from it. */

import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import type { Attribution } from '../../domain/journal.js'
import { addDays, isDate } from '../../domain/time/date.js'
import { checkSchedule, type Schedule, type Span } from '../../domain/time/schedule.js'
import { reconcile, slotsOf } from '../../domain/time/slots.js'
import { bookingWindow } from '../../domain/time/window.js'
import { localOf } from '../../domain/time/zoned-time.js'
import { commit, type Database, rollback, type Tx } from '../../storage/driver/database.js'
import { sendCapacityEntries } from '../../storage/tables/journal.js'
import { lockTimeZone } from '../../storage/tables/listings.js'
import {
  lockTerms,
  type ResourceTerms,
  readTerms,
  writeSchedule,
} from '../../storage/tables/schedules.js'
import { noted } from '../../storage/tables/settings.js'
import {
  closeIdle,
  insertSlots,
  readOverlapping,
  reopen,
  resizeIdle,
  type SlotRow,
} from '../../storage/tables/slots.js'
import { BY_DEFAULT } from '../attribution.js'
import { CALENDAR_DAYS_MAX, checkDates, type Dates, spanOf } from './dates.js'

/**
 * Replaces the schedule of a resource. Slots that are there already stay as they are until they are
 * made again.
 *
 * @param mayReplace looks at the terms, locked, before they change; what it throws is thrown
 * @returns undefined when the listing has no such resource
 * @throws HoldfastError `invalid_input` for a schedule that breaks a rule
 */
export function setSchedule(
  db: Database,
  listingId: string,
  resourceId: string,
  schedule: Schedule,
  mayReplace: (before: ResourceTerms) => void = () => {},
  by: Attribution = BY_DEFAULT,
): Promise<ResourceTerms | undefined> {
  return db.transaction<ResourceTerms | undefined>('read committed', async (tx) => {
    const [terms] = await lockTerms(tx, listingId, [resourceId])
    if (terms === undefined) return rollback(undefined)
    mayReplace(terms)
    checkSchedule(schedule, terms.exclusive)
    if (terms.hasNights) {
      throw new HoldfastError(
        'invalid_input',
        'the resource is sold by the night: what is sold by the hour is another one',
      )
    }
    const noting = { kind: 'schedule_set', id: resourceId, by } as const
    const scheduleVersion = await noted(tx, listingId, noting, () =>
      writeSchedule(tx, listingId, resourceId, schedule),
    )
    return commit({ ...terms, schedule, scheduleVersion })
  })
}

/** For how many days slots can be made at once. For tests: docs/slots.md is held against it. */
export const GENERATED_DAYS_MAX = 366
/** How many slots can be made at once. For tests: docs/slots.md is held against it. */
export const GENERATED_SLOTS_MAX = 5_000

/** What became of the slots that begin on the dates. */
export interface GeneratedSlots {
  /** New, or on sale again after they had been closed. */
  readonly opened: number
  /** There already, and as they should be. */
  readonly kept: number
  /** Not in the schedule any more, and nobody had them. */
  readonly closed: number
  /** In the schedule, but their time, or some of it, is somebody's. */
  readonly blocked: readonly Span[]
}

/**
 * Makes the slots that begin on the dates, by the clock where the resource is. Doing so again is safe:
 * nothing is doubled, and what somebody has stays as it is.
 *
 * @returns undefined when the listing has no such resource
 * @throws HoldfastError `invalid_input` for dates that are none or too far apart, for more than
 * `GENERATED_SLOTS_MAX` slots, or for a resource that is not sold by slots
 */
export function generateSlots(
  db: Database,
  listingId: string,
  resourceId: string,
  dates: Dates,
  by: Attribution = BY_DEFAULT,
): Promise<GeneratedSlots | undefined> {
  checkDates(dates, GENERATED_DAYS_MAX)
  return db.transaction<GeneratedSlots | undefined>('read committed', async (tx) => {
    await lockTimeZone(tx, listingId)
    const [terms] = await lockTerms(tx, listingId, [resourceId])
    if (terms === undefined) return rollback(undefined)
    return commit(await generate(tx, listingId, terms, dates, by))
  })
}

const DAYS_PER_WEEK = 7

/** Which slots to read: default a week from today on, or from `from`. */
export interface SlotsWanted extends Partial<Dates> {
  /**
   * Leaves out what nobody can book: closed slots, those that have begun, are too soon or too far away,
   * what is archived, nights, and where ranges are sold what nobody has; default false.
   */
  readonly onOfferAlone?: boolean
  /** Default `CALENDAR_DAYS_MAX`, which is the most. */
  readonly daysMax?: number
}

/**
 * Reads the slots of a resource that begin on the dates, closed ones too.
 *
 * @returns undefined when the listing has no such resource
 * @throws HoldfastError `invalid_input` for dates that are none or too far apart
 */
export async function readSlotsOn(
  db: Pick<Database, 'query'>,
  listingId: string,
  resourceId: string,
  wanted: SlotsWanted,
): Promise<{ readonly timeZone: string; readonly slots: readonly SlotRow[] } | undefined> {
  const [terms] = await readTerms(db, listingId, [resourceId])
  if (terms === undefined) return undefined
  const { timeZone, schedule, hasNights } = terms
  const { from = localOf(timeZone, Date.now()).date, daysMax = CALENDAR_DAYS_MAX } = wanted
  const dates = { from, to: wanted.to ?? (isDate(from) ? addDays(from, DAYS_PER_WEEK) : '') }
  checkDates(dates, Math.min(daysMax, CALENDAR_DAYS_MAX))
  const within = spanOf(dates, timeZone)
  const read = await readOverlapping(db, listingId, resourceId, within)
  const slots = read.filter((slot) => slot.fromMs >= within.fromMs)
  if (wanted.onOfferAlone !== true) return { timeZone, slots }
  // A range that was given back leaves its pool behind.
  const byRange = schedule?.soldBy === 'ranges'
  const { earliestMs, latestMs } = bookingWindow(terms.nowMs, terms)
  const isOnOffer = (slot: SlotRow) =>
    !terms.archived && !slot.closed && slot.fromMs >= earliestMs && slot.toMs <= latestMs
  return {
    timeZone,
    slots: slots.filter((slot) => (byRange ? slot.taken > 0 : !hasNights && isOnOffer(slot))),
  }
}

/**
 * Makes the slots of some dates; the caller has locked the resource.
 *
 * @param slotsMax default `GENERATED_SLOTS_MAX`
 * @throws HoldfastError `invalid_input` as `generateSlots` does
 */
export async function generate(
  tx: Tx,
  listingId: string,
  { resourceId, exclusive, timeZone, schedule }: ResourceTerms,
  dates: Dates,
  by: Attribution,
  slotsMax = GENERATED_SLOTS_MAX,
): Promise<GeneratedSlots> {
  if (schedule?.soldBy !== 'slots') {
    throw new HoldfastError(
      'invalid_input',
      schedule === null
        ? 'the resource has no schedule to make slots from'
        : 'the resource is sold by ranges, so it has no slots to be made',
    )
  }
  const { capacity } = schedule
  const within = spanOf(dates, timeZone)
  const wanted = slotsOf(schedule, timeZone, within)
  if (wanted.length > slotsMax) {
    throw new HoldfastError(
      'invalid_input',
      `that is ${wanted.length} slots; at most ${slotsMax} are made at once`,
    )
  }
  const reach = { ...within, toMs: Math.max(within.toMs, wanted.at(-1)?.toMs ?? 0) }
  const rules = { within, capacity, exclusive }
  const before = await readOverlapping(tx, listingId, resourceId, reach)
  const closed = await closeIdle(
    tx,
    listingId,
    reconcile(before, wanted, rules).close.map((slot) => slot.poolId),
  )
  // Whoever took one meanwhile was first: what is missing is told from what is there now.
  const now = await readOverlapping(tx, listingId, resourceId, reach)
  const changes = reconcile(now, wanted, { ...rules, within: NOTHING })
  const reopened = await reopen(tx, listingId, idsOf(changes.reopen), capacity)
  const created = changes.create.map((slot) => ({ ...slot, poolId: newId() }))
  await insertSlots(tx, listingId, { resourceId, exclusive }, created, capacity, by)
  const resized = await resizeIdle(tx, listingId, idsOf(changes.resize), capacity)
  sendCapacityEntries(tx, listingId, [...closed, ...reopened, ...resized], by)
  const opened = reopened.length + created.length
  return {
    opened,
    closed: closed.length,
    blocked: changes.blocked,
    kept: wanted.length - opened - changes.blocked.length,
  }
}

/** Within it nothing is closed: what is still there stays. */
const NOTHING: Span = { fromMs: 0, toMs: 0 }

function idsOf(slots: readonly { readonly poolId: string }[]): string[] {
  return slots.map((slot) => slot.poolId)
}
