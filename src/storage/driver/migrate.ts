/**
 * Brings a database's schema up to date from the numbered files in `migrations/`.
 *
 * Everything pending is applied in one transaction under one advisory lock: any number of
 * processes may start at once, one of them does the work, the others wait and find it done. A file
 * that changed after it was applied is refused: what runs in production is what the file says.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'
import { checkSchema, DEFAULT_SCHEMA } from '../../domain/schema-name.js'
import { type Applied, carryOver, findOlder } from '../schema/carry-over.js'
import { quoted } from '../schema/in-schema.js'
import { foreignMigrations, ROOM_OF_ITS_OWN } from '../schema/schema-migrations.js'
import {
  type Nodes,
  readNodes,
  requireCoordinator,
  spreadIfWanted,
  spreadTables,
} from '../schema/spreading.js'
import { checkDatabaseUrl } from './database-url.js'
import { connectAlone } from './servers/servers.js'
import { sqlstateOf } from './sqlstate.js'

/** An applied or pending file of `migrations/`. */
export interface Migration extends Applied {
  readonly statements: readonly string[]
}

const FOLDER = fileURLToPath(new URL('../../../migrations/', import.meta.url))
/** Any fixed number: it names the lock that all migrating processes queue for. */
const MIGRATION_LOCK = 4_201_337
const CONNECT_TIMEOUT_MS = 5_000
const DUPLICATE_TABLE = '42P07'

const INSUFFICIENT_PRIVILEGE = '42501'
const FEATURE_NOT_SUPPORTED = '0A000'

/** What the files of `migrations/` are read under, whatever the role or the database says. */
const SETTLE_SESSION = `
  select set_config('lock_timeout', '0', true),
         set_config('statement_timeout', '0', true),
         set_config('client_min_messages', 'warning', true),
         set_config('datestyle', 'ISO, YMD', true),
         set_config('intervalstyle', 'postgres', true),
         set_config('timezone', 'UTC', true),
         set_config('array_nulls', 'on', true),
         set_config('standard_conforming_strings', 'on', true)`

/** `migrated` asks the catalog: a name would need the privilege to use its schema. */
const SELECT_GROUND = `
  select current_setting('server_encoding') as encoding,
         quote_ident(current_database()) as database,
         quote_ident(current_user) as role,
         to_regnamespace($1) is not null as "hasSchema",
         to_regnamespace('public') is not null as "hasPublic",
         exists (select from pg_extension where extname = 'btree_gist') as "hasExtension",
         exists (
           select
           from pg_class
           where relnamespace = to_regnamespace($1)
             and relname = 'schema_migrations'
         ) as migrated`

interface Ground {
  readonly encoding: string
  readonly database: string
  readonly role: string
  readonly hasSchema: boolean
  readonly hasPublic: boolean
  readonly hasExtension: boolean
  readonly migrated: boolean
}

const CREATE_TABLE = `
  create table schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`

const SELECT_APPLIED = `
  select version, name, checksum
  from schema_migrations
  order by version`

const INSERT_APPLIED = `
  insert into schema_migrations (version, name, checksum)
  values ($1, $2, $3)`

export interface MigrationOptions {
  /** Where Holdfast's tables are, or will be; default `holdfast`. */
  readonly schema?: string | undefined
  /** Where the numbered files are. */
  readonly folder?: string
  /**
   * Spreads the tables over the nodes of a PostgreSQL with Citus, with what is in them; default false. A
   * new schema on such a PostgreSQL is spread in any case, and so are new tables beside those that are.
   */
  readonly spread?: boolean
  /** Hears in a sentence what is under way, or what is left to do; default nobody. */
  readonly onProgress?: (sentence: string) => void
}

/**
 * Applies what is pending to the database at `url` and returns the names of the files it applied. What an
 * older version has made in `public` is moved into the schema first.
 *
 * @throws HoldfastError `invalid_input` for a URL that cannot be used, and for a database that is not
 * UTF-8, or in whose schema another tool keeps its own `schema_migrations`
 * @throws HoldfastError `database_unavailable` or `overloaded` when no connection can be made, or the
 * server only reads
 * @throws HoldfastError `migration_failed` when an applied file was edited or is gone, when the
 * database is newer than this program, or when a statement fails; nothing is applied then
 */
