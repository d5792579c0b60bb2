/** What the service does when there is more than it can do, or what comes is no HTTP. */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { createDelays } from '../../../src/http/guard/loop-delay.js'
import { appOn } from '../../support/http/app-on.js'
import { problemIn, sayRaw } from '../../support/http/raw-socket.js'
import { callerOf, useService } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { until } from '../../support/until.js'

const service = useService()
const closing: FastifyInstance[] = []
afterEach(async () => {
  for (const app of closing.splice(0)) await app.close()
})

function another(options: Parameters<typeof appOn>[1] = {}) {
  const app = appOn(service.db, options)
  closing.push(app)
  return { app, call: callerOf(app, () => service.keys.seller) }
}

/** Lets nothing else run for a while: what a server with too much to do is like. */
async function block(ms: number): Promise<void> {
  const endMs = performance.now() + ms
  while (performance.now() < endMs) {
    // On purpose.
  }
  await pause(1)
}

const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const hold = (pool: number) => ({
  body: { customer: 'ada', lines: [{ pool_id: service.poolIds[pool], quantity: 1 }] },
})

describe('a server with more requests under way than it takes', () => {
  test('turns new ones away at once, before anything is done for them, and recovers', async () => {
    const { app, call } = another({ limits: { inFlightMax: 3 } })
    await app.ready()
    const client = new pg.Client({ connectionString: service.url })
    await client.connect()
    await client.query('begin')
    await client.query('select from pools where pool_id = $1 for update', [service.poolIds[2]])
    const waiting = later([1, 2, 3].map(() => call('POST', at('/reservations'), hold(2))))
    await until('they wait for the pool', async () => {
      const rows = await service.db.query(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    })
    const shed = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', at('/reservations'), { ...hold(2), as: 'x' })),
    )
    // Nobody has let go of the pool yet: whoever is answered now has not waited for it.
    for (const response of shed) {
      expect([response.statusCode, response.json()]).toEqual([
        503,
        expect.objectContaining({ code: 'overloaded', retryable: true, retry_after_ms: 1_000 }),
      ])
      expect(response.headers['retry-after']).toBe('1')
    }
    for (const watched of ['/healthz', '/readyz', '/metrics']) {
      expect([watched, (await app.inject(watched)).statusCode]).toEqual([watched, 200])
    }
    expect((await app.inject('/metrics')).body).toMatch(
      /holdfast_http_problems_total\{code="overloaded"\} 20/,
    )
    expect((await app.inject('/metrics')).body.split('\n')).toContain(
      'holdfast_http_requests_shed_total{reason="in_flight"} 20',
    )
    await client.query('rollback')
    await client.end()
    const statuses = (await Promise.all(waiting)).map((response) => response.statusCode)
    expect(statuses).toEqual([201, 201, 201])
    expect((await call('GET', at('/availability'))).statusCode).toBe(200)
  })

  test('forgets a request whose client has gone away, before it was all there or after', async () => {
    const { app } = another({ limits: { inFlightMax: 1 } })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const room = async () => (await fetch(`${address}/v1/nothing`)).status === 404
    const key = `Authorization: Bearer ${service.keys.seller}`
    const json = 'Content-Type: application/json\r\nContent-Length: 100'
    for (const text of [
      `POST /v1/listings HTTP/1.1\r\nHost: x\r\n${key}\r\n${json}\r\n\r\n{`,
      `GET ${at('/live')} HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`,
      `GET /v1/listings HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`,
    ]) {
      const client = new pg.Client({ connectionString: service.url })
      await client.connect()
      await client.query('begin')
      await client.query('lock table listings, resources')
      const socket = connect(Number(new URL(address).port), '127.0.0.1')
      socket.on('error', () => {})
      socket.write(text)
      await until('there is no more room', async () => !(await room()))
      socket.destroy()
      await until('there is room again, whatever the database is still busy with', room)
      await client.query('rollback')
      await client.end()
    }
  })

  test('or one that is late with everything turns new ones away until it has caught up', async () => {
    const { app } = another({ limits: { loopDelayMsMax: 500 } })
    await app.ready()
    await until('it is on time', async () => (await app.inject('/v1/x')).statusCode === 404)
    await block(1_000)
    await block(1_000)
    await block(1_000)
    const late = await app.inject('/v1/x')
    expect([late.statusCode, late.json().code]).toEqual([503, 'overloaded'])
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    await until('it has caught up', async () => (await app.inject('/v1/x')).statusCode === 404)
  })
})

