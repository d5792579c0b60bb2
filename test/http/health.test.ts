/** Alive, ready, and in figures; and what every answer carries. */
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { isUuid } from '../../src/domain/ids.js'
import { holdfastOn } from '../../src/engine/holdfast.js'
import { createApp } from '../../src/http/app.js'
import { openDatabase } from '../../src/storage/driver/database.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { useDatabase } from '../support/database/test-database.js'
import { appOn } from '../support/http/app-on.js'
import { givenHold, useService } from '../support/http/service.js'
import { later } from '../support/later.js'
import { until } from '../support/until.js'

const service = useService()
const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close()
})

describe('/readyz', () => {
  const behind = useDatabase()

  test('says 200 while the server can serve', async () => {
    const response = await service.app.inject('/readyz')
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }])
  })

  test('says 503 when the schema is behind the program', async () => {
    await behind.db.query('delete from schema_migrations where version = 2')
    const app = appOn(behind.db)
    closing.push(app)
    const response = await app.inject('/readyz')
    expect([response.statusCode, response.json()]).toEqual([
      503,
      { status: 'unavailable', migrations: '1 not applied' },
    ])
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })

  test('says 503 when the role lacks a privilege that a reservation needs', async () => {
    const role = new URL(behind.url).pathname.slice(1).replace('holdfast_test', 'role')
    await behind.db.query(`create role ${role}`)
    try {
      await behind.db.query(
        `grant select, insert, update on all tables in schema holdfast to ${role}`,
      )
      await behind.db.query(`revoke insert on journal from ${role}`)
      const url = new URL(behind.url)
      url.searchParams.set('options', `-c role=${role}`)
      const db = openDatabase({ url: url.href })
      const app = appOn(db)
      closing.push(app, db)
      const isLacking = async (what: string) => {
        const response = await app.inject('/readyz')
        expect([response.statusCode, response.json()]).toEqual([
          503,
          { status: 'unavailable', database: `its role lacks ${what}` },
        ])
      }
      await isLacking('usage on schema holdfast, insert on journal')
      await behind.db.query(`grant usage on schema holdfast to ${role}`)
      await isLacking('insert on journal')
    } finally {
      await behind.db.query(`drop owned by ${role}`)
      await behind.db.query(`drop role ${role}`)
    }
  })

  test('says 503 on a server that only reads, whether it was so before or became so', async () => {
    const name = new URL(behind.url).pathname.slice(1)
    const db = openDatabase({ url: behind.url })
    const reader = openDatabase({ url: behind.url, onlyToRead: true })
    const apps = [appOn(db), appOn(reader)]
    closing.push(...apps, db, reader)
    await behind.db.query(`alter database ${name} set default_transaction_read_only = on`)
    try {
      for (const app of apps) {
        const response = await app.inject('/readyz')
        expect([response.statusCode, response.json()]).toEqual([
          503,
          { status: 'unavailable', database: 'only reads' },
        ])
      }
    } finally {
      await behind.db.query(`alter database ${name} reset default_transaction_read_only`)
    }
  })

  test('says 503 where what is acknowledged may be lost, or why, if that is allowed', async () => {
    const risky = new URL(service.url)
    risky.searchParams.set('options', '-c synchronous_commit=off')
    const db = openDatabase({ url: risky.href, connectionsMax: 2 })
    const [strict, allowing] = [false, true].map((unsafeDurability) =>
      appOn(db, { unsafeDurability }),
    )
    closing.push(...[strict, allowing].flatMap((app) => app ?? []), db)
    const durability = 'synchronous_commit is off'
    const refused = await strict?.inject('/readyz')
    expect([refused?.statusCode, refused?.json()]).toEqual([
      503,
      { status: 'unavailable', durability },
    ])
    const allowed = await allowing?.inject('/readyz')
    expect([allowed?.statusCode, allowed?.json()]).toEqual([200, { status: 'ok', durability }])
  })

  test('says 503 without a database, and nothing about where it should be', async () => {
    const db = openDatabase({ url: 'postgres://holdfast@127.0.0.1:1/nowhere' })
    const app = appOn(db)
    closing.push(app, db)
    const response = await app.inject('/readyz')
    expect([response.statusCode, response.json()]).toEqual([
      503,
      { status: 'unavailable', database: 'does not answer' },
    ])
    const call = await app.inject({
      url: '/v1/listings',
      headers: { authorization: `Bearer ${service.keys.seller}` },
    })
    expect([call.statusCode, call.json().code]).toEqual([503, 'database_unavailable'])
    expect(call.body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/)
  })

  test('says 503 as soon as the server drains, while what comes is still answered', async () => {
    const app = appOn(service.db)
    closing.push(app)
    app.drain()
    const ready = await app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'draining' }])
    const response = await app.inject({
      url: '/v1/listings',
      headers: { authorization: `Bearer ${service.keys.seller}` },
    })
    expect(response.statusCode).toBe(200)
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })
})

