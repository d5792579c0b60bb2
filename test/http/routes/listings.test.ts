/** Listings, resources, pools and what is left of them: every route does what it says. */
import type { LightMyRequestResponse } from 'fastify'
import { describe, expect, test } from 'vitest'
import { isUuid } from '../../../src/domain/ids.js'
import { CAPACITIES, givenHold, givenPool, useService } from '../../support/http/service.js'

const service = useService()
const uuid = expect.toSatisfy(isUuid)
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const line = (pool: number, quantity: number) => ({
  pool_id: service.poolIds[pool] ?? '',
  quantity,
})

describe('listings', () => {
  test('are created with their policy, shown, listed, and are their creator’s own', async () => {
    const body = {
      name: 'Fest',
      time_zone: 'Europe/Paris',
      policy: { customer_units_max: 4, hold_seconds_max: 60 },
    }
    const created = await service.call('POST', '/v1/listings', { body })
    expect(created.statusCode).toBe(201)
    const listing = created.json()
    expect(listing).toEqual({
      id: uuid,
      name: 'Fest',
      time_zone: 'Europe/Paris',
      policy: {
        customer_units_max: 4,
        customer_holds_max: null,
        hold_seconds_max: 60,
        hold_age_seconds_max: 7200,
        refund_on_cancel: 'always',
        storefront_confirms: 'never',
      },
      archived: false,
      created_at: time,
    })
    expect(created.headers['location']).toBe(`/v1/listings/${listing.id}`)
    const shown = await service.call('GET', `/v1/listings/${listing.id}`)
    expect([shown.statusCode, shown.json()]).toEqual([200, listing])
    expect(shown.headers['etag']).toBe(created.headers['etag'])
    const own = (await service.call('GET', '/v1/listings')).json()
    expect(own.items.map((each: { id: string }) => each.id)).toEqual([
      service.listingId,
      listing.id,
    ])
    const foreign = await service.call('GET', `/v1/listings/${listing.id}`, {
      as: service.keys.foreigner,
    })
    expect(foreign.statusCode).toBe(404)
  })

  test('are changed field by field, unless they have changed meanwhile', async () => {
    const { id } = (await service.call('POST', '/v1/listings', { body: { name: 'A' } })).json()
    const url = `/v1/listings/${id}`
    const etag = (await service.call('GET', url)).headers['etag'] as string
    const policy = { customer_holds_max: 2, refund_on_cancel: 'never' }
    const body = { name: 'B', policy }
    const changed = await service.call('PATCH', url, { body, headers: { 'if-match': etag } })
    expect([changed.statusCode, changed.json()]).toEqual([
      200,
      expect.objectContaining({
        name: 'B',
        policy: {
          customer_units_max: null,
          customer_holds_max: 2,
          hold_seconds_max: 3600,
          hold_age_seconds_max: 7200,
          refund_on_cancel: 'never',
          storefront_confirms: 'never',
        },
      }),
    ])
    const late = await service.call('PATCH', url, {
      body: { name: 'C' },
      headers: { 'if-match': etag },
    })
    expect([late.statusCode, late.json().code]).toEqual([412, 'version_mismatch'])
    const unlimited = await service.call('PATCH', url, {
      body: { policy: { customer_holds_max: null } },
      headers: { 'if-match': changed.headers['etag'] as string },
    })
    expect(unlimited.json().policy.customer_holds_max).toBe(null)
  })

  test('are told to have no time zone that does not exist', async () => {
    const body = { name: 'A', time_zone: 'Europe/Atlantis' }
    const response = await service.call('POST', '/v1/listings', { body })
    expect([response.statusCode, response.json().code]).toEqual([422, 'validation'])
  })
})

