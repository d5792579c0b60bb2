/** Statements on `schema_migrations`, to find out how far the schema is. */
import type { Tx } from './database.js'
import { sql } from './statement.js'

const SELECT_VERSIONS = sql('schema_migrations.read_versions')`
  select version
  from schema_migrations
  order by version`

/** The numbers of the migrations that were applied, ascending. */
export async function readAppliedVersions(db: Pick<Tx, 'query'>): Promise<number[]> {
  const rows = await db.query<{ version: number }>(SELECT_VERSIONS)
  return rows.map((row) => row.version)
}
