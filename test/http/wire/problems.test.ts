/** Everything but Evento's own sentences is a problem document (RFC 9457) with a stable code. */
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { isUuid } from '../../../src/domain/ids.js'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import { createApp } from '../../../src/http/app.js'
import { type Database, openDatabase } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { startDatabaseProxy } from '../../support/database/database-proxy.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { appOn as wholeAppOn } from '../../support/http/app-on.js'
import { later } from '../../support/later.js'
import { AVAILABLE, givenEvent, productionApp, reserveUrl } from '../../support/stock/evento.js'
import { until } from '../../support/until.js'

const held = useDatabase()
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function open(options: Parameters<typeof openDatabase>[0]): Database {
  const db = openDatabase(options)
  closing.push(() => db.close())
  return db
}

function appOn(db: Database): FastifyInstance {
  const app = productionApp(db)
  closing.push(() => app.close())
  return app
}

const nowhere = () => open({ url: 'postgres://holdfast@127.0.0.1:1/nowhere' })

describe('a problem', () => {
  test.each([
    ['GET', '/nowhere'],
    ['POST', '/nowhere'],
    ['GET', '/'],
    ['POST', reserveUrl('rooms=1', undefined, 'naive')],
  ] as const)('tells of %s %s that there is no such thing', async (method, url) => {
    const response = await appOn(held.db).inject({ method, url })
    expect(response.statusCode).toBe(404)
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(response.json()).toEqual({
      type: '/docs/errors#not_found',
      title: expect.any(String),
      detail: expect.any(String),
      status: 404,
      code: 'not_found',
      retryable: false,
      request_id: expect.toSatisfy(isUuid),
    })
  })

  test.each([
    ['DELETE', '/healthz', 'GET, HEAD'],
    ['PUT', '/v1/listings?limit=1', 'GET, HEAD, POST'],
    ['DELETE', '/v1/listings/x/pools/y', 'GET, HEAD, PATCH'],
    ['GET', '/v1/listings/x/reservations/y/confirm', 'POST'],
    ['GET', reserveUrl('rooms=1'), 'POST'],
    ['OPTIONS', '/v1/listings/x', 'GET, HEAD, PATCH'],
  ] as const)('tells of %s %s which methods the path takes', async (method, url, allowed) => {
    const app = url.startsWith('/v1') ? wholeAppOn(held.db) : appOn(held.db)
    const response = await app.inject({ method, url })
    await app.close()
    expect([response.statusCode, response.headers['allow']]).toEqual([405, allowed])
    expect(response.json()).toMatchObject({ code: 'method_not_allowed', retryable: false })
  })

  test('is told of a URL that cannot be read, as of every other', async () => {
    const response = await appOn(held.db).inject('/%zz/available')
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(response.json()).toMatchObject({
      code: 'malformed_url',
      status: 400,
      request_id: expect.toSatisfy(isUuid),
    })
  })

  test('has an id of its own for each request, or the one that the client gave it', async () => {
    const app = appOn(held.db)
    const idOf = async (headers: Record<string, string>) =>
      (await app.inject({ url: '/x', headers })).json().request_id
    expect(await idOf({})).not.toBe(await idOf({}))
    expect(await idOf({ 'x-request-id': 'checkout-7' })).toBe('checkout-7')
    expect(await idOf({ 'x-request-id': 'x'.repeat(65) })).toSatisfy(isUuid)
  })

  test('that nobody foresaw is a 500 without a word about what is inside', async () => {
    await givenEvent(held.db, 5)
    await held.db.query('alter table journal rename to journal_gone')
    const response = await appOn(held.db).inject({ method: 'POST', url: reserveUrl('rooms=1') })
    await held.db.query('alter table journal_gone rename to journal')
    expect(response.statusCode).toBe(500)
    expect(response.json()).toEqual({
      type: '/docs/errors#internal',
      title: expect.any(String),
      detail: expect.not.stringMatching(/journal|relation|select/),
      status: 500,
      code: 'internal',
      retryable: expect.any(Boolean),
      request_id: expect.toSatisfy(isUuid),
    })
  })
})

describe('without its database a server', () => {
  test.each([
    ['GET', AVAILABLE],
    ['POST', reserveUrl('rooms=1')],
  ] as const)('answers %s %s with 503, and when to come back', async (method, url) => {
    const response = await appOn(nowhere()).inject({ method, url })
    expect(response.statusCode).toBe(503)
    expect(response.headers['retry-after']).toBe('1')
    expect(response.json()).toMatchObject({ code: 'database_unavailable', status: 503 })
    expect(response.body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/)
  })

  test('is alive but not ready', async () => {
    const app = appOn(nowhere())
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    expect((await app.inject('/readyz')).statusCode).toBe(503)
  })

  test('that comes back is ready again by itself', async () => {
    await givenEvent(held.db, 5)
    const proxy = await startDatabaseProxy(held.url)
    closing.push(() => proxy.close())
    const app = appOn(open({ url: proxy.url, connectionsMax: 1 }))
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ok' })
    proxy.cut()
    await until('the server is ready again', async () => {
      const { statusCode } = await app.inject(AVAILABLE)
      // A request that met the broken connection is told to come back, never that it is our fault.
      expect([200, 503]).toContain(statusCode)
      return statusCode === 200
    })
  })

  test('loses it under a request and answers 503, not 500', async () => {
    await givenEvent(held.db, 5)
    const proxy = await startDatabaseProxy(held.url)
    closing.push(() => proxy.close())
    const app = appOn(open({ url: proxy.url, connectionsMax: 1 }))
    await withClient(held.url, async (holder) => {
      await holder.query('begin')
      await holder.query('lock table pools')
      const answer = later(app.inject(AVAILABLE))
      await until('the request waits for the lock', async () => {
        const rows = await held.db.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return rows.length === 1
      })
      proxy.cut()
      const response = await answer
      expect([response.statusCode, response.json().code]).toEqual([503, 'database_unavailable'])
    })
  })
})

test('too many customers for the connections are told 503 "overloaded", and nothing was written', async () => {
  await givenEvent(held.db, 5)
  const db = open({ url: held.url, connectionsMax: 1, acquireTimeoutMs: 300 })
  await until('the one connection is there', () =>
    db.query('select 1').then(
      () => true,
      () => false,
    ),
  )
  const holdfast = holdfastOn(db, { strategy: STRATEGIES.guarded })
  const app = createApp({ holdfast, evento: { modes: [holdfast] }, v1: false })
  closing.push(() => app.close())
  await withClient(held.url, async (holder) => {
    await holder.query('begin')
    await holder.query('lock table pools in exclusive mode')
    const ask = () => app.inject({ method: 'POST', url: reserveUrl('rooms=1') })
    const [first, second] = [ask(), ask()]
    const refused = await Promise.race([first, second])
    expect([refused.statusCode, refused.json().code]).toEqual([503, 'overloaded'])
    expect(refused.headers['retry-after']).toBe('1')
    await holder.query('commit')
    expect(
      (await Promise.all([first, second])).map((response) => response.statusCode).sort(),
    ).toEqual([200, 503])
  })
})
