/** The engine of a race's server: the contestant's, with the lab's counters around it. */
import type { Holdfast } from '../../engine/holdfast.js'
import { emailChannel } from '../../engine/notices/email.js'
import { type Notices, noticesOf } from '../../engine/notices/notices.js'
import { observedBy } from '../../engine/observer.js'
import { startMaintainer } from '../../engine/upkeep/maintainer.js'
import type { Database } from '../../storage/driver/database.js'
import { mailNowOf, mailOptionsOf } from '../mails/postman.js'
import { CONTESTANTS, contestantHoldfast } from '../race/contestants.js'
import type { ContestantName, RaceIsolation } from '../race/race.js'
import { countingDatabase } from './round-trips.js'

export interface RaceEngineOptions {
  readonly strategy: ContestantName
  /** Instead of the strategy's own. */
  readonly isolation?: RaceIsolation
  /** The SMTP server to which customers' mails go; default nobody is sent any. */
  readonly mailUrl?: string
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

export async function raceEngine(
  db: Database,
  { strategy, isolation, mailUrl, counts }: RaceEngineOptions,
): Promise<Holdfast> {
  const own = CONTESTANTS[strategy]
  const counting = countingDatabase(db, () => {
    counts.roundTrips += 1
  })
  const mail = mailUrl === undefined ? undefined : await mailOptionsOf(mailUrl)
  const mailNow = mail && own.mails === 'by itself' ? await mailNowOf(db, mail) : undefined
  let notices: Notices | undefined
  const holdfast = contestantHoldfast(
    isolation === undefined ? own : { ...own, isolation },
    counting,
    {
      observer: {
        retried: () => {
          counts.retries += 1
        },
      },
      onChange: () => notices?.committed(),
    },
    mailNow,
  )
  if (mail !== undefined && mailNow === undefined) {
    // Past the counter: what the dispatcher waits for is no round trip of a reservation.
    const grounds = { db, tokens: holdfast.tokens }
    const channels = [emailChannel(mail)]
    notices = noticesOf({ grounds, channels, observer: observedBy([]), onError: () => {} })
    startMaintainer({ services: await notices.begin() })
  }
  return holdfast
}
