/** Whether the driver can use a database's URL, asked before anything connects. */
import pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'

/** Where other programs write a schema; our driver ignores all of these. */
const SCHEMA_PARAMETERS = ['schema', 'currentSchema', 'search_path']

/**
 * Refuses a URL that the driver cannot read, and one that names a schema where nobody would look for it:
 * the tables would silently be others than the caller means. No password is repeated.
 *
 * @throws HoldfastError `invalid_input`
 */
export function checkDatabaseUrl(url: string): void {
  try {
    // It connects to nothing yet, but reads the certificates that the URL names.
    new pg.Client({ connectionString: url })
  } catch (cause) {
    throw new HoldfastError('invalid_input', `the database's URL cannot be used: ${why(cause)}`, {
      cause,
    })
  }
  const query = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])
  const name = SCHEMA_PARAMETERS.find((each) => (query.get(each) ?? 'public') !== 'public')
  if (name === undefined) return
  const schema = query.get(name)
  throw new HoldfastError(
    'invalid_input',
    `the database's URL has ${name}=${schema}, which the driver ignores: write ` +
      `options=-c%20search_path%3D${schema} instead, and create that schema`,
  )
}

function why(error: unknown): string {
  if (error instanceof URIError) return 'an escape (%) in it stands for no character of UTF-8'
  return error instanceof Error ? error.message : String(error)
}
