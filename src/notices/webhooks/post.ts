/** One POST to one endpoint: to addresses that were looked at, without redirects, within bounds. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { addressesOf, type TargetRules, targetOf } from './targets.js'

export interface PostOptions extends TargetRules {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends it early. */
  readonly signal?: AbortSignal
  /** For everything: the name, the connection, the answer. In milliseconds, default 5,000. */
  readonly timeoutMs?: number
}

/** What the endpoint answered, or why there is no answer. */
export type PostResult =
  | { readonly kind: 'answered'; readonly status: number; readonly answer: string }
  | { readonly kind: 'unanswered'; readonly reason: string }

const TIMEOUT_MS = 5_000
/** Of an answer no more is read; a receiver has nothing to say that is longer. */
const READ_BYTES_MAX = 65_536
/** Of an answer no more is kept. */
const KEPT_BYTES_MAX = 1_024

/**
 * Sends `body` and resolves with what came of it, whatever the other side does. A status that has arrived
 * counts, even when the rest of the answer is late, too long or never comes.
 */
export async function post(text: string, options: PostOptions): Promise<PostResult> {
  const { timeoutMs = TIMEOUT_MS, signal: ended } = options
  const ending = new AbortController()
  const end = (reason: string) => ending.abort(new Error(reason))
  const onEnded = () => end('ended early')
  const timer = setTimeout(() => end(`no answer within ${timeoutMs} ms`), timeoutMs)
  ended?.addEventListener('abort', onEnded)
  if (ended?.aborted) onEnded()
  try {
    return await attempt(text, options, ending.signal)
  } catch (error) {
    const { reason } = ending.signal as { readonly reason?: Error }
    return { kind: 'unanswered', reason: reason?.message ?? reasonOf(error) }
  } finally {
    clearTimeout(timer)
    ended?.removeEventListener('abort', onEnded)
  }
}

async function attempt(
  text: string,
  options: PostOptions,
  signal: AbortSignal,
): Promise<PostResult> {
  const url = targetOf(text, options)
  if (url === undefined) throw new Error('the URL is none that a webhook may have')
  const addresses = await unlessAborted(signal, addressesOf(url, options))
  if (addresses === undefined) {
    throw new Error('the name has no address, or one that is not on the public internet')
  }
  return send(url, addresses, options, signal)
}

function send(
  url: URL,
  addresses: readonly string[],
  { headers, body }: PostOptions,
  signal: AbortSignal,
): Promise<PostResult> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? requestHttp : requestHttps
    const sending = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A connection of its own: one that was kept open might lead elsewhere by now.
      agent: false,
      lookup: knowing(addresses),
      signal,
    })
    let onError: (error: unknown) => void = reject
    sending.on('response', (response) => {
      const { statusCode: status = 0 } = response
      const chunks: Buffer[] = []
      let readBytes = 0
      const finish = () => {
        resolve({ kind: 'answered', status, answer: keptOf(Buffer.concat(chunks)) })
        sending.destroy()
      }
      onError = finish
      response.on('data', (chunk: Buffer) => {
        if (readBytes < KEPT_BYTES_MAX) chunks.push(chunk)
        readBytes += chunk.length
        if (readBytes > READ_BYTES_MAX) finish()
      })
      response.on('end', finish)
      response.on('error', finish)
    })
    sending.on('error', (error) => onError(error))
    sending.end(body)
  })
}

/** @throws the reason of the signal as soon as that is aborted */
function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    const refuse = () => reject(signal.reason)
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
  return Promise.race([work, aborted])
}

/** Says the addresses that are known already: the name is not asked about again, whoever could change it. */
function knowing(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, { all }, callback) => {
    const [first] = found
    // Later, as a resolver would: until then nobody hears what the socket has to say.
    setImmediate(() => {
      if (all) callback(null, found)
      else callback(null, first?.address ?? '', first?.family)
    })
  }
}

/** What an operator can do something with. Several addresses that failed are one error without words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, message } = error as Error & { readonly code?: string }
  return message === '' ? (code ?? error.name) : message
}

/** The beginning of an answer as text that can be stored and shown. */
function keptOf(bytes: Buffer): string {
  const text = new TextDecoder().decode(bytes.subarray(0, KEPT_BYTES_MAX))
  return text.replaceAll(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}
