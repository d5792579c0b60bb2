/** Endpoints over HTTP: whose they are, where they may be, what their secrets are worth. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { givenWebhook, useService } from '../../support/http/service.js'

// A name that begins with `private` leads into our own network, one with `nowhere` nowhere.
const service = useService({
  made: {
    webhooks: {
      resolve: async (name) => {
        if (name.startsWith('nowhere')) return []
        if (name === 'localhost') return ['127.0.0.1', '::1']
        return name.startsWith('private') ? ['93.184.216.34', '10.0.0.5'] : ['93.184.216.34']
      },
    },
  },
})

const URL = 'https://hooks.example.com/'
const create = (body: object, call: object = {}) =>
  service.call('POST', '/v1/webhooks', { body: { url: URL, ...body }, ...call })
const ours = () => ({ listing_id: service.listingId })

async function given(more: object = {}) {
  const answer = await create({ ...ours(), ...more })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}

describe('a URL', () => {
  test.each([
    'http://hooks.example.com/',
    'https://93.184.216.34/',
    'https://[2600::1]/',
    'https://0x7f.1/',
    'https://hooks.example.com:8443/',
    'https://ada:secret@hooks.example.com/',
    'https://localhost/',
    'http://localhost:4000/',
    'https://private.example.com/',
    'https://nowhere.example.com/',
    'gopher://hooks.example.com/',
    'hooks.example.com',
  ])('%s is refused with 422, when it is made and when it is changed', async (url) => {
    const { id } = await given()
    for (const answer of [
      await create({ ...ours(), url }),
      await service.call('PATCH', `/v1/webhooks/${id}`, { body: { url } }),
    ]) {
      // To whoever asks there is no difference between a private address and none.
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'validation'])
      expect(answer.json().detail).toContain('the public internet')
    }
    await service.call('DELETE', `/v1/webhooks/${id}`)
  })
})

describe('an endpoint', () => {
  test('is shown without its secret, changed, turned off, and gone when it is deleted', async () => {
    const made = await given({ kinds: ['refund.due'], description: 'The till' })
    const { secret, ...shown } = made
    const url = `/v1/webhooks/${made.id}`
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect((await service.call('GET', url)).json()).toEqual(shown)
    expect(shown).toMatchObject({
      ...{ listing_id: service.listingId, url: URL, kinds: ['refund.due'] },
      ...{ description: 'The till', disabled: false, disabled_reason: null },
    })
    const change = { url: 'https://shop.example.com:443/a', kinds: [], disabled: true }
    const changed = (await service.call('PATCH', url, { body: change })).json()
    expect(changed).toMatchObject({
      ...{ url: 'https://shop.example.com/a', kinds: [], description: 'The till' },
      ...{ disabled: true, disabled_reason: 'by_hand' },
    })
    expect((await service.call('PATCH', url, { body: {} })).json()).toMatchObject({
      disabled: true,
    })
    expect((await service.call('DELETE', url)).json().id).toBe(made.id)
    expect((await service.call('GET', url)).statusCode).toBe(404)
    expect((await service.call('DELETE', url)).statusCode).toBe(404)
  })

  test('has no secret that is stored anywhere, nor one that another endpoint has', async () => {
    const secrets = [(await given()).secret, (await given()).secret]
    expect(new Set(secrets).size).toBe(2)
    const tables = ['webhooks', 'answers', 'journal', 'deployment_secrets']
    for (const table of tables) {
      const rows = await service.db.query(`select ${table}::text as row from ${table}`)
      for (const secret of secrets) {
        expect(JSON.stringify(rows)).not.toContain(secret.replace('whsec_', ''))
      }
    }
  })

  test('is one of twenty of a listing at the most', async () => {
    const call = { as: service.keys.foreigner }
    const body = { listing_id: service.foreignId }
    const statuses: number[] = []
    for (let i = 0; i < 21; i += 1) statuses.push((await create(body, call)).statusCode)
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 409])
    const refused = await create(body, call)
    expect(refused.json()).toMatchObject({ code: 'webhook_limit', limit: 20 })
  })
})

describe('another secret', () => {
  test('is told once, leaves the one before alive for a day, and is the same for a retry', async () => {
    const { id, secret } = await given()
    const key = newId()
    const rotate = (body: object, more = {}) =>
      service.call('POST', `/v1/webhooks/${id}/rotate`, { body, key, ...more })
    const rotated = await rotate({})
    expect(rotated.json().secret).toMatch(/^whsec_/)
    expect(rotated.json().secret).not.toBe(secret)
    const aliveMs = Date.parse(rotated.json().old_secret_until) - Date.now()
    expect(Math.round(aliveMs / 3_600_000)).toBe(24)
    const again = await rotate({})
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([rotated.body, 'true'])
    const atOnce = await rotate({ keep_old_seconds: 0 }, { key: newId() })
    expect(atOnce.json().old_secret_until).toBe(null)
    expect(new Set([secret, rotated.json().secret, atOnce.json().secret]).size).toBe(3)
    const tooLong = await rotate({ keep_old_seconds: 604_801 }, { key: newId() })
    expect([tooLong.statusCode, tooLong.json().code]).toEqual([422, 'validation'])
  })
})

describe('a seller', () => {
  test('has no endpoint of every listing, and none of a listing that is another one’s', async () => {
    const everyListing = await create({})
    expect([everyListing.statusCode, everyListing.json().code]).toEqual([403, 'forbidden'])
    for (const listing_id of [service.foreignId, newId(), 'x', '']) {
      const answer = await create({ listing_id })
      expect([listing_id, answer.statusCode]).toEqual([listing_id, 404])
      const list = await service.call('GET', `/v1/webhooks?listing_id=${listing_id}`)
      expect([listing_id, list.statusCode]).toEqual([listing_id, 404])
    }
  })

  test('sees no endpoint but those of its listings; an admin sees all', async () => {
    const { admin, foreigner } = service.keys
    const ownId = (await given()).id
    const everyId = await givenWebhook(service, undefined, admin)
    const list = async (as: string, query = '') =>
      (await service.call('GET', `/v1/webhooks?limit=200${query}`, { as }))
        .json()
        .items.map(({ id }: { id: string }) => id)
    expect(await list(service.keys.seller)).toContain(ownId)
    expect(await list(service.keys.seller)).not.toContain(everyId)
    expect(await list(foreigner)).not.toContain(ownId)
    expect(await list(admin)).toEqual(expect.arrayContaining([ownId, everyId]))
    expect(await list(admin, `&listing_id=${service.listingId}`)).not.toContain(everyId)
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['POST', '/replay'],
    ] as const) {
      const body = method === 'PATCH' || path === '/replay' ? { body: {} } : {}
      const as = service.keys.seller
      const answer = await service.call(method, `/v1/webhooks/${everyId}${path}`, { as, ...body })
      expect([method, path, answer.statusCode]).toEqual([method, path, 404])
    }
    await service.call('DELETE', `/v1/webhooks/${everyId}`, { as: admin })
  })
})
