#!/usr/bin/env node
/** The `holdfast` command: reads its arguments, runs one command, turns its end into an exit status. */
import { Command, CommanderError } from 'commander'
import { type FaultCode, HoldfastError } from '../domain/errors.js'
import { isLostConnection, sentenceOf } from '../engine/faults.js'
import { EXIT } from './print/exit-codes.js'
import { printableLines } from './print/printable.js'
import { VERSION } from './print/version.js'

const program = new Command('holdfast')
  .description(
    'Reservations on PostgreSQL that never sell one room twice, and the lab to prove it.',
  )
  .version(VERSION)
  .exitOverride()
  .showHelpAfterError('(holdfast --help shows more)')

/** In the order in which help lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  simulate: async () => (await import('./commands/simulate.js')).addSimulate,
  compare: async () => (await import('./commands/compare.js')).addCompare,
  check: async () => (await import('./commands/check.js')).addCheck,
  lab: async () => (await import('./commands/lab.js')).addLab,
  serve: async () => (await import('./commands/serve.js')).addServe,
  migrate: async () => (await import('./commands/migrate.js')).addMigrate,
  listings: async () => (await import('./commands/listings.js')).addListings,
  keys: async () => (await import('./commands/keys.js')).addKeys,
  webhooks: async () => (await import('./commands/webhooks.js')).addWebhooks,
  notices: async () => (await import('./commands/notices.js')).addNotices,
  customers: async () => (await import('./commands/customers.js')).addCustomers,
  audit: async () => (await import('./commands/audit.js')).addAudit,
  config: async () => (await import('./commands/config.js')).addConfig,
  completion: async () => (await import('./commands/completion.js')).addCompletion,
}

/** Whoever names a command pays for that one alone; help, completion and a misspelling know all. */
function loadersFor(word: string | undefined) {
  if (word === '--version' || word === '-V') return []
  const isOne = word !== undefined && word !== 'completion' && Object.hasOwn(COMMANDS, word)
  return Object.entries(COMMANDS).flatMap(([name, load]) => (!isOne || name === word ? [load] : []))
}

for (const load of loadersFor(process.argv[2])) (await load())(program)

/** Faults that are not the caller's mistake: something went wrong while the command ran. */
const FAILED: ReadonlySet<FaultCode> = new Set([
  'migration_failed',
  'contention',
  'outcome_unknown',
])

// A reader that closed the pipe, such as `head`, has seen enough. A full disk has not.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  process.stderr.write(`holdfast: the result cannot be written: ${error.message}\n`)
  // The command goes on to its end, because it may have servers to stop.
  process.once('exit', () => {
    process.exitCode = EXIT.usage
  })
})
// Nobody is left to be told.
process.stderr.on('error', () => {})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** Prints what went wrong, in a sentence for a person, and returns the exit status. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof HoldfastError) {
    process.stderr.write(`holdfast: ${printableLines(error.message)}\n`)
    return FAILED.has(error.code) || isLostConnection(error) ? EXIT.failed : EXIT.usage
  }
  const sentence = sentenceOf(error)
  if (sentence === undefined) throw error
  process.stderr.write(`holdfast: ${printableLines(sentence)}\n`)
  return EXIT.failed
}