export async function migrate(url: string, options: MigrationOptions = {}): Promise<string[]> {
  const { schema = DEFAULT_SCHEMA, folder = FOLDER } = options
  checkSchema(schema)
  checkDatabaseUrl(url, schema)
  const known = await readMigrations(folder)
  const { client } = await connectAlone(
    { url, applicationName: 'holdfast migrate' },
    { connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
  )
  try {
    await client.query('begin isolation level read committed')
    await client.query(SETTLE_SESSION)
    // Only the coordinator of a distributed PostgreSQL goes on from here, so its lock is everybody's.
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const ground = await groundOf(client, schema)
    const nodes = await readNodes(client, schema)
    const applied = await applyPending(client, schema, known, ground, nodes).catch(
      (error: unknown) => {
        throw withCure(error, schema, ground)
      },
    )
    const isNew = !ground.migrated && applied.length === known.length
    await spreadIfWanted(client, schema, nodes, { ...options, isNew })
    await client.query('commit')
    return applied
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    throw new HoldfastError('migration_failed', (error as Error).message, { cause: error })
  } finally {
    await client.end().catch(() => {})
  }
}

/** Names are people's, in any script: with another encoding the first that lacks a letter would fail. */
async function groundOf(client: pg.Client, schema: string): Promise<Ground> {
  const { rows } = await client.query<Ground>(SELECT_GROUND, [quoted(schema)])
  const [ground] = rows
  if (ground === undefined) throw new Error('a database has settings')
  if (ground.encoding === 'UTF8') return ground
  throw new HoldfastError(
    'invalid_input',
    `the database's encoding is ${ground.encoding}, which cannot keep every name: make another one with ` +
      "create database … encoding 'UTF8' template template0",
  )
}

/** A role that may not do it is told who can allow it, and how. */
function withCure(error: unknown, schema: string, ground: Ground): unknown {
  const failed = error instanceof HoldfastError ? error.cause : error
  if (sqlstateOf(failed) !== INSUFFICIENT_PRIVILEGE) return error
  const { hasSchema, hasExtension, database, role } = ground
  const grants = [
    ...(hasSchema && hasExtension ? [] : [`grant create on database ${database} to ${role}`]),
    ...(hasSchema ? [`grant usage, create on schema ${quoted(schema)} to ${role}`] : []),
  ]
  return new HoldfastError(
    'migration_failed',
    `${(error as Error).message}. Their owner can allow it: ${grants.join('; ')}`,
    { cause: failed },
  )
}

async function applyPending(
  client: pg.Client,
  schema: string,
  known: readonly Migration[],
  ground: Ground,
  nodes: Nodes,
): Promise<string[]> {
  if (!ground.migrated) requireCoordinator(nodes)
  const byVersion = new Map(known.map((migration) => [migration.version, migration]))
  const older = await findOlder(client, schema)
  if (!ground.migrated) {
    if (!ground.hasSchema) await client.query(`create schema ${quoted(schema)}`)
    for (const row of older ?? []) refuseDrift(row, byVersion.get(row.version))
    if (older === undefined) await ensureExtension(client, ground)
    else
      await carryOver(
        client,
        schema,
        older.flatMap(({ version }) => byVersion.get(version) ?? []),
      )
  }
  await client.query(`select set_config('search_path', $1, true)`, [quoted(schema)])
  if (!ground.migrated && older === undefined) await client.query(CREATE_TABLE)
  const { rows } = await client.query<Applied>(SELECT_APPLIED).catch((error: unknown) => {
    throw foreignMigrations(error) ?? error
  })
  for (const row of rows) refuseDrift(row, byVersion.get(row.version))
  const done = new Set(rows.map((row) => row.version))
  const pending = known.filter((migration) => !done.has(migration.version))
  if (pending.length > 0) requireCoordinator(nodes)
  for (const { version, name, checksum, statements } of pending) {
    for (const statement of statements) {
      await client.query(statement).catch((error: Error) => {
        const cure = sqlstateOf(error) === DUPLICATE_TABLE ? `. ${ROOM_OF_ITS_OWN}` : ''
        throw new HoldfastError('migration_failed', `${name}: ${error.message}${cure}`, {
          cause: error,
        })
      })
    }
    await client.query(INSERT_APPLIED, [version, name, checksum])
    // A table that refers to one that is spread could not be written before it is, too.
    if (nodes.areUsed) await spreadTables(client, schema)
  }
  return pending.map((migration) => migration.name)
}

/**
 * The extension is the whole database's: in a schema of ours it would go with that schema, and take the
 * constraints of all others with it.
 */
async function ensureExtension(client: pg.Client, { hasPublic }: Ground): Promise<void> {
  const place = hasPublic ? ' schema public' : ''
  await client.query(`create extension if not exists btree_gist${place}`).catch((error: Error) => {
    if (sqlstateOf(error) !== FEATURE_NOT_SUPPORTED) throw error
    throw new HoldfastError(
      'migration_failed',
      `${error.message}. Install the contrib modules of PostgreSQL on its server`,
      { cause: error },
    )
  })
}

function refuseDrift(
  applied: { version: number; name: string; checksum: string },
  known: Migration | undefined,
): void {
  if (known === undefined) {
    throw new HoldfastError(
      'migration_failed',
      `the database has migration ${applied.name}, which this version of Holdfast does not know: run a newer one`,
    )
  }
  if (known.checksum !== applied.checksum) {
    throw new HoldfastError(
      'migration_failed',
      `${known.name} was edited after it was applied: put it back and write a new migration instead`,
    )
  }
}

/** Reads the numbered files in order. */
export async function readMigrations(folder: string = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(`${folder}/${name}`, 'utf8')
      const version = Number.parseInt(name, 10)
      if (!Number.isInteger(version)) {
        throw new HoldfastError('migration_failed', `${name} does not begin with a number`)
      }
      const checksum = createHash('sha256').update(text).digest('hex')
      return { version, name, checksum, statements: splitStatements(text) }
    }),
  )
}

/**
 * One statement per message: a distributed PostgreSQL takes no more. Statements end with a
 * semicolon at the end of a line; the files hold no bodies in which one could stand otherwise.
 */
function splitStatements(text: string): string[] {
  return text
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '')
}
