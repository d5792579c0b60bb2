/** One key, one effect, one answer; and what is done only if nothing has changed meanwhile. */
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { appOn } from '../../support/http/app-on.js'
import { callerOf, givenHold, givenKey, useService } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { until } from '../../support/until.js'

const service = useService()
const url = () => `/v1/listings/${service.listingId}/reservations`
const body = (quantity: number, pool = 2) => ({
  customer: 'ada',
  lines: [{ pool_id: service.poolIds[pool], quantity }],
})

describe('a request that comes again with its key', () => {
  test('gets the identical answer, token and all, and has no second effect', async () => {
    const key = newId()
    const first = await service.call('POST', url(), { key, body: body(3) })
    const taken = async () =>
      (await service.call('GET', `/v1/listings/${service.listingId}/availability`)).json().version
    const before = await taken()
    const again = await service.call('POST', url(), { key, body: body(3) })
    expect(first.statusCode).toBe(201)
    expect(first.headers).not.toHaveProperty('idempotent-replayed')
    expect([again.statusCode, again.body]).toEqual([first.statusCode, first.body])
    expect(again.headers['idempotent-replayed']).toBe('true')
    for (const name of ['etag', 'location', 'content-type']) {
      expect(again.headers[name]).toBe(first.headers[name])
    }
    expect(await taken()).toBe(before)
  })

  test('gets it from another server of the deployment, and after the reservation has changed', async () => {
    const key = newId()
    const first = await service.call('POST', url(), { key, body: { ...body(1), hold_seconds: 60 } })
    await service.call('POST', `${first.headers['location']}/release`)
    const other = appOn(service.db)
    const again = await callerOf(other, () => service.keys.seller)('POST', url(), {
      key,
      body: { ...body(1), hold_seconds: 60 },
    })
    await other.close()
    expect([again.statusCode, again.body]).toEqual([201, first.body])
  })

  test('is refused again if it was refused, though there is room by now', async () => {
    const pool = { pool_id: service.poolIds[1] }
    const { url: hold } = await givenHold(service, pool.pool_id ?? '')
    const key = newId()
    const first = await service.call('POST', url(), { key, body: body(1, 1) })
    await service.call('POST', `${hold}/release`)
    const again = await service.call('POST', url(), { key, body: body(1, 1) })
    expect([first.statusCode, again.statusCode]).toEqual([409, 409])
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect({ ...again.json(), request_id: '' }).toEqual({ ...first.json(), request_id: '' })
    const fresh = await service.call('POST', url(), { body: body(1, 1) })
    expect(fresh.statusCode).toBe(201)
  })

  test('is refused as another request if it asks for something else', async () => {
    const key = newId()
    await service.call('POST', url(), { key, body: body(1) })
    for (const other of [
      body(2),
      { ...body(1), customer: 'bob' },
      { ...body(1), hold_seconds: 9 },
    ]) {
      const response = await service.call('POST', url(), { key, body: other })
      expect([response.statusCode, response.json().code]).toEqual([422, 'idempotency_key_reused'])
    }
    const { url: hold } = await givenHold(service, service.poolIds[2] ?? '')
    const elsewhere = await service.call('POST', `${hold}/confirm`, { key })
    expect([elsewhere.statusCode, elsewhere.json().code]).toEqual([422, 'idempotency_key_reused'])
  })

  test('from another API key is another request: what it was answered is for its caller alone', async () => {
    const guessed = 'order-17-hold'
    const wanted = { ...body(2), hold_seconds: 60 }
    const other = await givenKey(service.db, 'seller', service.listingId)
    const random = newId()
    for (const [key, as] of [
      [guessed, other],
      [random, service.keys.storefront],
      [random, service.keys.admin],
    ] as const) {
      const first = await service.call('POST', url(), { key, body: wanted })
      const again = await service.call('POST', url(), { key, body: wanted, as })
      expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([201, undefined])
      expect(again.json().id).not.toBe(first.json().id)
      expect(again.json().token).not.toBe(first.json().token)
      const own = await service.call('POST', url(), { key, body: wanted })
      expect([own.body, own.headers['idempotent-replayed']]).toEqual([first.body, 'true'])
    }
  })

  test('with a key that can be guessed is refused to those who share a public API key', async () => {
    const wanted = { ...body(1), hold_seconds: 60 }
    await service.call('POST', url(), { key: 'order-18-hold', body: wanted })
    const { url: held, token } = await givenHold(service, service.poolIds[2] ?? '')
    const headers = { 'holdfast-token': token }
    const as = service.keys.storefront
    for (const key of ['order-18-hold', 'nobody-had-this', '1'.repeat(40)]) {
      for (const response of [
        await service.call('POST', url(), { key, as, body: wanted }),
        await service.call('POST', `${held}/release`, { key, as, headers }),
      ]) {
        expect([response.statusCode, response.json().code]).toEqual([
          400,
          'idempotency_key_guessable',
        ])
      }
    }
  })

  test('is replayed to every caller when it was answered before keys belonged to callers', async () => {
    const key = newId()
    const first = await service.call('POST', url(), { key, body: body(1) })
    // The column's default: what an older server beside this one writes.
    await service.db.query(
      'update answers set caller = default where listing_id = $1 and idempotency_key = $2',
      [service.listingId, key],
    )
    for (const as of [service.keys.seller, service.keys.admin]) {
      const again = await service.call('POST', url(), { key, as, body: body(1) })
      expect([again.statusCode, again.body]).toEqual([201, first.body])
      expect(again.headers['idempotent-replayed']).toBe('true')
    }
  })

  test('is independent of the same key at another listing', async () => {
    const key = newId()
    const own = await service.call('POST', url(), { key, body: body(1) })
    const foreign = await service.call('POST', `/v1/listings/${service.foreignId}/reservations`, {
      key,
      as: service.keys.foreigner,
      body: { customer: 'eve', lines: [{ pool_id: service.foreignPoolIds[0], quantity: 2 }] },
    })
    expect([own.statusCode, foreign.statusCode]).toEqual([201, 201])
    expect(foreign.headers).not.toHaveProperty('idempotent-replayed')
  })

  test('while the first is under way, is told so and when to come back', async () => {
    const client = new pg.Client({ connectionString: service.url })
    await client.connect()
    await client.query('begin')
    await client.query('select from pools where pool_id = $1 for update', [service.poolIds[0]])
    const key = newId()
    const first = later(service.call('POST', url(), { key, body: body(1, 0) }))
    await until('the first waits for the pool', async () => {
      const waiting = await service.db.query(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return waiting.length > 0
    })
    const second = await service.call('POST', url(), { key, body: body(1, 0) })
    await client.query('rollback')
    await client.end()
    expect([second.statusCode, second.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'idempotency_in_progress', retryable: true }),
    ])
    expect(second.headers['retry-after']).toBe('1')
    const made = await first
    const third = await service.call('POST', url(), { key, body: body(1, 0) })
    expect([third.statusCode, third.body]).toEqual([201, made.body])
  })
})

