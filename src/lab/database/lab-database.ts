/**
 * The lab's own database, made anew for every race.
 *
 * It has Holdfast's schema without the constraint that refuses an oversell: so an unsafe contestant
 * can show what it does, and a safe one has only itself to thank. It has one column more, which no
 * safe strategy reads. One race at a time: two at once would measure each other.
 */
import pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'
import { DEFAULT_SCHEMA } from '../../domain/schema-name.js'
import type { Database } from '../../storage/driver/database.js'
import { checkDatabaseUrl } from '../../storage/driver/database-url.js'
import { migrate } from '../../storage/driver/migrate.js'
import { connectAlone } from '../../storage/driver/servers/servers.js'
import { sql } from '../../storage/driver/statement.js'
import { SCHEMA_NAME } from '../../storage/schema/in-schema.js'
import { LAB_APPLICATION } from './application-names.js'
import { LAB_MARK, LAB_NAME, makeInPlace } from './lab-in-place.js'

export interface LabDatabase extends LabPlace {
  /**
   * Lets the next race begin. The rows stay for a look until then, except in somebody else's
   * database, which is left as it was found.
   */
  release(): Promise<void>
}

/** Where the lab's tables are. */
export interface LabPlace {
  /** Its sessions find the lab's tables under their bare names. */
  readonly url: string
  /** The schema that they are in. */
  readonly schema: string
}

/** Any fixed number: it names the lock that races queue for. */
const RACE_LOCK = 4_201_338
const CONNECT_TIMEOUT_MS = 5_000

const SELECT_MARK = `
  select shobj_description(oid, 'pg_database') as mark
  from pg_database
  where datname = $1`

const SELECT_OWN_MARKS = sql('lab_database.read_own_marks')`
  select shobj_description(oid, 'pg_database') as database,
         obj_description(to_regnamespace(quote_ident(${SCHEMA_NAME})), 'pg_namespace') as schema
  from pg_database
  where datname = current_database()`

const REMOVE_GUARD = `
  alter table pools
  drop constraint pools_taken_within_capacity`

/** For the control `timestamp-optimistic`, which compares what no pool otherwise has. */
const ADD_UPDATED_AT = `
  alter table pools
  add column updated_at timestamptz not null default date_trunc('second', clock_timestamp())`

export interface LabDatabaseOptions {
  /** Called once when another race is under way. */
  readonly onWait?: () => void
  /** Gives up waiting for the other race. */
  readonly signal?: AbortSignal
  /**
   * Makes a schema in the database that is named, for a role that may not create databases; default
   * a database of its own beside it.
   */
  readonly inPlace?: { readonly allowNonEmpty: boolean }
}

/**
 * Waits for its turn, then creates the database beside the one that `serverUrl` names.
 *
 * @throws HoldfastError `database_unavailable` when the server does not answer, `lab_failed` when
 * the role may not create databases, the name is somebody else's, a database to race in is not
 * empty, or `signal` ended the wait
 */
export async function openLabDatabase(
  serverUrl: string,
  options: LabDatabaseOptions = {},
): Promise<LabDatabase> {
  checkDatabaseUrl(serverUrl)
  // A race stays on the server that it began on.
  const { client, url: taken } = await connectAlone(
    { url: serverUrl, applicationName: LAB_APPLICATION },
    { connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
  )
  try {
    await waitForTurn(client, options)
    const { url, schema, tidy } = await make(client, taken, options)
    await migrate(url, { schema })
    await toLabSchema(url)
    return {
      url,
      schema,
      release: async () => {
        await tidy().finally(() => client.end())
      },
    }
  } catch (error) {
    await client.end()
    throw error
  }
}

async function waitForTurn(client: pg.Client, options: LabDatabaseOptions): Promise<void> {
  const { onWait = () => {}, signal = new AbortController().signal } = options
  const { rows } = await client.query<{ mine: boolean }>(
    'select pg_try_advisory_lock($1) as mine',
    [RACE_LOCK],
  )
  if (rows[0]?.mine) return
  onWait()
  // The server reads nothing from a client that it keeps waiting, so the connection is dropped.
  const giveUp = () => void client.end()
  signal.addEventListener('abort', giveUp)
  try {
    if (signal.aborted) giveUp()
    await client.query('select pg_advisory_lock($1)', [RACE_LOCK])
  } catch (error) {
    if (!signal.aborted) throw error
    throw new HoldfastError('lab_failed', 'stopped while another race was under way', {
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

type Made = LabPlace & { readonly tidy: () => Promise<void> }

async function make(
  client: pg.Client,
  serverUrl: string,
  { inPlace }: LabDatabaseOptions,
): Promise<Made> {
  if (inPlace === undefined) return makeBeside(client, serverUrl)
  const tidy = await makeInPlace(client, inPlace)
  return { url: searching(serverUrl, LAB_NAME), schema: LAB_NAME, tidy }
}

async function makeBeside(client: pg.Client, serverUrl: string): Promise<Made> {
  const { rows } = await client.query<{ mark: string | null }>(SELECT_MARK, [LAB_NAME])
  if (rows[0] !== undefined && rows[0].mark !== LAB_MARK) {
    throw new HoldfastError(
      'lab_failed',
      `there is a database ${LAB_NAME} that the lab did not make: rename it, or point DATABASE_URL at another server`,
    )
  }
  try {
    await client.query(`drop database if exists ${LAB_NAME} with (force)`)
    await client.query(`create database ${LAB_NAME}`)
    await client.query(`comment on database ${LAB_NAME} is '${LAB_MARK}'`)
    await client.query(`alter database ${LAB_NAME} set search_path = ${DEFAULT_SCHEMA}`)
  } catch (error) {
    throw new HoldfastError(
      'lab_failed',
      `cannot create the database ${LAB_NAME}: ${(error as Error).message}; a role that may not can race with --in-place`,
      { cause: error },
    )
  }
  const url = new URL(serverUrl)
  url.pathname = `/${LAB_NAME}`
  return { url: url.href, schema: DEFAULT_SCHEMA, tidy: async () => {} }
}

function searching(text: string, schema: string): string {
  const url = new URL(text)
  const own = url.searchParams.get('options')
  const options = `-c search_path=${schema}`
  url.searchParams.set('options', own === null ? options : `${own} ${options}`)
  return url.href
}

/**
 * Makes the lab's schema of Holdfast's: without the guard, and with what a control compares.
 *
 * For tests: a strategy's own tests run on this schema, so that the guard cannot hide a mistake.
 */
export async function toLabSchema(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: LAB_APPLICATION })
  await client.connect()
  try {
    await client.query(REMOVE_GUARD)
    await client.query(ADD_UPDATED_AT)
  } finally {
    await client.end()
  }
}

/**
 * Throws unless `db` is the lab's own database or schema: nowhere else may anything unsafe run.
 *
 * @throws HoldfastError `lab_failed`
 */
export async function requireLabDatabase(db: Database): Promise<void> {
  const [row] = await db.query<{ database: string | null; schema: string | null }>(SELECT_OWN_MARKS)
  if (row?.database === LAB_MARK || row?.schema === LAB_MARK) return
  throw new HoldfastError(
    'lab_failed',
    `what oversells runs in the lab's own database ${LAB_NAME} alone, and this is another one`,
  )
}
