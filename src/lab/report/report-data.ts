/** Everything that the report of a comparison shows; plain data, so that it can be kept as JSON. */
import type { Judgement } from '../checker/judgement.js'
import type { Story } from '../story/story.js'

/** A name and a value, as a row of a table. */
export interface Named {
  readonly name: string
  readonly value: string
}

export interface ReportData {
  /** When the races were run: ISO 8601. */
  readonly measuredAt: string
  readonly scenario: string
  /** One sentence on what is raced for. */
  readonly about?: string
  readonly seed: number
  /** What was asked for on the command line: clients, servers, think time … */
  readonly options: readonly Named[]
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGb: number
    readonly os: string
  }
  readonly versions: {
    readonly holdfast: string
    readonly node: string
    readonly postgres: string
  }
  /** The settings of PostgreSQL that matter for the figures: fsync, synchronous_commit … */
  readonly settings: readonly Named[]
  /** In the order in which they are to be shown. */
  readonly strategies: readonly StrategyReport[]
}

/** One strategy over all of its rounds; what is drawn and witnessed is one of them. */
export interface StrategyReport {
  readonly strategy: string
  /** What it does, in one sentence. */
  readonly idea: string
  /** False for a control. */
  readonly safe: boolean
  /** What went wrong, over all rounds. */
  readonly faults: {
    readonly oversoldUnits: number
    readonly unjustifiedRefusals: number
    readonly lost: number
  }
  /** Of the round that is shown: the first in which something went wrong, else the last. */
  readonly judgement: Judgement
  /** Of that round: how one of each kind of anomaly came about. */
  readonly stories: readonly Story[]
  readonly elapsedMs: number
  readonly reservations: number
  readonly reservationsPerSecond: number
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number }
  /** Answers "conflict" that clients were given. */
  readonly conflicts: number
  /** Transactions that servers ran again before they answered. */
  readonly retries: number
  /** Statements that waited for the database's answer, by reservation; null when nobody counted. */
  readonly roundTripsPerReservation: number | null
  readonly overTime: {
    /** How long each entry of the following lists lasts. */
    readonly tickMs: number
    /** What happened in each tick, the first one first. */
    readonly reservations: readonly number[]
    readonly conflicts: readonly number[]
    readonly retries: readonly number[]
  }
  readonly pools: readonly PoolOverTime[]
}

/** How much of a pool was sold, by the database's own rows. */
export interface PoolOverTime {
  readonly poolId: string
  readonly name: string
  /** Steps: each point holds until the next one. Milliseconds since the race began. */
  readonly points: readonly {
    readonly atMs: number
    readonly sold: number
    readonly capacity: number
  }[]
}
