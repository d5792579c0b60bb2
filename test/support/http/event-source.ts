/** Reads server-sent events from a listening server, as a client does. */
import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { until } from '../until.js'

export interface SentEvent {
  readonly id: string
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was sent
  readonly data: any
}

export interface EventSource {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Every event so far. */
  readonly events: readonly SentEvent[]
  /** Everything that was sent so far, comments too. */
  readonly raw: string
  /** True when the server has ended the stream. */
  readonly ended: boolean
  /** Resolves with the first event that `is` says yes to. */
  next(is: (event: SentEvent) => boolean): Promise<SentEvent>
  close(): void
}

/** @param key null for none */
export async function openEvents(
  url: string,
  key: string | null,
  headers: Record<string, string> = {},
): Promise<EventSource> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const bearer = key === null ? {} : { authorization: `Bearer ${key}` }
    const send = url.startsWith('https:') ? getSecurely : get
    // A test's certificate is its own.
    const options = { headers: { ...bearer, ...headers }, agent: false, rejectUnauthorized: false }
    send(url, options, resolve).on('error', reject)
  })
  const events: SentEvent[] = []
  let raw = ''
  let parsed = 0
  let ended = false
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    raw += chunk
    for (let end = raw.indexOf('\n\n', parsed); end !== -1; end = raw.indexOf('\n\n', parsed)) {
      const event = eventOf(raw.slice(parsed, end))
      if (event !== undefined) events.push(event)
      parsed = end + 2
    }
  })
  response.on('end', () => {
    ended = true
  })
  response.on('error', () => {})
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    get raw() {
      return raw
    },
    get ended() {
      return ended
    },
    next: (is) => until('the event has come', () => events.find(is)),
    close: () => response.destroy(),
  }
}

function eventOf(block: string): SentEvent | undefined {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)]
    }),
  )
  if (fields['data'] === undefined) return undefined
  return {
    id: fields['id'] ?? '',
    event: fields['event'] ?? '',
    data: JSON.parse(fields['data']),
  }
}
