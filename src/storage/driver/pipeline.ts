/**
 * The statements of one transaction on their way to the server: those that are issued in one turn of
 * the event loop leave together, as one group, without waiting for the answer to an earlier one. So
 * a transaction costs as many round trips as it has answers to wait for. A large statement does not
 * wait for the end of the turn: the server works on it while the next one is prepared.
 */
import type pg from 'pg'
import { type Sendable, TYPES } from './statement.js'
import { type GroupedStatement, StatementGroup } from './statement-group.js'

export interface PipelineOptions {
  /** Named prepared statements. */
  readonly prepared: boolean
  /** See `statementsIn`. */
  readonly sendable: (statement: string) => Sendable
  /** How long the answer to one group may take; undefined for the connection's own bound. */
  readonly queryTimeoutMs?: number | undefined
  /** When whoever waits for the transaction gives up, as `performance.now()` counts; default never. */
  readonly deadlineAtMs?: number | undefined
}

export interface Pipeline {
  /**
   * Takes a statement; it leaves when the turn of the event loop ends at the latest. Statements are answered, or
   * fail, in the order in which they were issued.
   *
   * @param timeoutMs how long the answer to its group may take
   */
  issue(statement: Omit<GroupedStatement, 'name'>, timeoutMs?: number): void
  /** Sends what has been issued at once. */
  flush(): void
  /** Resolves when everything that was sent has been answered, however. */
  settled(): Promise<void>
}

export function openPipeline(client: pg.ClientBase, options: PipelineOptions): Pipeline {
  const isPipelined = 'pipeline' in client && client.pipeline === true
  let gathered: GroupedStatement[] = []
  let timeoutMs = options.queryTimeoutMs
  let answered: Promise<void> = Promise.resolve()

  function flush(): void {
    if (gathered.length === 0) return
    const statements = gathered
    const bound = before(options.deadlineAtMs, timeoutMs)
    gathered = []
    timeoutMs = options.queryTimeoutMs
    const last = answered
    answered = new Promise((resolve) => {
      const submit = () => client.query(new StatementGroup(statements, TYPES, bound, resolve))
      // A client that does not pipeline is given the next group when it has answered the last.
      if (isPipelined) submit()
      else void last.then(submit)
    })
  }

  return {
    issue({ text: statement, values, hasRows, answered, failed }, bound) {
      if (gathered.length === 0) process.nextTick(flush)
      if (bound !== undefined) timeoutMs = Math.min(bound, timeoutMs ?? bound)
      const { text, name: preparedName } = options.sendable(statement)
      const name = options.prepared ? preparedName : ''
      gathered.push({ name, text, values, hasRows, answered, failed })
      if (isLarge(values)) flush()
    },
    flush,
    async settled() {
      flush()
      await answered
    },
  }
}

/** The time that is left until the deadline, if that is less than `timeoutMs`. */
function before(deadlineAtMs: number | undefined, timeoutMs: number | undefined) {
  if (deadlineAtMs === undefined) return timeoutMs
  const leftMs = Math.max(1, deadlineAtMs - performance.now())
  return Math.min(leftMs, timeoutMs ?? leftMs)
}

/** The arrays of some fifty rows. */
const LARGE_LENGTH = 2_000

function isLarge(values: readonly unknown[]): boolean {
  let length = 0
  for (const value of values) {
    if (typeof value === 'string' || Array.isArray(value)) length += value.length
  }
  return length > LARGE_LENGTH
}

/**
 * Issues a statement whose rows somebody waits for.
 *
 * @param note is called with a failure before the promise of the rows is rejected
 */
export function ask<Row>(
  pipeline: Pipeline,
  text: string,
  values: readonly unknown[],
  note: (error: Error) => void = nothing,
): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    pipeline.issue({
      ...{ text, values, hasRows: true },
      answered: ({ rows }) => resolve(rows as readonly Row[]),
      failed(error) {
        note(error)
        reject(error)
      },
    })
  })
}

/** For what is of no interest. */
export function nothing(): void {}

/** The promise itself, marked as handled: it is awaited later, or another failure is reported. */
export function quietly<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {})
  return promise
}
