/** Stays as a client meets them. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { givenKey } from '../../support/http/service.js'
import { useHotel } from './hotel.js'

const hotel = useHotel()
const { service, path, reserve, nightsOf } = hotel

describe('a stay', () => {
  const stay = (check_in: string, check_out: string, more: object = {}) => {
    return { resource_id: hotel.rooms, check_in, check_out, quantity: 2, ...more }
  }

  test('is shown night by night, the same when it is asked for again and when it is looked at', async () => {
    const key = newId()
    const asked = [
      stay('2031-05-03', '2031-05-05'),
      { pool_id: service.poolIds[2], quantity: 1 },
      stay('2031-05-01', '2031-05-02', { resource_id: hotel.suites, quantity: 1 }),
    ]
    const made = await reserve(asked, { key })
    expect(made.statusCode).toBe(201)
    const { lines, id } = made.json()
    const pools = new Map(
      [...(await nightsOf(hotel.rooms)).nights, ...(await nightsOf(hotel.suites)).nights].map(
        (each) => [each.pool_id, each.night],
      ),
    )
    const stays = lines.slice(1)
    expect(lines[0]).toEqual({ pool_id: service.poolIds[2], quantity: 1 })
    for (const { pool_id, night } of stays) expect(pools.get(pool_id)).toBe(night)
    const byType = (type: string) =>
      stays.filter((line: { resource_id: string }) => line.resource_id === type)
    expect(byType(hotel.rooms).map(({ night }: { night: string }) => night)).toEqual([
      '2031-05-03',
      '2031-05-04',
    ])
    expect(byType(hotel.suites)).toMatchObject([{ night: '2031-05-01', quantity: 1 }])
    const again = await reserve(asked, { key })
    expect([again.headers['idempotent-replayed'], again.body]).toEqual(['true', made.body])
    const looked = await service.call('GET', path(`/reservations/${id}`))
    expect(looked.json().lines).toEqual(lines)
    const listed = await service.call('GET', path('/reservations?limit=1'))
    expect(listed.json().items[0].lines).toEqual(lines)
    const cancelled = await service.call('POST', path(`/reservations/${id}/cancel`))
    expect(cancelled.json()).toMatchObject({ state: 'cancelled', lines })
  })

  test('that does not fit is refused with every full night, by line', async () => {
    const full = await reserve([stay('2031-05-04', '2031-05-06', { quantity: 4 })])
    const lines = [
      stay('2031-05-01', '2031-05-03'),
      stay('2031-05-03', '2031-05-07'),
      stay('2031-05-05', '2031-05-06', { quantity: 1 }),
    ]
    const refused = await reserve(lines)
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'insufficient_capacity', retryable: false })
    const told = (line: number, night: string, requested: number) =>
      expect.objectContaining({
        line,
        resource_id: hotel.rooms,
        night,
        requested,
        available: 1,
        capacity: 5,
      })
    expect(refused.json().lines).toEqual([
      told(1, '2031-05-04', 2),
      told(1, '2031-05-05', 3),
      told(2, '2031-05-05', 3),
    ])
    await service.call('POST', path(`/reservations/${full.json().id}/cancel`))
  })

  test('is held, moved to other nights and confirmed by the public, which cannot name bare nights', async () => {
    const as = service.keys.storefront
    const held = await reserve([stay('2031-05-01', '2031-05-03')], { as, hold_seconds: 60 })
    expect(held.statusCode).toBe(201)
    const { id, token } = held.json()
    const headers = { 'holdfast-token': token }
    const moved = await service.call('PATCH', path(`/reservations/${id}`), {
      as,
      headers,
      body: { lines: [stay('2031-05-02', '2031-05-04')] },
    })
    expect(moved.json().lines.map(({ night }: { night: string }) => night)).toEqual([
      '2031-05-02',
      '2031-05-03',
    ])
    const [{ pool_id }] = moved.json().lines
    const bare = { lines: [{ pool_id, quantity: 1 }] }
    const cut = await service.call('PATCH', path(`/reservations/${id}`), {
      as,
      headers,
      body: bare,
    })
    expect([cut.statusCode, cut.json().code]).toEqual([403, 'forbidden'])
    const fresh = await reserve(bare.lines, { as, hold_seconds: 60 })
    expect([fresh.statusCode, fresh.json().code]).toEqual([403, 'forbidden'])
    const released = await service.call('POST', path(`/reservations/${id}/release`), {
      as,
      headers,
    })
    expect(released.json().state).toBe('released')
  })

  test.each([
    ['nothing', { quantity: 1 }],
    ['no check_out', { resource_id: 'rooms', check_in: '2031-05-01', quantity: 1 }],
    ['no dates', { resource_id: 'rooms', quantity: 1 }],
    [
      'dates for a pool',
      { pool_id: newId(), check_in: '2031-05-01', check_out: '2031-05-02', quantity: 1 },
    ],
    ['a pool and a room type', { pool_id: newId(), resource_id: newId(), quantity: 1 }],
    [
      'a room type and a block',
      {
        resource_id: newId(),
        block_id: newId(),
        check_in: '2031-05-01',
        check_out: '2031-05-02',
        quantity: 1,
      },
    ],
  ])('of %s is no line, and the answer says which one it is', async (_what, line) => {
    const response = await reserve([{ pool_id: service.poolIds[2], quantity: 1 }, line])
    expect([response.statusCode, response.json()]).toEqual([
      422,
      expect.objectContaining({
        code: 'validation',
        errors: [expect.objectContaining({ path: '/lines/1' })],
      }),
    ])
  })

  test.each([
    ['a resource that is none', { resource_id: 'x' }, 404, 'unknown_resource'],
    ['a resource that is not there', { resource_id: newId() }, 404, 'unknown_resource'],
    ['nights that are not sold', { check_out: '2031-05-20' }, 409, 'nights_not_on_sale'],
    ['a day that does not exist', { check_out: '2031-06-31' }, 422, 'validation'],
    ['nights that run backwards', { check_out: '2031-04-01' }, 422, 'validation'],
  ])('of %s is refused', async (_what, wrong, status, code) => {
    const response = await reserve([stay('2031-05-01', '2031-05-03', wrong)])
    expect([response.statusCode, response.json().code]).toEqual([status, code])
  })

  test('keeps its dates, whoever else has asked for its pool under a listing of theirs', async () => {
    const range = { from: '2031-09-01', to: '2031-09-02' }
    await service.call('PUT', path(`/resources/${hotel.rooms}/nights`), {
      body: { ...range, capacity: 1 },
    })
    const [night] = (await nightsOf(hotel.rooms, `?from=${range.from}&to=${range.to}`)).nights
    const foreign = await givenKey(service.db, 'storefront', service.foreignId)
    const guess = await service.call('POST', `/v1/listings/${service.foreignId}/reservations`, {
      as: foreign,
      body: {
        customer: 'eve',
        lines: [{ pool_id: night?.pool_id, quantity: 1 }],
        hold_seconds: 60,
      },
    })
    expect([guess.statusCode, guess.json().code]).toEqual([404, 'unknown_pool'])
    const made = await reserve([stay(range.from, range.to, { quantity: 1 })])
    expect(made.json().lines).toMatchObject([{ pool_id: night?.pool_id, night: range.from }])
  })

  test('shorter than the minimum is told how long it has to be', async () => {
    const body = { from: '2031-07-01', to: '2031-07-05', capacity: 2, minimum_stay: 3 }
    await service.call('PUT', path(`/resources/${hotel.rooms}/nights`), { body })
    const response = await reserve([stay('2031-07-02', '2031-07-04')])
    expect([response.statusCode, response.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'minimum_stay',
        resource_id: hotel.rooms,
        night: '2031-07-02',
        minimum_stay: 3,
        stayed: 2,
      }),
    ])
  })
})
