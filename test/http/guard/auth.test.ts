/** Who may do what: keys and their scopes, and that a key is a secret. */
import { Writable } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import { newId } from '../../../src/domain/ids.js'
import { useDatabase } from '../../support/database/test-database.js'
import { appOn } from '../../support/http/app-on.js'
import { callerOf, givenKey, useService } from '../../support/http/service.js'
import { until } from '../../support/until.js'

const service = useService()
const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const app of closing.splice(0)) await app.close()
})

const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const hold = (quantity = 1) => ({
  customer: 'somebody@example.com',
  lines: [{ pool_id: service.poolIds[2], quantity }],
  hold_seconds: 60,
})

/** Another server on the same database. */
function another(options: Parameters<typeof appOn>[1] = {}) {
  const app = appOn(service.db, options)
  closing.push(app)
  return { app, call: callerOf(app, () => service.keys.seller) }
}

describe('a key', () => {
  test('is shown once, is listed without its secret, and is kept as a hash', async () => {
    const { admin } = service.keys
    const created = await service.call('POST', '/v1/keys', {
      as: admin,
      body: { name: 'Shop', scope: 'storefront', listing_ids: [service.listingId] },
    })
    expect(created.statusCode).toBe(201)
    const { key, ...shown } = created.json()
    expect(key).toMatch(/^hf_[0-9a-f]{12}_[\w-]{43}$/)
    expect(shown).toEqual({
      id: expect.any(String),
      name: 'Shop',
      origins: [],
      scope: 'storefront',
      prefix: key.split('_')[1],
      listing_ids: [service.listingId],
      created_at: expect.any(String),
      last_used_at: null,
      revoked_at: null,
    })
    const listed = await service.call('GET', '/v1/keys', { as: admin })
    expect(listed.json().items).toContainEqual(shown)
    const secret = key.slice(16)
    expect(listed.body).not.toContain(secret)
    const rows = await service.db.query<{ row: string }>('select k::text as row from api_keys as k')
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'))
  })

  test('works until it is revoked: at once here, within a second elsewhere', async () => {
    const { admin } = service.keys
    const { call } = another()
    const issued = await issueApiKey(service.db, {
      name: 'Soon gone',
      scope: 'seller',
      listingIds: [service.listingId],
    })
    const as = issued?.key ?? ''
    expect((await service.call('GET', at(''), { as })).statusCode).toBe(200)
    expect((await call('GET', at(''), { as })).statusCode).toBe(200)
    const url = `/v1/keys/${issued?.row.keyId}/revoke`
    const revoked = await service.call('POST', url, { as: admin })
    expect([revoked.statusCode, revoked.json().revoked_at]).toEqual([200, expect.any(String)])
    const after = await service.call('GET', at(''), { as })
    expect([after.statusCode, after.json().code]).toEqual([401, 'unauthorized'])
    await until('the other server knows, too', async () => {
      return (await call('GET', at(''), { as })).statusCode === 401
    })
    const again = await service.call('POST', url, { as: admin })
    expect(again.json()).toEqual(revoked.json())
  })

  test('has to be right to the last character, and in the one form there is', async () => {
    const { seller } = service.keys
    const prefix = seller.slice(0, 16)
    const other = seller.endsWith('A') ? 'B' : 'A'
    for (const as of [
      `${seller.slice(0, -1)}${other}`,
      `${prefix}${'A'.repeat(43)}`,
      seller.slice(0, -1),
      `${seller}A`,
      seller.toUpperCase(),
      prefix,
      `hf_${'0'.repeat(12)}_${'A'.repeat(43)}`,
      'hf_',
      'x',
      '%00',
      `${seller} ${seller}`,
    ]) {
      const response = await service.call('GET', at(''), { as })
      expect([as, response.statusCode, response.json().code]).toEqual([as, 401, 'unauthorized'])
    }
    const basic = await service.call('GET', at(''), {
      as: null,
      headers: { authorization: `Basic ${Buffer.from(`${seller}:`).toString('base64')}` },
    })
    expect(basic.statusCode).toBe(401)
    expect((await service.call('GET', at(''), { as: seller })).statusCode).toBe(200)
  })

  test('tells when it was used last, without a write for every use', async () => {
    const as = await givenKey(service.db, 'seller', service.listingId)
    const lastUse = async () => {
      const [row] = await service.db.query<{ at: Date | null; writes: string }>(
        'select last_used_at as at, xmin::text as writes from api_keys where prefix = $1',
        [as.split('_')[1]],
      )
      return row
    }
    expect((await lastUse())?.at).toBe(null)
    await service.call('GET', at(''), { as })
    const used = await until('the use is noted', async () => {
      const row = await lastUse()
      return row?.at === null ? undefined : row
    })
    const { app, call } = another()
    for (let i = 0; i < 5; i += 1) await service.call('GET', at(''), { as })
    for (let i = 0; i < 5; i += 1) await call('GET', at(''), { as })
    // Closing waits for what is still to be noted.
    await app.close()
    expect(await lastUse()).toEqual(used)
  })

  test('of a scope goes with listings that the scope can have, and that exist', async () => {
    const create = async (scope: string, listing_ids?: string[]) => {
      const body = { name: 'A key', scope, ...(listing_ids && { listing_ids }) }
      const response = await service.call('POST', '/v1/keys', { as: service.keys.admin, body })
      return [response.statusCode, response.json().code]
    }
    expect(await create('admin', [service.listingId])).toEqual([422, 'validation'])
    expect(await create('storefront')).toEqual([422, 'validation'])
    expect(await create('storefront', [])).toEqual([422, 'validation'])
    expect(await create('owner')).toEqual([422, 'validation'])
    expect(await create('seller', [newId()])).toEqual([404, 'not_found'])
    expect(await create('seller', [service.listingId, 'x'])).toEqual([404, 'not_found'])
    expect(await create('seller')).toEqual([201, undefined])
    const keys = await service.db.query('select from api_keys where name = $1', ['A key'])
    expect(keys).toHaveLength(1)
  })

  test('never comes near the log, right or wrong, nor does a token', async () => {
    let log = ''
    const stream = new Writable({
      write(chunk, _encoding, done) {
        log += chunk
        done()
      },
    })
    const { call } = another({ logger: { level: 'trace', stream } })
    const { seller, storefront, admin } = service.keys
    const wrong = `${seller.slice(0, -1)}_`
    const made = await call('POST', at('/reservations'), { as: storefront, body: hold() })
    const { token } = made.json()
    for (const as of [seller, wrong, admin, null]) {
      await call('GET', at(''), { as })
      await call('GET', '/v1/keys', { as })
      await call('POST', at('/reservations'), { as, body: '{broken' })
      await call('GET', `${made.headers['location']}`, {
        as: storefront,
        headers: { 'holdfast-token': token },
      })
    }
    const created = await call('POST', '/v1/keys', {
      as: admin,
      body: { name: 'K', scope: 'seller' },
    })
    expect(log).toContain('answered')
    expect(log).not.toMatch(/Bearer|hf_[0-9a-f]/)
    for (const secret of [seller, storefront, admin, wrong, created.json().key, token]) {
      expect(log).not.toContain(secret)
      expect(log).not.toContain(secret.slice(-20))
    }
    expect(log).not.toContain('somebody')
  })
})

