/**
 * Time on a resource as it is asked for: a slot that there is, or any range where ranges are sold. What
 * is taken in the end is a unit of a pool, as with every line.
 */
import { HoldfastError } from './errors.js'
import { RANGE_MINUTES_MAX, type Span } from './schedule.js'
import { overlaps } from './slots.js'
import { MS_PER_MINUTE } from './zoned-time.js'

/** From one instant to another on a resource. */
export interface ResourceTime extends Span {
  readonly resourceId: string
}

export interface TimeLine extends ResourceTime {
  /** Places in a class; 1 where the resource is exclusive. */
  readonly quantity: number
}

/** A slot, or a range that is no pool yet and has no id. */
export interface Slot extends ResourceTime {
  readonly poolId: string | null
}

/** The latest instant that can be asked for: the end of the year 9998. */
const LATEST_MS = Date.UTC(9999, 0, 1)

/**
 * Checks the times that one caller asks for.
 *
 * @throws HoldfastError `invalid_input` when one ends before it begins or is longer than any is sold,
 * or two of one resource overlap
 */
export function checkTimes(times: readonly TimeLine[]): void {
  times.forEach((time, i) => {
    checkTime(time)
    const other = times
      .slice(i + 1)
      .find((each) => sameResource(time, each) && overlaps(time, each))
    if (other !== undefined) throw invalid('two lines of the reservation overlap on one resource')
  })
}

function sameResource(a: ResourceTime, b: ResourceTime): boolean {
  return a.resourceId.toLowerCase() === b.resourceId.toLowerCase()
}

function checkTime({ fromMs, toMs }: TimeLine): void {
  const sound = Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs)
  if (!sound || fromMs < 0 || toMs > LATEST_MS) throw invalid('a time is of the years 1970 to 9998')
  const minutes = (toMs - fromMs) / MS_PER_MINUTE
  if (minutes > 0 && minutes <= RANGE_MINUTES_MAX) return
  throw invalid(`to is up to ${RANGE_MINUTES_MAX} minutes after from, not ${minutes}`)
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
