/**
 * Stays: rooms for every night from check-in to check-out. A caller names a range of dates;
 * what is taken is one line for each night, all of them or none. Pure.
 */

import { HoldfastError } from '../errors.js'
import { isUuid } from '../ids.js'
import { checkQuantity, type Line } from '../reservation/demand.js'
import type { Refusal } from '../reservation/outcome.js'
import { DATE_MAX, DATE_MIN, datesOf, daysBetween, isDate } from './date.js'

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

/** A night as it was looked up for a stay. */
export interface NightFound {
  readonly night: string
  readonly poolId: string
  /** The fewest nights that a guest who arrives on this date has to stay. */
  readonly minimumStay: number
  readonly onSale: boolean
}

/** A stay with what was found for it. */
export interface StayFound {
  readonly stay: Stay
  /** False: the listing has no such resource, or no such block. */
  readonly known: boolean
  /** False: a block that is not definite, or past its cut-off. */
  readonly open: boolean
  readonly nights: readonly NightFound[]
}

/** The lines that the stays come to, or why they come to none; a refusal has no lines. */
export interface ResolvedStays {
  readonly lines: readonly Line[]
  readonly refusal?: Refusal
}

/** One line for each night of each stay. Refusals come in the order that `Refusal` documents. */
export function linesOfStays(stays: readonly StayFound[]): ResolvedStays {
  const refusal =
    unknownAmong(stays) ?? notOpenAmong(stays) ?? notOnSaleAmong(stays) ?? tooShortAmong(stays)
  if (refusal !== undefined) return { lines: [], refusal }
  const lines = stays.flatMap(({ stay, nights }) =>
    nights.map(({ poolId }) => ({ poolId, quantity: stay.quantity })),
  )
  return { lines }
}

function unknownAmong(stays: readonly StayFound[]): Refusal | undefined {
  const ids = stays.filter(({ known }) => !known).map(({ stay }) => resourceOf(stay))
  if (ids.length === 0) return undefined
  return { code: 'unknown_resource', resourceIds: [...new Set(ids)] }
}

function notOpenAmong(stays: readonly StayFound[]): Refusal | undefined {
  const ids = stays.filter(({ open }) => !open).map(({ stay }) => resourceOf(stay))
  return ids.length === 0 ? undefined : { code: 'block_not_open', blockIds: [...new Set(ids)] }
}

function notOnSaleAmong(stays: readonly StayFound[]): Refusal | undefined {
  const missing = stays.flatMap(({ stay, nights }) => {
    const onSale = new Set(nights.filter((each) => each.onSale).map(({ night }) => night))
    const resourceId = resourceOf(stay)
    return datesOf(stay.checkIn, stay.checkOut)
      .filter((night) => !onSale.has(night))
      .map((night) => ({ resourceId, night }))
  })
  return missing.length === 0 ? undefined : { code: 'nights_not_on_sale', nights: missing }
}

function tooShortAmong(stays: readonly StayFound[]): Refusal | undefined {
  for (const { stay, nights } of stays) {
    const arrival = nights.find(({ night }) => night === stay.checkIn)
    const stayed = daysBetween(stay.checkIn, stay.checkOut)
    if (arrival === undefined || arrival.minimumStay <= stayed) continue
    const { minimumStay } = arrival
    const resourceId = resourceOf(stay)
    return { code: 'minimum_stay', resourceId, night: stay.checkIn, minimumStay, stayed }
  }
  return undefined
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
