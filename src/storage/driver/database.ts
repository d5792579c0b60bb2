/**
 * Connections and transactions. Nothing else in the house begins, commits or rolls back, and
 * nothing here decides whether to try again: that is the engine's.
 *
 * Statements are pipelined: they leave for the server as they are issued and are answered in
 * order, so that a transaction costs as many round trips as it has answers to wait for.
 */
import type pg from 'pg'
import { HoldfastError, isFault } from '../../domain/errors.js'
import { DEFAULT_SCHEMA } from '../../domain/schema-name.js'
import { commitAfter, confirmed, writes } from './commit.js'
import {
  type ConnectionOptions,
  type Connections,
  LOCK_TIMEOUT,
  openConnections,
  QUERY_TIMEOUT_MS,
} from './connections.js'
import { boundLockWaits } from './distributed/sessions.js'
import { markForStandbys } from './guarantees/standbys.js'
import { hear } from './hearing.js'
import { ask, nothing, openPipeline, quietly } from './pipeline.js'
import { isConnectionLoss, isSpent, sqlstateOf } from './sqlstate.js'
import { type Sendable, sql, statementsIn } from './statement.js'

/** `none`: no transaction at all; every statement commits on its own, on any free connection. */
export type Isolation = 'none' | 'read committed' | 'repeatable read' | 'serializable'

/** A transaction under way, or with isolation `none` just a way to run statements. */
export interface Tx {
  /**
   * Runs a statement and gives back its rows. Values are always bound, never spliced in. A text
   * that `sql` made is prepared once for each connection, any other is parsed each time.
   */
  query<Row>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Sends a write whose rows nobody reads; if it fails, so does the commit. */
  send(statement: string, values?: readonly unknown[]): void
}

/** What a transaction's work decided: the value, and whether its writes are kept. */
export interface Decision<Value> {
  readonly keep: boolean
  /** True when the value may be told only once the standbys have what it rests on. */
  readonly acknowledges?: boolean
  readonly value: Value
  /** See `commit`. */
  readonly staleAtMs?: number | undefined
}

interface CommitOptions {
  readonly mayWriteNothing?: boolean
  readonly staleAtMs?: number | undefined
}

/** The process stood still for too long between a decision and its COMMIT: nothing was written. */
export class StaleDecision extends Error {}

/**
 * Keep what was written; `value` reaches the caller only once COMMIT has been answered.
 *
 * @param mayWriteNothing true when what was to be written may have been there already: then the yes is
 * one of `acknowledge` as well; default false
 * @param staleAtMs when what was decided is too old to be committed, as `performance.now()` counts; then
 * nothing is kept, and `StaleDecision` is thrown; default never
 */
export function commit<Value>(
  value: Value,
  { mayWriteNothing = false, staleAtMs }: CommitOptions = {},
): Decision<Value> {
  return { keep: true, acknowledges: mayWriteNothing, value, staleAtMs }
}

/** Undo what was written and give back `value` all the same. */
export function rollback<Value>(value: Value): Decision<Value> {
  return { keep: false, value }
}

/**
 * Gives back `value`, a yes to something that others have committed: nothing was written. It reaches
 * the caller once the standbys that the server waits for have that as well. What a primary shows may
 * be on no standby: its COMMIT may not have been confirmed.
 */
export function acknowledge<Value>(value: Value): Decision<Value> {
  return { keep: false, acknowledges: true, value }
}

/** The moments of a transaction at which a test may end the process; see `lab/` and the tests. */
export const FAIL_POINTS = [
  'before-begin',
  'after-take',
  'before-commit',
  'commit-sent',
  'commit-acknowledged',
] as const

export type FailPoint = (typeof FAIL_POINTS)[number]

export interface TransactionOptions {
  /** How long one statement may take before its connection is given up; default 8,000 ms. */
  readonly queryTimeoutMs?: number
  /**
   * When whoever waits for it gives up, as `performance.now()` counts; default never. The connection is
   * then given up, and nothing is written, unless COMMIT was sent before.
   */
  readonly deadlineAtMs?: number | undefined
}

