/** The nights of a room type as a client meets them. */
import { describe, expect, test } from 'vitest'
import { RANGE, useHotel } from './hotel.js'

const hotel = useHotel()
const { service, path, reserve } = hotel

describe('the nights of a room type', () => {
  test('are set up with PUT and looked at with GET, by everybody, with an ETag', async () => {
    const later = { from: '2031-06-01', to: '2031-06-03', capacity: 7, minimum_stay: 2 }
    const url = path(`/resources/${hotel.rooms}/nights`)
    const put = await service.call('PUT', url, { body: later })
    expect(put.statusCode).toBe(200)
    expect(put.json()).toMatchObject({
      resource_id: hotel.rooms,
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
    const call = { as: service.keys.storefront, body: { ...RANGE, capacity: 9 } }
    const response = await service.call('PUT', path(`/resources/${hotel.rooms}/nights`), call)
    expect([response.statusCode, response.json().code]).toEqual([403, 'forbidden'])
  })

  test.each([
    ['?from=2031-05-01', 422],
    ['?from=2031-05-01&to=2031-05-01', 422],
    ['?from=2031-05-01&to=2041-05-01', 422],
    ['?from=2031-13-01&to=2031-05-01', 422],
    ['?from=2031-05-01&to=2031-05-02&page=2', 400],
  ])('asked for with %s are not told', async (query, status) => {
    const response = await service.call('GET', path(`/resources/${hotel.rooms}/nights${query}`))
    expect(response.statusCode).toBe(status)
  })

  test('that would have fewer rooms than guests are refused with their dates', async () => {
    const made = await reserve([
      { resource_id: hotel.rooms, check_in: '2031-05-06', check_out: '2031-05-08', quantity: 2 },
    ])
    expect(made.statusCode).toBe(201)
    const body = { ...RANGE, capacity: 1 }
    const response = await service.call('PUT', path(`/resources/${hotel.rooms}/nights`), { body })
    expect([response.statusCode, response.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'below_taken',
        capacity: 1,
        taken: 2,
        nights: [
          { resource_id: hotel.rooms, night: '2031-05-06' },
          { resource_id: hotel.rooms, night: '2031-05-07' },
        ],
      }),
    ])
    await service.call('POST', path(`/reservations/${made.json().id}/cancel`))
  })
})
