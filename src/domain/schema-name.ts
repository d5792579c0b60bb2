/** The name of the schema that Holdfast's tables live in. */
import { HoldfastError } from './errors.js'

/** Where the tables are unless somebody says otherwise. */
export const DEFAULT_SCHEMA = 'holdfast'

/** PostgreSQL cuts longer names off without a word. */
const NAME_BYTES_MAX = 63

/** What a schema may be called, to complete "allowed: …". */
export const SCHEMA_ALLOWED = `a name of at most ${NAME_BYTES_MAX} bytes that does not begin with pg_`

/** True when tables of ours can live in a schema of this name. */
export function isSchemaName(name: string): boolean {
  const { length } = new TextEncoder().encode(name)
  return length > 0 && length <= NAME_BYTES_MAX && !/^pg_|^information_schema$|\0/.test(name)
}

/** @throws HoldfastError `invalid_input` for a name that no schema of ours can have */
export function checkSchema(name: string): void {
  if (isSchemaName(name)) return
  throw new HoldfastError(
    'invalid_input',
    `${JSON.stringify(name)} cannot be the schema; allowed: ${SCHEMA_ALLOWED}`,
  )
}
