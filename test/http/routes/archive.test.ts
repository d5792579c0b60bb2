/** What is archived sells nothing new, and keeps what is sold. */
import { expect, test } from 'vitest'
import { givenPool, useService } from '../../support/http/service.js'
import { givenTimeSold } from '../../support/stock/turf.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`

async function send(method: string, path: string, body?: object) {
  const answer = await service.call(method, at(path), body === undefined ? {} : { body })
  const { statusCode, headers } = answer
  return { status: statusCode, etag: headers['etag'], ...(answer.body && answer.json()) }
}

const hold = (line: object) => {
  return send('POST', '/reservations', { customer: 'ada', lines: [line], hold_seconds: 600 })
}

test('an archived resource sells nothing new; what is sold can be confirmed, given back, changed away', async () => {
  const [old, other] = [await givenPool(service, 9), await givenPool(service, 5)]
  const line = { pool_id: old.id, quantity: 2 }
  const [kept, moved, grown] = [await hold(line), await hold(line), await hold(line)].map(
    ({ id }) => `/reservations/${id}`,
  )
  const before = await send('GET', '/availability')
  const archived = await send('POST', `/resources/${old.resource_id}/archive`, { reason: 'sold' })
  expect(archived).toMatchObject({ status: 200, archived: true })
  const refused = await hold({ ...line, quantity: 1 })
  expect(refused).toMatchObject({ status: 409, code: 'archived', pool_ids: [old.id] })

  expect(await send('POST', `${kept}/confirm`)).toMatchObject({ state: 'confirmed' })
  expect(await send('PATCH', `${kept}`, { lines: [{ ...line, quantity: 1 }] })).toMatchObject({
    lines: [{ quantity: 1 }],
  })
  const away = { lines: [{ pool_id: other.id, quantity: 2 }] }
  expect(await send('PATCH', `${moved}`, away)).toMatchObject({ state: 'held' })
  expect(await send('PATCH', `${grown}`, { lines: [{ ...line, quantity: 3 }] })).toMatchObject({
    ...{ status: 409, code: 'archived' },
  })
  expect(await send('POST', `${grown}/release`)).toMatchObject({ state: 'released' })
  expect(await send('POST', `${kept}/cancel`)).toMatchObject({ state: 'cancelled' })

  const after = await send('GET', '/availability')
  const poolsOf = ({ pools }: { pools: { pool_id: string }[] }) => pools.map((each) => each.pool_id)
  expect(poolsOf(before)).toContain(old.id)
  expect(poolsOf(after)).not.toContain(old.id)
  expect(after.version).toBeGreaterThan(before.version)
  await send('POST', `/resources/${old.resource_id}/archive`)
  const { items } = await send('GET', `/journal?resource_id=${old.resource_id}`)
  expect(items).toMatchObject([{ kind: 'resource_archived', reason: 'sold' }, {}])

  expect(await send('POST', `/resources/${old.resource_id}/unarchive`)).toMatchObject({
    archived: false,
  })
  expect(await hold(line)).toMatchObject({ status: 201 })
})

