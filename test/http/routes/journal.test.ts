/** Who changed what, when and why. */
import { expect, test } from 'vitest'
import { givenHold, givenPool, passTheTimeOf, useService } from '../../support/http/service.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const NOTHING_ELSE = { pool_id: null, resource_id: null, block_id: null }
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
  const common = { id: expect.any(String), at: time, reservation_id: id, ...NOTHING_ELSE }
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

test('what a seller sets is in the journal: what it was, what it is, by whom and why', async () => {
  const actor = await sellerActor()
  const send = async (method: string, path: string, body: object) => {
    const answer = await service.call(method, at(path), {
      body: { ...body, reason: `why ${path}` },
    })
    expect([path, answer.statusCode < 300, answer.body]).toEqual([path, true, answer.body])
    return answer.json()
  }
  const newest = async (query: string) => (await itemsOf(`/journal?${query}&limit=1`))[0]
  const by = (path: string) => ({ actor, reason: `why ${path}` })

  await send('PATCH', '', { policy: { customer_units_max: 7 } })
  expect(await newest('kind=listing_changed')).toMatchObject({
    ...{ ...by(''), reservation_id: null, ...NOTHING_ELSE },
    ...{ settings_from: { customer_units_max: null }, settings_to: { customer_units_max: 7 } },
  })
  await service.call('PATCH', at(''), { body: { policy: { customer_units_max: 7 } } })
  expect(await itemsOf('/journal?kind=listing_changed'), 'set again, nothing changed').toHaveLength(
    1,
  )
  await service.call('PATCH', at(''), { body: { policy: { customer_units_max: null } } })

  const { id: court } = await send('POST', '/resources', { name: 'Court', exclusive: true })
  expect(await newest(`resource_id=${court}`)).toMatchObject({
    ...{ ...by('/resources'), kind: 'resource_opened', resource_id: court, version: 1 },
    settings_to: { name: 'Court', exclusive: true },
  })
  const schedule = { sold_by: 'slots', slot_minutes: 60, weekly: [] }
  for (const slot_minutes of [60, 30]) {
    await send('PUT', `/resources/${court}/schedule`, { ...schedule, slot_minutes })
  }
  expect(await newest(`resource_id=${court}&kind=schedule_set`)).toMatchObject({
    ...{ ...by(`/resources/${court}/schedule`), resource_id: court, version: 2 },
    settings_from: { spec: { slotMinutes: 60 } },
    settings_to: { spec: { slotMinutes: 30 } },
  })

  const { id: rooms } = await send('POST', '/resources', { name: 'Rooms' })
  const nights = { from: '2031-05-01', to: '2031-05-03', capacity: 3 }
  await send('PUT', `/resources/${rooms}/nights`, nights)
  await send('PUT', `/resources/${rooms}/nights`, { ...nights, to: '2031-05-02', minimum_stay: 2 })
  expect(await itemsOf('/journal?kind=night_terms_changed')).toMatchObject([
    {
      ...{ ...by(`/resources/${rooms}/nights`), version: 1 },
      ...{ settings_from: { minimum_stay: 1 }, settings_to: { minimum_stay: 2 } },
    },
  ])

  const terms = { name: 'Ada and Bob', from: '2031-05-01', to: '2031-05-03', quantity: 1 }
  const block = { ...terms, resource_id: rooms, cut_off: '2031-05-01' }
  const { id } = await send('POST', '/blocks', block)
  await send('POST', `/blocks/${id}/definite`, {})
  await send('POST', `/blocks/${id}/release`, {})
  const ofBlock = await itemsOf(`/journal?block_id=${id}`)
  expect(ofBlock).toMatchObject([
    { ...by(`/blocks/${id}/release`), kind: 'block_released', settings_to: { state: 'released' } },
    { ...by(`/blocks/${id}/definite`), kind: 'block_definite' },
    { ...by('/blocks'), kind: 'block_opened', settings_to: { quantity: 1, cut_off: '2031-05-01' } },
  ])
  expect(JSON.stringify(ofBlock), 'whose party it is').not.toContain('Ada')
})
