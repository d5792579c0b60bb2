/** Money that is due back, a listing's limits, and the audit. */
import { describe, expect, test } from 'vitest'
import { givenHold, givenPool, passTheTimeOf, useService } from '../../support/http/service.js'
import { makeOlder } from '../../support/stock/reservations.js'

const service = useService()
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
describe('a payment that comes too late', () => {
  const expiredHold = async (capacity: number) => {
    const { id: poolId } = await givenPool(service, capacity)
    const hold = await givenHold(service, poolId)
    await passTheTimeOf(service.db, hold.id)
    await service.call('GET', hold.url)
    return { ...hold, poolId }
  }

  test('takes the units again when they are free, and says so', async () => {
    const { url } = await expiredHold(1)
    const response = await service.call('POST', `${url}/confirm`, { body: { payment_ref: 'p2' } })
    expect([response.statusCode, response.json()]).toEqual([
      200,
      expect.objectContaining({ state: 'confirmed', reacquired: true, payment_ref: 'p2' }),
    ])
  })

  test('is a refund due when they are gone, until somebody settles it, once', async () => {
    const { url, id, poolId } = await expiredHold(1)
    await givenHold(service, poolId)
    const gone = await service.call('POST', `${url}/confirm`, { body: { payment_ref: 'p3' } })
    expect([gone.statusCode, gone.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'capacity_gone', refund_due: true, payment_ref: 'p3' }),
    ])
    const due = (await service.call('GET', at('/refunds'))).json().items
    expect(due).toEqual([expect.objectContaining({ id, payment_ref: 'p3', refund_due: true })])
    const settled = await service.call('POST', at(`/refunds/${id}/settle`))
    expect([settled.statusCode, settled.json()]).toEqual([
      200,
      expect.objectContaining({ id, refund_due: false, state: 'expired', payment_ref: 'p3' }),
    ])
    const again = await service.call('POST', at(`/refunds/${id}/settle`))
    expect([again.statusCode, again.body]).toEqual([200, settled.body])
    expect((await service.call('GET', at('/refunds'))).json().items).toEqual([])
    const entries = await service.db.query(
      `select detail from journal where reservation_id = $1 and kind = 'refund_settled'`,
      [id],
    )
    const refunds = [{ payment_ref: 'p3', reason: 'capacity_gone', becomes: 'settled' }]
    const { version } = settled.json()
    expect(entries).toEqual([{ detail: { version, payment_ref: 'p3', refunds } }])
  })

  test('is not settled where none is due', async () => {
    const { id: poolId } = await givenPool(service, 1)
    const { id } = await givenHold(service, poolId)
    const response = await service.call('POST', at(`/refunds/${id}/settle`))
    expect([response.statusCode, response.json().code]).toEqual([409, 'refund_not_due'])
  })
})

describe('money that came with a refused request', () => {
  const due = async () =>
    (await service.call('GET', at('/refunds'))).json().items as Record<string, unknown>[]
  const confirm = (url: string, payment_ref: string, headers = {}) =>
    service.call('POST', `${url}/confirm`, { body: { payment_ref }, headers })

  test('is on the list once for each payment, and the answer says so', async () => {
    const { id: poolId } = await givenPool(service, 1)
    const { id, url } = await givenHold(service, poolId)
    const early = await confirm(url, 'a1', { 'if-match': '"7"' })
    expect([early.statusCode, early.json()]).toEqual([
      412,
      expect.objectContaining({ refund_due: true, payment_ref: 'a1', version: 2 }),
    ])
    await service.call('POST', `${url}/release`)
    for (const payment_ref of ['a2', 'a2', 'a1']) {
      const late = await confirm(url, payment_ref)
      expect(late.json()).toMatchObject({
        code: 'invalid_transition',
        refund_due: true,
        payment_ref,
      })
    }
    expect(await due()).toEqual([
      expect.objectContaining({ id, payment_ref: 'a2', reason: 'invalid_transition' }),
      expect.objectContaining({ id, payment_ref: 'a1', reason: 'version_mismatch' }),
    ])
    const settle = (body: object) => service.call('POST', at(`/refunds/${id}/settle`), { body })
    const which = await settle({})
    expect([which.statusCode, which.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'refund_ambiguous', payment_refs: ['a1', 'a2'] }),
    ])
    const settled = await settle({ payment_ref: 'a1', reason: 'wired back' })
    expect(settled.json()).toMatchObject({ id, payment_ref: 'a1', refund_due: false })
    expect((await settle({ payment_ref: 'a1' })).json()).toEqual(settled.json())
    expect((await service.call('GET', url)).json().refund_due).toBe(true)
    await settle({ payment_ref: 'a2' })
    expect((await service.call('GET', url)).json().refund_due).toBe(false)
    await confirm(url, 'a1')
    expect(await due()).toEqual([])
    const other = await givenHold(service, (await givenPool(service, 1)).id)
    expect((await confirm(other.url, 'a2')).json()).toMatchObject({
      code: 'payment_given_back',
      payment_ref: 'a2',
    })
    expect(await due()).toEqual([])
  })

  test('of a cancelled reservation is due, unless the policy of the listing keeps it', async () => {
    const { id: poolId } = await givenPool(service, 2)
    const paid = async (payment_ref: string) => {
      const hold = await givenHold(service, poolId)
      await confirm(hold.url, payment_ref)
      await service.call('POST', `${hold.url}/cancel`, { body: { reason: 'the band is ill' } })
      return hold
    }
    const policy = (refund_on_cancel: string) =>
      service.call('PATCH', at(''), { body: { policy: { refund_on_cancel } } })
    await policy('never')
    const kept = await paid('c1')
    await confirm(kept.url, 'c1')
    expect(await due()).toEqual([])
    await policy('always')
    const { id } = await paid('c2')
    expect(await due()).toEqual([
      expect.objectContaining({ id, payment_ref: 'c2', reason: 'cancelled', state: 'cancelled' }),
    ])
    await service.call('POST', at(`/refunds/${id}/settle`))
  })
})