describe('a request with If-Match', () => {
  test('is carried out if nothing has changed, refused with both versions if it has', async () => {
    const { url: hold } = await givenHold(service, service.poolIds[2] ?? '')
    const call = (path: string, etag: string, more: object = {}) =>
      service.call('POST', `${hold}${path}`, { headers: { 'if-match': etag }, ...more })
    const extended = await call('/extend', '"1"', { body: { hold_seconds: 900 } })
    expect([extended.statusCode, extended.headers['etag']]).toEqual([200, '"2"'])
    for (const [path, more] of [
      ['/confirm', {}],
      ['/release', {}],
      ['/cancel', {}],
      ['/extend', { body: { hold_seconds: 1 } }],
    ] as const) {
      const late = await call(path, '"1"', more)
      expect([late.statusCode, late.json()]).toEqual([
        412,
        expect.objectContaining({ code: 'version_mismatch', expected_version: 1, version: 2 }),
      ])
    }
    const lines = [{ pool_id: service.poolIds[2], quantity: 2 }]
    const changed = await service.call('PATCH', hold, {
      body: { lines },
      headers: { 'if-match': '*' },
    })
    expect([changed.statusCode, changed.headers['etag']]).toEqual([200, '"3"'])
    const confirmed = await call('/confirm', '"3"')
    expect([confirmed.statusCode, confirmed.json().state]).toEqual([200, 'confirmed'])
  })
})

