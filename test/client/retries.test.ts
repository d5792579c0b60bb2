/** A call that gets no answer is sent again under its key: one effect, however often it was sent. */
import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { Lost } from '../../src/client/attempts.js'
import { pauseMsOf } from '../../src/client/calls.js'
import { type ClientOptions, createClient, HoldfastClientError } from '../../src/client/client.js'
import { problemOf } from '../../src/http/wire/problems.js'
import { later } from '../support/later.js'
import { counterOf } from '../support/stock/factory.js'
import { until } from '../support/until.js'
import { type BreakingLine, startBreakingLine } from './breaking-line.js'
import { useListening, wantedOf } from './listening.js'

const service = useListening()
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function breakingLine(): Promise<BreakingLine> {
  const line = await startBreakingLine(service.baseUrl)
  closing.push(() => line.close())
  return line
}

/** A server that answers as a test says; @returns a client of it and what it was asked. */
async function scripted(answer: RequestListener, options: Partial<ClientOptions> = {}) {
  const asked: { atMs: number; key: string | undefined }[] = []
  const server = createServer((request, response) => {
    const key = request.headers['idempotency-key']
    asked.push({ atMs: performance.now(), key: typeof key === 'string' ? key : undefined })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const baseUrl = `http://127.0.0.1:${port}`
  return { asked, client: createClient({ baseUrl, apiKey: 'hf_x', random: () => 0, ...options }) }
}

/** A problem as the service tells it. */
function busy(code: 'overloaded' | 'rate_limited', retryAfterMs: number): RequestListener {
  return (_request, response) => {
    const problem = problemOf(code, 'r', { retry_after_ms: retryAfterMs })
    response.writeHead(problem.status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify(problem))
  }
}

async function faultOf(call: Promise<unknown>): Promise<HoldfastClientError> {
  const error = await call.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(HoldfastClientError)
  return error as HoldfastClientError
}

const taken = async () => (await counterOf(service.db, service.poolIds[2] ?? '')).taken
const hold = (client: ReturnType<typeof createClient>, options = {}) =>
  client.reservations.hold(service.listingId, wantedOf(service.poolIds[2]), options)

describe('an answer that is lost after the effect', () => {
  test('is asked for again under the same key: one hold, told as a replay', async () => {
    const line = await breakingLine()
    const before = await taken()
    line.loseAnswers(2)
    const result = await hold(service.client({ baseUrl: line.baseUrl }))
    expect(line.losses).toBe(2)
    expect(result).toMatchObject({ ok: true, replayed: true, value: { state: 'held' } })
    expect(await taken()).toBe(before + 1)
  })

  test('of a cancel gives the units back once', async () => {
    const line = await breakingLine()
    const client = service.client({ baseUrl: line.baseUrl })
    const before = await taken()
    const lines = [{ pool_id: service.poolIds[2] ?? '', quantity: 3 }]
    const made = await client.reservations.create(service.listingId, { customer: 'ada', lines })
    if (!made.ok) throw new Error('no reservation')
    line.loseAnswers(1)
    const cancelled = await client.reservations.cancel(service.listingId, made.value.id)
    expect(cancelled).toMatchObject({ ok: true, value: { state: 'cancelled' } })
    expect(await taken()).toBe(before)
  })

  test('is an error with the key when the retries are used up, and the key finds the truth', async () => {
    const line = await breakingLine()
    const before = await taken()
    line.loseAnswers(99)
    const error = await faultOf(hold(service.client({ baseUrl: line.baseUrl, retries: 2 })))
    expect([error.code, line.losses]).toEqual(['connection_lost', 3])
    line.loseAnswers(0)
    const { idempotencyKey = '' } = error
    const result = await hold(service.client({ baseUrl: line.baseUrl }), { idempotencyKey })
    expect(result).toMatchObject({ ok: true, replayed: true })
    expect(await taken()).toBe(before + 1)
  })

  test('of what makes something finds it and makes no second one; of an API key, it tells the secret', async () => {
    const line = await breakingLine()
    const client = service.client({ baseUrl: line.baseUrl, apiKey: service.keys.admin })
    line.loseAnswers(1)
    const listing = await client.listings.create({ name: 'Only once' })
    expect(listing).toMatchObject({ ok: true, replayed: true })
    const rows = await service.db.query(`select from listings where name = 'Only once'`)
    expect(rows).toHaveLength(1)
    line.loseAnswers(1)
    const made = await client.keys.create({ name: 'Only once', scope: 'admin' })
    const apiKey = made.ok ? made.value.key : ''
    expect(await service.client({ apiKey }).keys.list()).toMatchObject({ ok: true })
  })

  test('is not asked for again where there is no key: a change may have been changed since', async () => {
    const line = await breakingLine()
    const client = service.client({ baseUrl: line.baseUrl, apiKey: service.keys.admin })
    line.loseAnswers(1)
    const error = await faultOf(client.listings.change(service.listingId, { name: 'Only once' }))
    expect([error.code, error.idempotencyKey]).toEqual(['connection_lost', undefined])
  })
})

describe('a server that is too busy', () => {
  test('is asked again after the time that it named, with the same key', async () => {
    let busyFor = 2
    const { asked, client } = await scripted((request, response) => {
      if (busyFor-- > 0) busy('overloaded', 150)(request, response)
      else response.writeHead(201).end('{"id":"x"}')
    })
    expect(await hold(client)).toMatchObject({ ok: true, value: { id: 'x' } })
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1)
    const [first, second, third] = asked.map(({ atMs }) => atMs)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(145)
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(145)
  })

  test('is not asked more often than was agreed', async () => {
    const { asked, client } = await scripted(busy('overloaded', 1), { retries: 3 })
    const error = await faultOf(hold(client))
    expect([error.code, error.status, asked.length]).toEqual(['overloaded', 503, 4])
  })

  test('is asked again even for what takes no key, when it says that nothing was done', async () => {
    let busyFor = 1
    const { asked, client } = await scripted((request, response) => {
      if (busyFor-- > 0) busy('rate_limited', 1)(request, response)
      else response.writeHead(201).end('{"id":"x"}')
    })
    expect(await client.listings.change('x', { name: 'x' })).toMatchObject({ ok: true })
    expect(asked).toHaveLength(2)
  })

  test('that wants longer than the call may take is not waited for', async () => {
    const { asked, client } = await scripted(busy('rate_limited', 60_000), { timeoutMs: 5_000 })
    const error = await faultOf(hold(client))
    expect([error.code, asked.length], 'it waited until its time was up').toEqual([
      'rate_limited',
      1,
    ])
    expect(error.problem?.retry_after_ms).toBe(60_000)
  })

  test.each([502, 503, 504])('and has a gateway say so with %i is asked again', async (status) => {
    let busyFor = 1
    const { asked, client } = await scripted((_request, response) => {
      if (busyFor-- > 0) response.writeHead(status).end('<h1>Bad gateway</h1>')
      else response.writeHead(200).end('{"items":[],"next_cursor":null}')
    })
    expect(await client.listings.list()).toMatchObject({ ok: true })
    expect(asked).toHaveLength(2)
  })
})

describe('what answers, but is no Holdfast', () => {
  test.each([
    ['a page', 200, 'text/html'],
    ['an error of another service', 404, 'text/html'],
    ['a redirect, which is not followed with the key in hand', 302, 'text/plain'],
  ])('is unexpected, and is not asked again: %s', async (_what, status, type) => {
    const { asked, client } = await scripted((_request, response) => {
      response.writeHead(status, { 'content-type': type, location: '/elsewhere' }).end('hello')
    })
    const error = await faultOf(hold(client))
    expect([error.code, error.status, asked.length]).toEqual(['unexpected_answer', status, 1])
  })
})

describe('a call', () => {
  test('ends when its time is up, and says so', async () => {
    const { client } = await scripted(() => {}, { timeoutMs: 200 })
    const error = await faultOf(hold(client))
    expect([error.code, error.message]).toEqual(['deadline_exceeded', 'no answer within 200 ms'])
    expect(error.idempotencyKey).toBeDefined()
  })

  test('gives an attempt up that takes too long, and begins another one', async () => {
    let silent = 1
    const { asked, client } = await scripted(
      (_request, response) => {
        if (silent-- <= 0) response.writeHead(201).end('{"id":"x"}')
      },
      { attemptTimeoutMs: 1_000 },
    )
    expect(await hold(client)).toMatchObject({ ok: true })
    expect(asked).toHaveLength(2)
  })

  test('ends at once when the caller gives it up, with the reason', async () => {
    const { asked, client } = await scripted(() => {})
    const caller = new AbortController()
    const call = later(faultOf(hold(client, { signal: caller.signal })))
    await until('the server was asked', () => asked.length === 1)
    const reason = new Error('the customer left')
    caller.abort(reason)
    expect(await call).toMatchObject({ code: 'aborted', cause: reason })
    expect((await faultOf(hold(client, { signal: caller.signal }))).code).toBe('aborted')
    expect(asked).toHaveLength(1)
  })

  test('that waits for its next attempt ends as soon', async () => {
    const { asked, client } = await scripted(busy('overloaded', 20_000))
    const caller = new AbortController()
    const call = later(faultOf(hold(client, { signal: caller.signal })))
    await until('the server was asked', () => asked.length === 1)
    setTimeout(() => caller.abort(), 20)
    expect((await call).code).toBe('aborted')
  })
})

describe('the pause before another attempt', () => {
  const lost = (retryAfter?: string): Lost => ({
    kind: 'lost',
    error: new HoldfastClientError('connection_lost', 'lost'),
    headers: retryAfter === undefined ? undefined : new Headers({ 'retry-after': retryAfter }),
    again: true,
    timedOut: false,
  })

  test('grows twofold to a bound, and is drawn from all of it', () => {
    const most = (attempts: number) => pauseMsOf(lost(), attempts, () => 1)
    expect([1, 2, 3, 4].map(most)).toEqual([100, 200, 400, 800])
    expect(most(50)).toBe(5_000)
    expect(pauseMsOf(lost(), 5, () => 0)).toBe(0)
  })

  test('is as long as Retry-After says, in seconds or as a date, and a little longer', () => {
    expect(pauseMsOf(lost('2'), 1, () => 0)).toBe(2_000)
    expect(pauseMsOf(lost('2'), 1, () => 0.5)).toBe(2_050)
    const inThree = new Date(Date.now() + 3_000).toUTCString()
    expect(pauseMsOf(lost(inThree), 1, () => 0)).toBeGreaterThan(1_500)
    expect(pauseMsOf(lost('Thu, 01 Jan 1970 00:00:00 GMT'), 1, () => 0)).toBe(0)
    expect(pauseMsOf(lost('soon'), 1, () => 0)).toBe(0)
  })
})
