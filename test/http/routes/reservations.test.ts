/** Reservations from birth to end: every route does what it says. */
import { describe, expect, test } from 'vitest'
import { isUuid, newId } from '../../../src/domain/ids.js'
import { givenHold, givenPool, passTheTimeOf, useService } from '../../support/http/service.js'

const service = useService()
const uuid = expect.toSatisfy(isUuid)
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const line = (pool: number, quantity: number) => ({
  pool_id: service.poolIds[pool] ?? '',
  quantity,
})

describe('reservations', () => {
  test('without hold_seconds are confirmed at once', async () => {
    const response = await service.call('POST', at('/reservations'), {
      body: { customer: 'ada@example.com', lines: [line(2, 2)] },
    })
    expect([response.statusCode, response.json()]).toEqual([
      201,
      {
        id: uuid,
        listing_id: service.listingId,
        state: 'confirmed',
        customer: 'ada@example.com',
        lines: [line(2, 2)],
        version: 1,
        created_at: time,
        updated_at: time,
        expires_at: null,
        payment_ref: null,
        refund_due: false,
        token: expect.stringMatching(/^[\w-]{43}$/),
      },
    ])
    expect(response.headers['etag']).toBe('"1"')
    expect(response.headers['location']).toBe(at(`/reservations/${response.json().id}`))
  })

  test('with hold_seconds are held for as long, confirmed, and cancelled', async () => {
    const beforeMs = Date.now()
    const { url, token } = await givenHold(service, line(2, 1).pool_id, 600)
    const held = await service.call('GET', url)
    expect(held.json()).toMatchObject({ state: 'held', version: 1 })
    expect(held.json()).not.toHaveProperty('token')
    expect(held.body).not.toContain(token)
    const lastsMs = Date.parse(held.json().expires_at) - beforeMs
    expect(lastsMs).toBeGreaterThan(599_000)
    expect(lastsMs).toBeLessThan(660_000)
    const confirmed = await service.call('POST', `${url}/confirm`, { body: { payment_ref: 'p1' } })
    expect([confirmed.statusCode, confirmed.json()]).toEqual([
      200,
      expect.objectContaining({ state: 'confirmed', payment_ref: 'p1', version: 2 }),
    ])
    const again = await service.call('POST', `${url}/confirm`)
    expect([again.statusCode, again.body]).toEqual([200, confirmed.body])
    const cancelled = await service.call('POST', `${url}/cancel`)
    expect([cancelled.statusCode, cancelled.json().state]).toEqual([200, 'cancelled'])
    const twice = await service.call('POST', `${url}/cancel`)
    expect([twice.statusCode, twice.body]).toEqual([200, cancelled.body])
    const late = await service.call('POST', `${url}/confirm`)
    expect([late.statusCode, late.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'invalid_transition', state: 'cancelled' }),
    ])
  })

  test('that are held are extended, changed and released', async () => {
    const { url } = await givenHold(service, line(2, 1).pool_id, 60)
    const before = (await service.call('GET', url)).json()
    const extended = await service.call('POST', `${url}/extend`, { body: { hold_seconds: 900 } })
    expect(extended.statusCode).toBe(200)
    expect(Date.parse(extended.json().expires_at)).toBeGreaterThan(Date.parse(before.expires_at))
    const lines = [line(2, 3), line(0, 1)]
    const changed = await service.call('PATCH', url, { body: { lines } })
    expect([changed.statusCode, changed.json().version]).toEqual([200, 3])
    expect(changed.json().lines).toHaveLength(2)
    expect(changed.json().lines).toEqual(expect.arrayContaining(lines))
    const released = await service.call('POST', `${url}/release`, { body: {} })
    expect([released.statusCode, released.json().state]).toEqual([200, 'released'])
  })

  test('that do not fit name every line of every short pool, and take nothing', async () => {
    const [one, two] = [await givenPool(service, 3), await givenPool(service, 2)]
    const body = (quantities: [string, number][]) => ({
      customer: 'ada',
      lines: quantities.map(([pool_id, quantity]) => ({ pool_id, quantity })),
    })
    const reserve = (quantities: [string, number][]) =>
      service.call('POST', at('/reservations'), { body: body(quantities) })
    await reserve([[one.id, 2]])
    const short = await reserve([
      [one.id, 1],
      [two.id, 1],
      [one.id, 1],
    ])
    expect([short.statusCode, short.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'insufficient_capacity',
        retryable: false,
        lines: [
          { line: 0, pool_id: one.id, requested: 2, available: 1, capacity: 3 },
          { line: 2, pool_id: one.id, requested: 2, available: 1, capacity: 3 },
        ],
      }),
    ])
    const futile = await reserve([
      [one.id, 4],
      [two.id, 3],
    ])
    expect([futile.statusCode, futile.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'exceeds_capacity',
        lines: [
          { line: 0, pool_id: one.id, requested: 4, available: 1, capacity: 3 },
          { line: 1, pool_id: two.id, requested: 3, available: 2, capacity: 2 },
        ],
      }),
    ])
    expect((await service.call('GET', at(`/pools/${two.id}`))).json().taken).toBe(0)
  })

  test('two lines of one unit on a pool of one are a 409 that lists both, nothing written', async () => {
    const { id } = await givenPool(service, 1)
    const lines = [
      { pool_id: id, quantity: 1 },
      { pool_id: id.toUpperCase(), quantity: 1 },
    ]
    const rows = () => service.db.query('select count(*) from reservations')
    const before = await rows()
    const response = await service.call('POST', at('/reservations'), {
      body: { customer: 'ada', lines },
    })
    expect([response.statusCode, response.json().lines]).toEqual([
      409,
      [
        { line: 0, pool_id: id, requested: 2, available: 1, capacity: 1 },
        { line: 1, pool_id: id, requested: 2, available: 1, capacity: 1 },
      ],
    ])
    expect(await rows()).toEqual(before)
    expect((await service.call('GET', at(`/pools/${id}`))).json()).toMatchObject({
      taken: 0,
      version: 0,
    })
  })

  test('that are changed to more than is left hear what they could have, and stay', async () => {
    const { id } = await givenPool(service, 4)
    const { url } = await givenHold(service, id)
    const lines = [{ pool_id: id, quantity: 3 }]
    await service.call('POST', at('/reservations'), {
      body: { customer: 'bob', lines: [{ pool_id: id, quantity: 2 }] },
    })
    const response = await service.call('PATCH', url, { body: { lines } })
    expect([response.statusCode, response.json().lines]).toEqual([
      409,
      [{ line: 0, pool_id: id, requested: 3, available: 2, capacity: 4 }],
    ])
    expect((await service.call('GET', url)).json().lines).toEqual([{ pool_id: id, quantity: 1 }])
  })

  test('whose time is up are expired, for whoever looks, lists or confirms', async () => {
    const { id: poolId } = await givenPool(service, 1)
    const { url, id } = await givenHold(service, poolId)
    await passTheTimeOf(service.db, id)
    const listed = (await service.call('GET', at('/reservations?state=expired'))).json().items
    expect(listed).toContainEqual(
      expect.objectContaining({ id, state: 'expired', expires_at: null }),
    )
    const held = (await service.call('GET', at('/reservations?state=held&limit=200'))).json().items
    expect(held.map((each: { id: string }) => each.id)).not.toContain(id)
    const shown = await service.call('GET', url)
    expect([shown.json().state, shown.headers['etag']]).toEqual(['expired', '"2"'])
    const confirmed = await service.call('POST', `${url}/confirm`)
    expect([confirmed.statusCode, confirmed.json().code]).toEqual([410, 'hold_expired'])
  })

  test('are listed newest first, page by page, by state and by customer', async () => {
    const customer = `grace+${newId()}@example.com`
    const made: string[] = []
    for (let i = 0; i < 5; i += 1) {
      const response = await service.call('POST', at('/reservations'), {
        body: { customer, lines: [line(2, 1)] },
      })
      made.unshift(response.json().id)
    }
    await service.call('POST', at(`/reservations/${made[2]}/cancel`))
    const query = new URLSearchParams({ customer, limit: '2' })
    const seen: string[] = []
    let url: string | undefined = `${at('/reservations')}?${query}`
    while (url !== undefined) {
      const page = await service.call('GET', url)
      expect(page.statusCode).toBe(200)
      seen.push(...page.json().items.map((each: { id: string }) => each.id))
      const link = page.headers['link'] as string | undefined
      url = /^<(.*)>; rel="next"$/.exec(link ?? '')?.[1]
      expect(page.json().next_cursor === null).toBe(url === undefined)
    }
    expect(seen).toEqual(made)
    query.set('state', 'cancelled')
    const cancelled = (await service.call('GET', `${at('/reservations')}?${query}`)).json()
    expect(cancelled.items.map((each: { id: string }) => each.id)).toEqual([made[2]])
  })
})

