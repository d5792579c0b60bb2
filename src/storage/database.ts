/**
 * Connections and transactions. Nothing else in the house begins, commits or rolls back, and
 * nothing here decides whether to try again: that is the engine's.
 *
 * Statements are pipelined: they leave for the server as they are issued and are answered in
 * order, so that a transaction costs as many round trips as it has answers to wait for.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { HoldfastError, isFault } from '../domain/errors.js'
import { isConnectionLoss, isUnsent, sqlstateOf } from './sqlstate.js'
import { unreachable } from './unreachable.js'

/** `none`: no transaction at all; every statement commits on its own, on any free connection. */
export type Isolation = 'none' | 'read committed' | 'repeatable read' | 'serializable'

/** A transaction under way, or with isolation `none` just a way to run statements. */
export interface Tx {
  /** Runs a statement and gives back its rows. Values are always bound, never spliced in. */
  query<Row>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Sends a write whose rows nobody reads; if it fails, so does the commit. */
  send(statement: string, values?: readonly unknown[]): void
}

/** What a transaction's work decided: the value, and whether its writes are kept. */
export interface Decision<Value> {
  readonly keep: boolean
  readonly value: Value
}

/** Keep what was written; `value` reaches the caller only once COMMIT has been answered. */
export function commit<Value>(value: Value): Decision<Value> {
  return { keep: true, value }
}

/** Undo what was written and give back `value` all the same. */
export function rollback<Value>(value: Value): Decision<Value> {
  return { keep: false, value }
}

export interface Database {
  /**
   * Runs `work` in one transaction.
   *
   * @throws HoldfastError `outcome_unknown` when the connection was lost after COMMIT was sent,
   * `overloaded` when no connection came free in time, `database_unavailable` when none can be made
   * @throws the driver's own error, with its SQLSTATE in `code`, for anything that the server said
   */
  transaction<Value>(
    isolation: Isolation,
    work: (tx: Tx) => Promise<Decision<Value>>,
  ): Promise<Value>
  /** Runs one statement on its own. */
  query<Row>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** A `postgres://` URL. */
  readonly url: string
  /** The most connections kept open; default 4. */
  readonly connectionsMax?: number
  /** How long to wait for a connection, in milliseconds; default 10,000. */
  readonly acquireTimeoutMs?: number
  /** Shown in `pg_stat_activity`; default `holdfast`. */
  readonly applicationName?: string
  /** Named prepared statements; default true. Turn off behind PgBouncer before 1.21. */
  readonly prepared?: boolean
}

const BEGIN: Record<Exclude<Isolation, 'none'>, string> = {
  'read committed': 'begin',
  'repeatable read': 'begin isolation level repeatable read',
  serializable: 'begin isolation level serializable',
}

/**
 * Every statement of the house looks rows up by their key. A plan that is made once serves all
 * values, and must not be the sequential scan that looked cheap while a new table was empty: a
 * prepared statement would keep it. Not sent to a pooler, which knows no such settings.
 */
const PLAN_SETTINGS = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off'

/** Opens a bounded set of connections. Connects lazily: a wrong URL shows at the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const prepared = options.prepared ?? true
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 4,
    connectionTimeoutMillis: options.acquireTimeoutMs ?? 10_000,
    application_name: options.applicationName ?? 'holdfast',
    ...(prepared ? { options: PLAN_SETTINGS } : {}),
    types: { getTypeParser },
    pipeline: true,
  } as pg.PoolConfig)
  // An idle connection that the server closed is replaced at the next use; without a listener the
  // event would end the process.
  pool.on('error', () => {})

  async function acquire(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw connectFault(error)
    }
  }

  /** Lends a connection to `work`, and throws it away when it broke meanwhile. */
  async function lend<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await acquire()
    let broken: Error | undefined
    // A connection may die at any time. Without a listener the event would end the process; what was
    // under way fails by itself.
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      return await work(client)
    } catch (error) {
      if (isConnectionLoss(error) || isFault(error, 'outcome_unknown')) {
        broken ??= error as Error
      }
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  function query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return lend(async (client) => (await client.query(statementOf(text, values, prepared))).rows)
  }

  async function transaction<Value>(
    isolation: Isolation,
    work: (tx: Tx) => Promise<Decision<Value>>,
  ): Promise<Value> {
    if (isolation === 'none') return withoutTransaction(query, work)
    return lend((client) => runTransaction(client, BEGIN[isolation], work, prepared))
  }

  return { transaction, query, close: () => pool.end() }
}

