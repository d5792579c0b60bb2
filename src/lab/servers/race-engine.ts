/** The engine of a race's server: the contestant's, with the lab's counters around it. */
import type { Holdfast } from '../../engine/holdfast.js'
import type { Database } from '../../storage/driver/database.js'
import { CONTESTANTS, contestantHoldfast } from '../race/contestants.js'
import type { ContestantName, RaceIsolation } from '../race/race.js'
import { countingDatabase } from './round-trips.js'

export interface RaceEngineOptions {
  readonly strategy: ContestantName
  /** Instead of the strategy's own. */
  readonly isolation?: RaceIsolation
  /** Counted up. */
  readonly counts: ServerCounts
}

/** What a server counts for the race; figures only rise. */
export interface ServerCounts {
  /** Waits for the database's answer in transactions. */
  roundTrips: number
  /** Transactions that were run again. */
  retries: number
}

export function raceEngine(
  db: Database,
  { strategy, isolation, counts }: RaceEngineOptions,
): Holdfast {
  const own = CONTESTANTS[strategy]
  const counting = countingDatabase(db, () => {
    counts.roundTrips += 1
  })
  return contestantHoldfast(isolation === undefined ? own : { ...own, isolation }, counting, {
    observer: {
      retried: () => {
        counts.retries += 1
      },
    },
  })
}
