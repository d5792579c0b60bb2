/**
 * The servers that a database's URL names: one, or several with commas between them, in libpq's syntax
 * (`postgres://a:5432,b:5432/shop?target_session_attrs=read-write`). The driver knows neither the list
 * nor the parameter, so this is the one place that reads them.
 */
import { HoldfastError } from './errors.js'

/**
 * Which of several servers is taken: `read-write` one that lets its sessions write, `primary` one that is
 * no standby, `any` the first that answers.
 */
export type TargetSession = 'read-write' | 'primary' | 'any'

export interface DatabaseHosts {
  /** A URL for each server, alike but for host and port, in the order of preference. */
  readonly urls: readonly [string, ...string[]]
  readonly target: TargetSession
  /** How long one server may take to answer, in milliseconds: `connect_timeout`, which counts seconds; default 2,000. */
  readonly connectTimeoutMs: number
}

const TARGETS: readonly TargetSession[] = ['read-write', 'primary', 'any']
/** What libpq knows besides: sessions that cannot write. */
const READING_TARGETS = ['read-only', 'standby', 'prefer-standby']

/** Three servers that say nothing are then given up within the 10 s that a command waits. */
const CONNECT_TIMEOUT_SECONDS = 2
const CONNECT_TIMEOUT_SECONDS_MAX = 3_600
const PORT_MAX = 65_535

/** The scheme, user and password up to `@`, the hosts, the path, the query. */
const PARTS = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#]*)([^?#]*)(?:\?([^#]*))?/

/**
 * @param name where the text comes from, to begin a sentence with; default `the database's URL`
 * @throws HoldfastError `invalid_input` for a list or a parameter that cannot be used; the sentence says
 * what is allowed and repeats no password
 */
export function databaseHosts(text: string, name = "the database's URL"): DatabaseHosts {
  const [, scheme = '', user = '', authority = '', path = '', search = ''] = PARTS.exec(text) ?? []
  const query = new URLSearchParams(search)
  const refuse = (what: string): never => {
    throw new HoldfastError('invalid_input', `${name} ${what}`)
  }
  const places = placesOf(authority, query, refuse)
  const several = places.length > 1
  const target = targetOf(query, several, refuse)
  const connectTimeoutMs =
    1_000 * (several ? connectTimeoutOf(query, refuse) : CONNECT_TIMEOUT_SECONDS)
  if (!several) return { urls: [text], target, connectTimeoutMs }
  for (const parameter of ['host', 'port']) query.delete(parameter)
  const rest = `${path}${query.size === 0 ? '' : `?${query}`}`
  const [first = '', ...others] = places.map((place) => `${scheme}${user}${place}${rest}`)
  return { urls: [first, ...others], target, connectTimeoutMs }
}

type Refuse = (what: string) => never

function targetOf(query: URLSearchParams, several: boolean, refuse: Refuse): TargetSession {
  const given = query.get('target_session_attrs') || (several ? 'read-write' : 'any')
  const target = TARGETS.find((each) => each === given)
  if (target !== undefined) return target
  if (!READING_TARGETS.includes(given)) {
    return refuse(
      `has target_session_attrs=${given}; allowed: ${TARGETS.join(', ')} ` +
        '(left out, several hosts mean read-write)',
    )
  }
  // One server leaves no choice: it may be a standby that somebody wants to read.
  if (!several) return 'any'
  return refuse(
    `has target_session_attrs=${given}, and Holdfast writes: leave it out, or take read-write; ` +
      '`holdfast audit`, which only reads, takes a standby by itself when no server writes',
  )
}

function connectTimeoutOf(query: URLSearchParams, refuse: Refuse): number {
  const given = query.get('connect_timeout')
  if (given === null || given === '') return CONNECT_TIMEOUT_SECONDS
  const seconds = wholeUpTo(CONNECT_TIMEOUT_SECONDS_MAX, given)
  return (
    seconds ??
    refuse(
      `has connect_timeout=${given}; allowed: whole seconds from 1 to ${CONNECT_TIMEOUT_SECONDS_MAX}`,
    )
  )
}

/** Each server as the middle of a URL: `db1:5432`, `[::1]:5433`, `%2Frun%2Fpostgresql`. */
function placesOf(authority: string, query: URLSearchParams, refuse: Refuse): string[] {
  const listed = query.get('host') ?? ''
  const given = listed === '' ? authority.split(',') : listed.split(',').map(placeOf)
  const ports = (query.get('port') ?? '').split(',')
  if (given.length < 2 && ports.length < 2) return given
  if (ports.length > 1 && ports.length !== given.length) {
    const hosts = given.length === 1 ? '1 host' : `${given.length} hosts`
    refuse(
      `names ${hosts} and ${ports.length} ports; allowed: one port for all hosts, or one for each`,
    )
  }
  return given.map((place, i) => {
    const [, host = '', own] = /^(.*?)(?::([^:\]]*))?$/.exec(place) ?? []
    if (host === '') refuse('has an empty host among several; allowed: host1:5432,host2:5432')
    const port = (ports.length > 1 ? ports[i] : ports[0]) || own
    if (port && wholeUpTo(PORT_MAX, port) === undefined) {
      // A URL without its `@` would have a password here, so it is not repeated.
      refuse(`has an invalid port; allowed: a whole number from 1 to ${PORT_MAX}`)
    }
    return port ? `${host}:${port}` : host
  })
}

/** A host as it stands in a URL. */
export function placeOf(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : encodeURIComponent(host)
}

function wholeUpTo(max: number, text: string): number | undefined {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= 1 && value <= max ? value : undefined
}
