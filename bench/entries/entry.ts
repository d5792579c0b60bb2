/** What an entry of the bench is: cells that are measured once a round, in turn with all others. */
import type { StrategyName } from '../../src/strategies/strategy.js'
import { type MeasureOptions, measure, openInProcess, openOverHttp } from '../measure.js'
import type { Options } from '../options.js'
import type { CellName, Results, Sample } from '../results.js'
import type { Stage } from '../stage.js'
import type { Work } from '../subjects/work.js'

export interface Context {
  readonly options: Options
  /** Any database of the server. */
  readonly serverUrl: string
  /** The database that most cells empty and use. */
  readonly stage: Stage
  /** Tells, in a line, what takes time. */
  readonly say: (line: string) => void
}

/** Why something cannot be measured here. */
export interface Skip {
  readonly skipped: string
}

export interface Cell extends CellName {
  /** Default: every round. */
  readonly roundsMax?: number
  /** @param soFar what has been measured in this run, earlier rounds included */
  measure(round: number, soFar: Results): Promise<Sample | Skip>
}

export interface Entry {
  /** Names it on the command line and in the results. */
  readonly name: string
  readonly title: string
  /** What is measured, in a sentence or two for the document. */
  readonly about: string
  open(context: Context): Promise<OpenEntry>
}

export interface OpenEntry {
  readonly cells: readonly Cell[]
  close?(): Promise<void>
}

/** As much as a pool can have: nothing sells out but what is meant to. */
export const PLENTY = 2_000_000_000

export interface EngineCell {
  readonly entry: string
  /** Default: the strategy. */
  readonly subject?: string
  readonly strategy: StrategyName
  readonly way: 'HTTP' | 'in process'
  readonly clients: number
  readonly wanted?: readonly string[]
  /** Default: the stage that is emptied first. */
  readonly stage?: Stage
  /** Puts on sale what the clients ask for. */
  work(stage: Stage): Promise<Work>
}

/** A cell that measures the engine: emptied tables, a new listing, new processes. */
export function engineCell({ options, stage: emptied }: Context, spec: EngineCell): Cell {
  const { entry, strategy, subject = strategy, way, clients, wanted, stage = emptied } = spec
  return {
    entry,
    subject,
    way,
    clients,
    async measure(round) {
      if (stage === emptied) await stage.empty()
      const work = await spec.work(stage)
      const { warmUpMs, measureMs: ms } = options
      const counted = wanted === undefined ? {} : { wanted }
      const measuring: MeasureOptions = {
        ...{ stage, strategy, work, clients, warmUpMs, ms, seed: round },
        ...counted,
      }
      return measure(way === 'HTTP' ? openOverHttp : openInProcess, measuring)
    },
  }
}