test('one pause is no overload; a second one right behind it is', () => {
  const delays = createDelays(100, 0)
  const seen = [100, 1_200, 1_300, 2_400, 3_700, 4_500, 4_600].map((nowMs) => {
    delays.sample(nowMs)
    return delays.ms
  })
  expect(seen).toEqual([0, 0, 0, 0, 1_000, 700, 0])
})

describe('somebody who hangs up before its turn', () => {
  test('is dropped before anything is done for it, though nothing else can be done either', async () => {
    const { app, call } = another({ made: { queue: { lanesPerListing: 1 } } })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const client = new pg.Client({ connectionString: service.url })
    await client.connect()
    await client.query('begin')
    await client.query('select from pools where pool_id = $1 for update', [service.poolIds[2]])
    const first = later(call('POST', at('/reservations'), hold(2)))
    await until('the first waits for the pool', async () => {
      const rows = await service.db.query(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    })
    const figures = async () => (await app.inject('/metrics')).body.split('\n')
    const hangUp = new AbortController()
    const second = later(
      fetch(`${address}${at('/reservations')}`, {
        method: 'POST',
        signal: hangUp.signal,
        headers: {
          authorization: `Bearer ${service.keys.seller}`,
          'content-type': 'application/json',
          'idempotency-key': 'hung-up',
        },
        body: JSON.stringify(hold(2).body),
      }),
    )
    await until('the second waits behind it', async () =>
      (await figures()).includes('holdfast_queue_commands 1'),
    )
    hangUp.abort()
    await expect(second).rejects.toThrow('aborted')
    await until('it waits no more', async () =>
      (await figures()).includes('holdfast_queue_commands 0'),
    )
    expect(await figures()).toContain('holdfast_queue_dropped_total{reason="gave_up"} 1')
    await client.query('rollback')
    await client.end()
    expect((await first).statusCode).toBe(201)
    const done = await service.db.query('select from answers where idempotency_key = $1', [
      'hung-up',
    ])
    expect(done, 'it was carried out for nobody').toHaveLength(0)
    const again = await call('POST', at('/reservations'), { ...hold(2), key: 'hung-up' })
    expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([201, undefined])
  })
})

describe('somebody who calls too often', () => {
  test('with one key is told when to come back; others go on', async () => {
    const { call } = another({ limits: { keyRequestsMax: 3 } })
    const ask = async (as: string) => (await call('GET', at('/availability'), { as })).statusCode
    const { seller, storefront } = service.keys
    expect([await ask(seller), await ask(seller), await ask(seller)]).toEqual([200, 200, 200])
    const limited = await call('GET', at('/availability'), { as: seller })
    expect([limited.statusCode, limited.json().code]).toEqual([429, 'rate_limited'])
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
    expect(limited.json().retry_after_ms).toBeGreaterThan(0)
    expect(await ask(storefront)).toBe(200)
  })

  test('from one address is told so, as a stranger or a shopper; others go on', async () => {
    const { app } = another({ limits: { addressRequestsMax: 3 } })
    const ask = async (remoteAddress: string, key = 'x') => {
      const headers = { authorization: `Bearer ${key}` }
      return (await app.inject({ url: at('/availability'), remoteAddress, headers })).statusCode
    }
    const times = async (count: number, ...words: Parameters<typeof ask>) => {
      const statuses = []
      for (let i = 0; i < count; i += 1) statuses.push(await ask(...words))
      return statuses
    }
    const { seller, storefront } = service.keys
    expect(await times(5, '192.0.2.1')).toEqual([401, 401, 401, 429, 429])
    expect(await times(5, '192.0.2.1', storefront)).toEqual([200, 200, 200, 429, 429])
    expect(await times(5, '192.0.2.1', seller)).toEqual([200, 200, 200, 200, 200])
    expect(await ask('192.0.2.2', storefront)).toBe(200)
    // One household has a whole /64.
    for (let i = 0; i < 3; i += 1) await ask(`2001:db8::${i + 1}`)
    expect([await ask('2001:db8::ffff'), await ask('2001:db8:0:1::1')]).toEqual([429, 401])
    expect((await app.inject({ url: '/healthz', remoteAddress: '192.0.2.1' })).statusCode).toBe(200)
  })

  test('is told by the address that a trusted proxy names, not by what it claims itself', async () => {
    const limits = { addressRequestsMax: 1 }
    const ask = async (app: FastifyInstance, from: string) => {
      const headers = { 'x-forwarded-for': from }
      return (await app.inject({ url: '/v1/listings', headers })).statusCode
    }
    let log = ''
    const write = (line: string) => {
      log += line
    }
    const { app: direct } = another({ limits, logger: { level: 'warn', stream: { write } } })
    expect([await ask(direct, '192.0.2.1'), await ask(direct, '192.0.2.2')]).toEqual([401, 429])
    expect(log.match(/HOLDFAST_TRUST_PROXY/g)).toHaveLength(1)
    const { app: behind } = another({ limits, trustProxy: '127.0.0.1' })
    expect([await ask(behind, '192.0.2.1'), await ask(behind, '192.0.2.2')]).toEqual([401, 401])
    expect(await ask(behind, '192.0.2.1')).toBe(429)
  })
})

describe('one address that opens many sockets', () => {
  const greedy = async (address: string, localAddress: string) => {
    const socket = connect({ port: Number(new URL(address).port), host: '127.0.0.1', localAddress })
    let heard = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      heard += chunk
    })
    socket.on('error', () => {})
    return { socket, heard: () => heard }
  }
  const answered = ({ socket, heard }: Awaited<ReturnType<typeof greedy>>) => {
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    return until('it is answered', () => heard().startsWith('HTTP/1.1 ') && heard())
  }

  test('is told so, and leaves room for every other address', async () => {
    const { app } = another({ limits: { connectionsMax: 6, addressSocketsMax: 3 } })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const open = []
    for (let i = 0; i < 3; i += 1) open.push(await greedy(address, '127.0.0.1'))
    for (const each of open) expect(await answered(each)).toMatch(/^HTTP\/1.1 200 /)
    const shut = []
    for (let i = 0; i < 9; i += 1) {
      const more = await greedy(address, '127.0.0.1')
      await until('it is closed', () => more.socket.destroyed)
      shut.push(more.heard())
    }
    for (const heard of shut) {
      expect(problemIn(heard)).toEqual({ status: 429, code: 'rate_limited', closes: true })
      expect(heard).toMatch(/^retry-after: 1\r$/im)
    }
    const other = await greedy(address, '127.0.0.2')
    expect(await answered(other)).toMatch(/^HTTP\/1.1 200 /)
    open[0]?.socket.destroy()
    await until('there is room again', async () => {
      const again = await greedy(address, '127.0.0.1')
      const heard = await answered(again)
      again.socket.destroy()
      return heard.startsWith('HTTP/1.1 200 ')
    })
    for (const { socket } of [...open, other]) socket.destroy()
  })

  test('is not counted when it is the proxy of all callers', async () => {
    const { app } = another({ limits: { addressSocketsMax: 1 }, trustProxy: '10.0.0.0/8,loopback' })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const open = []
    for (let i = 0; i < 3; i += 1) open.push(await greedy(address, '127.0.0.1'))
    for (const each of open) expect(await answered(each)).toMatch(/^HTTP\/1.1 200 /)
    for (const { socket } of open) socket.destroy()
  })
})

