/**
 * Which database: the one that DATABASE_URL names, else the one that PGHOST or PGDATABASE name, as
 * with `psql`. When none is named, an embedded server is started.
 *
 * What such a URL leaves out (a password, how to use TLS) the driver takes from PGPASSWORD,
 * PGSSLMODE and the like by itself; so a password given there is never copied.
 */
import { isIPv6 } from 'node:net'
import { invalid, wholeIn } from './settings.js'

export interface NamedDatabase {
  readonly url: string
  /** The variables that it was read from. */
  readonly from: readonly string[]
}

const URL_ALLOWED = 'postgres://user:password@host:5432/database'
const PORTS = [1, 65_535] as const

/**
 * @returns undefined when the environment names no database
 * @throws HoldfastError `invalid_input`
 */
export function databaseOf(env: NodeJS.ProcessEnv): NamedDatabase | undefined {
  const { DATABASE_URL: given } = env
  if (given !== undefined && given !== '') {
    checkUrl('DATABASE_URL', given)
    return { url: given, from: ['DATABASE_URL'] }
  }
  const { PGHOST, PGPORT, PGUSER, PGDATABASE } = env
  if (!PGHOST && !PGDATABASE) return undefined
  if (PGPORT && wholeIn(PGPORT, PORTS) === undefined) {
    throw invalid(
      'PGPORT',
      `is ${JSON.stringify(PGPORT)}`,
      `a whole number from ${PORTS[0]} to ${PORTS[1]}`,
    )
  }
  const host = PGHOST || 'localhost'
  const user = PGUSER ? `${encodeURIComponent(PGUSER)}@` : ''
  const place = isIPv6(host) ? `[${host}]` : encodeURIComponent(host)
  const port = PGPORT ? `:${PGPORT}` : ''
  const url = `postgres://${user}${place}${port}/${encodeURIComponent(PGDATABASE ?? '')}`
  const from = Object.entries({ PGHOST, PGPORT, PGUSER, PGDATABASE })
  return { url, from: from.flatMap(([name, value]) => (value ? [name] : [])) }
}

/**
 * @param name where the text comes from: a variable or a flag
 * @throws HoldfastError `invalid_input`
 */
export function checkUrl(name: string, text: string): void {
  let protocol: string
  try {
    protocol = new URL(text).protocol
  } catch {
    // The text may contain a password, so it is not repeated.
    throw invalid(name, 'is not a URL', URL_ALLOWED)
  }
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw invalid(name, `begins with ${protocol}//`, URL_ALLOWED)
  }
}

/** The URL with stars where its password is. */
export function withoutPassword(text: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = '***'
  if (url.searchParams.has('password')) url.searchParams.set('password', '***')
  return url.href
}
