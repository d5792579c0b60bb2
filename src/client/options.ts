/** How a client is made, and what each call may say beside what it is about. */
import { HoldfastClientError } from './errors.js'

export interface ClientOptions {
  /** Where the service is, for instance `https://booking.example.com`; a path in it is kept. */
  readonly baseUrl: string
  /**
   * `hf_…`. A page in a browser uses a storefront's key, which is public. Left out by a page of the service
   * itself whose user has signed in.
   */
  readonly apiKey?: string
  /**
   * The secret that a reservation was created with, when all calls are about the same one. It goes
   * with every call on a reservation that does not bring its own.
   */
  readonly token?: string
  /** Default: the platform's own. */
  readonly fetch?: typeof globalThis.fetch
  /** How long a call may take, retries and all, in milliseconds; default 30,000. */
  readonly timeoutMs?: number
  /** How long one attempt may take before it is given up for the next; default 10,000. */
  readonly attemptTimeoutMs?: number
  /** How often a call is sent again at the most; default 4, 0 for never. */
  readonly retries?: number
  /** Draws from [0, 1) for the pauses between attempts; default `Math.random`. */
  readonly random?: () => number
}

/** For any call. */
export interface CallOptions {
  /** Gives the call up when it is aborted. */
  readonly signal?: AbortSignal
  /** Instead of the client's own. */
  readonly timeoutMs?: number
}

/** For a call that changes something that has a version. */
export interface MatchOptions extends CallOptions {
  /**
   * The version that was seen: a number, or the `etag` of an earlier result. Refused as
   * `version_mismatch` when it has changed since.
   */
  readonly ifMatch?: number | string
}

/** For a command, which is safe to retry under its key. */
export interface CommandOptions extends CallOptions {
  /** Default: a fresh one, kept over the call's retries. Give one to retry across a restart. */
  readonly idempotencyKey?: string
}

/** For a look at a reservation. */
export interface TokenOptions extends CallOptions {
  /** The reservation's secret; needed with a storefront's key. */
  readonly token?: string
}

/** For what becomes of a reservation. */
export interface TransitionOptions extends CommandOptions, MatchOptions, TokenOptions {}

/** The options with their defaults, checked. */
export interface Settings extends Required<Omit<ClientOptions, 'baseUrl' | 'token' | 'apiKey'>> {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly token: string | undefined
  readonly apiKey: string | undefined
}

const TIMEOUT_MS = 30_000
const ATTEMPT_TIMEOUT_MS = 10_000
const RETRIES = 4
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** @throws HoldfastClientError `invalid_options` naming the option and what is allowed */
export function settingsOf(options: ClientOptions): Settings {
  const { apiKey, token, fetch = globalThis.fetch } = options
  if (apiKey !== undefined && !VISIBLE_ASCII.test(apiKey))
    throw invalid('apiKey', 'a key as it was issued, hf_…')
  if (token !== undefined && !VISIBLE_ASCII.test(token)) throw invalid('token', 'as it was given')
  if (typeof fetch !== 'function') throw invalid('fetch', 'a function, where the platform has none')
  return {
    baseUrl: checkedUrl(options.baseUrl),
    apiKey,
    token,
    // Called as a function of its own: a browser's wants to be called on no other object.
    fetch: (...args) => fetch(...args),
    timeoutMs: positive('timeoutMs', options.timeoutMs, TIMEOUT_MS),
    attemptTimeoutMs: positive('attemptTimeoutMs', options.attemptTimeoutMs, ATTEMPT_TIMEOUT_MS),
    retries: whole(options.retries ?? RETRIES),
    random: options.random ?? Math.random,
  }
}

function checkedUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw invalid('baseUrl', 'a URL such as https://booking.example.com')
  }
  if (!/^https?:$/.test(url.protocol)) throw invalid('baseUrl', 'a URL with http or https')
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw invalid('baseUrl', 'a URL without a user, a query or a fragment')
  }
  return url.href.replace(/\/+$/, '')
}

function positive(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (Number.isFinite(value) && value > 0) return value
  throw invalid(name, 'a number of milliseconds above 0')
}

function whole(retries: number): number {
  if (Number.isSafeInteger(retries) && retries >= 0) return retries
  throw invalid('retries', 'a whole number from 0')
}

function invalid(name: string, allowed: string): HoldfastClientError {
  return new HoldfastClientError('invalid_options', `${name} has to be ${allowed}`)
}
