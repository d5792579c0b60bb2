/** The database for a command that does one thing and ends: opened, checked, closed. */
import type { Holdfast } from '../../engine/holdfast.js'
import type { Config } from '../config/config.js'
import { printNote } from '../print/output.js'
import { connect } from './connect.js'

/**
 * Runs `work` on the configured database, which must have the schema that this program knows. An
 * embedded one is brought up to date first; any other is changed only by `holdfast migrate`.
 *
 * @param options `onlyToRead`: `work` writes nothing, so that a standby will do; default false
 * @throws HoldfastError `invalid_input` when the schema is another one, and what `connect` throws
 */
export async function withHoldfast<Value>(
  config: Config,
  work: (holdfast: Holdfast) => Promise<Value>,
  { onlyToRead = false }: { readonly onlyToRead?: boolean } = {},
): Promise<Value> {
  const connection = await connect(config, { onProgress: printNote })
  try {
    const [{ openHoldfast }, { migrate, requireSchema }] = await Promise.all([
      import('../../engine/holdfast.js'),
      import('../../engine/upkeep/schema.js'),
    ])
    if (config.databaseUrl === undefined) {
      await migrate(connection.url, { schema: config.schema })
    }
    const holdfast = openHoldfast({
      url: connection.url,
      connectionsMax: 1,
      onlyToRead,
      ...sessionOf(config),
      webhooks: { toLoopback: config.webhooksToLoopback },
    })
    try {
      await requireSchema(holdfast)
      return await work(holdfast)
    } finally {
      await holdfast.close()
    }
  } finally {
    await connection.release()
  }
}

/** How sessions are to be opened, and where they find their tables, for `openHoldfast`. */
export function sessionOf({ sessionSettings, preparedStatements: prepared, schema }: Config): {
  sessionSettings: boolean
  prepared: boolean
  schema: string
} {
  return { sessionSettings, prepared, schema }
}
