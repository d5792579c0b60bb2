/** The words of a race: what is raced, how far it has come, and how it ended. */
import type { Isolation } from '../../storage/driver/database.js'
import type { StrategyName } from '../../strategies/strategy.js'
import type { ChaosEvent, ChaosName } from '../chaos/chaos.js'
import type { Judgement } from '../checker/judgement.js'
import type { ControlName } from '../controls/control.js'
import type { DatabaseFacts } from '../database/database-facts.js'
import type { ScenarioName, Words } from '../scenarios/scenario.js'
import type { Story } from '../story/story.js'

/** What can be raced; see `contestants.ts`. */
export type ContestantName = StrategyName | ControlName

/** The race that the command line describes. */
export interface RaceOptions {
  readonly scenario: ScenarioName
  readonly strategy: ContestantName
  readonly clients: number
  readonly servers: number
  /** Units in each pool; of the turf, how many slots. What `--rooms` says. */
  readonly units: number
  /** The upper bound of a client's pause after each request, in milliseconds; 0 for none. */
  readonly thinkMs: number
  /** Connections to the database per server. */
  readonly connections: number
  /** Decides every client's choices; the same seed draws the same numbers. */
  readonly seed: number
  /** Visits a second, whether or not the earlier ones are over; left out, clients take turns. */
  readonly rate?: number
  /** Instead of the strategy's own. */
  readonly isolation?: RaceIsolation
  /** The harm to do during the race. */
  readonly chaos?: readonly ChaosName[]
}

export type RaceIsolation = Exclude<Isolation, 'none'>

/** What the clients have counted so far. */
export interface RaceCounts {
  /** Requests to reserve or hold, with whatever outcome. */
  readonly requests: number
  readonly reserved: number
  /** Answered "not enough". */
  readonly refused: number
  /** Answered "conflict": nothing was written, and the client may ask again. */
  readonly conflicts: number
  /** Transactions that servers ran again before they answered. */
  readonly retries: number
  /** Requests without a definite answer: the connection broke, or a server's 5xx. */
  readonly unknown: number
  /** Requests to confirm, release, cancel or extend, with whatever outcome. */
  readonly transitions: number
  /** With a rate: visits that were due while every client was busy, and were not made. */
  readonly dropped: number
}

export interface LatencyMs {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

/** One look at a race under way. */
export interface RaceSnapshot {
  readonly options: RaceOptions
  readonly words: Words
  readonly elapsedMs: number
  /** How much of the race is over, from 0 to 1. */
  readonly progress: number
  readonly serversAlive: number
  readonly clientsDone: number
  /** By the clients' answers; the recount asks the database instead. */
  readonly resources: readonly ResourceProgress[]
  readonly counts: RaceCounts
  /** Reservations in each past tenth of a second, oldest first. */
  readonly reservedPerTick: readonly number[]
  readonly latencyMs: LatencyMs
  /** The same of the past second alone. */
  readonly recentMs: Pick<LatencyMs, 'p50' | 'p99'>
  /** Requests that servers have not answered yet. */
  readonly inFlight: number
}

/** How far a resource is sold, all of its pools together: the slots of a turf would fill a screen. */
export interface ResourceProgress {
  readonly name: string
  readonly capacity: number
  readonly sold: number
  /** Sold beyond the capacity, counted in each pool by itself. */
  readonly over: number
}

/** A pool as the database has it after the race. */
export interface PoolRecount {
  readonly name: string
  readonly capacity: number
  readonly reservations: number
  /** The sum of the reservations' lines. */
  readonly sold: number
  /** What the pool's own counter says. */
  readonly counter: number
}

/** What is wrong with the rows; every figure is 0 in a race that went well. */
export interface RaceFindings {
  /** Units sold beyond the capacity, over all pools. */
  readonly oversold: number
  /** Acknowledged reservations that are not in the database as acknowledged. */
  readonly lost: number
  /** Units left over although clients were refused or gave up. */
  readonly unsold: number
  /** Pools whose counter is not the sum of their lines. */
  readonly drifted: number
}

/** What happened in each tenth of a second since the race began. */
export interface RaceOverTime {
  readonly tickMs: number
  readonly reservations: readonly number[]
  readonly conflicts: readonly number[]
  readonly retries: readonly number[]
}

/** The harm that was done on purpose. */
export interface RaceChaos {
  /** What was done and how often, as in "killed 3 servers". */
  readonly did: readonly string[]
  readonly events: readonly ChaosEvent[]
}

/**
 * How a race ended. `inconclusive`: nothing was found, and that proves nothing, because a control was
 * raced and should have been caught.
 */
export type RaceVerdict = 'ok' | 'violation' | 'inconclusive'

export interface RaceResult {
  readonly options: RaceOptions
  readonly words: Words
  readonly elapsedMs: number
  readonly counts: RaceCounts
  readonly reservedPerSecond: number
  readonly latencyMs: LatencyMs
  /** Waits for the database's answer in all transactions, by reservation made; null when none was. */
  readonly roundTripsPerReservation: number | null
  readonly overTime: RaceOverTime
  readonly pools: readonly PoolRecount[]
  readonly findings: RaceFindings
  /** Units of exclusive resources that a second customer was promised. */
  readonly promisedTwice: number
  /** Requests that got no answer and were settled after the race under their key. */
  readonly settled: number
  /** What the judges found in the history. */
  readonly judgement: Judgement
  /** How one of each kind of anomaly came about. */
  readonly stories: readonly Story[]
  readonly verdict: RaceVerdict
  /** True when nothing was oversold, lost, left over, or counted wrongly, and the judges agree. */
  readonly ok: boolean
  readonly chaos: RaceChaos
  readonly database: DatabaseFacts
  /** The isolation that the contestant asks for, and the one that its transactions had. */
  readonly isolation: { readonly own: Isolation; readonly ran: Isolation }
}
