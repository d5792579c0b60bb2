/**
 * The scripts of docs/controls/: two sessions' statements in the order in which they meet. What the
 * notation means is told in docs/controls.md.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { withClient } from '../../support/database/empty-database.js'
import { until } from '../../support/until.js'

export interface Step {
  /** `A` and `B` are the two customers; anybody else has a session of their own. */
  readonly who: string
  readonly does: string
  /** What has to come of it, as `told` puts it. */
  readonly expected: string | undefined
}

export interface Script {
  readonly fixed: boolean
  readonly steps: readonly Step[]
  /** Who acts, row by row, in the table above the script; undefined when there is none. */
  readonly table: readonly ('A' | 'B')[] | undefined
}

const SCRIPT = /((?:^\|.*\n)*)\n?^```interleaving( fixed)?\n([\s\S]*?)^```$/gm
const STEP = /^([\w ]+): (.*?)(?: → (.*))?$/

/** Every script of a page, with the table that tells the same right before it. */
export function scriptsOf(page: string): Script[] {
  return [...page.matchAll(SCRIPT)].map(([, table = '', fixed, text = '']) => ({
    fixed: fixed !== undefined,
    steps: text.trim().split('\n').map(stepOf),
    table: table === '' ? undefined : actorsOf(table),
  }))
}

function stepOf(line: string): Step {
  const match = STEP.exec(line)
  if (match === null) throw new Error(`this is no step of a script: ${line}`)
  const [, who = '', does = '', expected] = match
  return { who, does, expected }
}

function actorsOf(table: string): ('A' | 'B')[] {
  const rows = table.trim().split('\n').slice(2)
  return rows.map((row) => (row.split('|')[1]?.trim() === '' ? 'B' : 'A'))
}

/** Who acts in which step: whatever is not the second customer's belongs to the first one. */
export function actors(steps: readonly Step[]): ('A' | 'B')[] {
  return steps
    .filter(({ who }) => !['setup', 'later', 'in the end'].includes(who))
    .map(({ who }) => (who === 'B' ? 'B' : 'A'))
}

/**
 * Plays a script against a schema of its own.
 *
 * @returns every step as it went, and the two figures in the end: what was promised and what is there
 */
export async function play(
  url: string,
  steps: readonly Step[],
): Promise<{ went: Step[]; promised: number; there: number }> {
  const schema = `script_${randomBytes(6).toString('hex')}`
  await withClient(url, (client) => client.query(`create schema ${schema}`))
  const sessions = new Map<string, Session>()
  const went: Step[] = []
  try {
    for (const { who, does, expected } of steps) {
      const session = sessions.get(who) ?? (await Session.open(url, schema))
      sessions.set(who, session)
      const told = await session.act(does)
      went.push({ who, does, expected: expected === undefined ? undefined : told })
    }
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.close()))
  }
  const [promised = Number.NaN, there = Number.NaN] = (went.at(-1)?.expected ?? '')
    .split(', ')
    .map(Number)
  return { went, promised, there }
}

/** A connection, and the statement that the database keeps waiting on it. */
class Session {
  readonly #client: pg.Client
  readonly #url: string
  readonly #pid: number
  #waiting: Promise<string> | undefined

  private constructor(client: pg.Client, url: string, pid: number) {
    this.#client = client
    this.#url = url
    this.#pid = pid
  }

  static async open(url: string, schema: string): Promise<Session> {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    await client.query(`set search_path = ${schema}`)
    const { rows } = await client.query('select pg_backend_pid() as pid')
    return new Session(client, url, rows[0].pid)
  }

  /** Does a step and says what came of it. */
  async act(does: string): Promise<string> {
    if (does === '(is killed)') {
      const { stream } = (this.#client as unknown as { connection: pg.Connection }).connection
      stream.destroy()
      return 'killed'
    }
    if (does === '(goes on)') {
      if (this.#waiting === undefined) throw new Error('nothing waits')
      const answer = await this.#waiting
      this.#waiting = undefined
      return answer
    }
    const answer = this.#client
      .query({ text: does, rowMode: 'array' })
      .then(told, (error) => `error ${error.code}`)
    let answered = false
    void answer.then(() => {
      answered = true
    })
    await until('the database answers or lets wait', async () => answered || this.#blocked())
    if (answered) return answer
    this.#waiting = answer
    return 'waits'
  }

  #blocked(): Promise<boolean> {
    return withClient(this.#url, async (client) => {
      const { rows } = await client.query('select pg_blocking_pids($1) as pids', [this.#pid])
      return rows[0].pids.length > 0
    })
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {})
  }
}

/** The last statement's rows, or its command and how many rows it changed. */
function told(result: pg.QueryArrayResult | pg.QueryArrayResult[]): string {
  const last = Array.isArray(result) ? result.at(-1) : result
  if (last === undefined || last.fields.length === 0) return `${last?.command} ${last?.rowCount}`
  if (last.rows.length === 0) return 'no row'
  return last.rows.map((row) => row.join(', ')).join('; ')
}