describe('what is no HTTP', () => {
  const path = () => at('/reservations')

  test.each([
    ['a request that is none', 'HELLO\r\n\r\n', 400, 'bad_request'],
    ['a header that is none', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400, 'bad_request'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\na: \0\r\n\r\n', 400, 'bad_request'],
    [
      'two lengths',
      'POST /v1/listings HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad_request',
    ],
    [
      'a chunk that is none',
      'POST /v1/listings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
      400,
      'bad_request',
    ],
    [
      '100 KB of headers',
      `GET / HTTP/1.1\r\nHost: x\r\na: ${'b'.repeat(100_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['a URL of 100 KB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n`, 431, 'headers_too_large'],
  ])(
    '%s is answered with a problem, and that is the end of it',
    async (_what, text, status, code) => {
      const { app } = another()
      const address = await app.listen({ port: 0, host: '127.0.0.1' })
      const heard = await sayRaw(address, text)
      // What was read before the rest turned out to be nonsense may have its own answer first.
      const last = heard.slice(heard.lastIndexOf('HTTP/1.1 '))
      expect(problemIn(last)).toEqual({ status, code, closes: true })
      expect((await fetch(`${address}/healthz`)).status).toBe(200)
    },
  )

  test('or does not come to its end is given up after ten seconds', async () => {
    const { app } = another()
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const startedMs = performance.now()
    const head = `POST ${path()} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
    const key = `Authorization: Bearer ${service.keys.seller}\r\nIdempotency-Key: slow\r\n`
    const heard = await Promise.all([
      sayRaw(address, head),
      sayRaw(address, `${head}${key}Content-Length: 100\r\n\r\n{"customer":`),
    ])
    expect(performance.now() - startedMs, 'it was kept waiting').toBeLessThan(45_000)
    for (const each of heard) {
      expect(problemIn(each)).toEqual({ status: 408, code: 'request_timeout', closes: true })
    }
  })
})