describe('an address that fails again and again', () => {
  test('is told to wait, and keeps nobody out who has a good key, not even a new one', async () => {
    const { app, call } = another({ limits: { failedKeysMax: 3, addressRequestsMax: 8 } })
    const made = `hf_${'0'.repeat(12)}_${'A'.repeat(43)}`
    const wrong = (as = made) => call('GET', at(''), { as })
    const statuses = []
    for (let i = 0; i < 6; i += 1) statuses.push((await wrong()).statusCode)
    expect(statuses).toEqual([401, 401, 401, 429, 429, 429])
    const { seller, admin } = service.keys
    const looks = [seller, admin, await givenKey(service.db, 'seller', service.listingId)]
    for (const as of looks) expect((await call('GET', at(''), { as })).statusCode).toBe(200)
    expect((await wrong(`${seller.slice(0, -1)}_`)).statusCode).toBe(429)
    const limited = await wrong()
    expect(limited.json()).toMatchObject({ code: 'rate_limited', retryable: true })
    const seconds = Number(limited.headers['retry-after'])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    const missing = []
    for (let i = 0; i < 10; i += 1) {
      missing.push((await call('GET', at(''), { as: null })).statusCode)
    }
    expect([missing[0], missing.at(-1)]).toEqual([401, 429])
    for (let i = 0; i < 10; i += 1) expect((await call('GET', at(''))).statusCode).toBe(200)
    const shopper = { as: service.keys.storefront }
    expect((await call('GET', at('/availability'), shopper)).statusCode).toBe(200)
    expect((await app.inject('/metrics')).body).toContain('code="rate_limited"')
  })
})

describe('a service without any key', () => {
  const empty = useDatabase()

  test('is closed to everybody, and the log says what to do about it', async () => {
    let log = ''
    const stream = new Writable({
      write(chunk, _encoding, done) {
        log += chunk
        done()
      },
    })
    const app = appOn(empty.db, { logger: { level: 'warn', stream } })
    closing.push(app)
    const response = await app.inject('/v1/listings')
    expect([response.statusCode, response.json().code]).toEqual([401, 'unauthorized'])
    expect(log).toContain('holdfast keys create')
  })
})