test('the list filters by several states, payment, resource, time of the slot or night, and order', async () => {
  const { id: poolId, resource_id } = await givenPool(service, 9)
  const at = (path: string) => `/v1/listings/${service.listingId}${path}`
  const make = async (line: object, hold_seconds?: number) => {
    const body = { customer: 'list@example.test', lines: [line], hold_seconds }
    return (await service.call('POST', at('/reservations'), { body })).json().id as string
  }
  const line = { pool_id: poolId, quantity: 1 }
  const held = await make(line, 600)
  const paid = await make(line, 600)
  await service.call('POST', at(`/reservations/${paid}/confirm`), {
    body: { payment_ref: 'pay 7' },
  })
  const gone = await make(line, 600)
  await service.call('POST', at(`/reservations/${gone}/release`))
  const rooms = (await service.call('POST', at('/resources'), { body: { name: 'Rooms' } })).json()
    .id
  const nights = { from: '2031-05-01', to: '2031-05-04', capacity: 3 }
  await service.call('PUT', at(`/resources/${rooms}/nights`), { body: nights })
  const stay = await make({ resource_id: rooms, check_in: '2031-05-01', check_out: '2031-05-03' })

  const listed = async (query: string): Promise<string[]> => {
    const url = at(`/reservations?customer=list@example.test&${query}`)
    const answer = await service.call('GET', url)
    expect([query, answer.statusCode]).toEqual([query, 200])
    return answer.json().items.map(({ id }: { id: string }) => id)
  }
  expect(await listed('first=newest')).toEqual([stay, gone, paid, held])
  expect(await listed('first=oldest')).toEqual([held, paid, gone, stay])
  expect(await listed('state=held,released')).toEqual([gone, held])
  expect(await listed('state=confirmed')).toEqual([stay, paid])
  expect(await listed('payment_ref=pay%207')).toEqual([paid])
  expect(await listed(`resource_id=${resource_id}&state=held,confirmed`)).toEqual([paid, held])
  expect(await listed('resource_id=nobody')).toEqual([])
  expect(await listed('overlaps_from=2031-05-02T12:00Z&overlaps_until=2031-05-09T00:00Z')).toEqual([
    stay,
  ])
  expect(await listed('overlaps_from=2031-05-03T00:00Z')).toEqual([])
  const soon = new Date(Date.now() + 86_400_000).toISOString()
  expect(await listed(`created_since=${soon}`)).toEqual([])
  expect(await listed(`created_until=${soon}&limit=1&first=oldest`)).toEqual([held])
  const first = await service.call(
    'GET',
    at('/reservations?customer=list@example.test&first=oldest&limit=3'),
  )
  expect(await listed(`first=oldest&cursor=${first.json().next_cursor}`)).toEqual([stay])
  const wrong = await service.call('GET', at('/reservations?state=held,lost'))
  expect([wrong.statusCode, wrong.json().code]).toEqual([422, 'validation'])
})
