/**
 * The schema that Holdfast's tables live in, and how each statement finds them: by name. No session has
 * to be told where to look, so that an application's transaction, its pool and a pooler serve as well as
 * a connection of our own, and tables of the same names elsewhere are nobody's concern. See
 * docs/decisions/0021-a-schema-of-its-own.md.
 */
import { createHash } from 'node:crypto'
import { DEFAULT_SCHEMA } from '../../domain/schema-name.js'
import { FUNCTIONS_OF_A_LISTING, PLACES } from './places.js'

/** Stands in the text of a statement for the schema's name, as a string. */
export const SCHEMA_NAME = `':schema:'`

/**
 * What the statements name.
 *
 * For tests: one holds it against the migrations, another stands tables of these names elsewhere.
 */
export const TABLES: readonly string[] = Object.keys(PLACES).sort()

/** Types that the statements cast to. */
const TYPES: readonly string[] = ['reservation_state']

/** Functions that the statements call. */
const FUNCTIONS: readonly string[] = ['contact_form', ...FUNCTIONS_OF_A_LISTING]

/**
 * A table where a statement reads or writes it, and not where it names one of its columns. Behind the
 * first word of a statement stands a comment; a join may begin with a parenthesis.
 */
const MENTION = new RegExp(
  String.raw`(\b(?:from|join|into|update)\s+(?:/\*[^*]*\*/\s+|\(\s*)?)(${TABLES.join('|')})\b(?!\.)|(::)(${TYPES.join('|')})\b|\b(${FUNCTIONS.join('|')})(?=\()`,
  'g',
)

/** A name as an identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The text of a statement whose tables are those of `schema`. */
export function inSchema(text: string, schema: string): string {
  const owner = quoted(schema)
  // Functions: a name may hold what `replace` takes for a pattern.
  return text
    .replace(
      MENTION,
      (_, before = '', table = '', cast = '', type = '', called = '') =>
        `${before}${cast}${owner}.${table}${type}${called}`,
    )
    .replaceAll(SCHEMA_NAME, () => `'${schema.replaceAll("'", "''")}'`)
}

/**
 * What tells apart the statements of several schemas that share a connection; empty for the schema that
 * everybody has.
 */
export function suffixOf(schema: string): string {
  if (schema === DEFAULT_SCHEMA) return ''
  return `@${createHash('sha256')
    .update(schema)
    .digest('hex')
    .slice(0, SUFFIX_LENGTH - 1)}`
}

export const SUFFIX_LENGTH = 9
