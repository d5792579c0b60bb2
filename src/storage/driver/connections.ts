/**
 * A bounded set of connections with a bounded wait for one, and the settings that every session of
 * ours runs under.
 */
import pg from 'pg'
import { databaseHosts } from '../../domain/database-hosts.js'
import { HoldfastError } from '../../domain/errors.js'
import { checkSchema, DEFAULT_SCHEMA } from '../../domain/schema-name.js'
import { checkDatabaseUrl } from './database-url.js'
import { hasShards, settleForShards } from './distributed/sessions.js'
import { openAdmission } from './servers/admission.js'
import { openServers, type Servers } from './servers/servers.js'
import { isReadOnly } from './sqlstate.js'
import { sql } from './statement.js'
import { unreachable } from './unreachable.js'

/** Where the connections come from: a URL, or a pool that the application has already. */
export type ConnectionOptions = ConnectionBounds &
  (
    | {
        /** A `postgres://` URL; with several hosts the one that takes writes is used. */
        readonly url: string
      }
    | {
        /**
         * A pool of the application's own, which also closes it. Its sessions keep their settings;
         * with `pipeline: true` in its configuration a transaction needs fewer round trips.
         */
        readonly pool: pg.Pool
      }
  )

interface ConnectionBounds {
  /** The most connections kept open; default 4. */
  readonly connectionsMax?: number
  /** How long to wait for a connection, in milliseconds; default 10,000. */
  readonly acquireTimeoutMs?: number
  /** How many may wait for a connection at once; default 10,000. */
  readonly waitingMax?: number
  /** Shown in `pg_stat_activity`; default `holdfast`. */
  readonly applicationName?: string
  /**
   * False behind a pooler in transaction mode, where a session is not one's own: the settings below
   * then have to be given to the role (see docs/operating.md). Default true.
   */
  readonly sessionSettings?: boolean
  /** Where Holdfast's tables are; default `holdfast`. */
  readonly schema?: string | undefined
  /** Takes a server that only reads as well, a standby for one; default false. */
  readonly onlyToRead?: boolean
}

export interface Connections {
  /**
   * Lends a connection.
   *
   * @param onError hears that the connection broke, from the moment it is lent; whoever gives it back
   * removes this listener
   * @param deadlineAtMs until when to wait at the most, as `performance.now()` counts
   * @throws HoldfastError `overloaded` when none came free in time or too many wait already,
   * `database_unavailable` when none can be made, or the server only reads
   */
  acquire(onError: (error: Error) => void, deadlineAtMs?: number): Promise<pg.PoolClient>
  /** Is given what a connection was given up for: its server may be no good any more. */
  failed(error: unknown): void
  /** The servers that the URL names; undefined with a pool of the application's. */
  readonly servers: Servers | undefined
  /** False when sessions have settings of somebody else's. */
  readonly hasOwnSettings: boolean
  /** True when the tables are spread over several nodes; known once a connection was lent. */
  hasShards(): boolean
  /** How many wait for a connection now. */
  waiting(): number
  /** The most that are kept open. */
  readonly max: number
  /** How long a loan is waited for, in milliseconds. */
  readonly acquireTimeoutMs: number
  close(): Promise<void>
}

/** The longest that one lock is waited for. */
export const LOCK_TIMEOUT = '2s'

/**
 * Bounds on waiting, in the server. A version that does not know one of them goes without it.
 *
 * `client_min_messages`: a COMMIT that no standby has confirmed is told by a warning alone, which a
 * role or a database may have turned off. `array_nulls`: off, the null in an array of texts is a word.
 *
 * The last three: every statement of the house looks rows up by their key. A plan that is made once
 * serves all values, and must not be the sequential scan that looked cheap while a new table was
 * empty: a prepared statement would keep it.
 */
const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  lock_timeout: LOCK_TIMEOUT,
  statement_timeout: '5s',
  idle_in_transaction_session_timeout: '5s',
  transaction_timeout: '10s',
  client_min_messages: 'warning',
  array_nulls: 'on',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  // A plan with a scan that is forbidden looks costly enough to be compiled, each time it is run.
  jit: 'off',
}

const APPLY_SETTINGS = sql('connections.apply_settings')`
  select set_config(wanted.name, wanted.value, false)
  from unnest($1::text[], $2::text[]) as wanted (name, value)
  join pg_settings on pg_settings.name = wanted.name`

/**
 * A little longer than the server's own bound on a statement: past it the connection is given up.
 */
export const QUERY_TIMEOUT_MS = 8_000

export function openConnections(options: ConnectionOptions): Connections {
  const { waitingMax = 10_000, sessionSettings = true } = options
  const { acquireTimeoutMs = ACQUIRE_TIMEOUT_MS } = options
  checkSchema(options.schema ?? DEFAULT_SCHEMA)
  const source = 'pool' in options ? ofApplication(options) : ofOwn(options)
  const { pool } = source
  return {
    hasOwnSettings: !('pool' in options) && sessionSettings,
    hasShards: () => source.hasShards,
    close: () => ('pool' in options ? Promise.resolve() : pool.end()),
    waiting: () => pool.waitingCount,
    max: pool.options.max,
    failed: source.failed,
    servers: source.servers,
    acquireTimeoutMs,
    async acquire(onError, deadlineAtMs) {
      if (pool.waitingCount >= waitingMax) {
        throw new HoldfastError(
          'overloaded',
          `${waitingMax} requests wait for a connection already`,
        )
      }
      try {
        return await inTime(source.lend(onError), onError, deadlineAtMs)
      } catch (error) {
        throw connectFault(error)
      }
    },
  }
}

