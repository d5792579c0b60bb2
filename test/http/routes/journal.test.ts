/** Who changed what, when and why. */
import { expect, test } from 'vitest'
import { givenHold, givenPool, passTheTimeOf, useService } from '../../support/http/service.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const itemsOf = async (path: string) => (await service.call('GET', at(path))).json().items

async function sellerActor(): Promise<string> {
  const { items } = (await service.call('GET', '/v1/keys', { as: service.keys.admin })).json()
  const prefix = service.keys.seller.split('_')[1]?.slice(0, 12)
  const key = items.find((each: { prefix: string }) => each.prefix === prefix)
  return `key:${key.id}`
}

test('the history of a reservation has every change, its actor and the reason', async () => {
  const actor = await sellerActor()
  const { id: poolId } = await givenPool(service, 1)
  const { id, url } = await givenHold(service, poolId)
  const body = { hold_seconds: 900, reason: 'she is still typing' }
  await service.call('POST', `${url}/extend`, { body })
  await passTheTimeOf(service.db, id)
  await service.call('GET', url)
  const moved = [{ pool_id: poolId, quantity: 1, version: 1 }]
  const common = { id: expect.any(String), at: time, reservation_id: id, pool_id: null }
  const entries = await itemsOf(`/reservations/${id}/history`)
  expect(entries).toEqual([
    {
      ...common,
      ...{ kind: 'held', version: 1, actor, reason: null, taken: moved, expires_at: time },
    },
    {
      ...common,
      ...{ kind: 'extended', version: 2, actor, reason: body.reason, expires_at: time },
    },
    {
      ...common,
      ...{ kind: 'expired', version: 3, actor: 'system', reason: null },
      given_back: [{ ...moved[0], version: 2 }],
    },
  ])
  const first = await service.call('GET', at(`/reservations/${id}/history?limit=2`))
  expect(first.json().items).toEqual(entries.slice(0, 2))
  const { next_cursor } = first.json()
  expect(await itemsOf(`/reservations/${id}/history?limit=2&cursor=${next_cursor}`)).toEqual(
    entries.slice(2),
  )
  const foreign = `/v1/listings/${service.foreignId}/reservations/${id}/history`
  expect((await service.call('GET', foreign)).statusCode).toBe(404)
  const unknown = await service.call('GET', at(`/reservations/${poolId}/history`))
  expect(unknown.statusCode).toBe(404)
})

test('the journal is filtered by kind, reservation, actor and time', async () => {
  const actor = await sellerActor()
  const since = new Date(Date.now() - 60_000).toISOString()
  const { id: poolId } = await givenPool(service, 4)
  const { id, url } = await givenHold(service, poolId)
  await service.call('POST', `${url}/confirm`, { body: { payment_ref: 'p', reason: 'by phone' } })
  const change = { capacity: 0, override_reason: 'a burst pipe' }
  await service.call('PATCH', at(`/pools/${poolId}`), { body: change })
  const raise = { capacity: 3, reason: 'mended' }
  await service.call('PATCH', at(`/pools/${poolId}`), { body: raise })

  const ofPool = (await itemsOf('/journal?kind=capacity_changed')).filter(
    (entry: { pool_id: string }) => entry.pool_id === poolId,
  )
  expect(ofPool).toEqual([
    expect.objectContaining({ reason: 'mended', actor, capacity_from: 0, capacity_to: 3 }),
    expect.objectContaining({ reason: 'a burst pipe', actor, capacity_from: 4, capacity_to: 0 }),
  ])
  const kindsOf = async (query: string) =>
    (await itemsOf(`/journal?${query}`)).map((entry: { kind: string }) => entry.kind)
  const own = `reservation_id=${id}`
  expect(await kindsOf(own)).toEqual(['confirmed', 'held'])
  expect(await kindsOf(`${own}&kind=held`)).toEqual(['held'])
  expect(await kindsOf(`${own}&actor=${actor}`)).toEqual(['confirmed', 'held'])
  expect(await kindsOf(`${own}&actor=system`)).toEqual([])
  expect(await kindsOf(`${own}&since=${since}`)).toEqual(['confirmed', 'held'])
  expect(await kindsOf(`${own}&until=${since}`)).toEqual([])
  expect(await kindsOf('reservation_id=nobody')).toEqual([])
  const noDay = await service.call('GET', at('/journal?since=2026-02-31T25:00Z'))
  expect([noDay.statusCode, noDay.json().code]).toEqual([422, 'validation'])
})