export interface Database {
  /**
   * Runs `work` in one transaction.
   *
   * @throws HoldfastError `outcome_unknown` when the connection was lost after COMMIT was sent, its
   * answer did not come in time, or the standbys that it waits for have not confirmed it;
   * `overloaded` when no connection came free in time; `database_unavailable` when none can be made,
   * or the server only reads
   * @throws the driver's own error, with its SQLSTATE in `code`, for every error of the server
   */
  transaction<Value>(
    isolation: Isolation,
    work: (tx: Tx) => Promise<Decision<Value>>,
    options?: TransactionOptions,
  ): Promise<Value>
  /**
   * Runs one statement on its own.
   *
   * @throws as `transaction` does; `outcome_unknown` for a statement that writes
   */
  query<Row>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /**
   * Calls `onNotice` when a process has told others that it wrote something, until the function that it
   * gives back is called. Where sessions are somebody else's (a pooler, an application's pool) it hears
   * nothing.
   */
  hear(onNotice: () => void): () => Promise<void>
  /** True where the tables are spread over several nodes. */
  hasShards(): Promise<boolean>
  /** How many transactions and statements wait for a connection now. */
  waiting(): number
  /** The most connections that are kept open. */
  readonly connectionsMax: number
  /** How long anybody waits for one, in milliseconds. */
  readonly acquireTimeoutMs: number
  close(): Promise<void>
}

export type DatabaseOptions = ConnectionOptions & {
  /** Named prepared statements; default true. Turn off behind PgBouncer before 1.21. */
  readonly prepared?: boolean
  /** How long COMMIT may take to be answered before its outcome is unknown; default 3,000 ms. */
  readonly commitTimeoutMs?: number
  /** Called at each fail point; default nothing. */
  readonly reach?: (point: FailPoint) => void
}

const COMMIT_TIMEOUT_MS = 3_000

const BEGIN: Record<Exclude<Isolation, 'none'>, string> = {
  'read committed': sql('database.begin')`begin isolation level read committed`,
  'repeatable read': sql('database.begin_repeatable_read')`begin isolation level repeatable read`,
  serializable: sql('database.begin_serializable')`begin isolation level serializable`,
}

/** Said when a transaction has used up its caller's time before its COMMIT. */
export const TOO_LATE = 'it took longer than its caller waits; nothing was written, try again'

/**
 * For a transaction in a session whose settings are not ours: its COMMIT can say that no standby has
 * confirmed it, and the nulls in an array are nulls.
 */
const SETTLE_SESSION = sql('database.settle_session')`
  select set_config('client_min_messages', 'warning', true),
         set_config('array_nulls', 'on', true)`

const BOUND_LOCK_WAITS = boundLockWaits(LOCK_TIMEOUT)

