/**
 * Which database: the one that DATABASE_URL names, else the one that PGHOST or PGDATABASE name, as
 * with `psql`. When none is named, an embedded server is started.
 *
 * What such a URL leaves out (a password, how to use TLS) the driver takes from PGPASSWORD,
 * PGSSLMODE and the like by itself; so a password given there is never copied.
 *
 * DATABASE_URL and PGHOST may name several servers, with commas between them.
 */
import { databaseHosts, placeOf } from '../../domain/database-hosts.js'
import { invalid, wholeIn } from './settings.js'

export interface NamedDatabase {
  readonly url: string
  /** The variables that it was read from. */
  readonly from: readonly string[]
}

const URL_ALLOWED = 'postgres://user:password@host:5432/database'
const PORTS = [1, 65_535] as const
const SEVERAL = ','

/**
 * @returns undefined when the environment names no database
 * @throws HoldfastError `invalid_input`
 */
export function databaseOf(env: NodeJS.ProcessEnv): NamedDatabase | undefined {
  const { DATABASE_URL: given } = env
  if (given !== undefined && given !== '') {
    return { url: urlFrom('DATABASE_URL', given), from: ['DATABASE_URL'] }
  }
  const { PGHOST, PGPORT, PGUSER, PGDATABASE } = env
  if (!PGHOST && !PGDATABASE) return undefined
  if (PGHOST?.includes(SEVERAL)) return namedHosts(env)
  if (PGPORT && wholeIn(PGPORT, PORTS) === undefined) {
    throw invalid(
      'PGPORT',
      `is ${JSON.stringify(PGPORT)}`,
      `a whole number from ${PORTS[0]} to ${PORTS[1]}`,
    )
  }
  const host = PGHOST || 'localhost'
  const user = PGUSER ? `${encodeURIComponent(PGUSER)}@` : ''
  const port = PGPORT ? `:${PGPORT}` : ''
  const url = `postgres://${user}${placeOf(host)}${port}/${encodeURIComponent(PGDATABASE ?? '')}`
  return { url, from: givenOf({ PGHOST, PGPORT, PGUSER, PGDATABASE }) }
}

/** Several hosts, with one port or as many, in the form that a URL has for them. */
function namedHosts(env: NodeJS.ProcessEnv): NamedDatabase {
  const { PGHOST = '', PGPORT, PGUSER, PGDATABASE, PGTARGETSESSIONATTRS } = env
  const user = PGUSER ? `${encodeURIComponent(PGUSER)}@` : ''
  const query = new URLSearchParams({ host: PGHOST })
  if (PGPORT) query.set('port', PGPORT)
  if (PGTARGETSESSIONATTRS) query.set('target_session_attrs', PGTARGETSESSIONATTRS)
  const path = encodeURIComponent(PGDATABASE ?? '')
  return {
    url: urlFrom('PGHOST', `postgres://${user}/${path}?${query}`),
    from: givenOf({ PGHOST, PGPORT, PGUSER, PGDATABASE, PGTARGETSESSIONATTRS }),
  }
}

function givenOf(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => (value ? [name] : []))
}

/** A user and no host, as libpq allows it: the host is in the query, or the default. */
const NO_HOST = /^(postgres(?:ql)?:\/\/[^/?#]*@)(:\d+)?([/?].*)?$/

/**
 * The URL that a text is. Where libpq would take one that has a user and a host in its query alone
 * (`postgresql://user@/db?host=/run/postgresql`, as hosts hand them out for sockets), the host is put
 * in its place: other programs take no URL without it.
 *
 * @param name where the text comes from: a variable or a flag
 * @throws HoldfastError `invalid_input`
 */
export function urlFrom(name: string, text: string): string {
  const { urls } = databaseHosts(text, name)
  if (urls.length > 1) {
    for (const url of urls) checkUrl(name, url)
    return text
  }
  const whole = URL.canParse(text) ? text : withHost(text)
  checkUrl(name, whole)
  return whole
}

function checkUrl(name: string, url: string): void {
  // The text may contain a password, so it is not repeated.
  if (!URL.canParse(url)) throw invalid(name, 'is not a URL', URL_ALLOWED)
  const { protocol } = new URL(url)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw invalid(name, `begins with ${protocol}//`, URL_ALLOWED)
  }
}

function withHost(text: string): string {
  const [, user = '', port, rest = ''] = NO_HOST.exec(text) ?? []
  if (user === '') return text
  const query = new URLSearchParams(/\?([^#]*)/.exec(rest)?.[1])
  const host = query.get('host') || 'localhost'
  const portOf = query.get('port') ?? port?.slice(1)
  query.delete('host')
  query.delete('port')
  const path = rest.replace(/[?#].*$/s, '')
  const kept = query.size === 0 ? '' : `?${query}`
  return `${user}${placeOf(host)}${portOf ? `:${portOf}` : ''}${path}${kept}`
}

/** The URL with stars where its password is. */
export function withoutPassword(text: string): string {
  if (databaseHosts(text).urls.length > 1) {
    return text
      .replace(/^([^/]*\/\/[^/?#:]*):[^/?#]*@/, '$1:***@')
      .replace(/([?&]password=)[^&#]*/, '$1***')
  }
  const url = new URL(text)
  if (url.password !== '') url.password = '***'
  if (url.searchParams.has('password')) url.searchParams.set('password', '***')
  return url.href
}
