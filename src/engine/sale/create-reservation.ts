/** Holds or reserves, once or week after week. */
import type { LineRequest } from '../../domain/reservation/line-request.js'
import type { Database } from '../../storage/driver/database.js'
import type { CommandOptions, CommandResult, Engine } from '../engine.js'
import type { NewReservation } from '../requests.js'
import { reserveRepeatedly, type SkippedTime } from './repeat.js'

export interface ReservationRequest extends NewReservation {
  /** Holds for so long, in milliseconds; default: reserves for good. */
  readonly ttlMs?: number
  /** The same local times, week after week, as one reservation. */
  readonly repeat?: {
    /** In all, the first one included; from 2. With all repetitions there are at most 50 lines. */
    readonly weeks: number
    /** `refuse`, the default: all weeks or none. `skip`: those that are free, if there is one. */
    readonly whenTaken?: 'refuse' | 'skip'
  }
}

export type CreatedReservation = CommandResult & {
  /** The lines as they were requested, those of all weeks. */
  readonly requested: readonly LineRequest[]
  /** Times of a repetition that are not part of the reservation; undefined without one. */
  readonly skipped?: readonly SkippedTime[]
}

interface Options {
  readonly db: Pick<Database, 'query'>
  readonly engine: Pick<Engine, 'reserve' | 'hold'>
}

/** @throws HoldfastError as `Engine` does, and as `reserveRepeatedly` does with `repeat` */
export async function createReservation(
  options: Options,
  listingId: string,
  { repeat, ttlMs, ...wanted }: ReservationRequest,
  command?: CommandOptions,
): Promise<CreatedReservation> {
  const { engine } = options
  if (repeat !== undefined) {
    const { weeks, whenTaken = 'refuse' } = repeat
    const held = ttlMs === undefined ? {} : { ttlMs }
    const request = { ...wanted, weeks, whenTaken, ...held }
    return reserveRepeatedly(options, listingId, request, command)
  }
  const result =
    ttlMs === undefined
      ? await engine.reserve(listingId, wanted, command)
      : await engine.hold(listingId, { ...wanted, ttlMs }, command)
  return { ...result, requested: wanted.lines }
}
