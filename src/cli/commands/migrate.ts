/** `holdfast migrate`: brings the database's schema up to date. */
import type { Command } from 'commander'
import { readConfig } from '../config/config.js'
import { connect } from '../database/connect.js'
import { type OutputFlags, print, printNote } from '../print/output.js'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring the database's schema up to date; may run any number of times, at once too")
    .option('--json', 'print the result as JSON')
    .action(run)
}

async function run(flags: OutputFlags): Promise<void> {
  const config = readConfig(process.env)
  const { migrate } = await import('../../engine/upkeep/schema.js')
  const connection = await connect(config, { onProgress: printNote })
  try {
    const applied = await migrate(connection.url, { schema: config.schema })
    const lines = applied.map((name) => `applied ${name}`)
    print(flags, { applied }, lines.length === 0 ? ['The schema is up to date.'] : lines)
  } finally {
    await connection.release()
  }
}