describe('limits of the listing', () => {
  test('are refusals of their own, each with what there is to know', async () => {
    const policy = {
      customer_units_max: 3,
      customer_holds_max: 1,
      hold_seconds_max: 60,
      hold_age_seconds_max: 90,
    }
    const body = { name: 'Strict', policy }
    const { id: listingId } = (await service.call('POST', '/v1/listings', { body })).json()
    const there = (path: string) => `/v1/listings/${listingId}${path}`
    const resource = await service.call('POST', there('/resources'), { body: { name: 'R' } })
    const pool = await service.call('POST', there('/pools'), {
      body: { resource_id: resource.json().id, capacity: 10 },
    })
    const lines = [{ pool_id: pool.json().id, quantity: 2 }]
    const hold = (hold_seconds: number) =>
      service.call('POST', there('/reservations'), {
        body: { customer: 'ada', lines, hold_seconds },
      })
    const told = (response: { statusCode: number; json(): object }) => [
      response.statusCode,
      response.json(),
    ]
    expect(told(await hold(61))).toEqual([
      422,
      expect.objectContaining({ code: 'ttl_out_of_range', hold_seconds_max: 60 }),
    ])
    const held = await hold(60)
    expect(told(await hold(60))).toEqual([
      409,
      expect.objectContaining({ code: 'hold_limit', limit: 1, holds: 1 }),
    ])
    const reserve = { body: { customer: 'ada', lines } }
    expect(told(await service.call('POST', there('/reservations'), reserve))).toEqual([
      409,
      expect.objectContaining({ code: 'customer_limit', limit: 3, units: 2, requested: 2 }),
    ])
    await makeOlder(service.db, held.json().id, 80)
    const url = held.headers['location'] as string
    const extended = await service.call('POST', `${url}/extend`, { body: { hold_seconds: 30 } })
    expect(told(extended)).toEqual([
      409,
      expect.objectContaining({ code: 'extension_limit', extendable_until: time }),
    ])
  })
})

describe('the audit', () => {
  test('is an admin’s, and finds nothing where nothing is wrong', async () => {
    const all = await service.call('GET', '/v1/audit', { as: service.keys.admin })
    expect([all.statusCode, all.json()]).toEqual([
      200,
      { ok: true, pools: expect.any(Number), reservations: expect.any(Number), drift: [] },
    ])
    const one = await service.call('GET', `/v1/audit?listing_id=${service.foreignId}`, {
      as: service.keys.admin,
    })
    expect(one.json()).toMatchObject({ ok: true, pools: 3, reservations: 0 })
  })

  test('says which pool, and by how much', async () => {
    const pool = service.foreignPoolIds[0]
    await service.db.query('update pools set taken = taken + 1 where pool_id = $1', [pool])
    const response = await service.call('GET', `/v1/audit?listing_id=${service.foreignId}`, {
      as: service.keys.admin,
    })
    await service.db.query('update pools set taken = taken - 1 where pool_id = $1', [pool])
    expect(response.json().ok).toBe(false)
    expect(response.json().drift).toContainEqual({
      listing_id: service.foreignId,
      check: 'counter',
      table: 'pools',
      key: pool,
      column: 'taken',
      expected: 0,
      actual: 1,
    })
  })
})
