/**
 * Several statements that travel as one: one packet to the server, one answer back.
 *
 * The driver ends each statement with a Sync of its own, at which the server stops and sends what it
 * has. Between the statements of a transaction that buys nothing, and costs two system calls and a
 * wake-up each, some of them while a hot row is locked. A group has one Sync, at its end. What
 * follows a failed statement is skipped by the server, COMMIT included: a group that ends in COMMIT
 * is kept as a whole or not at all.
 *
 * The rows of a prepared statement are described once for each connection.
 */
import pg from 'pg'

export interface GroupedStatement {
  /** Prepared under this name; empty for a statement that is parsed every time. */
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** False when nobody reads the rows: then the server does not describe them. */
  readonly hasRows: boolean
  answered(answer: StatementAnswer): void
  failed(error: Error): void
}

export interface StatementAnswer {
  /** Empty when nobody reads them. */
  readonly rows: readonly object[]
  /** The server's name for what it did: `SELECT 1`, `COMMIT`. */
  readonly command: string
}

/** The driver's connection, as far as a group uses it; the driver's types leave it out. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void; destroy(): void }
  /** The driver's lists of what is prepared, and of what is on its way to be, by name. */
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
  parse(statement: { readonly name: string; readonly text: string }): void
  bind(portal: { readonly statement: string; readonly values: readonly PreparedValue[] }): void
  describe(portal: { readonly type: 'P'; readonly name: '' }): void
  execute(portal: object): void
  sync(): void
}

type PreparedValue = string | Buffer | null

interface RowDescription {
  readonly fields: readonly {
    readonly name: string
    readonly dataTypeID: number
    readonly format: 'text' | 'binary'
  }[]
}

type RowReader = (fields: readonly (string | null)[]) => object

// The driver has it, and its types do not: how it writes a value of JavaScript's for the server.
const { prepareValue } = (
  pg as unknown as { utils: { prepareValue(value: unknown): PreparedValue } }
).utils

/** How to read the rows of the statements that are prepared on a connection, by their names. */
const readersOn = new WeakMap<Wire, Map<string, RowReader>>()

/** Runs with `client.query(group)`, as a query of the driver's own would. */
export class StatementGroup extends pg.Query {
  /** Read by the driver: without an answer within this time it gives the connection up. */
  readonly query_timeout: number | undefined
  /** Wrapped by the driver, to stop its timer. */
  callback: (error: Error | null) => void
  /** Read by the driver, for its list of what is prepared: the statement being answered. */
  name = ''
  text = ''
  readonly #statements: readonly GroupedStatement[]
  readonly #types: pg.CustomTypesConfig
  /** In the order of the statements; an error for one whose rows could not be read. */
  readonly #answers: (StatementAnswer | Error)[] = []
  #readers = new Map<string, RowReader>()
  /** What has come of the statement being answered. */
  #reader: RowReader | undefined
  #rows: object[] = []
  #unreadable: Error | undefined

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
    this.#statements = statements
    this.#types = types
  }

  override submit = (connection: unknown): Error | null => {
    const wire = connection as Wire
    let values: PreparedValue[][]
    try {
      // Before anything leaves: the others must not go without one that cannot be sent.
      for (const statement of this.#statements) refuseForeignName(wire, statement)
      values = this.#statements.map((statement) =>
        statement.values.map((each) => prepareValue(each)),
      )
    } catch (cause) {
      // Nor must a later group go without this one, which may have begun their transaction.
      wire.stream.destroy()
      return new TypeError('a statement cannot be sent to PostgreSQL', { cause })
    }
    this.#readers = readersOf(wire)
    this.#beginAnswer()
    wire.stream.cork()
    this.#statements.forEach(({ name, text, hasRows }, i) => {
      if (!isPrepared(wire, name)) {
        wire.parse({ name, text })
        if (name !== '') wire.submittedNamedStatements[name] = text
      }
      wire.bind({ statement: name, values: values[i] ?? [] })
      if (hasRows && !this.#readers.has(name)) wire.describe({ type: 'P', name: '' })
      wire.execute({})
    })
    wire.sync()
    wire.stream.uncork()
    return null
  }

  handleRowDescription(description: RowDescription): void {
    this.#reader = readerOf(description, this.#types)
    if (this.name !== '') this.#readers.set(this.name, this.#reader)
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (!this.#statements[this.#answers.length]?.hasRows) return
    try {
      if (this.#reader === undefined) throw new Error('rows came without their description')
      this.#rows.push(this.#reader(fields))
    } catch (error) {
      this.#unreadable ??= error as Error
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#answers.push(this.#unreadable ?? { rows: this.#rows, command: text })
    this.#beginAnswer()
  }

  handleReadyForQuery(): void {
    this.callback(null)
    for (const i of this.#answers.keys()) this.#deliver(i)
  }

  /** Statements answered before the failure keep their answers; those behind it share its error. */
  handleError(error: Error, wire: Wire): void {
    this.callback(error)
    this.#statements.forEach((statement, i) => {
      if (i < this.#answers.length) this.#deliver(i)
      else {
        delete wire.submittedNamedStatements[statement.name]
        statement.failed(error)
      }
    })
  }

  #beginAnswer(): void {
    const next = this.#statements[this.#answers.length]
    this.name = next?.name ?? ''
    this.text = next?.text ?? ''
    this.#rows = []
    this.#reader = this.#readers.get(this.name)
    this.#unreadable = undefined
  }

  #deliver(i: number): void {
    const answer = this.#answers[i]
    if (answer instanceof Error) this.#statements[i]?.failed(answer)
    else if (answer !== undefined) this.#statements[i]?.answered(answer)
  }
}

function isPrepared(wire: Wire, name: string): boolean {
  return (
    name !== '' &&
    (wire.parsedStatements[name] !== undefined || wire.submittedNamedStatements[name] !== undefined)
  )
}

/** @throws Error when the application has prepared another text under this name on the connection */
function refuseForeignName(wire: Wire, { name, text }: GroupedStatement): void {
  if (name === '') return
  const known = wire.parsedStatements[name] ?? wire.submittedNamedStatements[name]
  if (known === undefined || known === text) return
  throw new Error(`${name} is the name of another statement on this connection`)
}

function readersOf(wire: Wire): Map<string, RowReader> {
  let readers = readersOn.get(wire)
  if (readers === undefined) {
    readers = new Map()
    readersOn.set(wire, readers)
  }
  return readers
}

/** Turns the fields of a row into an object; all rows of a statement have one shape. */
function readerOf({ fields }: RowDescription, types: pg.CustomTypesConfig): RowReader {
  const columns = fields.map(({ name, dataTypeID, format }) => ({
    name,
    parse: types.getTypeParser(dataTypeID, format) as (text: string) => unknown,
  }))
  return (texts) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < columns.length; i += 1) {
      const column = columns[i]
      const text = texts[i]
      if (column !== undefined) row[column.name] = text == null ? null : column.parse(text)
    }
    return row
  }
}
