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
import pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'
import { checkDatabaseUrl } from './database-url.js'
import { foreignMigrations, ROOM_OF_ITS_OWN } from './schema-migrations.js'
import { sqlstateOf } from './sqlstate.js'
import { unreachable } from './unreachable.js'

/** An applied or pending file of `migrations/`. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly checksum: string
  readonly statements: readonly string[]
}

const FOLDER = fileURLToPath(new URL('../../../migrations/', import.meta.url))
/** Any fixed number: it names the lock that all migrating processes queue for. */
const MIGRATION_LOCK = 4_201_337
const CONNECT_TIMEOUT_MS = 5_000
const DUPLICATE_TABLE = '42P07'

const ENSURE_TABLE = `
  create table if not exists schema_migrations (
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

/**
 * Applies what is pending to the database at `url` and returns the names of the files it applied.
 *
 * @throws HoldfastError `invalid_input` for a URL that cannot be used, and for a database that is not
 * UTF-8 or in which another tool keeps its own `schema_migrations`
 * @throws HoldfastError `database_unavailable` or `overloaded` when no connection can be made
 * @throws HoldfastError `migration_failed` when an applied file was edited or is gone, when the
 * database is newer than this program, or when a statement fails; nothing is applied then
 */
export async function migrate(url: string, folder: string = FOLDER): Promise<string[]> {
  checkDatabaseUrl(url)
  const known = await readMigrations(folder)
  const client = new pg.Client({
    connectionString: url,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw unreachable(error)
  }
  try {
    await client.query('begin')
    await client.query('set local lock_timeout = 0')
    await client.query('set local statement_timeout = 0')
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const applied = await applyPending(client, known)
    await client.query('commit')
    return applied
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    throw new HoldfastError('migration_failed', (error as Error).message, { cause: error })
  } finally {
    await client.end().catch(() => {})
  }
}

async function applyPending(client: pg.Client, known: readonly Migration[]): Promise<string[]> {
  await client.query('set local client_min_messages = warning')
  await refuseEncoding(client)
  await client.query(ENSURE_TABLE)
  const { rows } = await client
    .query<Omit<Migration, 'statements'>>(SELECT_APPLIED)
    .catch((error: unknown) => {
      throw foreignMigrations(error) ?? error
    })
  const byVersion = new Map(known.map((migration) => [migration.version, migration]))
  for (const row of rows) refuseDrift(row, byVersion.get(row.version))
  const done = new Set(rows.map((row) => row.version))
  const pending = known.filter((migration) => !done.has(migration.version))
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
  }
  return pending.map((migration) => migration.name)
}

/** Names are people's, in any script: with another encoding the first that lacks a letter would fail. */
async function refuseEncoding(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('show server_encoding')
  const encoding = rows[0]?.server_encoding
  if (encoding === 'UTF8') return
  throw new HoldfastError(
    'invalid_input',
    `the database's encoding is ${encoding}, which cannot keep every name: make another one with ` +
      "create database … encoding 'UTF8' template template0",
  )
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
