/** One call as it is sent: where to, with which headers, and what is said. */
import { HoldfastClientError } from './errors.js'
import type { Settings } from './options.js'
import type { OperationName } from './results.js'
import { type Operations, ROUTES } from './schema.js'

/** What a caller says. */
export interface Call<Name extends OperationName> {
  readonly path: Operations[Name]['path']
  readonly query?: Operations[Name]['query']
  readonly body?: Operations[Name]['body']
  readonly options: {
    readonly signal?: AbortSignal
    readonly timeoutMs?: number
    readonly idempotencyKey?: string
    readonly ifMatch?: number | string
    readonly token?: string
  }
}

/** The same, ready to be sent any number of times. */
export interface Request {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Undefined for what takes no key. */
  readonly idempotencyKey: string | undefined
  /** True when sending it twice does what sending it once does. */
  readonly repeatable: boolean
}

/** Take no key, and do no more when they are done again. */
const REPEATABLE: ReadonlySet<OperationName> = new Set([
  'settleRefund',
  'createLiveTicket',
  'revokeCalendar',
  'exportCustomer',
  'revokeKey',
  'setNights',
  'makeBlockDefinite',
  'releaseBlock',
])

/** @throws HoldfastClientError `invalid_options` for ids and keys that can be none */
export function requestOf<Name extends OperationName>(
  name: Name,
  { path, query, body, options }: Call<Name>,
  { baseUrl, apiKey, token }: Settings,
): Request {
  const route = ROUTES[name]
  const idempotencyKey = route.keyed ? (options.idempotencyKey ?? newKey()) : undefined
  const onReservation = route.path.includes('{reservation_id}')
  const proof = options.token ?? token
  const { ifMatch } = options
  const headers = {
    accept: 'application/json, application/problem+json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(ifMatch === undefined ? {} : { 'if-match': tagOf(ifMatch) }),
    ...(onReservation && proof !== undefined ? { 'holdfast-token': proof } : {}),
  }
  checkHeaders(headers)
  return {
    url: baseUrl + pathOf(route.path, path as Record<string, string>) + queryOf(query ?? {}),
    method: route.method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    idempotencyKey,
    repeatable: route.keyed || route.method === 'GET' || REPEATABLE.has(name),
  }
}

/** 128 random bits. `crypto.randomUUID` is missing from pages that were not loaded over TLS. */
function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function tagOf(version: number | string): string {
  return typeof version === 'number' ? `"${version}"` : strongTag(version)
}

/**
 * A proxy that compresses answers makes their tags weak, and one that compares If-Match by the letter
 * never finds a weak one equal. What our tags stand for is the same.
 */
export function strongTag<Tag extends string | undefined>(tag: Tag): Tag {
  return tag?.replace(/^W\//, '') as Tag
}

function pathOf(template: string, ids: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const id = ids[name]
    // An empty or dotted segment would lead to another route.
    if (typeof id !== 'string' || /^\.{0,2}$/.test(id)) {
      throw new HoldfastClientError('invalid_options', `${name} has to be an id, not ${String(id)}`)
    }
    return encodeURIComponent(id)
  })
}

function queryOf(query: object): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => pairsOf(name, value))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** A member that has members of its own goes as `name[member]`. */
function pairsOf(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object') return [[name, String(value)]]
  return Object.entries(value).flatMap(([member, each]) => pairsOf(`${name}[${member}]`, each))
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\x20-\x7e]+$/.test(value)) continue
    throw new HoldfastClientError('invalid_options', `${name} has to be visible ASCII`)
  }
}
