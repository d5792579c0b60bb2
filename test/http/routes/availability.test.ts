/** What is left on dates, as a calendar page asks for it. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { appOn } from '../../support/http/app-on.js'
import { operationsOf, undeclared } from '../../support/http/operations.js'
import { callerOf, givenPool, useService } from '../../support/http/service.js'
import { BY_RANGE, givenSlots, givenTimeSold, HOURLY } from '../../support/stock/turf.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`

interface Shown {
  readonly id: string
  readonly name: string
  readonly pools: { pool_id: string; from: string; to: string; available: number }[]
  readonly free?: { from: string; to: string }[]
}

async function look(query: string, headers: Record<string, string> = {}) {
  const response = await service.call('GET', at(`/availability?${query}`), {
    as: service.keys.storefront,
    headers,
  })
  const operation = operationsOf(service.app).find(({ id }) => id === 'getAvailability')
  if (operation === undefined) throw new Error('there is no such operation')
  expect(undeclared(operation, response)).toBe(undefined)
  return response
}

const resource = (response: { json(): unknown }, id: string) => {
  const { resources } = response.json() as { resources: Shown[] }
  const shown = resources.find((each) => each.id === id)
  if (shown === undefined) throw new Error(`${id} is not shown`)
  return shown
}

describe('availability on dates', () => {
  test('has every slot that begins then, by the clocks of the listing, and what is left of it', async () => {
    const turf = await givenTimeSold(service, HOURLY, { exclusive: true, time_zone: 'UTC' })
    const yoga = await givenTimeSold(service, { ...HOURLY, capacity: 12 }, {})
    const week = { from: '2038-05-03', to: '2038-05-10' }
    const [first] = await givenSlots(service, turf, week)
    const [lesson] = await givenSlots(service, yoga, week)
    const lines = [{ pool_id: first?.pool_id }, { pool_id: lesson?.pool_id, quantity: 5 }]
    await service.call('POST', at('/reservations'), { body: { customer: 'ada', lines } })
    const shown = await look('from=2038-05-03&to=2038-05-10')
    expect(shown.json()).toMatchObject({ from: '2038-05-03', to: '2038-05-10' })
    expect(resource(shown, turf.resourceId).pools).toHaveLength(7 * 14)
    expect(resource(shown, turf.resourceId).pools[0]).toEqual({
      pool_id: first?.pool_id,
      from: '2038-05-03T08:00:00.000Z',
      to: '2038-05-03T09:00:00.000Z',
      ...{ capacity: 1, available: 0 },
    })
    expect(resource(shown, yoga.resourceId).pools[0]).toMatchObject({ capacity: 12, available: 7 })
    const day = await look('from=2038-05-04&to=2038-05-05')
    const begins = resource(day, turf.resourceId).pools.map((pool) => pool.from.slice(0, 10))
    expect([begins.length, new Set(begins)]).toEqual([14, new Set(['2038-05-04'])])
  })

  test('has what is not bound to a time beside it, as without dates', async () => {
    const { id } = await givenPool(service, 7)
    const without = (await look('')).json()
    const on = (await look('from=2038-05-03&to=2038-05-04')).json()
    expect(on.pools).toEqual(without.pools)
    expect(on.version).toBe(without.version)
    expect(on.pools).toContainEqual(expect.objectContaining({ pool_id: id, available: 7 }))
    expect(without.resources).toBe(undefined)
  })

  test('is told once: who has it gets a 304 until somebody books, on these dates', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, { from: '2038-06-01', to: '2038-06-03' })
    const query = `from=2038-06-01&to=2038-06-02&resource_id=${turf.resourceId}`
    const etag = String((await look(query)).headers['etag'])
    const again = () => look(query, { 'if-none-match': etag })
    expect((await again()).statusCode).toBe(304)
    const book = (i: number) => {
      const body = { customer: 'ada', lines: [{ pool_id: slots[i]?.pool_id }] }
      return service.call('POST', at('/reservations'), { body })
    }
    await book(20)
    expect((await again()).statusCode).toBe(304)
    await book(2)
    const changed = await again()
    expect([changed.statusCode, changed.headers['etag'] === etag]).toEqual([200, false])
  })

  test('of a resource that is sold by ranges has what is free, buffers kept', async () => {
    const court = await givenTimeSold(
      service,
      { ...BY_RANGE, buffer_minutes: 30, weekly: [{ days: ['mon'], from: '08:00', to: '18:00' }] },
      { exclusive: true, time_zone: 'UTC' },
    )
    const book = (from: string, to: string) =>
      service.call('POST', at('/reservations'), {
        body: {
          customer: 'ada',
          lines: [
            { resource_id: court.resourceId, from: `2038-05-03T${from}Z`, to: `2038-05-03T${to}Z` },
          ],
        },
      })
    expect((await book('10:00', '11:00')).statusCode).toBe(201)
    const gone = await book('13:00', '14:00')
    await service.call('POST', at(`/reservations/${gone.json().id}/cancel`))
    const query = `from=2038-05-03&to=2038-05-04&resource_id=${court.resourceId}`
    const shown = resource(await look(query), court.resourceId)
    const time = (clock: string) => `2038-05-03T${clock}:00.000Z`
    expect(shown.pools.map(({ from, to }) => [from, to])).toEqual([[time('10:00'), time('11:00')]])
    expect(shown.free).toEqual([
      { from: time('08:00'), to: time('09:30') },
      { from: time('11:30'), to: time('18:00') },
    ])
  })

  test('does not show what is not on offer any more', async () => {
    const turf = await givenTimeSold(service)
    await givenSlots(service, turf, { from: '2038-07-01', to: '2038-07-02' })
    await service.call('PUT', `${turf.url}/schedule`, { body: { ...HOURLY, weekly: [] } })
    await givenSlots(service, turf, { from: '2038-07-01', to: '2038-07-02' })
    expect(resource(await look('from=2038-07-01&to=2038-07-02'), turf.resourceId).pools).toEqual([])
  })

  test('is for as many days and slots as the key is for, and says for how many', async () => {
    const app = appOn(service.db, { limits: { storefrontDaysMax: 7, storefrontSlotsMax: 90 } })
    const call = callerOf(app, () => service.keys.storefront)
    const ask = (query: string, as = service.keys.storefront) =>
      call('GET', at(`/availability?${query}`), { as })
    const turf = await givenTimeSold(service)
    await givenSlots(service, turf, { from: '2038-08-01', to: '2038-08-09' })
    const one = `resource_id=${turf.resourceId}`
    expect((await ask(`from=2038-08-01&to=2038-08-07&${one}`)).statusCode).toBe(200)
    const long = await ask(`from=2038-08-01&to=2038-08-09&${one}`)
    expect([long.statusCode, long.json()]).toEqual([
      422,
      expect.objectContaining({
        code: 'validation',
        detail: expect.stringMatching(
          /^to is 1 to 7 days after from with a storefront's key, not 8/,
        ),
        errors: [expect.objectContaining({ path: '/to' })],
      }),
    ])
    const many = await ask(`from=2038-08-01&to=2038-08-08&${one}`)
    expect([many.statusCode, many.json().detail]).toEqual([
      422,
      expect.stringContaining('at most 90'),
    ])
    const { seller } = service.keys
    expect((await ask(`from=2038-08-01&to=2038-08-09&${one}`, seller)).statusCode).toBe(200)
    expect((await ask(`from=2038-05-03&to=2038-07-05`, seller)).json().detail).toContain('1 to 62')
    await app.close()
  })

  test.each([
    ['from=2038-05-03', 422, 'validation'],
    ['to=2038-05-03', 422, 'validation'],
    ['from=2038-05-03&to=2038-05-03', 422, 'validation'],
    ['from=2038-05-03&to=2038-07-05', 422, 'validation'],
    ['from=2038-02-30&to=2038-03-05', 422, 'validation'],
    ['from=yesterday&to=2038-03-05', 422, 'validation'],
    ['from=2038-05-03&to=2038-05-04&colour=red', 400, 'unknown_field'],
    [`from=2038-05-03&to=2038-05-04&resource_id=${newId()}`, 404, 'not_found'],
    ['from=2038-05-03&to=2038-05-04&resource_id=x', 404, 'not_found'],
  ])('asked for with %s is a %i', async (query, status, code) => {
    const response = await look(query)
    expect([response.statusCode, response.json().code]).toEqual([status, code])
  })
})
