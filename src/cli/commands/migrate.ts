/** `holdfast migrate`: brings the database's schema up to date. */
import type { Command } from 'commander'
import { readConfig } from '../config/config.js'
import { connect } from '../database/connect.js'
import { type OutputFlags, print, printNote } from '../print/output.js'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring the database's schema up to date; may run any number of times, at once too")
    .option('--distribute', 'spread the tables over the workers of a PostgreSQL with Citus')
    .option('--json', 'print the result as JSON')
    .action(run)
}

interface Flags extends OutputFlags {
  readonly distribute?: true
}

async function run(flags: Flags): Promise<void> {
  const config = readConfig(process.env)
  const { migrate } = await import('../../engine/upkeep/schema.js')
  const connection = await connect(config, { onProgress: printNote })
  try {
    const applied = await migrate(connection.url, {
      schema: config.schema,
      spread: flags.distribute === true,
      onProgress: printNote,
    })
    const lines = applied.map((name) => `applied ${name}`)
    print(flags, { applied }, lines.length === 0 ? ['The schema is up to date.'] : lines)
  } finally {
    await connection.release()
  }
}
