/**
 * The statements of the program, each under a name that a person finds again: as the name of the
 * prepared statement in PostgreSQL's log and in `pg_prepared_statements`, and as a comment in its
 * text in `pg_stat_activity` and `pg_stat_statements`.
 */
import pg from 'pg'
import { inSchema, SUFFIX_LENGTH, suffixOf } from '../schema/in-schema.js'

const INT8_OID = 20

/** For every connection, an application's own too: bigint arrives as a number; versions, counts and times stay below 2^53. */
export const TYPES = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8_OID && format !== 'binary') return Number
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

/** `<file>.<what it does>`; with the prefix and a suffix it has to fit into the 63 bytes of a PostgreSQL name. */
const NAME = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/
const NAME_LENGTH_MAX = 63 - SUFFIX_LENGTH
/** Tells our statements from those that an application prepares on the same connections. */
const PREFIX = 'holdfast.'

const textsByName = new Map<string, string>()
const namesByText = new Map<string, string>()

/**
 * Registers a statement once, when its file is loaded; the result is the text to send.
 *
 * The comment stands behind the first word: PostgreSQL 18 cuts off what stands before it.
 *
 * @param name `<file>.<what it does>`, as in `reservations.lock`; no other statement has it
 * @throws Error for a name that is taken or malformed: a mistake of ours, found at start
 * @example
 * const LOCK = sql('reservations.lock')`
 *   select state
 *   from reservations
 *   where listing_id = $1
 *     and reservation_id = $2
 *   for update`
 * await tx.query(LOCK, [listingId, reservationId])
 */
export function sql(
  name: string,
): (parts: readonly string[], ...fragments: readonly (string | number)[]) => string {
  const fullName = `${PREFIX}${name}`
  if (!NAME.test(name) || fullName.length > NAME_LENGTH_MAX) {
    throw new Error(`${name} cannot be the name of a statement`)
  }
  return (parts, ...fragments) => {
    if (textsByName.has(fullName)) throw new Error(`two statements have the name ${name}`)
    const text = parts.map((part, i) => `${part}${fragments[i] ?? ''}`).join('')
    const named = text.trim().replace(/^\w+/, (word) => `${word} /* ${fullName} */`)
    textsByName.set(fullName, named)
    namesByText.set(named, fullName)
    return named
  }
}

/** The name under which a statement is prepared; empty for a text that `sql` did not make. */
export function nameOf(statement: string): string {
  return namesByText.get(statement) ?? ''
}

/** A statement as it is sent. */
export interface Sendable {
  readonly text: string
  /** Under which it is prepared; empty for a text that `sql` did not make. */
  readonly name: string
}

const sendableIn = new Map<string, Map<string, Sendable>>()

/**
 * How to send statements to the tables of `schema`. A text that `sql` did not make is sent as it is. Each
 * statement is put together once for each schema.
 */
export function statementsIn(schema: string): (statement: string) => Sendable {
  const known = sendableIn.get(schema) ?? new Map<string, Sendable>()
  sendableIn.set(schema, known)
  const suffix = suffixOf(schema)
  return (statement) => {
    const before = known.get(statement)
    if (before !== undefined) return before
    const name = nameOf(statement)
    if (name === '') return { text: statement, name }
    const sendable = { text: inSchema(statement, schema), name: `${name}${suffix}` }
    known.set(statement, sendable)
    return sendable
  }
}

/**
 * Every statement that has been registered so far: its text by its full name.
 *
 * For tests: each statement is read for its bounds, and its name looked for in PostgreSQL's views.
 */
export function statements(): ReadonlyMap<string, string> {
  return textsByName
}
