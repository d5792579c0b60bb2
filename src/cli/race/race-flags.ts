/** The flags that `simulate` and `compare` share, and the race that they describe. */
import { randomInt } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { HoldfastError } from '../../domain/errors.js'
import { CHAOS_NAMES, type ChaosName } from '../../lab/chaos/chaos.js'
import { CONTROL_NAMES } from '../../lab/controls/control.js'
import type { ContestantName, RaceIsolation, RaceOptions } from '../../lab/race/race.js'
import type { SimulateOptions } from '../../lab/race/simulate.js'
import { SCENARIOS } from '../../lab/scenarios/registry.js'
import { SCENARIO_NAMES, type ScenarioName } from '../../lab/scenarios/scenario.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import type { Config } from '../config/config.js'
import { urlFrom } from '../config/database-url.js'
import { wholeNumber } from '../config/whole-number.js'

export const CONTESTANT_NAMES: readonly ContestantName[] = [...CONTROL_NAMES, ...STRATEGY_NAMES]

/** Where to race. */
export interface PlaceFlags {
  readonly databaseUrl?: string
  readonly inPlace?: boolean
  readonly allowNonEmpty?: boolean
  readonly fresh?: boolean
}

export interface RaceFlags extends PlaceFlags {
  readonly scenario: ScenarioName
  readonly clients?: number
  readonly servers: number
  readonly rooms?: number
  readonly thinkMs?: number
  readonly connections: number
  readonly seed?: number
  readonly rate?: number
  readonly isolation?: 'read-committed' | 'repeatable-read' | 'serializable'
  readonly chaos?: readonly ChaosName[]
  readonly history?: string
  readonly json?: boolean
}

const RATE_MAX = 100_000

export function addRaceFlags(command: Command): Command {
  const own = 'default: what suits the scenario'
  command
    .addOption(
      new Option('--scenario <name>', 'what is raced for')
        .choices(SCENARIO_NAMES)
        .default('evento'),
    )
    .option('--clients <n>', `concurrent clients; ${own}`, wholeNumber(1, 10_000))
    .option('--servers <n>', 'server processes, on ports from 8080 up', wholeNumber(1, 64), 2)
    .option(
      '--rooms <n>',
      `units in each pool: rooms of each hotel of evento, slots of the turf; ${own}`,
      wholeNumber(0, 1_000_000),
    )
    .option('--think-ms <ms>', `longest pause of a client; ${own}`, wholeNumber(0, 60_000))
    .option('--connections <n>', 'database connections per server', wholeNumber(1, 100), 4)
    .option('--seed <n>', 'draw what clients do from this number', wholeNumber(0, 2 ** 32 - 1))
    .option(
      '--rate <n>',
      'visits a second that arrive whether or not earlier ones are over; default: clients take turns',
      wholeNumber(1, RATE_MAX),
    )
    .addOption(
      new Option(
        '--isolation <level>',
        "transactions with this instead of the strategy's own",
      ).choices(['read-committed', 'repeatable-read', 'serializable']),
    )
    .option(
      '--chaos <kinds>',
      `harm to do meanwhile, with commas between: ${CHAOS_NAMES.join(', ')}`,
      listOf(CHAOS_NAMES),
    )
    .option('--history <file>', 'keep what was asked and told, for `holdfast check`')
    .option('--json', 'print the result as JSON')
  return addPlaceFlags(command)
}

export function addPlaceFlags(command: Command): Command {
  return command
    .option('--database-url <url>', 'the PostgreSQL to race on; default DATABASE_URL')
    .option('--in-place', 'race in a schema of that database, not in a database of its own')
    .option('--allow-non-empty', 'with --in-place: although there is something else in it')
    .option('--fresh', 'empty the embedded database first')
}

/** Names with commas between them, each once, for commander. */
function listOf<Name extends string>(names: readonly Name[]): (text: string) => Name[] {
  return (text) => {
    const words = text.split(',').map((word) => word.trim())
    const known = words.map((word) => names.find((name) => name === word))
    const unknown = words.find((_, i) => known[i] === undefined)
    if (unknown === undefined) return [...new Set(known as Name[])]
    const shown = JSON.stringify(unknown)
    throw new InvalidArgumentError(`There is no ${shown}. Allowed: any of ${names.join(', ')}.`)
  }
}

/**
 * The race that the flags describe, with a seed drawn when none was given.
 *
 * @throws HoldfastError `invalid_input` for flags that do not go together
 */
