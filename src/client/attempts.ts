/** One attempt at a request: sends it, reads the whole answer, and says what came of it. */
import { HoldfastClientError } from './errors.js'
import type { Request } from './requests.js'
import type { Problem } from './schema.js'

/** An answer that is no fault, as far as HTTP goes. */
export interface Answered {
  readonly kind: 'yes'
  readonly value: unknown
  readonly headers: Headers
}

/** A problem document, whatever its code. */
export interface Declined {
  readonly kind: 'problem'
  readonly problem: Problem
  readonly headers: Headers
}

/** No answer that could be made sense of. */
export interface Lost {
  readonly kind: 'lost'
  readonly error: HoldfastClientError
  /** What the answer was told, if there was one: a gateway's, for instance. */
  readonly headers: Headers | undefined
  /** False when trying again is futile. */
  readonly again: boolean
  /** True when it was not the connection that ended, but our patience. */
  readonly timedOut: boolean
}

export type AttemptOutcome = Answered | Declined | Lost

export interface AttemptOptions {
  readonly fetch: typeof globalThis.fetch
  /** When this attempt is given up. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** What stands between us and the service and could not reach it. */
const GATEWAY = [429, 502, 503, 504]

/** @throws HoldfastClientError `aborted` when the caller's signal says so */
export async function attempt(request: Request, options: AttemptOptions): Promise<AttemptOutcome> {
  const { controller, release } = controllerOf(options)
  try {
    const response = await options.fetch(request.url, initOf(request, controller.signal))
    return readOutcome(response, request, await response.text())
  } catch (cause) {
    if (options.signal?.aborted) throw aborted(request, options.signal)
    const timedOut = controller.signal.aborted
    const message = timedOut
      ? `no answer within ${Math.round(options.timeoutMs)} ms`
      : 'the connection was lost before an answer came'
    const { idempotencyKey } = request
    const error = new HoldfastClientError('connection_lost', message, { idempotencyKey, cause })
    return { kind: 'lost', error, headers: undefined, again: true, timedOut }
  } finally {
    release()
  }
}

/** Aborts with the caller's signal, or when the time is up. */
function controllerOf({ timeoutMs, signal }: Omit<AttemptOptions, 'fetch'>): {
  readonly controller: AbortController
  /** Lets go of the timer and of the signal. */
  release(): void
} {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, timeoutMs)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return {
    controller,
    release: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}

export function initOf({ method, headers, body }: Request, signal: AbortSignal): RequestInit {
  return {
    method,
    headers,
    signal,
    // The key goes to the service that it is for, and nowhere else.
    redirect: 'manual',
    // Without a key it is the session of who has signed in that says who calls.
    credentials: 'authorization' in headers ? 'omit' : 'same-origin',
    ...(body === undefined ? {} : { body }),
  }
}

export function aborted(
  { idempotencyKey }: Pick<Request, 'idempotencyKey'>,
  signal: AbortSignal,
): HoldfastClientError {
  const cause: unknown = signal.reason
  return new HoldfastClientError('aborted', 'the caller gave the call up', {
    idempotencyKey,
    cause,
  })
}

/** What a complete answer says. */
export function readOutcome(response: Response, request: Request, text: string): AttemptOutcome {
  const { headers, status } = response
  const value = jsonOf(text)
  if (response.ok && value !== undefined) return { kind: 'yes', value, headers }
  if (!response.ok && isProblem(value)) return { kind: 'problem', problem: value, headers }
  const { idempotencyKey } = request
  const requestId = headers.get('x-request-id') ?? undefined
  const message = `${request.method} ${request.url} was answered by something else: status ${status}`
  const details = { status, requestId, idempotencyKey }
  const error = new HoldfastClientError('unexpected_answer', message, details)
  return { kind: 'lost', error, headers, again: GATEWAY.includes(status), timedOut: false }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  return 'code' in value && typeof value.code === 'string' && 'status' in value
}