/** Gives a connection back that comes after the deadline, when nobody waits for it any more. */
function inTime(
  lent: Promise<pg.PoolClient>,
  onError: (error: Error) => void,
  deadlineAtMs: number | undefined,
): Promise<pg.PoolClient> {
  if (deadlineAtMs === undefined) return lent
  return new Promise((resolve, reject) => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      reject(new HoldfastError('overloaded', 'no connection came free in time'))
    }, deadlineAtMs - performance.now())
    lent.then(
      (client) => {
        clearTimeout(timer)
        if (!late) return resolve(client)
        client.off('error', onError)
        client.release()
      },
      (error: Error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

interface Source {
  readonly pool: pg.Pool
  readonly servers: Servers | undefined
  readonly hasShards: boolean
  lend(onError: (error: Error) => void): Promise<pg.PoolClient>
  failed(error: unknown): void
}

/**
 * The pool takes its own listener off a connection when it hands it over, and a promise would deliver
 * the connection a little later. A server that ends the session in between would emit an error that
 * has no listener, which ends the process. The callback runs before anything else can happen.
 */
function lend(pool: pg.Pool, onError: (error: Error) => void): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) return reject(error ?? new Error('the pool lent no connection'))
      client.on('error', onError)
      resolve(client)
    })
  })
}

function ofOwn(options: ConnectionBounds & { readonly url: string }): Source {
  checkDatabaseUrl(options.url, options.schema)
  const { acquireTimeoutMs = ACQUIRE_TIMEOUT_MS, sessionSettings = true } = options
  const { applicationName = 'holdfast', onlyToRead, url } = options
  const servers = openServers({ url, onlyToRead, applicationName })
  let spread = false
  const onConnect = async (client: pg.ClientBase) => {
    const [found] = await Promise.all([
      hasShards(client, options.schema ?? DEFAULT_SCHEMA),
      sessionSettings ? applySettings(client) : undefined,
      servers.admit(client),
    ])
    spread = found
    if (spread && sessionSettings) await settleForShards(client)
  }
  const pool = new pg.Pool({
    connectionString: databaseHosts(url).urls[0],
    Client: servers.Client,
    max: options.connectionsMax ?? 4,
    connectionTimeoutMillis: acquireTimeoutMs,
    application_name: applicationName,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    pipeline: true,
    onConnect,
  } as pg.PoolConfig)
  // An idle connection that the server closed is replaced at the next use; without a listener the
  // event would end the process.
  pool.on('error', servers.failed)
  return {
    pool,
    servers,
    get hasShards() {
      return spread
    },
    failed: servers.failed,
    lend: (onError) => lendOf(pool, servers, onError),
  }
}

/** What a connection is closed with whose server was let go of. */
const LEFT = new Error('its server was let go of')

/**
 * A connection to the server that is taken by now. One that cannot be made speaks against that server: all
 * are then looked at, once.
 */
async function lendOf(
  pool: pg.Pool,
  servers: Servers,
  onError: (error: Error) => void,
): Promise<pg.PoolClient> {
  let isSecond = !servers.areSeveral
  for (;;) {
    try {
      const client = await lend(pool, onError)
      if (!servers.isLeft(client)) return client
      client.off('error', onError)
      client.release(LEFT)
    } catch (error) {
      if (isSecond || isTooLate(error)) throw error
      isSecond = true
      servers.doubt()
    }
  }
}

const ACQUIRE_TIMEOUT_MS = 10_000

/**
 * A pool of the application's own: it may bound its wait or not, so the wait is bounded here. A
 * connection that comes too late goes back at once.
 */
function ofApplication(options: ConnectionBounds & { readonly pool: pg.Pool }): Source {
  const { pool, acquireTimeoutMs = ACQUIRE_TIMEOUT_MS, onlyToRead = false } = options
  const admission = openAdmission(onlyToRead)
  const lendInTime = (onError: (error: Error) => void) =>
    new Promise<pg.PoolClient>((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(new HoldfastError('overloaded', tooLate(acquireTimeoutMs)))
      }, acquireTimeoutMs)
      lend(pool, onError).then(
        (client) => {
          clearTimeout(timer)
          if (!late) return resolve(client)
          client.off('error', onError)
          client.release()
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error)
        },
      )
    })
  return {
    pool,
    servers: undefined,
    failed(error) {
      if (isReadOnly(error)) admission.letGo()
    },
    // Its sessions are set as the application has it: nothing is set for shards either.
    hasShards: false,
    async lend(onError) {
      for (;;) {
        const client = await lendInTime(onError)
        const isLeft = admission.isLeft(client)
        if (onlyToRead || (admission.isAdmitted(client) && !isLeft)) return client
        try {
          if (isLeft) throw LEFT
          await admission.admit(client)
          return client
        } catch (error) {
          client.off('error', onError)
          client.release(error as Error)
          if (error !== LEFT) throw error
        }
      }
    },
  }
}

function tooLate(timeoutMs: number): string {
  return (
    `no connection of the application's pool came free in ${timeoutMs} ms; a transaction that calls ` +
    'Holdfast inside, and so waits for a second connection, calls `holdfast.within(client)` instead'
  )
}

async function applySettings(client: pg.ClientBase): Promise<void> {
  await client.query(APPLY_SETTINGS, [
    Object.keys(SESSION_SETTINGS),
    Object.values(SESSION_SETTINGS),
  ])
}

function connectFault(error: unknown): HoldfastError {
  if (isTooLate(error)) {
    return new HoldfastError('overloaded', 'no database connection came free in time', {
      cause: error,
    })
  }
  return unreachable(error)
}

/** The pool's own error: no connection came free. */
function isTooLate(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect'
}