export function raceOf(flags: RaceFlags): Omit<RaceOptions, 'strategy'> {
  const scenario = SCENARIOS[flags.scenario]
  const { clients = scenario.defaults.clients, rate } = flags
  if (scenario.pairs && rate === undefined && clients % 2 !== 0) {
    throw wrong(
      `--clients is ${clients}, and the clients of ${scenario.name} come in pairs; allowed: an even number`,
    )
  }
  return {
    scenario: scenario.name,
    clients,
    servers: flags.servers,
    units: flags.rooms ?? scenario.defaults.units,
    thinkMs: flags.thinkMs ?? scenario.defaults.thinkMs,
    connections: flags.connections,
    seed: flags.seed ?? randomInt(2 ** 32),
    ...(rate === undefined ? {} : { rate }),
    ...(flags.isolation === undefined
      ? {}
      : { isolation: flags.isolation.replace('-', ' ') as RaceIsolation }),
    ...(flags.chaos === undefined ? {} : { chaos: flags.chaos }),
  }
}

/** With these bounds, all strategies have raced within two minutes on two cores. */
const COMPARED_CLIENTS_MAX = 60
const COMPARED_THINK_MS_MAX = 50
/** Evento's two first attempts, and every strategy that keeps the promise. */
const COMPARED: readonly ContestantName[] = ['naive', 'atomic', ...STRATEGY_NAMES]

export interface ComparedFlags extends RaceFlags {
  readonly strategies?: readonly ContestantName[]
}

/** The flag that names several strategies. */
export function strategiesOption(): Option {
  const about = `with commas between; default ${COMPARED.join(',')}`
  return new Option('--strategies <names>', about).argParser(listOf(CONTESTANT_NAMES))
}

/**
 * The race that several strategies run in turns, and which ones.
 *
 * @throws HoldfastError `invalid_input` for flags that do not go together
 */
export async function comparedRaceOf(flags: ComparedFlags): Promise<{
  readonly race: Omit<RaceOptions, 'strategy'>
  readonly strategies: readonly ContestantName[]
}> {
  const { defaults } = SCENARIOS[flags.scenario]
  const race = raceOf({
    ...flags,
    clients: flags.clients ?? Math.min(COMPARED_CLIENTS_MAX, defaults.clients),
    thinkMs: flags.thinkMs ?? Math.min(COMPARED_THINK_MS_MAX, defaults.thinkMs),
  })
  const strategies = flags.strategies ?? COMPARED
  for (const strategy of strategies) await checkIsolation(strategy, race.isolation)
  return { race, strategies }
}

const STRENGTH = ['none', 'read committed', 'repeatable read', 'serializable'] as const

/**
 * A safe strategy keeps its promise with the isolation that it asks for, or a stronger one. With a
 * weaker one it is another strategy: serializable at read committed is atomic.
 *
 * @throws HoldfastError `invalid_input`
 */
export async function checkIsolation(
  strategy: ContestantName,
  isolation: RaceIsolation | undefined,
): Promise<void> {
  if (isolation === undefined) return
  const { CONTESTANTS } = await import('../../lab/race/contestants.js')
  const own = CONTESTANTS[strategy]
  const weaker = STRENGTH.indexOf(isolation) < STRENGTH.indexOf(own.isolation)
  if (!own.safe || !weaker) return
  const allowed = STRENGTH.slice(STRENGTH.indexOf(own.isolation)).join(', ')
  throw wrong(
    `--isolation is ${isolation}, with which ${strategy} is not itself any more; allowed: ${allowed}`,
  )
}

/**
 * Where to race: what the flags say, else what the environment says.
 *
 * @throws HoldfastError `invalid_input`
 */
export function placeOf(
  flags: PlaceFlags,
  config: Config,
): { readonly config: Config; readonly inPlace: Pick<SimulateOptions, 'inPlace'> } {
  const { databaseUrl, inPlace = false, allowNonEmpty = false } = flags
  if (allowNonEmpty && !inPlace) {
    throw wrong('--allow-non-empty is for --in-place; without it no database is touched')
  }
  const named =
    databaseUrl === undefined ? {} : { databaseUrl: urlFrom('--database-url', databaseUrl) }
  return {
    config: { ...config, ...named },
    inPlace: inPlace ? { inPlace: { allowNonEmpty } } : {},
  }
}

function wrong(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