describe('a server that closes', () => {
  test('answers what is under way, and hangs up behind it', async () => {
    const app = appOn(service.db)
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const client = new pg.Client({ connectionString: service.url })
    await client.connect()
    await client.query('begin')
    await client.query('select from pools where pool_id = $1 for update', [pool()])
    const answer = later(
      fetch(`${address}/v1/listings/${service.listingId}/reservations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${service.keys.seller}`,
          'content-type': 'application/json',
          'idempotency-key': 'the-last-one',
        },
        body: JSON.stringify({ customer: 'ada', lines: [{ pool_id: pool(), quantity: 1 }] }),
      }),
    )
    await until('it waits for the pool', async () => {
      const rows = await service.db.query(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    })
    const closed = later(app.close())
    await until('nobody else gets in', () =>
      fetch(`${address}/healthz`).then(
        () => false,
        () => true,
      ),
    )
    await client.query('rollback')
    await client.end()
    const response = await answer
    const { state } = (await response.json()) as { state: string }
    expect([response.status, state]).toEqual([201, 'confirmed'])
    expect(response.headers.get('connection')).toBe('close')
    await closed
  })
})

describe('/metrics', () => {
  test('has durations by route and status, problems by code, attempts, and the state of things', async () => {
    const app = appOn({ ...service.db, waiting: () => 7 })
    closing.push(app)
    const { call } = service
    await givenHold({ call: (...args) => call(...args), listingId: service.listingId }, pool())
    const headers = {
      authorization: `Bearer ${service.keys.seller}`,
      'content-type': 'application/json',
      'idempotency-key': 'metrics',
    }
    const url = `/v1/listings/${service.listingId}/reservations`
    const body = { customer: 'ada', lines: [{ pool_id: pool(), quantity: 1 }] }
    for (let i = 0; i < 2; i += 1) {
      const response = await app.inject({ method: 'POST', url, headers, payload: body })
      expect(response.statusCode).toBe(201)
    }
    await app.inject({ method: 'POST', url, headers, payload: '{' })
    await app.inject('/no/such/route')
    const { body: text, headers: told } = await app.inject('/metrics')
    expect(told['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    const route = 'route="/v1/listings/:listing_id/reservations"'
    for (const line of [
      `holdfast_http_request_duration_seconds_count{method="POST",${route},status="201"} 2`,
      `holdfast_http_request_duration_seconds_count{method="POST",${route},status="400"} 1`,
      'holdfast_http_request_duration_seconds_count{method="GET",route="unknown",status="404"} 1',
      'holdfast_http_problems_total{code="malformed_json"} 1',
      'holdfast_engine_commands_total{replayed="false"} 1',
      'holdfast_engine_commands_total{replayed="true"} 1',
      'holdfast_engine_retries_total 0',
      'holdfast_database_connections_waiting 7',
      'holdfast_live_streams 0',
      'holdfast_http_requests_in_flight 1',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toMatch(/^holdfast_event_loop_delay_seconds [\d.e-]+$/m)
    // What is counted by ids or people would grow without bound, and tell.
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|ada/)
  })
})

describe('every answer', () => {
  test('carries the id of its request: the caller’s own if it is plain, else ours', async () => {
    const ask = async (id?: string) => {
      const headers: Record<string, string> = id === undefined ? {} : { 'x-request-id': id }
      const response = await service.app.inject({ url: '/v1/listings', headers })
      expect(response.headers['x-request-id']).toBe(response.json().request_id)
      return response.json().request_id
    }
    expect(await ask()).toSatisfy(isUuid)
    for (const plain of ['a', 'req-1.2:3_4', 'x'.repeat(64)]) expect(await ask(plain)).toBe(plain)
    for (const other of ['', 'x'.repeat(65), 'a b', 'é', '<script>', "'; --", 'a, b']) {
      expect(await ask(other)).toSatisfy(isUuid)
    }
  })

  test('tells a browser to take it for nothing else, wherever it comes from', async () => {
    for (const url of [
      '/v1/listings',
      '/healthz',
      '/nowhere',
      '/%zz',
      '/openapi.json',
      '/metrics',
    ]) {
      const { headers } = await service.app.inject(url)
      expect([url, headers]).toEqual([
        url,
        expect.objectContaining({
          'cache-control': 'no-store',
          'content-security-policy': expect.stringContaining("default-src 'none'"),
          'referrer-policy': 'no-referrer',
          'strict-transport-security': expect.stringContaining('max-age='),
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'x-request-id': expect.toSatisfy(isUuid),
        }),
      ])
      expect(headers).not.toHaveProperty('server')
      expect(headers).not.toHaveProperty('x-powered-by')
    }
  })
})

describe('an application without /v1', () => {
  test('has Evento’s face and health, as the lab wants it, and nothing else', async () => {
    const holdfast = holdfastOn(service.db, { strategy: STRATEGIES.guarded })
    const app = createApp({ holdfast, evento: { modes: [holdfast] }, v1: false })
    closing.push(app)
    for (const url of ['/v1/listings', '/openapi.json', '/docs', '/metrics']) {
      expect((await app.inject(url)).statusCode).toBe(404)
    }
    const face = await app.inject(`/${service.listingId}/available`)
    expect([face.statusCode, face.json().length]).toEqual([200, 3])
    expect((await app.inject('/readyz')).statusCode).toBe(200)
  })
})

const pool = () => service.poolIds[2] ?? ''
