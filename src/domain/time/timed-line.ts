/**
 * Time on a resource as a caller names it: an existing slot, or any range where ranges are sold. What
 * is taken in the end is a unit of a pool, as with every line.
 */

import { HoldfastError } from '../errors.js'
import { isUuid } from '../ids.js'
import { checkQuantity } from '../reservation/demand.js'
import { RANGE_MINUTES_MAX, type Span } from './schedule.js'
import { overlaps } from './slots.js'
import { MS_PER_MINUTE } from './zoned-time.js'

/** From one instant to another on a resource. */
export interface ResourceTime extends Span {
  readonly resourceId: string
}

export interface TimedLine extends ResourceTime {
  /** Places in a class; 1 where the resource is exclusive. */
  readonly quantity: number
}

/** A slot, or a range that is no pool yet and has no id. */
export interface SlotTime extends ResourceTime {
  readonly poolId: string | null
}

/** The latest instant that a caller may name: the end of the year 9998. */
const LATEST_MS = Date.UTC(9999, 0, 1)

/**
 * Checks the times of one reservation.
 *
 * @throws HoldfastError `invalid_input` when an id is no UUID, a quantity is out of range, a time
 * ends before it begins or is longer than any is sold, or two on one resource overlap
 */
export function checkTimes(times: readonly TimedLine[]): void {
  for (const time of times) checkTime(time)
  times.forEach((time, i) => {
    const later = times.slice(i + 1)
    if (later.some((other) => isSameResource(time, other) && overlaps(time, other))) {
      throw invalid('two lines of the reservation overlap on one resource')
    }
  })
}

function checkTime({ resourceId, quantity, fromMs, toMs }: TimedLine): void {
  if (!isUuid(resourceId)) {
    throw invalid(`the resource id ${JSON.stringify(resourceId)} is no UUID`)
  }
  checkQuantity(quantity)
  const sound = Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs)
  if (!sound || fromMs < 0 || toMs > LATEST_MS) throw invalid('a time is of the years 1970 to 9998')
  const minutes = (toMs - fromMs) / MS_PER_MINUTE
  if (minutes > 0 && minutes <= RANGE_MINUTES_MAX) return
  throw invalid(`to is up to ${RANGE_MINUTES_MAX} minutes after from, not ${minutes}`)
}

function isSameResource(a: ResourceTime, b: ResourceTime): boolean {
  return a.resourceId.toLowerCase() === b.resourceId.toLowerCase()
}

/** True when both are the same time on the same resource. */
export function isSameTime(a: ResourceTime, b: ResourceTime): boolean {
  return isSameResource(a, b) && a.fromMs === b.fromMs && a.toMs === b.toMs
}

/** The time alone, of whatever has one. */
export function timeOf({ resourceId, fromMs, toMs }: ResourceTime): ResourceTime {
  return { resourceId, fromMs, toMs }
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