test('time of an archived resource is neither offered nor sold: ranges, slots, nights, blocks', async () => {
  const ranges = { sold_by: 'ranges', min_minutes: 60, max_minutes: 120, step_minutes: 60 }
  const weekly = [{ days: ['mon'], from: '08:00', to: '22:00' }]
  const { resourceId: court } = await givenTimeSold(
    service,
    { ...ranges, weekly },
    { exclusive: true },
  )
  const range = { resource_id: court, from: '2031-05-05T10:00Z', to: '2031-05-05T11:00Z' }
  const sold = await hold(range)
  expect(sold).toMatchObject({ status: 201 })
  await send('POST', `/resources/${court}/archive`)
  const later = { ...range, from: '2031-05-05T12:00Z', to: '2031-05-05T13:00Z' }
  expect(await hold(later)).toMatchObject({ status: 409, code: 'archived' })
  const { resources } = await send('GET', '/availability?from=2031-05-05&to=2031-05-06')
  expect(JSON.stringify(resources)).not.toContain(court)
  expect(await send('POST', `/reservations/${sold.id}/confirm`)).toMatchObject({ status: 200 })

  const { id: rooms } = await send('POST', '/resources', { name: 'Rooms' })
  const nights = { from: '2031-05-01', to: '2031-05-03' }
  await send('PUT', `/resources/${rooms}/nights`, { ...nights, capacity: 3 })
  const terms = { name: 'A party', resource_id: rooms, quantity: 1, cut_off: '2031-05-01' }
  const { id: block } = await send('POST', '/blocks', { ...nights, ...terms })
  await send('POST', `/resources/${rooms}/archive`)
  expect(
    await send('GET', `/resources/${rooms}/nights?from=2031-05-01&to=2031-05-02`),
  ).toMatchObject({ nights: [{ on_sale: false }] })
  const stay = { resource_id: rooms, check_in: '2031-05-01', check_out: '2031-05-02' }
  expect(await hold(stay)).toMatchObject({ status: 409, code: 'archived' })
  expect(await send('POST', `/blocks/${block}/definite`)).toMatchObject({
    ...{ status: 409, code: 'archived' },
  })
})

test('an archived listing sells nothing at all, and is on the list', async () => {
  const { id: poolId } = await givenPool(service, 5)
  const sold = await hold({ pool_id: poolId, quantity: 1 })
  expect(await send('POST', '/archive', { reason: 'over' })).toMatchObject({ archived: true })
  expect(await hold({ pool_id: poolId, quantity: 1 })).toMatchObject({ code: 'archived' })
  expect((await send('GET', '/availability')).pools).toEqual([])
  expect(await send('POST', `/reservations/${sold.id}/release`)).toMatchObject({ status: 200 })
  const { items } = (await service.call('GET', '/v1/listings')).json()
  expect(items).toMatchObject([{ id: service.listingId, archived: true }])
  expect(await send('POST', '/unarchive')).toMatchObject({ archived: false })
  expect(await hold({ pool_id: poolId, quantity: 1 })).toMatchObject({ status: 201 })
})

test('a resource is renamed by who has seen it as it is; with another clock its nights are computed again', async () => {
  const { resource_id } = await givenPool(service, 1)
  const path = `/resources/${resource_id}`
  const { etag } = await send('GET', path)
  const headers = { 'if-match': String(etag) }
  const rename = (name: string) => service.call('PATCH', at(path), { body: { name }, headers })
  expect((await rename('Savoy')).json()).toMatchObject({ name: 'Savoy' })
  expect((await rename('Ritz')).json().code).toBe('version_mismatch')
  expect(await send('PATCH', path, { time_zone: 'Asia/Tokyo' })).toMatchObject({
    time_zone: 'Asia/Tokyo',
  })
  expect(await send('PATCH', path, { time_zone: null })).toMatchObject({ time_zone: null })
  await send('PUT', `${path}/nights`, { from: '2031-05-01', to: '2031-05-02', capacity: 1 })
  const begins = async () => {
    const [row] = await service.db.query<{ begins: string }>(
      `select to_char(lower(during) at time zone 'UTC', 'YYYY-MM-DD HH24') as begins
       from pools where resource_id = $1 and during is not null`,
      [resource_id],
    )
    return row?.begins
  }
  expect(await begins()).toBe('2031-05-01 00')
  expect(await send('PATCH', path, { time_zone: 'Asia/Tokyo' })).toMatchObject({ status: 200 })
  expect(await begins()).toBe('2031-04-30 15')
  expect(await send('PATCH', path, { time_zone: null, name: 'Ritz' })).toMatchObject({
    status: 200,
  })
  const foreign = `/resources/${service.foreignResourceIds[0]}`
  expect(await send('PATCH', foreign, { name: 'x' })).toMatchObject({ status: 404 })
})
