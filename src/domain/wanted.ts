/**
 * What a line asks for: units of a pool, time on a resource, or rooms for the nights of a stay. In the
 * end each is units of pools; until it has been looked up, nobody knows which.
 */
import { checkQuantity, LINES_MAX, type Line, sumPerPool } from './demand.js'
import { HoldfastError } from './errors.js'
import { isUuid } from './ids.js'
import { checkStay, nightsOf, type Stay } from './stay.js'
import { checkTimes, type TimeLine } from './time-line.js'

/** A line as it is asked for. */
export type Wanted = Line | TimeLine | Stay

/** The most pools that one reservation may take from: a stay takes from one for each night. */
export const POOLS_MAX = 200

/** True for a line that names its pool. */
export function isLine(wanted: Wanted): wanted is Line {
  return 'poolId' in wanted
}

/** True for a line that asks for a slot or a range. */
export function isTimeLine(wanted: Wanted): wanted is TimeLine {
  return 'fromMs' in wanted
}

/** True for a line that asks for nights. */
export function isStay(wanted: Wanted): wanted is Stay {
  return 'checkIn' in wanted
}

/**
 * Checks what a caller asked for, before anybody knows which pools that is.
 *
 * @throws HoldfastError `invalid_input` when there is no line, more than `LINES_MAX` or more than
 * `POOLS_MAX` nights and lines in all; when an id is no UUID or a quantity out of range; and for
 * times and stays that are none, see `checkTimes` and `checkStay`
 */
export function checkWanted(wanted: readonly Wanted[]): void {
  if (wanted.length === 0 || wanted.length > LINES_MAX) {
    throw invalid(`a reservation has 1 to ${LINES_MAX} lines, this one has ${wanted.length}`)
  }
  let pools = 0
  for (const line of wanted) {
    const id = idOf(line)
    if (!isUuid(id)) throw invalid(`the id ${JSON.stringify(id) ?? String(id)} is no UUID`)
    checkQuantity(line.quantity)
    if (isStay(line)) checkStay(line)
    pools += isStay(line) ? nightsOf(line) : 1
  }
  if (pools > POOLS_MAX) {
    throw invalid(`a reservation has at most ${POOLS_MAX} nights and lines in all, not ${pools}`)
  }
  checkTimes(wanted.filter(isTimeLine))
  for (const { quantity } of sumPerPool(wanted.filter(isLine))) checkQuantity(quantity)
}

/** What a line names: a pool, a resource or a block. */
function idOf(line: Wanted): string {
  if (isLine(line)) return line.poolId
  return 'blockId' in line ? line.blockId : line.resourceId
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
