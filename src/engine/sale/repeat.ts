/** The same time for several weeks, as one reservation: all of it, or as much as is to be had. */
import { createHash } from 'node:crypto'
import { HoldfastError } from '../../domain/errors.js'
import { LINES_MAX } from '../../domain/reservation/demand.js'
import {
  checkLineRequests,
  isPoolLine,
  isTimedLine,
  type LineRequest,
} from '../../domain/reservation/line-request.js'
import { type Refusal, refused } from '../../domain/reservation/outcome.js'
import { type Occurrence, repeated } from '../../domain/time/repeat.js'
import {
  isSameTime,
  type ResourceTime,
  type TimedLine,
  timeOf,
} from '../../domain/time/timed-line.js'
import type { Database } from '../../storage/driver/database.js'
import { readTerms } from '../../storage/tables/schedules.js'
import { readSlotTimes } from '../../storage/tables/slots.js'
import type { CommandOptions, CommandResult, Engine } from '../engine.js'
import { NO_PLACES } from '../reads/places.js'
import type { NewReservation } from '../requests.js'

interface Options {
  readonly db: Pick<Database, 'query'>
  readonly engine: Pick<Engine, 'reserve' | 'hold'>
}

/** Its lines are slots by their pools, or times; those of the first week. */
export interface RepeatedReservation extends NewReservation {
  /** In all, the first one included; from 2. With all repetitions there are at most 50 lines. */
  readonly weeks: number
  /** `refuse`: all weeks or none. `skip`: those that are to be had, if there is one. */
  readonly whenTaken: 'refuse' | 'skip'
  /** Holds for so long; default: reserves for good. */
  readonly ttlMs?: number
}

/** A time that is not part of the reservation. */
export interface SkippedTime extends ResourceTime {
  readonly code: 'slot_taken' | 'insufficient_capacity' | 'not_offered'
}

export type RepeatedResult = CommandResult & {
  readonly skipped: readonly SkippedTime[]
  /** The lines of all weeks, week by week. */
  readonly requested: readonly TimedLine[]
}

/**
 * Reserves or holds the same local times, week after week.
 *
 * With `skip` what is refused is left out and the rest asked for again, under a key that is derived
 * from the caller's: each attempt's answer is pinned to its own, so a retry goes the same way and
 * comes to the same end.
 *
 * @throws HoldfastError as `Engine` does; `invalid_input` for lines that are not bound to a time, or
 * too many with all repetitions
 */
export async function reserveRepeatedly(
  { db, engine }: Options,
  listingId: string,
  wanted: RepeatedReservation,
  options: CommandOptions = {},
): Promise<RepeatedResult> {
  const { lines, weeks, whenTaken } = wanted
  checkLineRequests(lines)
  checkWeeks(weeks, lines.length)
  const times = await timesOf(db, listingId, lines)
  const occurrences = await occurrencesOf(db, listingId, times, weeks)
  const requested = occurrences.map(({ line }) => line)
  const missing = occurrences.filter(({ exists }) => !exists).map(({ line }) => line)
  if (missing.length > 0 && whenTaken === 'refuse') {
    const reason = 'The clocks are set forward over this time in one of the weeks.'
    const slots = missing.map(timeOf)
    const outcome = refused({ code: 'not_offered', slots, reason })
    return { ...outcome, replayed: false, attempts: 0, places: NO_PLACES, skipped: [], requested }
  }
  const ask = (remaining: readonly TimedLine[], attempt: number) =>
    take(engine, listingId, { ...wanted, lines: remaining }, keyed(options, attempt))
  let remaining = requested.filter((line) => !missing.includes(line))
  const skipped = missing.map((line): SkippedTime => ({ ...timeOf(line), code: 'not_offered' }))
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(remaining, attempt)
    if (answer.kind === 'done' || whenTaken === 'refuse') return { ...answer, skipped, requested }
    const gone = goneOf(answer.refusal)
    const left = remaining.filter((line) => !gone.some((time) => isSameTime(time, line)))
    if (left.length === 0 || left.length === remaining.length)
      return { ...answer, skipped, requested }
    skipped.push(...gone)
    remaining = left
  }
}

function checkWeeks(weeks: number, lines: number): void {
  if (!Number.isInteger(weeks) || weeks < 2) {
    throw new HoldfastError('invalid_input', `weeks is a whole number from 2, not ${weeks}`)
  }
  if (weeks * lines <= LINES_MAX) return
  throw new HoldfastError(
    'invalid_input',
    `${lines} lines for ${weeks} weeks are ${weeks * lines}; a reservation has at most ${LINES_MAX}`,
  )
}

/** @throws HoldfastError `invalid_input` for a pool that is not bound to a time */
async function timesOf(
  db: Pick<Database, 'query'>,
  listingId: string,
  lines: readonly LineRequest[],
): Promise<TimedLine[]> {
  const poolIds = lines.filter(isPoolLine).map((line) => line.poolId.toLowerCase())
  const rows = poolIds.length === 0 ? [] : await readSlotTimes(db, listingId, poolIds)
  return lines.map((line) => {
    if (isTimedLine(line)) return { ...line, resourceId: line.resourceId.toLowerCase() }
    if (!isPoolLine(line)) throw new HoldfastError('invalid_input', 'a stay cannot repeat')
    const slot = rows.find((row) => row.poolId === line.poolId.toLowerCase())
    if (slot === undefined) {
      throw new HoldfastError(
        'invalid_input',
        `the pool ${line.poolId} is no slot: it cannot repeat`,
      )
    }
    return { ...timeOf(slot), quantity: line.quantity }
  })
}

/** A resource that the listing does not have is refused where its lines are. */
async function occurrencesOf(
  db: Pick<Database, 'query'>,
  listingId: string,
  times: readonly TimedLine[],
  weeks: number,
): Promise<Occurrence[]> {
  const ids = [...new Set(times.map((time) => time.resourceId))]
  const zones = new Map(
    (await readTerms(db, listingId, ids)).map((terms) => [terms.resourceId, terms.timeZone]),
  )
  return repeated(times, weeks, (resourceId) => zones.get(resourceId) ?? 'UTC')
}

function take(
  engine: Options['engine'],
  listingId: string,
  { weeks: _, whenTaken: __, ttlMs, ...wanted }: RepeatedReservation,
  options: CommandOptions,
): Promise<CommandResult> {
  return ttlMs === undefined
    ? engine.reserve(listingId, wanted, options)
    : engine.hold(listingId, { ...wanted, ttlMs }, options)
}

/** The caller's own key for the first attempt; nobody else's can be the key of a later one. */
function keyed(options: CommandOptions, attempt: number): CommandOptions {
  if (options.key === undefined || attempt === 0) return options
  const digest = createHash('sha256').update(options.key).digest('base64url')
  return { ...options, key: `repeat ${digest} ${attempt}` }
}

/** The times that a refusal says are not to be had; none when it says something else. */
function goneOf(refusal: Refusal): SkippedTime[] {
  switch (refusal.code) {
    case 'slot_taken':
    case 'not_offered':
      return refusal.slots.map((slot) => ({ ...timeOf(slot), code: refusal.code }))
    case 'insufficient_capacity':
      return refusal.lines.flatMap(({ time }) =>
        time === undefined ? [] : [{ ...timeOf(time), code: 'insufficient_capacity' as const }],
      )
    default:
      return []
  }
}
