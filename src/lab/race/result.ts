/** The result of a race: the recount, its findings and the judgement of the history, put together. */

import { ledgerOf } from '../checker/exact/join.js'
import { judge } from '../checker/judge.js'
import type { DatabaseFacts } from '../database/database-facts.js'
import { findingsOf } from '../database/recount.js'
import { acknowledgedOf, countLost } from '../history/acknowledged.js'
import type { History } from '../history/history.js'
import type { Sale, Scenario } from '../scenarios/scenario.js'
import type { ServerCounts } from '../servers/race-engine.js'
import { storiesOf } from '../story/story.js'
import { CONTESTANTS } from './contestants.js'
import type {
  PoolRecount,
  RaceChaos,
  RaceFindings,
  RaceOptions,
  RaceResult,
  RaceVerdict,
} from './race.js'
import { promisedTwice } from './snapshot.js'
import type { Tally } from './tally.js'

export interface FinishedRace {
  readonly race: RaceOptions
  readonly scenario: Scenario
  readonly sale: Sale
  readonly history: History
  readonly pools: readonly PoolRecount[]
  readonly tally: Tally
  readonly counted: ServerCounts
  readonly elapsedMs: number
  readonly settled: number
  readonly chaos: RaceChaos
  readonly database: DatabaseFacts
  /** True when the race was stopped half-way. */
  readonly interrupted: boolean
}

export function resultOf(finished: FinishedRace): RaceResult {
  const { race, scenario, sale, tally, pools, counted, elapsedMs } = finished
  const findings = findingsIn(finished)
  const control = isControl(race)
  const judgement = judge(finished.history, { control })
  const sound = Object.values(findings).every((figure) => figure === 0)
  const ok = sound && judgement.verdict !== 'violation'
  const { reserved } = tally.counts
  return {
    options: race,
    words: scenario.words,
    elapsedMs,
    counts: { ...tally.counts, retries: counted.retries },
    reservedPerSecond: reserved / (elapsedMs / 1000),
    latencyMs: tally.latencyMs(),
    roundTripsPerReservation: reserved === 0 ? null : counted.roundTrips / reserved,
    overTime: tally.overTime,
    pools,
    findings,
    promisedTwice: promisedTwice(sale, tally),
    settled: finished.settled,
    judgement,
    stories:
      judgement.anomalies.length === 0 ? [] : storiesOf(ledgerOf(finished.history), judgement),
    verdict: verdictOf(ok, control),
    ok,
    chaos: finished.chaos,
    database: finished.database,
    isolation: isolationOf(race),
  }
}

/**
 * True for a control, which the lab has to catch. With another isolation than its own it may well be
 * safe, so then a race that finds nothing is a result.
 */
function isControl({ strategy, isolation }: RaceOptions): boolean {
  return !CONTESTANTS[strategy].safe && isolation === undefined
}

function isolationOf({ strategy, isolation }: RaceOptions): RaceResult['isolation'] {
  const own = CONTESTANTS[strategy].isolation
  return { own, ran: isolation ?? own }
}

function verdictOf(ok: boolean, control: boolean): RaceVerdict {
  if (!ok) return 'violation'
  return control ? 'inconclusive' : 'ok'
}

function findingsIn({ scenario, history, pools, tally, interrupted }: FinishedRace): RaceFindings {
  const lost = countLost(history.reservations, acknowledgedOf(history.operations))
  const found = findingsOf(pools, lost)
  // A race that was stopped half-way leaves units over; that is nobody's fault.
  const unsoldCounts = scenario.sellsOut && !interrupted && refusedSomebody(scenario, tally)
  return unsoldCounts ? found : { ...found, unsold: 0 }
}

/** Where clients come until nothing is left, whatever is left is a fault. */
function refusedSomebody({ visits }: Scenario, tally: Tally): boolean {
  return visits === undefined || tally.counts.refused > 0
}
