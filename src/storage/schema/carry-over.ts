/**
 * The way of an older version's tables into the schema of ours. They were made where the session's
 * `search_path` led, in `public` as a rule, beside whatever an application has there.
 */
import type pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'
import { quoted } from './in-schema.js'

/** What is known of a migration that was applied. */
export interface Applied {
  readonly version: number
  readonly name: string
  readonly checksum: string
}

/** Where the older versions' tables may be: tables of ours are known by the checksums. */
const SELECT_PLACES = `
  select namespaces.nspname as schema
  from pg_namespace as namespaces
  join pg_class as tables
    on tables.relnamespace = namespaces.oid
    and tables.relname = 'schema_migrations'
  where namespaces.nspname in ('public', current_schema())
    and namespaces.nspname <> $1
    and has_table_privilege(tables.oid, 'select')
    and (
      select count(*)
      from pg_attribute as columns
      where columns.attrelid = tables.oid
        and columns.attname in ('version', 'name', 'checksum')
    ) = 3`

const FIRST_MIGRATION = '0001_reservations.sql'

/**
 * Finds the tables of an older version in `public`.
 *
 * @param schema where they are to go
 * @returns what was applied there; undefined when there are none
 * @throws HoldfastError `invalid_input` when the session's own schema has tables of ours: whoever chose
 * that `search_path` meant them
 */
export async function findOlder(
  client: pg.Client,
  schema: string,
): Promise<readonly Applied[] | undefined> {
  const { rows: places } = await client.query<{ schema: string }>(SELECT_PLACES, [schema])
  for (const place of places) {
    const { rows } = await client.query<Applied>(
      `select version, name, checksum from ${quoted(place.schema)}.schema_migrations order by 1`,
    )
    if (rows[0]?.name !== FIRST_MIGRATION) continue
    if (place.schema === 'public') return rows
    throw new HoldfastError(
      'invalid_input',
      `Holdfast's tables are in the schema ${place.schema}, which search_path names: set ` +
        `HOLDFAST_SCHEMA=${place.schema} (the library's option \`schema\`)`,
    )
  }
  return undefined
}

const SELECT_GRANTEES = `
  select distinct case privileges.grantee
    when 0 then 'public'
    else quote_ident(pg_get_userbyid(privileges.grantee))
  end as role
  from pg_class as tables
  cross join aclexplode(tables.relacl) as privileges
  where tables.relnamespace = to_regnamespace($1)
    and tables.relkind = 'r'
    and privileges.grantee <> tables.relowner`

/**
 * Moves what the applied files have made from `public` into `schema`. Whoever may use one of the tables
 * may use the schema.
 */
export async function carryOver(
  client: pg.Client,
  schema: string,
  applied: readonly { readonly statements: readonly string[] }[],
): Promise<void> {
  const made = (kind: string) =>
    applied.flatMap(({ statements }) =>
      statements.flatMap((statement) => {
        const text = statement.replace(/^\s*--.*$/gm, '').trim()
        return new RegExp(`^create ${kind} (\\w+)`).exec(text)?.[1] ?? []
      }),
    )
  const to = `set schema ${quoted(schema)}`
  for (const type of made('(?:domain|type)')) await client.query(`alter type public.${type} ${to}`)
  for (const table of ['schema_migrations', ...made('table')]) {
    await client.query(`alter table if exists public.${table} ${to}`)
  }
  const { rows } = await client.query<{ role: string }>(SELECT_GRANTEES, [quoted(schema)])
  for (const { role } of rows) {
    await client.query(`grant usage on schema ${quoted(schema)} to ${role}`)
  }
}
