/** Whether a database has the schema that this program knows, and how it comes to have it. */
import { HoldfastError, isFault } from '../../domain/errors.js'
import type { Database } from '../../storage/driver/database.js'
import { sqlstateOf } from '../../storage/driver/sqlstate.js'

/** `none`: nothing of ours is there. */
export type SchemaState = 'current' | 'none' | 'older' | 'newer'

const UNDEFINED_TABLE = '42P01'
const INSUFFICIENT_PRIVILEGE = '42501'

export async function schemaStateOf(db: Database): Promise<SchemaState> {
  const [{ readMigrations }, { readAppliedVersions }] = await Promise.all([
    import('../../storage/driver/migrate.js'),
    import('../../storage/driver/schema-migrations.js'),
  ])
  const known = (await readMigrations()).map(({ version }) => version)
  const applied = await readAppliedVersions(db).catch((error: unknown): number[] => {
    if (sqlstateOf(error) === UNDEFINED_TABLE) return []
    throw error
  })
  if (known.some((version) => !applied.includes(version))) {
    return applied.length === 0 ? 'none' : 'older'
  }
  return applied.every((version) => known.includes(version)) ? 'current' : 'newer'
}

const SENTENCES: Readonly<Record<Exclude<SchemaState, 'current'>, string>> = {
  none: 'the database has no schema yet: run `holdfast migrate` first',
  older: "the database's schema is older than this program: run `holdfast migrate` first",
  newer: "the database's schema is newer than this program: run a newer version of Holdfast",
}

/** @throws HoldfastError `invalid_input` unless the schema is this program's */
export async function requireSchema(db: Database): Promise<void> {
  const state = await schemaStateOf(db)
  if (state !== 'current') throw new HoldfastError('invalid_input', SENTENCES[state])
}

/**
 * Brings the schema up to date. A role that may not change it may serve all the same, if there is
 * nothing to change.
 *
 * @throws HoldfastError `migration_failed`, `database_unavailable`, `overloaded`
 */
export async function bringUpToDate(url: string, db: Database): Promise<void> {
  const { migrate } = await import('../../storage/driver/migrate.js')
  try {
    await migrate(url)
  } catch (error) {
    const mayNot = isFault(error) && sqlstateOf(error.cause) === INSUFFICIENT_PRIVILEGE
    if (!mayNot || (await schemaStateOf(db)) !== 'current') throw error
  }
}
