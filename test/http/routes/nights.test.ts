/** Nights, stays and blocks as a client meets them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { type Call, givenKey, useService } from '../../support/http/service.js'
import { givenNights } from '../../support/stock/nights.js'

const service = useService()
const range = { from: '2031-05-01', to: '2031-05-08' }
let rooms = ''
let suites = ''

const path = (rest: string) => `/v1/listings/${service.listingId}${rest}`
const post = (rest: string, body: unknown, call: Call = {}) =>
  service.call('POST', path(rest), { ...call, body })
const reserve = (lines: unknown[], call: Call & { hold_seconds?: number } = {}) => {
  const { hold_seconds, ...others } = call
  const held = hold_seconds === undefined ? {} : { hold_seconds }
  return post('/reservations', { customer: 'ada@example.com', lines, ...held }, others)
}
const nightsOf = async (resourceId: string, query = `?from=${range.from}&to=${range.to}`) =>
  (await service.call('GET', path(`/resources/${resourceId}/nights${query}`))).json()

beforeAll(async () => {
  ;[rooms = '', suites = ''] = service.resourceIds
  for (const [resourceId, capacity] of [
    [rooms, 5],
    [suites, 1],
  ] as const) {
    await givenNights(service.db, service.listingId, resourceId, { ...range, capacity })
  }
})

describe('the nights of a room type', () => {
  test('are set up with PUT and looked at with GET, by everybody, with an ETag', async () => {
    const later = { from: '2031-06-01', to: '2031-06-03', capacity: 7, minimum_stay: 2 }
    const url = path(`/resources/${rooms}/nights`)
    const put = await service.call('PUT', url, { body: later })
    expect(put.statusCode).toBe(200)
    expect(put.json()).toMatchObject({
      resource_id: rooms,
      from: '2031-06-01',
      to: '2031-06-03',
      nights: [
        {
          night: '2031-06-01',
          capacity: 7,
          taken: 0,
          available: 7,
          minimum_stay: 2,
          on_sale: true,
        },
        {
          night: '2031-06-02',
          capacity: 7,
          taken: 0,
          available: 7,
          minimum_stay: 2,
          on_sale: true,
        },
      ],
    })
    expect((await service.call('PUT', url, { body: later })).json()).toEqual(put.json())
    const query = '?from=2031-06-01&to=2031-06-03'
    const looked = await service.call('GET', url + query, { as: service.keys.storefront })
    expect(looked.json()).toEqual(put.json())
    const etag = String(looked.headers.etag)
    const headers = { 'if-none-match': etag }
    expect((await service.call('GET', url + query, { headers })).statusCode).toBe(304)
    await service.call('PUT', url, { body: { ...later, capacity: 8 } })
    const changed = await service.call('GET', url + query, { headers })
    expect([changed.statusCode, changed.headers.etag === etag]).toEqual([200, false])
  })

  test('are not for the public to set', async () => {
    const call = { as: service.keys.storefront, body: { ...range, capacity: 9 } }
    const response = await service.call('PUT', path(`/resources/${rooms}/nights`), call)
    expect([response.statusCode, response.json().code]).toEqual([403, 'forbidden'])
  })

  test.each([
    ['?from=2031-05-01', 422],
    ['?from=2031-05-01&to=2031-05-01', 422],
    ['?from=2031-05-01&to=2041-05-01', 422],
    ['?from=2031-13-01&to=2031-05-01', 422],
    ['?from=2031-05-01&to=2031-05-02&page=2', 400],
  ])('asked for with %s are not told', async (query, status) => {
    const response = await service.call('GET', path(`/resources/${rooms}/nights${query}`))
    expect(response.statusCode).toBe(status)
  })

  test('that would have fewer rooms than guests are refused with their dates', async () => {
    const made = await reserve([
      { resource_id: rooms, check_in: '2031-05-06', check_out: '2031-05-08', quantity: 2 },
    ])
    expect(made.statusCode).toBe(201)
    const body = { ...range, capacity: 1 }
    const response = await service.call('PUT', path(`/resources/${rooms}/nights`), { body })
    expect([response.statusCode, response.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'below_taken',
        capacity: 1,
        taken: 2,
        nights: [
          { resource_id: rooms, night: '2031-05-06' },
          { resource_id: rooms, night: '2031-05-07' },
        ],
      }),
    ])
    await service.call('POST', path(`/reservations/${made.json().id}/cancel`))
  })
})

describe('a stay', () => {
  const stay = (check_in: string, check_out: string, more: object = {}) => {
    return { resource_id: rooms, check_in, check_out, quantity: 2, ...more }
  }

  test('is shown night by night, the same when it is asked for again and when it is looked at', async () => {
    const key = newId()
    const asked = [
      stay('2031-05-03', '2031-05-05'),
      { pool_id: service.poolIds[2], quantity: 1 },
      stay('2031-05-01', '2031-05-02', { resource_id: suites, quantity: 1 }),
    ]
    const made = await reserve(asked, { key })
    expect(made.statusCode).toBe(201)
    const { lines, id } = made.json()
    const pools = new Map(
      [...(await nightsOf(rooms)).nights, ...(await nightsOf(suites)).nights].map((each) => [
        each.pool_id,
        each.night,
      ]),
    )
    const stays = lines.slice(1)
    expect(lines[0]).toEqual({ pool_id: service.poolIds[2], quantity: 1 })
    for (const { pool_id, night } of stays) expect(pools.get(pool_id)).toBe(night)
    const byType = (type: string) =>
      stays.filter((line: { resource_id: string }) => line.resource_id === type)
    expect(byType(rooms).map(({ night }: { night: string }) => night)).toEqual([
      '2031-05-03',
      '2031-05-04',
    ])
    expect(byType(suites)).toMatchObject([{ night: '2031-05-01', quantity: 1 }])
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
        resource_id: rooms,
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
    await service.call('PUT', path(`/resources/${rooms}/nights`), {
      body: { ...range, capacity: 1 },
    })
    const [night] = (await nightsOf(rooms, `?from=${range.from}&to=${range.to}`)).nights
    const foreign = await givenKey(service.db, 'storefront', service.foreignId)
    const guess = await service.call('POST', `/v1/listings/${service.foreignId}/reservations`, {
      as: foreign,
      body: { customer: 'eve', lines: [{ pool_id: night.pool_id, quantity: 1 }], hold_seconds: 60 },
    })
    expect([guess.statusCode, guess.json().code]).toEqual([404, 'unknown_pool'])
    const made = await reserve([stay(range.from, range.to, { quantity: 1 })])
    expect(made.json().lines).toMatchObject([{ pool_id: night.pool_id, night: range.from }])
  })

  test('shorter than the minimum is told how long it has to be', async () => {
    const body = { from: '2031-07-01', to: '2031-07-05', capacity: 2, minimum_stay: 3 }
    await service.call('PUT', path(`/resources/${rooms}/nights`), { body })
    const response = await reserve([stay('2031-07-02', '2031-07-04')])
    expect([response.statusCode, response.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'minimum_stay',
        resource_id: rooms,
        night: '2031-07-02',
        minimum_stay: 3,
        stayed: 2,
      }),
    ])
  })
})

describe('a block', () => {
  const terms = {
    name: 'Evento',
    from: '2031-08-01',
    to: '2031-08-04',
    quantity: 3,
    cut_off: '2031-07-15',
  }
  const blockAt = (id: string, rest = '') => path(`/blocks/${id}${rest}`)

  beforeAll(() =>
    givenNights(service.db, service.listingId, rooms, {
      from: '2031-08-01',
      to: '2031-08-04',
      capacity: 4,
    }),
  )

  test('goes from tentative over definite to released, and reports its pick-up', async () => {
    const made = await post('/blocks', { ...terms, resource_id: rooms })
    expect([made.statusCode, made.json()]).toEqual([
      201,
      expect.objectContaining({ ...terms, resource_id: rooms, state: 'tentative', version: 1 }),
    ])
    const { id } = made.json()
    expect(made.headers.location).toBe(blockAt(id))
    const definite = await service.call('POST', blockAt(id, '/definite'))
    expect([definite.statusCode, definite.json().state]).toEqual([200, 'definite'])
    const line = { block_id: id, check_in: '2031-08-01', check_out: '2031-08-03', quantity: 2 }
    const guest = await reserve([line])
    expect(guest.statusCode).toBe(201)
    expect(guest.json().lines).toEqual([
      { pool_id: expect.any(String), quantity: 2, block_id: id, night: '2031-08-01' },
      { pool_id: expect.any(String), quantity: 2, block_id: id, night: '2031-08-02' },
    ])
    const tooMany = await reserve([line])
    expect(tooMany.json()).toMatchObject({
      code: 'insufficient_capacity',
      lines: [
        { line: 0, block_id: id, night: '2031-08-01', requested: 2, available: 1, capacity: 3 },
        { line: 0, block_id: id, night: '2031-08-02', requested: 2, available: 1, capacity: 3 },
      ],
    })
    const report = await service.call('GET', blockAt(id))
    expect(report.json().nights).toEqual([
      { night: '2031-08-01', blocked: 3, picked_up: 2, left: 1 },
      { night: '2031-08-02', blocked: 3, picked_up: 2, left: 1 },
      { night: '2031-08-03', blocked: 3, picked_up: 0, left: 3 },
    ])
    const headers = { 'if-none-match': String(report.headers.etag) }
    expect((await service.call('GET', blockAt(id), { headers })).statusCode).toBe(304)
    const released = await service.call('POST', blockAt(id, '/release'))
    expect([released.statusCode, released.json().state]).toEqual([200, 'released'])
    const { nights } = await nightsOf(rooms, '?from=2031-08-01&to=2031-08-04')
    expect(nights.map(({ taken }: { taken: number }) => taken)).toEqual([2, 2, 0])
    const late = await reserve([line])
    expect([late.statusCode, late.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'block_not_open', block_ids: [id] }),
    ])
    await service.call('POST', path(`/reservations/${guest.json().id}/cancel`))
    await service.call('POST', blockAt(id, '/release'))
    const after = await nightsOf(rooms, '?from=2031-08-01&to=2031-08-04')
    expect(after.nights.map(({ taken }: { taken: number }) => taken)).toEqual([0, 0, 0])
  })

  test('for which the rooms are not there is refused with the full nights', async () => {
    const taken = await reserve([
      { resource_id: rooms, check_in: '2031-08-02', check_out: '2031-08-03', quantity: 2 },
    ])
    const { id } = (await post('/blocks', { ...terms, resource_id: rooms })).json()
    const refused = await service.call('POST', blockAt(id, '/definite'))
    expect([refused.statusCode, refused.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'insufficient_capacity',
        lines: [
          expect.objectContaining({
            resource_id: rooms,
            night: '2031-08-02',
            requested: 3,
            available: 2,
          }),
        ],
      }),
    ])
    await service.call('POST', path(`/reservations/${taken.json().id}/cancel`))
    expect((await service.call('POST', blockAt(id, '/definite'))).json().state).toBe('definite')
    await service.call('POST', blockAt(id, '/release'))
  })

  test('is the seller’s to see, and what it has nobody else’s to sell, to set or to cancel', async () => {
    const { id } = (await post('/blocks', { ...terms, resource_id: rooms })).json()
    await service.call('POST', blockAt(id, '/definite'))
    const looks = await service.call('GET', blockAt(id), { as: service.keys.storefront })
    expect(looks.statusCode).toBe(403)
    for (const as of [service.keys.storefront, service.keys.seller]) {
      const url = path(`/resources/${id}/nights?from=${terms.from}&to=${terms.to}`)
      expect((await service.call('GET', url, { as })).statusCode).toBe(404)
    }
    const available = await service.call('GET', path('/availability'))
    expect(available.body).not.toContain(id)
    const resources = await service.call('GET', path('/resources'))
    expect(resources.body).not.toContain(id)
    const listed = await service.call('GET', path('/blocks?limit=200'))
    expect(listed.json().items.map((block: { id: string }) => block.id)).toContain(id)
    const { items } = (await service.call('GET', path(`/reservations?customer=block:${id}`))).json()
    expect(items).toMatchObject([{ state: 'confirmed', customer: `block:${id}` }])
    const cancel = await service.call('POST', path(`/reservations/${items[0].id}/cancel`))
    expect([cancel.statusCode, cancel.json().code]).toEqual([409, 'block_reservation'])
    const disguised = await post('/reservations', {
      customer: `block:${id}`,
      lines: [{ pool_id: service.poolIds[2], quantity: 1 }],
    })
    expect([disguised.statusCode, disguised.json().code]).toEqual([422, 'validation'])
    await service.call('POST', blockAt(id, '/release'))
  })

  test.each([
    ['nights', { to: '2031-08-01' }, 422, 'validation'],
    ['cut-off', { cut_off: '2031-08-04' }, 422, 'validation'],
    ['room type', { resource_id: 'x' }, 404, 'unknown_resource'],
    ['room type that is there', { resource_id: newId() }, 404, 'unknown_resource'],
  ])('without a %s is not made', async (_what, wrong, status, code) => {
    const response = await post('/blocks', { ...terms, resource_id: rooms, ...wrong })
    expect([response.statusCode, response.json().code]).toEqual([status, code])
  })
})
