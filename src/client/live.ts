/**
 * Availability as it changes: one stream after the other, each taken up where the last one ended, so
 * that the caller sees a single one without gaps.
 */
import { aborted, initOf, type Lost, readOutcome } from './attempts.js'
import { pause, pauseMsOf, problemFault } from './calls.js'
import { HoldfastClientError } from './errors.js'
import { createEventReader, type ServerSentEvent } from './event-stream.js'
import type { Settings } from './options.js'
import { type Request, requestOf } from './requests.js'
import type { Availability } from './schema.js'

/** All that is followed, or what changed. */
export interface LiveEvent {
  readonly kind: 'snapshot' | 'change'
  /** Stands for all that is left then, for `since`. */
  readonly id: string
  readonly availability: Availability
}

export interface LiveOptions {
  /** Ends the iteration when it is aborted. */
  readonly signal?: AbortSignal
  /** The first date, `YYYY-MM-DD`, to follow what is sold by time, too; together with `to`. */
  readonly from?: string
  /** The date after the last one. */
  readonly to?: string
  /** With dates: this resource alone. */
  readonly resource_id?: string
  /**
   * What the caller has already: the `id` of an event, or without dates the version of the availability.
   * Without it a snapshot is first.
   */
  readonly since?: number | string
  /** How long the line may be silent before it counts as lost, in ms; default 45,000. */
  readonly silenceMsMax?: number
  /** Told when the stream was lost; what is known may be old until the next event. */
  readonly onInterrupted?: (error: HoldfastClientError) => void
}

const SILENCE_MS_MAX = 45_000
const BACKOFF_DOUBLINGS_MAX = 8

/**
 * @throws HoldfastClientError when coming back is futile: the key does not work, or there is no such
 * listing
 */
export function live(
  settings: Settings,
  listingId: string,
  options: LiveOptions = {},
): AsyncIterableIterator<LiveEvent> {
  const ended = new AbortController()
  const end = () => ended.abort()
  options.signal?.addEventListener('abort', end)
  if (options.signal?.aborted) end()
  const events = follow(settings, listingId, options, ended.signal)
  const close = () => {
    options.signal?.removeEventListener('abort', end)
    end()
  }
  return {
    async next() {
      const result = await events.next().catch((error: unknown) => {
        close()
        throw error
      })
      if (result.done) close()
      return result
    },
    async return() {
      close()
      return events.return(undefined)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function* follow(
  settings: Settings,
  listingId: string,
  options: LiveOptions,
  ended: AbortSignal,
): AsyncGenerator<LiveEvent, undefined> {
  const place = { lastId: options.since === undefined ? '' : String(options.since), retryMs: 0 }
  for (let failures = 0; !ended.aborted; ) {
    const request = resumed(settings, listingId, options, place.lastId)
    let lost: Lost
    try {
      for await (const event of oneStream(settings, request, options, ended, place)) {
        failures = 0
        yield event
      }
      lost = interruption('the stream has ended')
    } catch (error) {
      if (ended.aborted) return
      if (!(error instanceof Interruption)) throw error
      lost = error.lost
    }
    failures += 1
    options.onInterrupted?.(lost.error)
    const backoffMs = pauseMsOf(lost, Math.min(failures, BACKOFF_DOUBLINGS_MAX), settings.random)
    await pause(Math.max(place.retryMs, backoffMs), request, ended).catch(() => {})
  }
}

/** That a stream was lost, and another one can take its place. */
class Interruption extends Error {
  constructor(readonly lost: Lost) {
    super(lost.error.message)
  }
}

function interruption(message: string, cause?: unknown): Lost {
  const error = new HoldfastClientError('connection_lost', message, { cause })
  return { kind: 'lost', error, headers: undefined, again: true, timedOut: false }
}

function resumed(
  settings: Settings,
  listingId: string,
  { from, to, resource_id }: LiveOptions,
  lastId: string,
): Request {
  const query = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(resource_id === undefined ? {} : { resource_id }),
  }
  const input = { path: { listing_id: listingId }, query, options: {} }
  const request = requestOf('followAvailability', input, settings)
  const resume = lastId === '' ? {} : { 'last-event-id': lastId }
  const accept = 'text/event-stream, application/problem+json'
  return { ...request, headers: { ...request.headers, accept, ...resume } }
}

/** @throws Interruption, or HoldfastClientError for what will not get better */
async function* oneStream(
  settings: Settings,
  request: Request,
  { silenceMsMax = SILENCE_MS_MAX }: LiveOptions,
  ended: AbortSignal,
  place: { lastId: string; retryMs: number },
): AsyncGenerator<LiveEvent> {
  const controller = new AbortController()
  const give = () => controller.abort()
  ended.addEventListener('abort', give)
  try {
    const response = await within(silenceMsMax, give, () =>
      settings.fetch(request.url, initOf(request, controller.signal)),
    )
    if (!response.ok || response.body === null || !isStream(response)) {
      throw await within(silenceMsMax, give, () => noStream(response, request))
    }
    const events = createEventReader()
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await within(silenceMsMax, give, () => reader.read())
      if (done) return
      for (const event of events.push(value)) {
        const news = liveEventOf(event)
        place.lastId = event.id
        yield news
      }
      place.retryMs = events.retryMs ?? place.retryMs
    }
  } catch (error) {
    if (ended.aborted) throw aborted(request, ended)
    if (error instanceof HoldfastClientError || error instanceof Interruption) throw error
    throw new Interruption(interruption('the stream was lost', error))
  } finally {
    ended.removeEventListener('abort', give)
    give()
  }
}

/** Gives up when `work` takes longer; the time that the caller takes does not count. */
async function within<Value>(
  ms: number,
  giveUp: () => void,
  work: () => Promise<Value>,
): Promise<Value> {
  const timer = setTimeout(giveUp, ms)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}

async function noStream(response: Response, request: Request): Promise<Error> {
  const outcome = readOutcome(response, request, await response.text())
  if (outcome.kind === 'lost') return outcome.again ? new Interruption(outcome) : outcome.error
  if (outcome.kind === 'yes') return new HoldfastClientError('unexpected_answer', 'no stream')
  const error = problemFault(outcome, request)
  if (!outcome.problem.retryable) return error
  return new Interruption({ ...interruption(error.message), error, headers: outcome.headers })
}

function liveEventOf({ event, data, id }: ServerSentEvent): LiveEvent {
  return { kind: event === 'snapshot' ? 'snapshot' : 'change', id, availability: JSON.parse(data) }
}
