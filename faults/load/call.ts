/** One HTTP call and what its caller may conclude from the answer: the load's own, not the product's client. */
import { type Agent, request } from 'node:http'

/**
 * What a caller knows after a call: `yes` and `no` are definite; `nothing` is a definite "nothing was
 * written, ask again"; after `unknown` it may or may not have happened.
 */
export type Heard =
  | { readonly kind: 'yes'; readonly body: Answer }
  | { readonly kind: 'no'; readonly code: string }
  | { readonly kind: 'nothing'; readonly code: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** The members of a reservation that the load looks at, and a problem's code. */
export interface Answer {
  readonly id?: string
  readonly code?: string
  readonly state?: string
  readonly version?: number
  readonly created_at?: string
  readonly expires_at?: string | null
  readonly retryable?: boolean
}

export interface Call {
  readonly port: number
  readonly apiKey: string
  readonly path: string
  readonly method?: 'GET' | 'POST'
  /** The Idempotency-Key. */
  readonly key?: string
  readonly body?: object
  readonly agent?: Agent
  /** When the caller gives up; default 15,000 ms. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 15_000
/** Answers of the product after which it may have happened, or be about to. */
const UNKNOWN = ['outcome_unknown', 'idempotency_in_progress', 'internal']
/** There was no connection, so that nothing was sent. */
const NOT_SENT = ['ECONNREFUSED']

/** Never throws: whatever goes wrong is something that was heard. */
export async function call(given: Call): Promise<Heard> {
  try {
    const { status, text } = await send(given)
    const body = JSON.parse(text) as Answer
    if (status < 300) return { kind: 'yes', body }
    const { code } = body
    if (code === undefined) return { kind: 'unknown', why: `status ${status}` }
    if (UNKNOWN.includes(code)) return { kind: 'unknown', why: code }
    return { kind: body.retryable ? 'nothing' : 'no', code }
  } catch (error) {
    const { code = (error as Error).message } = error as NodeJS.ErrnoException
    return NOT_SENT.includes(code) ? { kind: 'nothing', code } : { kind: 'unknown', why: code }
  }
}

/** @throws Error when there was no whole answer in time */
export function send(given: Call): Promise<{ readonly status: number; readonly text: string }> {
  const { method = 'POST', timeoutMs = TIMEOUT_MS } = given
  const payload = given.body === undefined ? undefined : JSON.stringify(given.body)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: given.port,
        path: given.path,
        method,
        agent: given.agent,
        headers: {
          authorization: `Bearer ${given.apiKey}`,
          ...(given.key === undefined ? {} : { 'idempotency-key': given.key }),
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('aborted', () => reject(new Error('the answer was cut off')))
        response.on('end', () => {
          clearTimeout(timer)
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() })
        })
      },
    )
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), timeoutMs)
    sent.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    sent.end(payload)
  })
}
