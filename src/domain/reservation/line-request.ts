/** A line as a caller sends it, before its pools are known. */

import { HoldfastError } from '../errors.js'
import { daysBetween } from '../time/date.js'
import { checkStay, POOLS_MAX, type Stay } from '../time/stay.js'
import { checkTimes, type TimedLine } from '../time/timed-line.js'
import { checkLines, LINES_MAX, type Line } from './demand.js'

/** Units of one pool, time on a resource, or rooms for some nights. */
export type LineRequest = Line | TimedLine | Stay

/** True for a line that names its pool. */
export function isPoolLine(wanted: LineRequest): wanted is Line {
  return 'poolId' in wanted
}

/** True for a line that names a slot or a range of time. */
export function isTimedLine(wanted: LineRequest): wanted is TimedLine {
  return 'fromMs' in wanted
}

/** True for a line that names nights. */
export function isStay(wanted: LineRequest): wanted is Stay {
  return 'checkIn' in wanted
}

/**
 * Checks the lines of a caller's request.
 *
 * @throws HoldfastError `invalid_input` when there is no line, more than `LINES_MAX`, or more than
 * `POOLS_MAX` nights and lines in all; and what `checkLines`, `checkTimes` and `checkStay` throw
 */
export function checkLineRequests(wanted: readonly LineRequest[]): void {
  if (wanted.length === 0 || wanted.length > LINES_MAX) {
    throw invalid(`a reservation has 1 to ${LINES_MAX} lines, this one has ${wanted.length}`)
  }
  const lines = wanted.filter(isPoolLine)
  if (lines.length > 0) checkLines(lines)
  if (lines.length === wanted.length) return
  checkTimes(wanted.filter(isTimedLine))
  const stays = wanted.filter(isStay)
  for (const stay of stays) checkStay(stay)
  const nights = stays.reduce((sum, stay) => sum + daysBetween(stay.checkIn, stay.checkOut), 0)
  const pools = nights + wanted.length - stays.length
  if (pools <= POOLS_MAX) return
  throw invalid(`a reservation has at most ${POOLS_MAX} nights and lines in all, not ${pools}`)
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
