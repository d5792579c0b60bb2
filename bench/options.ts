/** The command line of `npm run bench`, and what its two sizes mean. */
import { parseArgs } from 'node:util'
import { isStrategyName, type StrategyName } from '../src/strategies/strategy.js'

export interface Options {
  /** What a run of this size is called in the results. */
  readonly size: 'full' | 'quick'
  /** Entries to run, by name. */
  readonly entries: readonly string[]
  readonly strategies: readonly StrategyName[]
  /** Numbers of clients on the hot pool. */
  readonly clients: readonly number[]
  readonly rounds: number
  readonly warmUpMs: number
  readonly measureMs: number
  /** How long the one long storm lasts, over which memory is watched. */
  readonly stormSeconds: number
  /** Reservations in the tables before `growth` measures. */
  readonly grownReservations: number
  readonly grownPools: number
  /** Writes docs/ as well as bench/results/; default only after a full run of everything. */
  readonly publish: boolean
  /** A results file to write the documents from, without measuring. */
  readonly report: string | undefined
  /** Profiles instead of measuring. */
  readonly profile: boolean
}

type Size = Omit<Options, 'size' | 'entries' | 'publish' | 'report' | 'profile'>

/** Every strategy that is safe; the others answer faster and sell rooms twice. */
const SAFE: readonly StrategyName[] = [
  'pessimistic',
  'optimistic',
  'guarded',
  'serializable',
  'advisory',
  'skip-locked',
  'batched',
]

const FULL: Size = {
  strategies: SAFE,
  clients: [1, 16, 64, 200, 1000],
  rounds: 3,
  warmUpMs: 800,
  measureMs: 2000,
  stormSeconds: 60,
  grownReservations: 1_000_000,
  grownPools: 10_000,
}

const QUICK: Size = {
  strategies: ['pessimistic', 'guarded', 'batched'],
  clients: [64, 200, 1000],
  rounds: 1,
  warmUpMs: 250,
  measureMs: 600,
  stormSeconds: 6,
  grownReservations: 100_000,
  grownPools: 1000,
}

const HELP = `npm run bench -- [options]

  --quick                one short round of everything, about 2 minutes; without it about 25
  --entries a,b          only these: ENTRIES
  --strategies a,b       only these
  --clients a,b          numbers of clients on the hot pool
  --rounds n             rounds; medians are taken over them
  --seconds n            length of one measurement
  --warm-up-seconds n    before each
  --storm-seconds n      length of the long storm
  --grown-reservations n rows in the tables before growth is measured
  --publish              write docs/ as well, as a full run of everything does
  --report file          write docs/ from a results file, without measuring
  --profile              see where batched spends its time instead; with --quick docs/ stay as they are

DATABASE_URL names the PostgreSQL to measure on; without it the embedded one is used.
`

/** @throws Error that says which value is not allowed */
export function readOptions(args: readonly string[], entryNames: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean' },
      entries: { type: 'string' },
      strategies: { type: 'string' },
      clients: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up-seconds': { type: 'string' },
      'storm-seconds': { type: 'string' },
      'grown-reservations': { type: 'string' },
      publish: { type: 'boolean' },
      report: { type: 'string' },
      profile: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(HELP.replace('ENTRIES', entryNames.join(', ')))
    process.exit(0)
  }
  const size = values.quick ? QUICK : FULL
  const number = (name: string, text: string | undefined, otherwise: number) => {
    if (text === undefined) return otherwise
    const value = Number(text)
    if (value > 0) return value
    throw new Error(`--${name} is ${text}: a number above 0`)
  }
  const entries = values.entries?.split(',') ?? entryNames
  const unknown = entries.find((name) => !entryNames.includes(name))
  if (unknown !== undefined) throw new Error(`no entry ${unknown}: ${entryNames.join(', ')}`)
  return {
    size: values.quick ? 'quick' : 'full',
    entries,
    strategies: values.strategies?.split(',').map(safeStrategy) ?? size.strategies,
    clients: values.clients?.split(',').map((text) => number('clients', text, 1)) ?? size.clients,
    rounds: Math.ceil(number('rounds', values.rounds, size.rounds)),
    warmUpMs: 1000 * number('warm-up-seconds', values['warm-up-seconds'], size.warmUpMs / 1000),
    measureMs: 1000 * number('seconds', values.seconds, size.measureMs / 1000),
    stormSeconds: number('storm-seconds', values['storm-seconds'], size.stormSeconds),
    grownReservations: number(
      'grown-reservations',
      values['grown-reservations'],
      size.grownReservations,
    ),
    grownPools: size.grownPools,
    publish: values.publish ?? (!values.quick && values.entries === undefined),
    report: values.report,
    profile: values.profile ?? false,
  }
}

function safeStrategy(name: string): StrategyName {
  if (isStrategyName(name) && SAFE.includes(name)) return name
  throw new Error(`no safe strategy ${name}: ${SAFE.join(', ')}`)
}
