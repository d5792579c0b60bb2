/** `holdfast simulate`: races clients against servers, shows the race, and prints the verdict. */
import { type Command, Option } from 'commander'
import type {
  ContestantName,
  RaceOptions,
  RaceResult,
  RaceSnapshot,
  RaceVerdict,
} from '../../lab/race/race.js'
import type { SimulateOptions } from '../../lab/race/simulate.js'
import { plural } from '../../lab/words.js'
import { readConfig } from '../config/config.js'
import { connect } from '../database/connect.js'
import { EXIT } from '../print/exit-codes.js'
import { printableJson } from '../print/printable.js'
import { interruptible } from '../race/interruption.js'
import {
  addRaceFlags,
  CONTESTANT_NAMES,
  checkIsolation,
  placeOf,
  type RaceFlags,
  raceOf,
} from '../race/race-flags.js'
import { openLive } from '../terminal/live/live.js'
import { renderRaceLine } from '../terminal/live/race-line.js'
import { renderRacePanel } from '../terminal/live/race-panel.js'
import { terminalOf } from '../terminal/terminal-of.js'
import { renderRecount } from '../terminal/verdict/verdict.js'

interface SimulateFlags extends RaceFlags {
  readonly mode: ContestantName
  readonly strategy?: ContestantName
}

export function addSimulate(program: Command): void {
  const command = program
    .command('simulate')
    .description('race clients against server processes and say whether anything was sold twice')
    .addOption(
      new Option('--mode <strategy>', 'how servers reserve')
        .choices(CONTESTANT_NAMES)
        .default('naive'),
    )
    .addOption(new Option('--strategy <strategy>', 'the same as --mode').choices(CONTESTANT_NAMES))
  addRaceFlags(command).action(run)
}

const EXIT_OF: Readonly<Record<RaceVerdict, number>> = {
  ok: EXIT.ok,
  violation: EXIT.failed,
  inconclusive: EXIT.inconclusive,
}

async function run(flags: SimulateFlags): Promise<void> {
  const race: RaceOptions = { ...raceOf(flags), strategy: flags.strategy ?? flags.mode }
  await checkIsolation(race.strategy, race.isolation)
  if (flags.history !== undefined) await (await loadKeeping()).requireWritable(flags.history)
  const { interrupted, value } = await interruptible((signal) => watch(race, flags, signal))
  process.exitCode = interrupted || value === undefined ? EXIT.interrupted : EXIT_OF[value.verdict]
}

async function watch(
  race: RaceOptions,
  flags: SimulateFlags,
  signal: AbortSignal,
): Promise<RaceResult> {
  const { config, inPlace } = placeOf(flags, readConfig(process.env))
  const { scenario, strategy, clients, servers, seed } = race
  const crowd = `${plural(clients, 'client')} against ${plural(servers, 'server')}`
  // Before anything is loaded: whoever pressed Enter sees that something happens.
  process.stderr.write(`Racing ${strategy} in ${scenario}: ${crowd}, seed ${seed}\n`)
  const [{ simulate }, { CONTESTANTS }] = await Promise.all([
    import('../../lab/race/simulate.js'),
    import('../../lab/race/contestants.js'),
  ])
  const { safe } = CONTESTANTS[race.strategy]
  const { interactive, color } = terminalOf(process.stderr, process.env)
  const live = openLive<RaceSnapshot>({
    stream: process.stderr,
    interactive,
    panel: (seen, size) => renderRacePanel(seen, { ...size, color, safe }),
    line: renderRaceLine,
  })
  try {
    const connection = await connect(config, { fresh: flags.fresh ?? false, onProgress: live.note })
    try {
      const result = await simulate(race, {
        databaseUrl: connection.url,
        ...inPlace,
        signal,
        onStep: live.note,
        onSnapshot: live.update,
        ...keeping(flags.history),
      })
      live.close()
      print(result, flags.json ?? false)
      return result
    } finally {
      await connection.release()
    }
  } finally {
    live.close()
  }
}

/** Writes the history to the file that `--history` names. */
function keeping(path: string | undefined): Pick<SimulateOptions, 'onHistory'> {
  if (path === undefined) return {}
  return { onHistory: async (history) => (await loadKeeping()).keepHistory(path, history) }
}

const loadKeeping = () => import('../../lab/history/keep-history.js')

/** The result goes to stdout, everything else to stderr, so that a script reads only the result. */
function print(result: RaceResult, json: boolean): void {
  if (json) {
    process.stdout.write(`${printableJson(result)}\n`)
    return
  }
  const { color } = terminalOf(process.stdout, process.env)
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY
  process.stdout.write(`\n${renderRecount(result, { color, columns }).join('\n')}\n`)
}
