/** A comparison as its report shows it. */
import { cpus, release, totalmem, type } from 'node:os'
import type { ContestantName } from '../race/race.js'
import type { Named, PoolOverTime, ReportData, StrategyReport } from '../report/report-data.js'
import type { ComparedStrategy, Comparison } from './comparison.js'

export interface ReportSources {
  readonly comparison: Comparison
  /** Of the last race of each strategy. */
  readonly pools: ReadonlyMap<ContestantName, readonly PoolOverTime[]>
  /** The program's own. */
  readonly version: string
}

const BYTES_PER_GB = 1024 ** 3

export function reportOf({ comparison, pools, version }: ReportSources): ReportData {
  const { measuredAt, options, about, database } = comparison
  const [cpu] = cpus()
  return {
    measuredAt,
    scenario: options.scenario,
    about,
    seed: options.seed,
    options: optionsOf(comparison),
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / BYTES_PER_GB),
      os: `${type()} ${release()}`,
    },
    versions: { holdfast: version, node: process.versions.node, postgres: database.version },
    settings: namedOf(database.settings),
    strategies: comparison.strategies.flatMap((each) => shown(each, pools.get(each.strategy))),
  }
}

/** The last round stands for all: it is the one whose course is drawn. */
function shown(row: ComparedStrategy, pools: readonly PoolOverTime[] = []): StrategyReport[] {
  const last = row.races.at(-1)
  if (last === undefined) return []
  const worst = row.races.find((race) => race.verdict === 'violation') ?? last
  return [
    {
      strategy: row.strategy,
      idea: row.idea,
      safe: row.safe,
      faults: {
        oversoldUnits: row.oversold,
        unjustifiedRefusals: row.unjustified,
        lost: row.lost,
      },
      judgement: worst.judgement,
      stories: worst.stories,
      elapsedMs: last.elapsedMs,
      reservations: last.counts.reserved,
      reservationsPerSecond: row.reservedPerSecond,
      latencyMs: row.latencyMs,
      conflicts: row.conflicts,
      retries: row.retries,
      roundTripsPerReservation: row.roundTripsPerReservation,
      overTime: last.overTime,
      pools,
    },
  ]
}

function optionsOf({ options, rounds }: Comparison): Named[] {
  const { scenario, seed, ...rest } = options
  return namedOf({ rounds, ...rest })
}

function namedOf(values: object): Named[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }))
}
