/** The database for a command that does one thing and ends: opened, looked at, closed. */
import type { Database } from '../../storage/driver/database.js'
import type { Config } from '../config/config.js'
import { say } from '../print/output.js'
import { connect } from './connect.js'
import { requireSchema } from './schema.js'

/**
 * Runs `work` on the configured database, which has to have the schema that this program knows. An
 * embedded one is brought up to date first; of anybody else's, `holdfast migrate` is what changes it.
 *
 * @throws HoldfastError `invalid_input` when the schema is another one, and what `connect` throws
 */
export async function withStore<Value>(
  config: Config,
  work: (db: Database) => Promise<Value>,
): Promise<Value> {
  const connection = await connect(config, { onProgress: say })
  try {
    const { openDatabase } = await import('../../storage/driver/database.js')
    if (config.databaseUrl === undefined) {
      const { migrate } = await import('../../storage/driver/migrate.js')
      await migrate(connection.url)
    }
    const db = openDatabase({ url: connection.url, connectionsMax: 1, ...sessionOf(config) })
    try {
      await requireSchema(db)
      return await work(db)
    } finally {
      await db.close()
    }
  } finally {
    await connection.release()
  }
}

/** How sessions are to be opened, for `openDatabase`. */
export function sessionOf(config: Config): { sessionSettings: boolean; prepared: boolean } {
  return { sessionSettings: config.sessionSettings, prepared: config.preparedStatements }
}
