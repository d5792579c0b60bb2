/** Several races of one scenario, put side by side: what each strategy came to over all its rounds. */
import type { DatabaseFacts } from '../database/database-facts.js'
import type {
  ContestantName,
  LatencyMs,
  RaceOptions,
  RaceResult,
  RaceSnapshot,
} from '../race/race.js'

/** One strategy over all of its rounds. */
export interface ComparedStrategy {
  readonly strategy: ContestantName
  /** What it does, in one sentence. */
  readonly idea: string
  readonly safe: boolean
  readonly verdict: ComparedVerdict
  /** Units sold beyond what there is, over all rounds. */
  readonly oversold: number
  /** Refusals although enough units were free all the time, over all rounds. */
  readonly unjustified: number
  /** Acknowledged reservations that the database does not have, over all rounds. */
  readonly lost: number
  /** Medians of the rounds from here on. */
  readonly reservedPerSecond: number
  readonly latencyMs: LatencyMs
  readonly conflicts: number
  readonly retries: number
  /** Null when nobody got anything. */
  readonly roundTripsPerReservation: number | null
  readonly races: readonly RaceResult[]
}

/**
 * `ok`: nothing was found in any round. `violation`: something was found in a safe strategy. `caught`:
 * something was found in a control, as it had to be. `missed`: a control showed nothing, so that this
 * comparison proves nothing.
 */
export type ComparedVerdict = 'ok' | 'violation' | 'caught' | 'missed'

export interface Comparison {
  /** When the first race began: ISO 8601. */
  readonly measuredAt: string
  readonly options: Omit<RaceOptions, 'strategy'>
  /** One sentence on what is raced for. */
  readonly about: string
  readonly rounds: number
  readonly elapsedMs: number
  readonly database: DatabaseFacts
  readonly strategies: readonly ComparedStrategy[]
  readonly verdict: 'ok' | 'violation' | 'inconclusive'
}

/** One look at a comparison under way. */
export interface ComparisonSnapshot {
  readonly options: Omit<RaceOptions, 'strategy'>
  readonly rounds: number
  /** In the order in which they race. */
  readonly strategies: readonly ContestantName[]
  /** Races that are over. */
  readonly racesDone: number
  readonly races: number
  /** Who is racing, and how far it is; undefined while a race is being prepared. */
  readonly current: { readonly strategy: ContestantName; readonly round: number }
  readonly race: RaceSnapshot | undefined
  readonly elapsedMs: number
  /** An estimate; undefined while nothing is known. */
  readonly leftMs: number | undefined
  /** Those that have raced at least once. */
  readonly soFar: readonly ComparedStrategy[]
}

/** @param races of one strategy; at least one */
export function comparedOf(
  about: Pick<ComparedStrategy, 'strategy' | 'idea' | 'safe'>,
  races: readonly RaceResult[],
): ComparedStrategy {
  const sum = (of: (race: RaceResult) => number) => races.reduce((all, race) => all + of(race), 0)
  const mid = (of: (race: RaceResult) => number) => medianOf(races.map(of))
  const trips = races.flatMap(({ roundTripsPerReservation: each }) => (each === null ? [] : [each]))
  return {
    strategy: about.strategy,
    idea: about.idea,
    safe: about.safe,
    verdict: verdictOf(about.safe, races),
    oversold: sum((race) => race.findings.oversold),
    unjustified: sum((race) => race.judgement.figures.unjustifiedRefusals),
    lost: sum((race) => Math.max(race.findings.lost, race.judgement.figures.lost)),
    reservedPerSecond: mid((race) => race.reservedPerSecond),
    latencyMs: {
      p50: mid((race) => race.latencyMs.p50),
      p99: mid((race) => race.latencyMs.p99),
      p999: mid((race) => race.latencyMs.p999),
    },
    conflicts: mid((race) => race.counts.conflicts),
    retries: mid((race) => race.counts.retries),
    roundTripsPerReservation: trips.length === 0 ? null : medianOf(trips),
    races,
  }
}

/** Safe strategies have to be right every time, controls have to be caught once. */
function verdictOf(safe: boolean, races: readonly RaceResult[]): ComparedVerdict {
  const violated = races.some((race) => race.verdict === 'violation')
  if (safe) return violated ? 'violation' : 'ok'
  if (violated) return 'caught'
  return races.some((race) => race.verdict === 'inconclusive') ? 'missed' : 'ok'
}

export function overallVerdict(strategies: readonly ComparedStrategy[]): Comparison['verdict'] {
  if (strategies.some((each) => each.verdict === 'violation')) return 'violation'
  return strategies.some((each) => each.verdict === 'missed') ? 'inconclusive' : 'ok'
}

/** Of an even number of values the mean of the two in the middle; 0 of none. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
