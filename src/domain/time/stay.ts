/**
 * Stays: rooms for every night from check-in to check-out. A caller names a range of dates;
 * what is taken is one line for each night, all of them or none. Pure.
 */

import { HoldfastError } from '../errors.js'
import { isUuid } from '../ids.js'
import { checkQuantity, type Line } from '../reservation/demand.js'
import type { Refusal } from '../reservation/outcome.js'
import { DATE_MAX, DATE_MIN, datesOf, daysBetween, isDate } from './date.js'
import { type BookingTerms, bookingWindow, isNightOpen, pastAllowed } from './window.js'

interface Nights {
  /** The date of the first night, `YYYY-MM-DD`. */
  readonly checkIn: string
  /** The date after the last night. */
  readonly checkOut: string
  /** Rooms for each of the nights. */
  readonly quantity: number
}

/** Rooms of a type, from what the hotel has on sale for everybody. */
export interface RoomStay extends Nights {
  readonly resourceId: string
}

/** Rooms of a block, from what was set aside for a party. */
export interface BlockStay extends Nights {
  readonly blockId: string
}

export type Stay = RoomStay | BlockStay

/** The most nights that one stay may have. */
export const STAY_NIGHTS_MAX = 90
/** The most nights that are set up or looked at in one request: two years. */
export const NIGHTS_MAX = 731
/** The most pools that one reservation may take from: a stay takes from one for each night. */
export const POOLS_MAX = 200

/** What a stay is on: a resource's id, or that of a block, which is its resource's, too. */
export function resourceOf(stay: Stay): string {
  return ('blockId' in stay ? stay.blockId : stay.resourceId).toLowerCase()
}

/** @throws HoldfastError `invalid_input` for an id that is no UUID, or nights that are none or too many */
export function checkStay(stay: Stay): void {
  const id = 'blockId' in stay ? stay.blockId : stay.resourceId
  if (!isUuid(id)) throw invalid(`the id ${quoted(id)} is no UUID`)
  checkQuantity(stay.quantity)
  checkRange('check_in', stay.checkIn, 'check_out', stay.checkOut, STAY_NIGHTS_MAX)
}

/**
 * Checks a range of nights, the last of which is the one before `to`.
 *
 * @throws HoldfastError `invalid_input` naming the date that is none, or how long the range may be
 */
export function checkRange(
  fromName: string,
  from: string,
  toName: string,
  to: string,
  nightsMax: number,
): void {
  checkDate(fromName, from)
  checkDate(toName, to)
  const nights = daysBetween(from, to)
  if (nights >= 1 && nights <= nightsMax) return
  throw invalid(`${toName} is 1 to ${nightsMax} days after ${fromName}, not ${nights}`)
}

/** @throws HoldfastError `invalid_input` for a cut-off that is no date, or comes when all is over */
export function checkCutOff(cutOff: string, to: string): void {
  checkDate('cut_off', cutOff)
  if (cutOff < to) return
  throw invalid(`cut_off is no later than the last night, which is before ${to}, not ${cutOff}`)
}

function checkDate(name: string, date: unknown): void {
  if (isDate(date)) return
  throw invalid(
    `${name} is a date from ${DATE_MIN} to ${DATE_MAX} as YYYY-MM-DD, not ${quoted(date)}`,
  )
}

/** What a hotel asks of stays, night by night. */
export interface NightTerms {
  /** The fewest nights that a guest who arrives on this date has to stay. */
  readonly minimumStay: number
  /** The most; null: as many as any stay may have. */
  readonly maximumStay: number | null
  readonly onSale: boolean
  /** True: nobody arrives on this date. */
  readonly closedToArrival: boolean
  /** True: nobody leaves on this date. */
  readonly closedToDeparture: boolean
}

/** A night as it was looked up for a stay. */
export interface NightFound extends NightTerms {
  readonly night: string
  readonly poolId: string
}

/** A stay with what was found for it. */
export interface StayFound extends BookingTerms {
  readonly stay: Stay
  /** False: the listing has no such resource, or no such block. */
  readonly known: boolean
  /** False: a block that is not definite, or past its cut-off. */
  readonly open: boolean
  /** Whose clocks tell which night is over. */
  readonly timeZone: string
  /** When it was looked up, by the database's clock. */
  readonly lookedAtMs: number
  /** Those of the nights that there are; not the date of departure. */
  readonly nights: readonly NightFound[]
  /** True: nobody leaves on the date of departure. */
  readonly closedToDeparture: boolean
}

/** One line for each night of each stay. */
export function linesOfStays(stays: readonly StayFound[]): Line[] {
  return stays.flatMap(({ stay, nights }) =>
    nights.map(({ poolId }) => ({ poolId, quantity: stay.quantity })),
  )
}

/** What a guest has already, whom nobody asks for it again. */
export interface StayAsker {
  /** True when the guest does not have as many rooms of this pool as are wanted. */
  isNew(poolId: string): boolean
  /** True for a hold that gives a night back: what is left of it is a stay as if it were new. */
  readonly shortensHold: boolean
  /** True for a seller who enters the past on purpose. */
  readonly allowPast: boolean
  readonly nowMs: number
}