async function runTransaction<Value>(
  client: pg.PoolClient,
  begin: string,
  work: (tx: Tx) => Promise<Decision<Value>>,
  prepared: boolean,
): Promise<Value> {
  const sent: Promise<unknown>[] = [quietly(client.query(begin))]
  const tx: Tx = {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(statementOf(text, values, prepared))).rows as readonly Row[],
    send: (text, values = []) => {
      sent.push(quietly(client.query(statementOf(text, values, prepared))))
    },
  }
  let decision: Decision<Value>
  try {
    decision = await work(tx)
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw await firstFailure(sent, error)
  }
  if (!decision.keep) {
    await client.query('rollback')
    return decision.value
  }
  await commitAfter(client, sent)
  return decision.value
}

async function commitAfter(client: pg.PoolClient, sent: Promise<unknown>[]): Promise<void> {
  let command: string
  try {
    command = (await client.query('commit')).command
  } catch (error) {
    throw await commitFault(error, sent)
  }
  // A server answers COMMIT with ROLLBACK when a statement before it had failed.
  await Promise.all(sent)
  if (command !== 'COMMIT') {
    throw new HoldfastError('database_unavailable', `COMMIT was answered with ${command}`)
  }
}

/** What may be said of a COMMIT that failed: only what is certain, or that nothing is. */
async function commitFault(error: unknown, sent: Promise<unknown>[]): Promise<unknown> {
  if (isUnsent(error)) return error
  if (sqlstateOf(error) !== undefined && !isConnectionLoss(error)) return error
  // The server answers in order: if it failed a write before COMMIT, COMMIT kept nothing.
  const failed = await firstFailure(sent, undefined)
  if (sqlstateOf(failed) !== undefined) return failed
  return new HoldfastError(
    'outcome_unknown',
    'the connection to the database was lost before COMMIT was answered',
    { cause: error },
  )
}

/** A write that failed dooms every statement behind it; its own error is the one to tell. */
async function firstFailure(sent: Promise<unknown>[], otherwise: unknown): Promise<unknown> {
  const results = await Promise.allSettled(sent)
  const failed = results.find((result) => result.status === 'rejected')
  return failed === undefined ? otherwise : failed.reason
}

async function withoutTransaction<Value>(
  query: Tx['query'],
  work: (tx: Tx) => Promise<Decision<Value>>,
): Promise<Value> {
  const sent: Promise<unknown>[] = []
  const decision = await work({
    query,
    send: (text, values) => {
      sent.push(quietly(query(text, values)))
    },
  })
  await Promise.all(sent)
  return decision.value
}

/** The promise itself, marked as looked after: it is awaited later, or a failure elsewhere tells. */
function quietly<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {})
  return promise
}

const statementNames = new Map<string, string>()

/** Statements are constants of the program, so the map of their names stays small. */
function statementOf(text: string, values: readonly unknown[], prepared: boolean) {
  if (!prepared) return { text, values: values as unknown[] }
  let name = statementNames.get(text)
  if (name === undefined) {
    name = `holdfast_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
    statementNames.set(text, name)
  }
  return { name, text, values: values as unknown[] }
}

const INT8_OID = 20

/** bigint arrives as a number: versions and counts stay far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8_OID && format !== 'binary') return Number
  return pg.types.getTypeParser(oid, format)
}

function connectFault(error: unknown): HoldfastError {
  if (error instanceof Error && error.message === 'timeout exceeded when trying to connect') {
    return new HoldfastError('overloaded', 'no database connection came free in time', {
      cause: error,
    })
  }
  return unreachable(error)
}
