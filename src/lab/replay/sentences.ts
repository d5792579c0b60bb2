/** What a caller did in one turn of a replay, in words: from its statements and the database's answers. */
import { nameOf } from '../../storage/driver/statement.js'
import { plural } from '../words.js'
import type { Answer } from './interleaving.js'

/** A statement as a reader sees it. */
export interface ForcedStatement {
  readonly sql: string
  /** `$1 = …`, one each, without ids of the replay's own. */
  readonly values: readonly string[]
  /** What the database answered, in a few words. */
  readonly answer: string
}

export interface Ran {
  readonly statement: string
  readonly values: readonly unknown[]
  readonly answer: Answer
}

/** What a strategy learns of a pool. */
interface SeenCount {
  readonly capacity: number
  readonly taken: number
  readonly version: number
}

/** What the caller wants, and what it knows. */
export interface Knowing {
  readonly quantity: number
  /** The version that it read last; undefined when it has read none. */
  readonly saw: number | undefined
  /** The version that everybody sees by now. */
  readonly version: number
}

/** Undefined for what no race is about. */
export function sentenceOf(ran: readonly Ran[], knowing: Knowing): string | undefined {
  const said = ran.map((each) => sentenceOfOne(each, knowing)).filter((each) => each !== undefined)
  return said.length === 0 ? undefined : [...new Set(said)].join(', then ')
}

export function versionSeenBy(ran: readonly Ran[]): number | undefined {
  const counts = ran.flatMap(({ answer }) => ('rows' in answer ? answer.rows.filter(isCount) : []))
  return counts.at(-1)?.version
}

function sentenceOfOne({ statement, answer }: Ran, knowing: Knowing): string | undefined {
  if ('error' in answer) return `is stopped by PostgreSQL: ${(answer.error as Error).message}`
  const name = nameOf(statement)
  const [row] = answer.rows
  if (isCount(row)) {
    const locks = /for (no key )?update/.test(statement) ? ' and locks the row' : ''
    return `reads version ${row.version}, with ${row.taken} of ${row.capacity} taken${locks}`
  }
  if (/advisory/.test(name)) return 'takes the advisory lock'
  if (!/\bpools\b|\bunits\b/.test(statement)) return undefined
  if (/update\b[^;]*\bpools\b/.test(statement) && !/^select/.test(statement)) {
    return answer.rows.length > 0 || !/returning/.test(statement)
      ? writes(knowing)
      : 'finds no row with enough room'
  }
  return undefined
}

function writes({ quantity, saw, version }: Knowing): string {
  const raises = `raises the counter by ${quantity}`
  if (saw === undefined || saw >= version) return raises
  return `${raises}, as it decided on version ${saw}; it never sees version ${version}`
}

function isCount(row: unknown): row is SeenCount {
  const count = row as Partial<SeenCount> | undefined
  return [count?.capacity, count?.taken, count?.version].every((each) => typeof each === 'number')
}

/** A statement as a reader sees it: without the name in it, and with ids cut short. */
export function statementOf({ statement, values, answer }: Ran): ForcedStatement {
  return {
    sql: unindented(statement.replace(/ \/\* [\w.]+ \*\//, '')),
    values: values.map((value, i) => `$${i + 1} = ${shown(value)}`),
    answer:
      'error' in answer
        ? (answer.error as Error).message
        : answer.rows.length === 0
          ? 'done'
          : `${plural(answer.rows.length, 'row')}: ${shown(answer.rows[0])}`,
  }
}

const VALUE_LENGTH_MAX = 120

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  const short = text.replace(/[0-9a-f]{8}-[0-9a-f-]{18}-?[0-9a-f]*([0-9a-f]{4})/g, '…$1')
  return short.length > VALUE_LENGTH_MAX ? `${short.slice(0, VALUE_LENGTH_MAX)}…` : short
}

/** Without what all lines but the first have in front. */
function unindented(text: string): string {
  const [first = '', ...rest] = text.trim().split('\n')
  const kept = rest.filter((line) => line.trim() !== '')
  const indent = Math.min(...kept.map((line) => line.length - line.trimStart().length))
  return [first, ...kept.map((line) => line.slice(indent))].join('\n')
}
