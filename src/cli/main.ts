#!/usr/bin/env node
/** The `holdfast` command: reads its arguments, runs one command, turns its end into an exit status. */
import { Command, CommanderError } from 'commander'
import { type FaultCode, HoldfastError } from '../domain/errors.js'
import { isLostConnection, sentenceOf } from '../engine/faults.js'
import { addAudit } from './commands/audit.js'
import { addCheck } from './commands/check.js'
import { addCompare } from './commands/compare.js'
import { addCompletion } from './commands/completion.js'
import { addConfig } from './commands/config.js'
import { addCustomers } from './commands/customers.js'
import { addKeys } from './commands/keys.js'
import { addLab } from './commands/lab.js'
import { addListings } from './commands/listings.js'
import { addMigrate } from './commands/migrate.js'
import { addNotices } from './commands/notices.js'
import { addServe } from './commands/serve.js'
import { addSimulate } from './commands/simulate.js'
import { addWebhooks } from './commands/webhooks.js'
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

addSimulate(program)
addCompare(program)
addCheck(program)
addLab(program)
addServe(program)
addMigrate(program)
addListings(program)
addKeys(program)
addWebhooks(program)
addNotices(program)
addCustomers(program)
addAudit(program)
addConfig(program)
addCompletion(program)

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
