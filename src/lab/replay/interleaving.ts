/**
 * Runs two callers step by step in a chosen order, so that a race is a fact and not a matter of luck.
 *
 * A step is one statement that a strategy waits for, the writes behind it, or COMMIT. The caller
 * whose turn it is does one step; when the database makes it wait for the other one's lock, that is
 * noticed (by asking the database) and the other goes on. No sleeps decide anything.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Database, Decision, Tx } from '../../storage/driver/database.js'
import { nameOf } from '../../storage/driver/statement.js'

export type Turn = 'a' | 'b'

/** Hears of every step as it goes; see `forced.ts`. */
export interface InterleavingObserver {
  /** A statement has been answered, or has failed. */
  ran?(who: Turn, statement: string, values: readonly unknown[], answer: Answer): void
  /** The turn was given, and the database keeps the caller waiting. */
  waits?(who: Turn): void
  /** COMMIT is about to be sent, or ROLLBACK. */
  ends?(who: Turn, keep: boolean): void
  /** A step is over, whoever made it. */
  stepped?(): Promise<void>
}

export type Answer = { readonly rows: readonly unknown[] } | { readonly error: unknown }

/**
 * Runs `work` twice, each with a database of its own face, in the given order of turns. When the
 * order is used up both run on freely.
 *
 * @returns what the two came to, errors as they were thrown
 */
export async function interleave<Result>(
  db: Database,
  order: readonly Turn[],
  work: (db: Database, who: Turn) => Promise<Result>,
  observer: InterleavingObserver = {},
): Promise<PromiseSettledResult<Result>[]> {
  const sessions = { a: new Session(db, 'a', observer), b: new Session(db, 'b', observer) }
  const results = (['a', 'b'] as const).map((who) =>
    work(sessions[who].face, who).finally(() => sessions[who].finish()),
  )
  // All of them are awaited at the end; until then nobody would hear that one fails.
  for (const result of results) result.catch(() => {})
  for (const turn of order) {
    await sessions[turn].step()
    await observer.stepped?.()
  }
  sessions.a.runFreely()
  sessions.b.runFreely()
  return Promise.allSettled(results)
}

const POLL_MS = 1
/** All callers read what a listing allows and what its pools are, and no race changes it: no step. */
export const NOT_FOUGHT_OVER: ReadonlySet<string> = new Set([
  'holdfast.listings.read_policy',
  'holdfast.nights.read_places',
])

const IS_BLOCKED = 'select cardinality(pg_blocking_pids($1)) > 0 as blocked'

/** Citus names a session by its node and its process: the process is the last ten digits. */
const IS_BLOCKED_ON_ANY_NODE = `
  select exists (
    select
    from citus_lock_waits
    where waiting_gpid % 10000000000 = $1
  ) as blocked`

class Session {
  readonly face: Database
  readonly #db: Database
  readonly #who: Turn
  readonly #observer: InterleavingObserver
  /** Steps that wait for a turn, oldest first: a strategy may issue several statements at once. */
  readonly #waiting: (() => void)[] = []
  #free = false
  #finished = false
  #pid: number | undefined

  constructor(db: Database, who: Turn, observer: InterleavingObserver) {
    this.#db = db
    this.#who = who
    this.#observer = observer
    this.face = {
      query: (statement, values) => db.query(statement, values),
      transaction: (isolation, work) =>
        db.transaction(isolation, async (tx) => {
          if (isolation !== 'none') this.#pid = await pidOf(tx)
          const steps = this.#stepped(tx)
          const decision = await work(steps.tx)
          await steps.writes()
          if (isolation !== 'none') {
            await this.#turn()
            observer.ends?.(who, decision.keep)
          }
          return decision as Decision<never>
        }),
      hear: (onNotice) => db.hear(onNotice),
      hasShards: () => db.hasShards(),
      waiting: () => db.waiting(),
      connectionsMax: db.connectionsMax,
      acquireTimeoutMs: db.acquireTimeoutMs,
      close: async () => {},
    }
  }

  /** One step: from one gate to the next, to the end, or to a wait for somebody's lock. */
  async step(): Promise<void> {
    if (!(await this.#ready())) return
    this.#waiting.shift()?.()
    if (!(await this.#ready())) this.#observer.waits?.(this.#who)
  }

  /** Waits for the next gate or the end; false when the database keeps the caller waiting instead. */
  async #ready(): Promise<boolean> {
    while (this.#waiting.length === 0 && !this.#finished) {
      if (await this.#blocked()) return false
      await pause(POLL_MS)
    }
    return true
  }

  runFreely(): void {
    this.#free = true
    for (const go of this.#waiting.splice(0)) go()
  }

  finish(): void {
    this.#finished = true
  }

  #turn(): Promise<void> {
    if (this.#free) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Writes that nobody waits for are kept back and run as one step at the end of the work. */
  #stepped(tx: Tx) {
    const kept: (() => Promise<unknown>)[] = []
    const writes = async () => {
      if (kept.length === 0) return
      await this.#turn()
      for (const write of kept.splice(0)) await write()
    }
    const stepped: Tx = {
      query: async <Row>(statement: string, values?: readonly unknown[]) => {
        await writes()
        if (!NOT_FOUGHT_OVER.has(nameOf(statement))) await this.#turn()
        return this.#observed<Row>(tx, statement, values)
      },
      send: (statement, values) => {
        kept.push(() => this.#observed(tx, statement, values))
      },
    }
    return { tx: stepped, writes }
  }

  async #observed<Row>(tx: Tx, statement: string, values: readonly unknown[] = []) {
    try {
      const rows = await tx.query<Row>(statement, values)
      this.#observer.ran?.(this.#who, statement, values, { rows })
      return rows
    } catch (error) {
      this.#observer.ran?.(this.#who, statement, values, { error })
      throw error
    }
  }

  async #blocked(): Promise<boolean> {
    if (this.#pid === undefined) return false
    const statement = (await this.#db.hasShards()) ? IS_BLOCKED_ON_ANY_NODE : IS_BLOCKED
    const [row] = await this.#db.query<{ blocked: boolean }>(statement, [this.#pid])
    return row?.blocked ?? false
  }
}

async function pidOf(tx: Tx): Promise<number | undefined> {
  const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
  return row?.pid
}
