/** Blocks as a client meets them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { givenNights } from '../../support/stock/nights.js'
import { useHotel } from './hotel.js'

const hotel = useHotel()
const { service, path, post, reserve, nightsOf } = hotel

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
    givenNights(service.db, service.listingId, hotel.rooms, {
      from: '2031-08-01',
      to: '2031-08-04',
      capacity: 4,
    }),
  )

  test('goes from tentative over definite to released, and reports its pick-up', async () => {
    const made = await post('/blocks', { ...terms, resource_id: hotel.rooms })
    expect([made.statusCode, made.json()]).toEqual([
      201,
      expect.objectContaining({
        ...terms,
        resource_id: hotel.rooms,
        state: 'tentative',
        version: 1,
      }),
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
    const { nights } = await nightsOf(hotel.rooms, '?from=2031-08-01&to=2031-08-04')
    expect(nights.map(({ taken }) => taken)).toEqual([2, 2, 0])
    const late = await reserve([line])
    expect([late.statusCode, late.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'block_not_open', block_ids: [id] }),
    ])
    await service.call('POST', path(`/reservations/${guest.json().id}/cancel`))
    await service.call('POST', blockAt(id, '/release'))
    const after = await nightsOf(hotel.rooms, '?from=2031-08-01&to=2031-08-04')
    expect(after.nights.map(({ taken }) => taken)).toEqual([0, 0, 0])
  })

  test('for which the rooms are not there is refused with the full nights', async () => {
    const taken = await reserve([
      { resource_id: hotel.rooms, check_in: '2031-08-02', check_out: '2031-08-03', quantity: 2 },
    ])
    const { id } = (await post('/blocks', { ...terms, resource_id: hotel.rooms })).json()
    const refused = await service.call('POST', blockAt(id, '/definite'))
    expect([refused.statusCode, refused.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'insufficient_capacity',
        lines: [
          expect.objectContaining({
            resource_id: hotel.rooms,
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
    const { id } = (await post('/blocks', { ...terms, resource_id: hotel.rooms })).json()
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
    const response = await post('/blocks', { ...terms, resource_id: hotel.rooms, ...wrong })
    expect([response.statusCode, response.json().code]).toEqual([status, code])
  })
})
