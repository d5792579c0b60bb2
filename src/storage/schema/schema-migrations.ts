/** Statements on `schema_migrations`, to find out how far the schema is. */
import { HoldfastError } from '../../domain/errors.js'
import type { Tx } from '../driver/database.js'
import { sqlstateOf } from '../driver/sqlstate.js'
import { sql } from '../driver/statement.js'

const SELECT_VERSIONS = sql('schema_migrations.read_versions')`
  select version, checksum
  from schema_migrations
  order by version`

const UNDEFINED_COLUMN = '42703'

/** What to do where somebody else has our tables' names. */
export const ROOM_OF_ITS_OWN =
  'Give Holdfast a schema of its own: HOLDFAST_SCHEMA, or the option `schema` of the library, names one'

/** The fault, when what failed is a look at a `schema_migrations` that is not ours; else undefined. */
export function foreignMigrations(error: unknown): HoldfastError | undefined {
  if (sqlstateOf(error) !== UNDEFINED_COLUMN) return undefined
  return new HoldfastError(
    'invalid_input',
    `another tool keeps its schema_migrations in Holdfast's schema. ${ROOM_OF_ITS_OWN}`,
    { cause: error },
  )
}

/**
 * The numbers of the migrations that were applied, ascending.
 *
 * @throws HoldfastError `invalid_input` when the table is another tool's
 */
export async function readAppliedVersions(db: Pick<Tx, 'query'>): Promise<number[]> {
  const rows = await db.query<{ version: number }>(SELECT_VERSIONS).catch((error: unknown) => {
    throw foreignMigrations(error) ?? error
  })
  return rows.map((row) => row.version)
}
