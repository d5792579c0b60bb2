/** A storefront's key is public: whoever has it may look, hold, and act on what its token proves. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { givenHold, givenKey, type Service, useService } from '../../support/http/service.js'
import { BY_RANGE, givenSlots, givenTimeSold, HOURLY } from '../../support/stock/turf.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const hold = () => ({
  customer: 'ada',
  lines: [{ pool_id: service.poolIds[2], quantity: 1 }],
  hold_seconds: 60,
})

const as = () => service.keys.storefront
const storefront = (method: string, url: string, call: Parameters<Service['call']>[2] = {}) =>
  service.call(method, url, { as: as(), ...call })

/** A hold of the storefront's own, and what proves that it is. */
async function givenOwnHold() {
  const made = await storefront('POST', at('/reservations'), { body: hold() })
  expect(made.statusCode, made.body).toBe(201)
  return {
    url: made.headers['location'] as string,
    headers: { 'holdfast-token': made.json().token as string },
  }
}

const letStorefrontConfirm = async (rule: 'never' | 'free') => {
  const body = { policy: { storefront_confirms: rule } }
  const changed = await service.call('PATCH', at(''), { body })
  expect([changed.statusCode, changed.json().policy.storefront_confirms]).toEqual([200, rule])
}

describe('a storefront', () => {
  test('looks, holds, and acts on its own reservation with its token', async () => {
    expect((await storefront('GET', at('/availability'))).statusCode).toBe(200)
    const made = await storefront('POST', at('/reservations'), { body: hold() })
    expect(made.statusCode).toBe(201)
    const url = made.headers['location'] as string
    const headers = { 'holdfast-token': made.json().token }
    expect((await storefront('GET', url, { headers })).json().state).toBe('held')
    const lines = [{ pool_id: service.poolIds[2], quantity: 2 }]
    expect((await storefront('PATCH', url, { headers, body: { lines } })).statusCode).toBe(200)
    for (const [path, call] of [
      ['/extend', { body: { hold_seconds: 90 } }],
      ['/release', {}],
    ] as const) {
      const response = await storefront('POST', `${url}${path}`, { headers, ...call })
      expect([path, response.statusCode]).toEqual([path, 200])
    }
  })

  test('does not confirm what it holds, paid for or not: the seller does, and is named', async () => {
    const { url, headers } = await givenOwnHold()
    for (const body of [{}, { payment_ref: 'invented' }]) {
      const refused = await storefront('POST', `${url}/confirm`, { headers, body })
      expect([refused.statusCode, refused.json().code]).toEqual([403, 'forbidden'])
      expect(refused.json().detail).toContain('The seller confirms')
    }
    expect((await service.call('GET', url)).json()).toMatchObject({ state: 'held', version: 1 })
    const paid = await service.call('POST', `${url}/confirm`, { body: { payment_ref: 'pay_1' } })
    expect(paid.json()).toMatchObject({ state: 'confirmed', payment_ref: 'pay_1' })
    const again = await storefront('POST', `${url}/confirm`, { headers })
    expect(again.statusCode).toBe(403)
    const cancelled = await storefront('POST', `${url}/cancel`, { headers })
    expect(cancelled.json().state).toBe('cancelled')
  })

  test('does not get more than was paid for by changing what the seller has confirmed', async () => {
    const { url, headers } = await givenOwnHold()
    await service.call('POST', `${url}/confirm`, { body: { payment_ref: 'pay_2' } })
    const body = { lines: [{ pool_id: service.poolIds[2], quantity: 9 }] }
    const more = await storefront('PATCH', url, { headers, body })
    expect([more.statusCode, more.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'invalid_transition', state: 'confirmed' }),
    ])
    expect((await service.call('GET', url)).json().lines).toMatchObject([{ quantity: 1 }])
    expect((await service.call('PATCH', url, { body })).statusCode).toBe(200)
  })

  test('confirms and changes what costs nothing, without a payment, where the listing says so', async () => {
    const { url, headers } = await givenOwnHold()
    await letStorefrontConfirm('free')
    const body = { payment_ref: 'invented' }
    const claimed = await storefront('POST', `${url}/confirm`, { headers, body })
    expect([claimed.statusCode, claimed.json().code]).toEqual([403, 'forbidden'])
    expect(claimed.json().detail).toContain('payment')
    const withoutToken = await storefront('POST', `${url}/confirm`)
    expect(withoutToken.statusCode).toBe(404)
    const confirmed = await storefront('POST', `${url}/confirm`, { headers })
    expect([confirmed.statusCode, confirmed.json()]).toEqual([
      200,
      expect.objectContaining({ state: 'confirmed', payment_ref: null }),
    ])
    const lines = [{ pool_id: service.poolIds[2], quantity: 2 }]
    const changed = await storefront('PATCH', url, { headers, body: { lines } })
    expect(changed.json().lines).toMatchObject([{ quantity: 2 }])
    await letStorefrontConfirm('never')
    expect((await storefront('POST', `${url}/confirm`, { headers })).statusCode).toBe(403)
  })

  test('reads what a shop needs: the listing with its limits, its resources and the slots on offer', async () => {
    const listing = await storefront('GET', at(''))
    expect(listing.json()).toMatchObject({ id: service.listingId, time_zone: 'UTC' })
    expect(listing.json().policy).toHaveProperty('customer_units_max')
    const etag = String(listing.headers['etag'])
    const again = await storefront('GET', at(''), { headers: { 'if-none-match': etag } })
    expect(again.statusCode).toBe(304)
    const turf = await givenTimeSold(service)
    const may = { from: '2038-05-03', to: '2038-05-05' }
    const slots = await givenSlots(service, turf, may)
    await service.call('PUT', `${turf.url}/schedule`, { body: { ...HOURLY, weekly: [] } })
    await givenSlots(service, turf, { from: '2038-05-04', to: '2038-05-05' })
    const { items } = (await storefront('GET', at('/resources'))).json()
    expect(items).toContainEqual(expect.objectContaining({ id: turf.resourceId, name: 'Turf' }))
    const from = `${turf.url}/slots?from=${may.from}`
    const shown = (await storefront('GET', `${from}&to=${may.to}`)).json().slots
    expect(shown).toEqual(slots.slice(0, 14))
    const sellers = (await service.call('GET', `${from}&to=${may.to}`)).json().slots
    expect(sellers.filter((slot: { closed: boolean }) => slot.closed)).toHaveLength(14)
    const tooLong = await storefront('GET', `${from}&to=2038-06-15`)
    expect([tooLong.statusCode, tooLong.json().detail]).toEqual([
      422,
      'to is 1 to 42 days after from, not 43',
    ])
  })

  test('sees nothing of a resource that is archived', async () => {
    const turf = await givenTimeSold(service)
    await givenSlots(service, turf, { from: '2038-05-03', to: '2038-05-04' })
    expect((await service.call('POST', `${turf.url}/archive`)).statusCode).toBe(200)
    const { items } = (await storefront('GET', at('/resources'))).json()
    expect(items).not.toContainEqual(expect.objectContaining({ id: turf.resourceId }))
    const url = `${turf.url}/slots?from=2038-05-03&to=2038-05-04`
    expect((await storefront('GET', url)).json().slots).toEqual([])
    expect((await service.call('GET', url)).json().slots).toHaveLength(14)
  })

  test('sees of what is sold by ranges what somebody has, and nothing of what was given back', async () => {
    const court = await givenTimeSold(service, BY_RANGE, { exclusive: true, time_zone: 'UTC' })
    const book = (from: string, to: string) => {
      const line = { resource_id: court.resourceId, from, to }
      return service.call('POST', at('/reservations'), {
        body: { customer: 'ada', lines: [line] },
      })
    }
    await book('2038-05-03T10:00:00Z', '2038-05-03T11:00:00Z')
    const gone = await book('2038-05-03T13:00:00Z', '2038-05-03T14:00:00Z')
    await service.call('POST', at(`/reservations/${gone.json().id}/cancel`))
    const url = `${court.url}/slots?from=2038-05-03&to=2038-05-04`
    const times = (response: { json(): { slots: { from: string }[] } }) =>
      response.json().slots.map(({ from }) => from.slice(11, 16))
    expect(times(await storefront('GET', url))).toEqual(['10:00'])
    expect(times(await service.call('GET', url))).toEqual(['10:00', '13:00'])
  })

  test('cannot reserve without a hold, list, or do anything else', async () => {
    const { hold_seconds: _, ...atOnce } = hold()
    for (const [method, path, body] of [
      ['POST', at('/reservations'), atOnce],
      ['GET', at('/reservations')],
      ['GET', at('/refunds')],
      ['POST', at(`/refunds/${newId()}/settle`)],
      ['PATCH', at(''), { name: 'Mine' }],
      ['POST', at('/resources'), { name: 'Mine' }],
      ['GET', at('/pools')],
      ['POST', at('/pools'), { resource_id: newId(), capacity: 1 }],
      ['PATCH', at(`/pools/${service.poolIds[2]}`), { capacity: 1 }],
      ['POST', '/v1/listings', { name: 'Mine' }],
      ['GET', '/v1/keys'],
      ['POST', '/v1/keys', { name: 'Mine', scope: 'admin' }],
      ['GET', '/v1/audit'],
    ] as const) {
      const response = await storefront(method, path, body === undefined ? {} : { body })
      expect([method, path, response.statusCode]).toEqual([method, path, 403])
      expect(response.json().code).toBe('forbidden')
    }
  })

  test('without the token of a reservation finds what it would find if there were none', async () => {
    const { url, token } = await givenHold(service, service.poolIds[2] ?? '')
    const own = await storefront('POST', at('/reservations'), { body: hold() })
    const ownToken: string = own.json().token
    const nothing = at(`/reservations/${newId()}`)
    const said = async (method: string, path: string, call: object, headers = {}) => {
      const response = await storefront(method, path, { headers, ...call })
      return [response.statusCode, { ...response.json(), request_id: '' }]
    }
    for (const [method, path, call] of [
      ['GET', '', {}],
      ['PATCH', '', { body: { lines: hold().lines } }],
      ['POST', '/confirm', {}],
      ['POST', '/release', {}],
      ['POST', '/cancel', {}],
      ['POST', '/extend', { body: { hold_seconds: 9 } }],
    ] as const) {
      const expected = await said(method, nothing + path, call)
      expect(expected[0]).toBe(404)
      for (const headers of [
        {},
        { 'holdfast-token': '' },
        { 'holdfast-token': ownToken },
        { 'holdfast-token': `${token}A` },
        { 'holdfast-token': token.slice(0, -1) },
        { 'holdfast-token': `${token}, ${token}` },
      ]) {
        expect(await said(method, url + path, call, headers)).toEqual(expected)
      }
    }
    expect((await service.call('GET', url)).json().state).toBe('held')
  })

  test('has a token that goes with one listing and one reservation alone', async () => {
    const { id, token } = await givenHold(service, service.poolIds[2] ?? '')
    const foreign = await givenKey(service.db, 'storefront', service.foreignId)
    const elsewhere = await service.call(
      'GET',
      `/v1/listings/${service.foreignId}/reservations/${id}`,
      { as: foreign, headers: { 'holdfast-token': token } },
    )
    expect(elsewhere.statusCode).toBe(404)
  })
})