describe('what people are called', () => {
  const signs: readonly [string, number, (text: string) => Promise<LightMyRequestResponse>][] = [
    ['a listing', 200, (name) => service.call('POST', '/v1/listings', { body: { name } })],
    ['a resource', 200, (name) => service.call('POST', at('/resources'), { body: { name } })],
    [
      'a key',
      200,
      (name) => {
        const body = { scope: 'seller', name }
        return service.call('POST', '/v1/keys', { body, as: service.keys.admin })
      },
    ],
    [
      'a customer',
      254,
      (customer) => {
        const body = { customer, lines: [line(2, 1)] }
        return service.call('POST', at('/reservations'), { body })
      },
    ],
    [
      'a reason',
      500,
      async (reason) => {
        const { url } = await givenHold(service, service.poolIds[2] ?? '')
        return service.call('POST', `${url}/release`, { body: { reason } })
      },
    ],
    [
      'a payment',
      255,
      async (payment_ref) => {
        const { url } = await givenHold(service, service.poolIds[2] ?? '')
        return service.call('POST', `${url}/confirm`, { body: { payment_ref } })
      },
    ],
  ]
  test.each(signs)('%s has up to %i characters, emoji or not', async (_what, lengthMax, send) => {
    const longest = await send('😀'.repeat(lengthMax))
    expect([longest.statusCode, longest.body]).toEqual([expect.toBeOneOf([200, 201]), longest.body])
    expect((await send('😀'.repeat(lengthMax + 1))).json().code).toBe('validation')
  })
})

describe('resources and pools', () => {
  test('are added, shown and listed', async () => {
    const resource = (
      await service.call('POST', at('/resources'), { body: { name: 'Ritz' } })
    ).json()
    expect(resource).toEqual({
      id: uuid,
      listing_id: service.listingId,
      exclusive: false,
      time_zone: null,
      notice_minutes: 0,
      horizon_days: null,
      name: 'Ritz',
      archived: false,
      created_at: time,
    })
    const listed = (await service.call('GET', at('/resources?limit=200'))).json()
    expect(listed.items).toContainEqual(resource)
    const created = await service.call('POST', at('/pools'), {
      body: { resource_id: resource.id, capacity: 7 },
    })
    const pool = created.json()
    expect([created.statusCode, pool]).toEqual([
      201,
      {
        id: uuid,
        listing_id: service.listingId,
        resource_id: resource.id,
        capacity: 7,
        taken: 0,
        available: 7,
        version: 0,
      },
    ])
    const shown = await service.call('GET', created.headers['location'] as string)
    expect([shown.json(), shown.headers['etag']]).toEqual([pool, '"0"'])
    expect((await service.call('GET', at('/pools'))).json().items).toContainEqual(pool)
  })

  test('a pool gets another capacity, but not below what is taken unless somebody says why', async () => {
    const { id } = await givenPool(service, 5)
    const url = at(`/pools/${id}`)
    const lines = [{ pool_id: id, quantity: 3 }]
    await service.call('POST', at('/reservations'), { body: { customer: 'ada', lines } })
    const less = await service.call('PATCH', url, { body: { capacity: 4 } })
    expect([less.statusCode, less.json()]).toEqual([
      200,
      expect.objectContaining({ capacity: 4, taken: 3, available: 1 }),
    ])
    const tooLow = await service.call('PATCH', url, { body: { capacity: 2 } })
    expect([tooLow.statusCode, tooLow.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'below_taken', capacity: 2, taken: 3 }),
    ])
    const meant = await service.call('PATCH', url, {
      body: { capacity: 2, override_reason: 'a floor is closed' },
    })
    expect([meant.statusCode, meant.json()]).toEqual([
      200,
      expect.objectContaining({ capacity: 2, taken: 3, available: 0 }),
    ])
    const journal = await service.call('GET', at('/journal?kind=capacity_changed'))
    expect(journal.json().items[0]).toMatchObject({ pool_id: id, reason: 'a floor is closed' })
  })
})

describe('availability', () => {
  test('has every pool with its resource, and a version that any change raises', async () => {
    const first = await service.call('GET', at('/availability'))
    const { version, pools } = first.json()
    expect(first.statusCode).toBe(200)
    const hundreds = pools.find((pool: { pool_id: string }) => pool.pool_id === line(2, 1).pool_id)
    expect(hundreds).toMatchObject({
      resource: { id: uuid, name: 'Resource 3' },
      capacity: CAPACITIES[2],
    })
    const etag = first.headers['etag'] as string
    const same = await service.call('GET', at('/availability'), {
      headers: { 'if-none-match': `W/"x", ${etag}` },
    })
    expect([same.statusCode, same.body, same.headers['etag']]).toEqual([304, '', etag])
    await givenHold(service, line(2, 1).pool_id)
    const changed = await service.call('GET', at('/availability'), {
      headers: { 'if-none-match': etag },
    })
    expect([changed.statusCode, changed.json().version]).toEqual([200, version + 1])
    await givenPool(service, 1)
    expect((await service.call('GET', at('/availability'))).json().version).toBe(version + 2)
  })
})
