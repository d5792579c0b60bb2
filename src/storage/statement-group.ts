/**
 * Several statements that travel as one: one packet to the server, one answer back.
 *
 * The driver ends each statement with a Sync of its own, at which the server stops and sends what it
 * has. Between the statements of a transaction that buys nothing, and costs two system calls and a
 * wake-up each, some of them while a hot row is locked. A group has one Sync, at its end. What
 * follows a failed statement is skipped by the server, COMMIT included: a group that ends in COMMIT
 * is kept as a whole or not at all.
 */
import pg from 'pg'

export interface GroupedStatement {
  /** Prepared under this name; empty for a statement that is parsed every time. */
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** False when nobody reads the rows: the server is not asked what they look like. */
  readonly hasRows: boolean
  resolve(result: pg.QueryResult): void
  reject(error: Error): void
}

/** The driver's connection, as far as a group uses it; the driver's types leave it out. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void; destroy(): void }
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
  sync(): void
  describe(portal: unknown): void
  close(statement: unknown): void
}

/** The driver's query, likewise. */
interface WireQuery {
  name: string
  readonly _result: { _types: pg.CustomTypesConfig }
  prepare(wire: Wire): void
  handleRowDescription(message: unknown): void
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, wire: Wire): void
  handleReadyForQuery(wire: Wire): void
  handleError(error: Error, wire: Wire): void
}

/** Runs with `client.query(group)`, as a query of the driver's own would. */
export class StatementGroup extends pg.Query {
  /** Read by the driver: without an answer within this time it gives the connection up. */
  readonly query_timeout: number | undefined
  /** Wrapped by the driver, to stop its timer. */
  callback: (error: Error | null) => void
  /** Read by the driver, which keeps a list of what is prepared: the statement being answered. */
  name: string
  readonly #statements: readonly GroupedStatement[]
  readonly #queries: readonly WireQuery[]
  #answered = 0

  /**
   * @param timeoutMs how long the answer to the whole group may take; default the client's own bound
   * @param onEnd called once the server has answered, just before the statements are
   */
  constructor(
    statements: readonly GroupedStatement[],
    types: pg.CustomTypesConfig,
    timeoutMs: number | undefined,
    onEnd: () => void,
  ) {
    super('')
    this.query_timeout = timeoutMs
    this.callback = onEnd
    this.name = statements[0]?.name ?? ''
    this.#statements = statements
    this.#queries = statements.map((statement) => queryOf(statement, types))
  }

  override submit = (connection: unknown): Error | null => {
    const wire = connection as Wire
    const { withRows, withoutRows } = unsynced(wire)
    wire.stream.cork()
    try {
      this.#queries.forEach((query, i) => {
        query.prepare(this.#statements[i]?.hasRows ? withRows : withoutRows)
      })
      wire.sync()
    } catch (error) {
      // The others must not go without the one that could not be sent.
      wire.stream.destroy()
      return error as Error
    } finally {
      wire.stream.uncork()
    }
    return null
  }

  handleRowDescription(message: unknown): void {
    this.#queries[this.#answered]?.handleRowDescription(message)
  }

  handleDataRow(message: unknown): void {
    if (!this.#statements[this.#answered]?.hasRows) return
    this.#queries[this.#answered]?.handleDataRow(message)
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    this.#queries[this.#answered]?.handleCommandComplete(message, wire)
    this.#answered += 1
    this.name = this.#queries[this.#answered]?.name ?? ''
  }

  handleReadyForQuery(wire: Wire): void {
    this.callback(null)
    for (const query of this.#queries) query.handleReadyForQuery(wire)
  }

  /** Statements answered before the failure keep their answers; those behind it share its error. */
  handleError(error: Error, wire: Wire): void {
    this.callback(error)
    for (const query of this.#queries.slice(0, this.#answered)) query.handleReadyForQuery(wire)
    for (const query of this.#queries.slice(this.#answered)) {
      delete wire.submittedNamedStatements[query.name]
      query.handleError(error, wire)
    }
  }
}

function queryOf(statement: GroupedStatement, types: pg.CustomTypesConfig): WireQuery {
  const { name, text, values, resolve, reject } = statement
  const query = new pg.Query(text, values as unknown[], (error, result) =>
    error ? reject(error) : resolve(result),
  ) as unknown as WireQuery
  query.name = name
  query._result._types = types
  return query
}

const unsyncedWires = new WeakMap<Wire, { withRows: Wire; withoutRows: Wire }>()

/** The same connection to a query that would end with a Sync, and perhaps ask for a description. */
function unsynced(wire: Wire): { withRows: Wire; withoutRows: Wire } {
  let wires = unsyncedWires.get(wire)
  if (wires === undefined) {
    const withRows: Wire = Object.assign(Object.create(wire), { sync: () => {}, close: unsendable })
    const withoutRows: Wire = Object.assign(Object.create(withRows), { describe: () => {} })
    wires = { withRows, withoutRows }
    unsyncedWires.set(wire, wires)
  }
  return wires
}

/** The driver closes a statement whose values it cannot turn into PostgreSQL's. */
function unsendable(): never {
  throw new TypeError('a statement has a value that cannot be sent to PostgreSQL')
}