/** Opens a bounded set of connections. Connects lazily: a wrong URL shows at the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const connections = openConnections(options)
  const session: SessionOptions = {
    prepared: options.prepared ?? true,
    sendable: statementsIn(options.schema ?? DEFAULT_SCHEMA),
    commitTimeoutMs: options.commitTimeoutMs ?? COMMIT_TIMEOUT_MS,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    hasOwnSettings: connections.hasOwnSettings,
    hasShards: connections.hasShards,
    reach: options.reach ?? (() => {}),
  }

  const query: Tx['query'] = (text, values) =>
    onConnection(connections, (client) => run(client, text, values, session))

  async function transaction<Value>(
    isolation: Isolation,
    work: (tx: Tx) => Promise<Decision<Value>>,
    { queryTimeoutMs = QUERY_TIMEOUT_MS, deadlineAtMs }: TransactionOptions = {},
  ): Promise<Value> {
    if (isolation === 'none') return withoutTransaction(query, work)
    session.reach('before-begin')
    const bounded = { ...session, queryTimeoutMs, deadlineAtMs }
    return onConnection(
      connections,
      (client) => runTransaction(client, BEGIN[isolation], work, bounded),
      deadlineAtMs,
    )
  }

  const { waiting, close, max: connectionsMax, acquireTimeoutMs } = connections
  const hasShards = () => onConnection(connections, async () => connections.hasShards())
  const hearing: Database['hear'] = (onNotice) => {
    const { servers } = connections
    if (!connections.hasOwnSettings || servers === undefined) return async () => {}
    return hear({ servers, applicationName: options.applicationName ?? 'holdfast', onNotice })
  }
  return {
    ...{ transaction, query, hear: hearing, hasShards, waiting, close },
    ...{ connectionsMax, acquireTimeoutMs },
  }
}

interface SessionOptions {
  readonly prepared: boolean
  readonly sendable: (statement: string) => Sendable
  readonly commitTimeoutMs: number
  readonly queryTimeoutMs: number
  readonly deadlineAtMs?: number | undefined
  readonly hasOwnSettings: boolean
  readonly hasShards: () => boolean
  readonly reach: (point: FailPoint) => void
}

/** Lends a connection to `work`; one that is of no more use is closed instead of being lent again. */
async function onConnection<Value>(
  connections: Connections,
  work: (client: pg.PoolClient) => Promise<Value>,
  deadlineAtMs?: number,
): Promise<Value> {
  let broken: Error | undefined
  // A connection may die between two statements; the next one then fails and reports it.
  const onError = (error: Error) => {
    broken = error
  }
  const client = await connections.acquire(onError, deadlineAtMs)
  try {
    return await work(client)
  } catch (error) {
    const isOfNoUse = isConnectionLoss(error) || isSpent(error) || isFault(error, 'outcome_unknown')
    if (isOfNoUse) {
      broken ??= error as Error
      connections.failed(error)
    }
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** A statement that is its own transaction. */
function run<Row>(
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
  session: SessionOptions,
): Promise<readonly Row[]> {
  if (!writes(text)) return ask<Row>(openPipeline(client, session), text, values)
  const pipeline = openPipeline(client, session)
  return confirmed(client, () => {
    // One group is one transaction, so this holds for the statement behind it and no longer.
    if (!session.hasOwnSettings) void quietly(ask(pipeline, SETTLE_SESSION, []))
    return ask<Row>(pipeline, text, values)
  })
}

async function runTransaction<Value>(
  client: pg.PoolClient,
  begin: string,
  work: (tx: Tx) => Promise<Decision<Value>>,
  session: SessionOptions,
): Promise<Value> {
  const pipeline = openPipeline(client, session)
  // The first statement that fails makes all later ones fail; its error is the one to report.
  let failure: unknown
  const note = (error: Error) => {
    failure ??= error
  }
  const send: Tx['send'] = (text, values = []) => {
    pipeline.issue({ text, values, hasRows: false, answered: nothing, failed: note })
  }
  const tx: Tx = {
    send,
    query: (text, values = []) => quietly(ask(pipeline, text, values, note)),
  }
  send(begin)
  if (!session.hasOwnSettings) send(SETTLE_SESSION)
  else if (session.hasShards()) send(BOUND_LOCK_WAITS)
  const undo = async () => {
    await pipeline.settled()
    await client.query({ text: 'rollback', query_timeout: QUERY_TIMEOUT_MS } as pg.QueryConfig)
  }
  let decision: Decision<Value>
  let keep: boolean
  try {
    decision = await work(tx)
    const marked = decision.acknowledges === true && (await markForStandbys(tx))
    keep = marked || decision.keep
  } catch (error) {
    const reported = failure ?? error
    // A connection that is given up needs no ROLLBACK, and may not answer one.
    if (!isConnectionLoss(reported)) await undo().catch(() => {})
    throw reported
  }
  session.reach('after-take')
  if (!keep) {
    await undo()
    return decision.value
  }
  session.reach('before-commit')
  try {
    if (isPast(session.deadlineAtMs)) throw new HoldfastError('contention', TOO_LATE)
    if (isPast(decision.staleAtMs)) throw new StaleDecision('decided too long ago')
    await commitAfter(client, pipeline, session)
  } catch (error) {
    // A statement before COMMIT that failed: COMMIT kept nothing.
    const reported = sqlstateOf(failure) === undefined ? error : failure
    if (!isConnectionLoss(reported) && !isFault(reported, 'outcome_unknown'))
      await undo().catch(() => {})
    throw reported
  }
  session.reach('commit-acknowledged')
  return decision.value
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

function isPast(deadlineAtMs: number | undefined): boolean {
  return deadlineAtMs !== undefined && performance.now() > deadlineAtMs
}
