/** Sums over a race that its panel and its plain lines show alike, so that both say the same. */
import type { RaceSnapshot } from '../../../lab/race/race.js'

export interface RaceSums {
  readonly capacity: number
  readonly sold: number
  /** Units sold beyond what each pool has; one pool's free units make up for no other's. */
  readonly over: number
  /** Reservations over the last second. */
  readonly reservedPerSecond: number
}

const TICKS_PER_SECOND = 10

/** Adds up what a look at a race shows. */
export function sumsOf(snapshot: RaceSnapshot): RaceSums {
  let capacity = 0
  let sold = 0
  let over = 0
  for (const resource of snapshot.resources) {
    capacity += resource.capacity
    sold += resource.sold
    over += resource.over
  }
  const last = snapshot.reservedPerTick.slice(-TICKS_PER_SECOND)
  const reserved = last.reduce((sum, tick) => sum + tick, 0)
  // In the first second there are fewer ticks: what they show is scaled up, not taken for a second.
  const reservedPerSecond =
    last.length === 0 ? 0 : Math.round((reserved * TICKS_PER_SECOND) / last.length)
  return { capacity, sold, over, reservedPerSecond }
}
