/** Whether a database has the schema that this program knows, and how it comes to have it. */
import { HoldfastError, isFault } from '../../domain/errors.js'
import type { Database } from '../../storage/driver/database.js'
import { type MigrationOptions, migrate, readMigrations } from '../../storage/driver/migrate.js'
import { sqlstateOf } from '../../storage/driver/sqlstate.js'
import { readAppliedVersions } from '../../storage/schema/schema-migrations.js'

/** `none`: nothing of ours is there. */
export type SchemaState = 'current' | 'none' | 'older' | 'newer'

const UNDEFINED_TABLE = '42P01'
const INSUFFICIENT_PRIVILEGE = '42501'

/** How many migrations are missing, and how the schema stands to this program. */
export interface SchemaStanding {
  readonly state: SchemaState
  readonly missing: number
}

/** Looks at a database's schema, as often as it is asked. */
export function schemaLook(db: Pick<Database, 'query'>): () => Promise<SchemaStanding> {
  let known: readonly number[] | undefined
  return async () => {
    known ??= (await readMigrations()).map(({ version }) => version)
    return standingOf(known, await appliedVersions(db))
  }
}

async function appliedVersions(db: Pick<Database, 'query'>): Promise<number[]> {
  try {
    return await readAppliedVersions(db)
  } catch (error) {
    if (sqlstateOf(error) === UNDEFINED_TABLE) return []
    throw error
  }
}

function standingOf(known: readonly number[], applied: readonly number[]): SchemaStanding {
  const missing = known.filter((version) => !applied.includes(version)).length
  if (missing > 0) return { state: applied.length === 0 ? 'none' : 'older', missing }
  return {
    state: applied.every((version) => known.includes(version)) ? 'current' : 'newer',
    missing,
  }
}

const SENTENCES: Readonly<Record<Exclude<SchemaState, 'current'>, string>> = {
  none: 'the database has no schema yet: run `holdfast migrate` first',
  older: "the database's schema is older than this program: run `holdfast migrate` first",
  newer: "the database's schema is newer than this program: run a newer version of Holdfast",
}

/** What is asked how its schema stands: a Holdfast. */
interface Looking {
  schema(): Promise<SchemaStanding>
}

/** @throws HoldfastError `invalid_input` unless the schema is this program's */
export async function requireSchema({ schema }: Looking): Promise<void> {
  const { state } = await schema()
  if (state !== 'current') throw new HoldfastError('invalid_input', SENTENCES[state])
}

/**
 * Brings the schema up to date. A role that may not change it may serve all the same, if there is
 * nothing to change.
 *
 * @throws HoldfastError `migration_failed`, `database_unavailable`, `overloaded`
 */
export async function bringUpToDate(
  url: string,
  { schema }: Looking,
  options: MigrationOptions = {},
): Promise<void> {
  try {
    await migrate(url, options)
  } catch (error) {
    const mayNot = isFault(error) && sqlstateOf(error.cause) === INSUFFICIENT_PRIVILEGE
    if (!mayNot || (await schema()).state !== 'current') throw error
  }
}

export { migrate }