// nginx makes the tag of what it compresses weak, Apache and Caddy add the encoding to it.
const COMPRESSED = (version: number) => [
  `W/"${version}"`,
  `"${version}-gzip"`,
  `W/"x,y", W/"${version}-br"`,
  `"999","${version}" ,`,
]

describe('behind a proxy that compresses, or with several tags', () => {
  test('a change is made if one of them is the version, and refused if none is', async () => {
    const { url: hold } = await givenHold(service, service.poolIds[2] ?? '')
    const extend = (etag: string) =>
      service.call('POST', `${hold}/extend`, {
        headers: { 'if-match': etag },
        body: { hold_seconds: 900 },
      })
    for (const [i, tag] of COMPRESSED(1).entries()) {
      const now = COMPRESSED(i + 1)[i] ?? ''
      const made = await extend(now)
      expect([now, made.statusCode, made.headers['etag']]).toEqual([now, 200, `"${i + 2}"`])
      expect([tag, (await extend(tag)).json()]).toEqual([
        tag,
        expect.objectContaining({ code: 'version_mismatch', version: i + 2 }),
      ])
    }
  })

  test('a schedule and a listing are changed if one of them is what was seen', async () => {
    const { id } = (await service.call('POST', '/v1/listings', { body: { name: 'A' } })).json()
    const url = `/v1/listings/${id}`
    const etag = (await service.call('GET', url)).headers['etag'] as string
    const rename = (tag: string) =>
      service.call('PATCH', url, { body: { name: 'B' }, headers: { 'if-match': tag } })
    expect((await rename(`"1", W/${etag.slice(0, -1)}-gzip"`)).statusCode).toBe(200)
    expect((await rename(`W/${etag}`)).json().code).toBe('version_mismatch')
  })

  test('a look costs no body while one of them is the version', async () => {
    const { url: hold } = await givenHold(service, service.poolIds[2] ?? '')
    const look = async (tag: string) =>
      (await service.call('GET', hold, { headers: { 'if-none-match': tag } })).statusCode
    for (const tag of [...COMPRESSED(1), '*']) expect([tag, await look(tag)]).toEqual([tag, 304])
    for (const tag of [...COMPRESSED(2), '1', 'W/']) {
      expect([tag, await look(tag)]).toEqual([tag, 200])
    }
  })
})

describe('a look with If-None-Match', () => {
  test('costs no body while nothing has changed', async () => {
    const { url: hold } = await givenHold(service, service.poolIds[2] ?? '')
    const pool = `/v1/listings/${service.listingId}/pools/${service.poolIds[2]}`
    for (const look of [hold, pool, `/v1/listings/${service.listingId}`]) {
      const etag = (await service.call('GET', look)).headers['etag'] as string
      const headers = { 'if-none-match': etag }
      const same = await service.call('GET', look, { headers })
      expect([look, same.statusCode, same.body]).toEqual([look, 304, ''])
    }
    await service.call('POST', `${hold}/release`)
    for (const look of [hold, pool]) {
      const headers = { 'if-none-match': '"1"' }
      expect((await service.call('GET', look, { headers })).statusCode).toBe(200)
    }
  })
})
