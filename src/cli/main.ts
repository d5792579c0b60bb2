#!/usr/bin/env node
/** The `holdfast` command: reads the words, runs one command, turns its end into an exit status. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { HoldfastError, isFault } from '../domain/errors.js'
import { addServe } from './commands/serve.js'
import { addSimulate } from './commands/simulate.js'
import { EXIT } from './exit-codes.js'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

const program = new Command('holdfast')
  .description(
    'Reservations on PostgreSQL that never sell one room twice, and the lab to prove it.',
  )
  .version(version)
  .exitOverride()
  .showHelpAfterError('(holdfast --help tells more)')

addSimulate(program)
addServe(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** Prints what went wrong, in a sentence for a person, and returns the exit status. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (!(error instanceof HoldfastError)) throw error
  process.stderr.write(`holdfast: ${error.message}\n`)
  return isFault(error, 'migration_failed') ? EXIT.failed : EXIT.usage
}
