/**
 * Time on a resource as it is asked for: a slot that there is, or any range where ranges are sold. What
 * is taken in the end is a unit of a pool, as with every line.
 */
import { checkQuantity, LINES_MAX, type Line, sumPerPool } from './demand.js'
import { HoldfastError } from './errors.js'
import { isUuid } from './ids.js'
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

/** A line as it is asked for. */
export type Wanted = Line | TimeLine

/** A slot, or a range that is no pool yet and has no id. */
export interface Slot extends ResourceTime {
  readonly poolId: string | null
}

export function isTimeLine(wanted: Wanted): wanted is TimeLine {
  return 'fromMs' in wanted
}

/** The latest instant that can be asked for: the end of the year 9998. */
const LATEST_MS = Date.UTC(9999, 0, 1)

/**
 * Checks what a caller asked for, before anybody knows which pools that is.
 *
 * @throws HoldfastError `invalid_input` when there is no line or more than `LINES_MAX`, an id is no
 * UUID, a quantity is out of range, a time ends before it begins or is longer than any is sold, or
 * two times on one resource overlap
 */
export function checkWanted(wanted: readonly Wanted[]): void {
  if (wanted.length === 0 || wanted.length > LINES_MAX) {
    throw invalid(`a reservation has 1 to ${LINES_MAX} lines, this one has ${wanted.length}`)
  }
  for (const line of wanted) {
    const id = isTimeLine(line) ? line.resourceId : line.poolId
    if (!isUuid(id)) throw invalid(`the id ${JSON.stringify(id)} is no UUID`)
    checkQuantity(line.quantity)
    if (isTimeLine(line)) checkTime(line)
  }
  for (const { quantity } of sumPerPool(wanted.filter(isLine))) checkQuantity(quantity)
  const times = wanted.filter(isTimeLine)
  times.forEach((time, i) => {
    const other = times
      .slice(i + 1)
      .find((each) => sameResource(time, each) && overlaps(time, each))
    if (other !== undefined) throw invalid('two lines of the reservation overlap on one resource')
  })
}

export function isLine(wanted: Wanted): wanted is Line {
  return !isTimeLine(wanted)
}

function sameResource(a: ResourceTime, b: ResourceTime): boolean {
  return a.resourceId.toLowerCase() === b.resourceId.toLowerCase()
}

function checkTime({ fromMs, toMs }: Span): void {
  const sound = Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs)
  if (!sound || fromMs < 0 || toMs > LATEST_MS) throw invalid('a time is of the years 1970 to 9998')
  const minutes = (toMs - fromMs) / MS_PER_MINUTE
  if (minutes > 0 && minutes <= RANGE_MINUTES_MAX) return
  throw invalid(`to is up to ${RANGE_MINUTES_MAX} minutes after from, not ${minutes}`)
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
