/**
 * Races several contestants in turns, each once and then each again, so that a machine that becomes
 * slower or faster meanwhile does so for all of them.
 */

import type { History } from '../history/history.js'
import { CONTESTANTS } from '../race/contestants.js'
import type { ContestantName, RaceOptions, RaceResult, RaceSnapshot } from '../race/race.js'
import { type SimulateOptions, simulate } from '../race/simulate.js'
import { SCENARIOS } from '../scenarios/registry.js'
import {
  type Comparison,
  type ComparisonSnapshot,
  comparedOf,
  overallVerdict,
} from './comparison.js'

export interface CompareOptions
  extends Omit<SimulateOptions, 'onSnapshot' | 'onServers' | 'onHistory'> {
  /** At least one, each once. */
  readonly strategies: readonly ContestantName[]
  readonly rounds: number
  readonly onSnapshot?: (snapshot: ComparisonSnapshot) => void
  /** Called with the history of every race, before it is forgotten. */
  readonly onHistory?: (history: History, strategy: ContestantName, round: number) => Promise<void>
}

/** @returns undefined when the signal ended it before each contestant had raced once */
export async function compare(
  options: Omit<RaceOptions, 'strategy'>,
  how: CompareOptions,
): Promise<Comparison | undefined> {
  const measuredAt = new Date().toISOString()
  const startedMs = performance.now()
  const results = new Map<ContestantName, RaceResult[]>()
  const rows = () => how.strategies.flatMap((strategy) => rowOf(strategy, results.get(strategy)))
  const turns = turnsOf(how)
  for (const [racesDone, turn] of turns.entries()) {
    const look = (race: RaceSnapshot | undefined) => {
      const elapsedMs = performance.now() - startedMs
      how.onSnapshot?.({
        options,
        rounds: how.rounds,
        strategies: how.strategies,
        racesDone,
        races: turns.length,
        current: turn,
        race,
        elapsedMs,
        leftMs: leftMs(elapsedMs, racesDone + (race?.progress ?? 0), turns.length),
        soFar: rows(),
      })
    }
    look(undefined)
    const result = await raceOnce({ ...options, strategy: turn.strategy }, turn.round, how, look)
    if (how.signal?.aborted) return undefined
    results.set(turn.strategy, [...(results.get(turn.strategy) ?? []), result])
  }
  const strategies = rows()
  const first = strategies[0]?.races[0]
  if (first === undefined) return undefined
  return {
    measuredAt,
    options,
    about: SCENARIOS[options.scenario].about,
    rounds: how.rounds,
    elapsedMs: performance.now() - startedMs,
    database: first.database,
    strategies,
    verdict: overallVerdict(strategies),
  }
}

interface Turn {
  readonly strategy: ContestantName
  /** From 1. */
  readonly round: number
}

function turnsOf({ strategies, rounds }: CompareOptions): readonly Turn[] {
  return Array.from({ length: rounds }, (_, i) =>
    strategies.map((strategy) => ({ strategy, round: i + 1 })),
  ).flat()
}

function raceOnce(
  race: RaceOptions,
  round: number,
  how: CompareOptions,
  onSnapshot: (snapshot: RaceSnapshot) => void,
): Promise<RaceResult> {
  const { databaseUrl, inPlace, signal, onHistory } = how
  return simulate(race, {
    databaseUrl,
    onSnapshot,
    ...(inPlace === undefined ? {} : { inPlace }),
    ...(signal === undefined ? {} : { signal }),
    ...(onHistory === undefined
      ? {}
      : { onHistory: (history) => onHistory(history, race.strategy, round) }),
  })
}

function rowOf(strategy: ContestantName, races: readonly RaceResult[] = []) {
  const { idea, safe } = CONTESTANTS[strategy]
  return races.length === 0 ? [] : [comparedOf({ strategy, idea, safe }, races)]
}

/** As long as it took so far for as much; a tenth of a race says nothing yet. */
function leftMs(elapsedMs: number, done: number, all: number): number | undefined {
  return done < 0.1 ? undefined : (elapsedMs / done) * (all - done)
}
