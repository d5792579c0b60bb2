/** Whether the driver can use a database's URL, asked before anything connects. */
import pg from 'pg'
import { databaseHosts } from '../../domain/database-hosts.js'
import { HoldfastError } from '../../domain/errors.js'
import { DEFAULT_SCHEMA } from '../../domain/schema-name.js'

/** Where other programs write a schema; our driver ignores all of these. */
const SCHEMA_PARAMETERS = ['schema', 'currentSchema', 'search_path']

/**
 * Refuses a URL that the driver cannot read, and one that names a schema where nobody would look for it:
 * the tables would silently be others than the caller means. No password is repeated.
 *
 * @param schema where the tables are; a URL may name it, and `public`, which is the application's
 * @throws HoldfastError `invalid_input`
 */
export function checkDatabaseUrl(url: string, schema: string = DEFAULT_SCHEMA): void {
  const [first] = databaseHosts(url).urls
  try {
    // It connects to nothing yet, but reads the certificates that the URL names.
    new pg.Client({ connectionString: first })
  } catch (cause) {
    throw new HoldfastError('invalid_input', `the database's URL cannot be used: ${why(cause)}`, {
      cause,
    })
  }
  const query = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])
  const name = SCHEMA_PARAMETERS.find(
    (each) => !['public', schema].includes(query.get(each) ?? schema),
  )
  if (name === undefined) return
  const named = query.get(name)
  throw new HoldfastError(
    'invalid_input',
    `the database's URL has ${name}=${named}, but Holdfast's tables are in the schema ${schema}: leave it ` +
      `out, or set HOLDFAST_SCHEMA=${named} (the library's option \`schema\`)`,
  )
}

function why(error: unknown): string {
  if (error instanceof URIError) return 'an escape (%) in it stands for no character of UTF-8'
  return error instanceof Error ? error.message : String(error)
}
