/** `holdfast simulate`: race clients against servers, watch, and hear the verdict. */
import { randomInt } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CONTROL_NAMES } from '../../lab/controls/control.js'
import type { ContestantName, RaceOptions, RaceResult, RaceSnapshot } from '../../lab/race.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import { type Config, readConfig } from '../config.js'
import { connect } from '../connect.js'
import { EXIT } from '../exit-codes.js'
import { openLive } from '../terminal/live.js'
import { renderRaceLine } from '../terminal/race-line.js'
import { renderRacePanel } from '../terminal/race-panel.js'
import { terminalOf } from '../terminal/terminal-of.js'
import { renderRecount } from '../terminal/verdict.js'

interface SimulateFlags {
  readonly scenario: string
  readonly mode: ContestantName
  readonly strategy?: ContestantName
  readonly clients: number
  readonly servers: number
  readonly rooms: number
  readonly thinkMs: number
  readonly connections: number
  readonly seed?: number
  readonly json?: boolean
  readonly fresh?: boolean
}

const CONTESTANT_NAMES = [...STRATEGY_NAMES, ...CONTROL_NAMES]

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('race clients against server processes and say whether a room was sold twice')
    .addOption(
      new Option('--mode <strategy>', 'how servers reserve')
        .choices(CONTESTANT_NAMES)
        .default('naive'),
    )
    .addOption(new Option('--strategy <strategy>', 'the same as --mode').choices(CONTESTANT_NAMES))
    .option('--clients <n>', 'concurrent clients', wholeNumber(1, 10_000), 200)
    .option('--servers <n>', 'server processes, on ports from 8080 up', wholeNumber(1, 64), 2)
    .option('--rooms <n>', 'rooms contracted in each hotel', wholeNumber(0, 1_000_000), 200)
    .option('--think-ms <ms>', 'longest pause after a request', wholeNumber(0, 60_000), 300)
    .option('--connections <n>', 'database connections per server', wholeNumber(1, 100), 4)
    .option('--seed <n>', 'draw what clients do from this number', wholeNumber(0, 2 ** 32 - 1))
    .addOption(
      new Option('--scenario <name>', 'what is raced for').choices(['evento']).default('evento'),
    )
    .option('--json', 'print the result as JSON')
    .option('--fresh', 'empty the embedded database first')
    .action(run)
}

async function run(flags: SimulateFlags): Promise<void> {
  const config = readConfig(process.env)
  const race: RaceOptions = {
    scenario: flags.scenario,
    strategy: flags.strategy ?? flags.mode,
    clients: flags.clients,
    servers: flags.servers,
    rooms: flags.rooms,
    thinkMs: flags.thinkMs,
    connections: flags.connections,
    seed: flags.seed ?? randomInt(2 ** 32),
  }
  const interrupted = new AbortController()
  const onInterrupt = () => {
    // A second Ctrl-C does not wait; the servers end with the channel to this process.
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted)
    interrupted.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  try {
    const result = await watch(race, config, flags, interrupted.signal)
    if (interrupted.signal.aborted) process.exitCode = EXIT.interrupted
    else process.exitCode = result.ok ? EXIT.ok : EXIT.failed
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.exitCode = EXIT.interrupted
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
}

async function watch(
  race: RaceOptions,
  config: Config,
  flags: SimulateFlags,
  signal: AbortSignal,
): Promise<RaceResult> {
  const [{ simulate }, { CONTESTANTS }] = await Promise.all([
    import('../../lab/simulate.js'),
    import('../../lab/contestants.js'),
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
        signal,
        onStep: live.note,
        onSnapshot: live.update,
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

/** The result goes to stdout, everything else to stderr: a script reads the one without the other. */
function print(result: RaceResult, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const { color } = terminalOf(process.stdout, process.env)
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY
  process.stdout.write(`\n${renderRecount(result, { color, columns }).join('\n')}\n`)
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`)
  }
}