/**
 * Why stays cannot be had, whether or not there are rooms. Refusals come in the order that `Refusal`
 * documents. Only what is new is asked about: a night that the guest has may be off sale by now, and
 * his arrival is that of a guest who comes.
 */
export function refusalOfStays(stays: readonly StayFound[], asker: StayAsker): Refusal | undefined {
  return notOpenAmong(stays, asker) ?? notOnSaleAmong(stays, asker) ?? rulesBroken(stays, asker)
}

/** The stays of which the listing has no resource or block; undefined when it has them all. */
export function unknownAmong(stays: readonly StayFound[]): Refusal | undefined {
  const ids = stays.filter(({ known }) => !known).map(({ stay }) => resourceOf(stay))
  if (ids.length === 0) return undefined
  return { code: 'unknown_resource', resourceIds: [...new Set(ids)] }
}

function notOpenAmong(stays: readonly StayFound[], { isNew }: StayAsker): Refusal | undefined {
  const ids = stays
    .filter(({ open }) => !open)
    .filter(
      ({ stay, nights }) => !hasAll(stay, nights) || nights.some((each) => isNew(each.poolId)),
    )
    .map(({ stay }) => resourceOf(stay))
  return ids.length === 0 ? undefined : { code: 'block_not_open', blockIds: [...new Set(ids)] }
}

function hasAll(stay: Stay, nights: readonly NightFound[]): boolean {
  return nights.length === daysBetween(stay.checkIn, stay.checkOut)
}

function notOnSaleAmong(
  stays: readonly StayFound[],
  { isNew, allowPast, nowMs }: StayAsker,
): Refusal | undefined {
  const missing = stays.flatMap((found) => {
    const { stay, nights } = found
    const now = bookingWindow(nowMs, found)
    const window = allowPast ? pastAllowed(now) : now
    const toBeHad = new Set(
      nights
        .filter(
          ({ poolId, night, onSale }) => !isNew(poolId) || (onSale && isNightOpen(window, night)),
        )
        .map(({ night }) => night),
    )
    const resourceId = resourceOf(stay)
    return datesOf(stay.checkIn, stay.checkOut)
      .filter((night) => !toBeHad.has(night))
      .map((night) => ({ resourceId, night }))
  })
  return missing.length === 0 ? undefined : { code: 'nights_not_on_sale', nights: missing }
}

/** What the hotel asks of whoever arrives, stays and leaves on these dates. */
function rulesBroken(stays: readonly StayFound[], asker: StayAsker): Refusal | undefined {
  const rules = [tooShort, tooLong, closedToArrival, closedToDeparture]
  for (const rule of rules) {
    for (const found of stays) {
      const refusal = rule(found, asker)
      if (refusal !== undefined) return refusal
    }
  }
  return undefined
}

type Rule = (found: StayFound, asker: StayAsker) => Refusal | undefined

const tooShort: Rule = ({ stay, nights }, asker) => {
  const arrival = arrivalOf(stay, nights, asker)
  const stayed = daysBetween(stay.checkIn, stay.checkOut)
  if (arrival === undefined || arrival.minimumStay <= stayed) return undefined
  const { minimumStay } = arrival
  const resourceId = resourceOf(stay)
  return { code: 'minimum_stay', resourceId, night: stay.checkIn, minimumStay, stayed }
}

/** Asked of a guest who stays on, too. */
const tooLong: Rule = ({ stay, nights }, { isNew }) => {
  const maximumStay = nights.find(({ night }) => night === stay.checkIn)?.maximumStay ?? null
  const stayed = daysBetween(stay.checkIn, stay.checkOut)
  if (maximumStay === null || stayed <= maximumStay) return undefined
  if (!nights.some(({ poolId }) => isNew(poolId))) return undefined
  const resourceId = resourceOf(stay)
  return { code: 'maximum_stay', resourceId, night: stay.checkIn, maximumStay, stayed }
}

const closedToArrival: Rule = ({ stay, nights }, asker) => {
  if (!arrivalOf(stay, nights, asker)?.closedToArrival) return undefined
  return { code: 'closed_to_arrival', resourceId: resourceOf(stay), night: stay.checkIn }
}

const closedToDeparture: Rule = ({ stay, nights, closedToDeparture: closed }, asker) => {
  const last = nights.at(-1)
  const isNew = last !== undefined && (asker.isNew(last.poolId) || asker.shortensHold)
  if (!closed || !isNew) return undefined
  return { code: 'closed_to_departure', resourceId: resourceOf(stay), night: stay.checkOut }
}

/** The night of arrival, if the guest's arrival is new. */
function arrivalOf(
  stay: Stay,
  nights: readonly NightFound[],
  { isNew, shortensHold }: StayAsker,
): NightFound | undefined {
  return nights.find(
    ({ night, poolId }) => night === stay.checkIn && (isNew(poolId) || shortensHold),
  )
}

/** True when the night is one of the stay's. */
export function covers(stay: Stay, resourceId: string, night: string): boolean {
  return resourceOf(stay) === resourceId && stay.checkIn <= night && night < stay.checkOut
}

function quoted(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
