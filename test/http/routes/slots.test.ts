/** Slots: made from a schedule, made again, booked as a class with places. */
import { describe, expect, test } from 'vitest'
import { givenSlots, givenTimeSold, HOURLY, slotsOn } from '../../support/stock/turf.js'
import { MONDAY, onPool, useTimeSale } from './time-sale.js'

const { service, at, book } = useTimeSale()

describe('slots', () => {
  test('are made in the resource’s own time zone, fourteen from eight to ten', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, MONDAY)
    expect(slots).toHaveLength(14)
    expect(slots[0]).toMatchObject({
      from: '2038-05-03T06:00:00.000Z',
      to: '2038-05-03T07:00:00.000Z',
      ...{ capacity: 1, taken: 0, available: 1, closed: false },
    })
  })

  test('made again are the same: nothing is doubled, and what is booked stays', async () => {
    const turf = await givenTimeSold(service)
    const before = await givenSlots(service, turf, MONDAY)
    await book([onPool(before[3])])
    const again = await service.call('POST', `${turf.url}/slots`, { body: MONDAY })
    expect(again.json()).toEqual({ opened: 0, kept: 14, closed: 0, blocked: [] })
    const after = await slotsOn(service, turf, MONDAY)
    expect(after.map((slot) => slot.pool_id)).toEqual(before.map((slot) => slot.pool_id))
    expect(after[3]?.taken).toBe(1)
  })

  test('of a changed schedule leave the booked hour alone, close the free ones, and come back', async () => {
    const turf = await givenTimeSold(service)
    const [first, second] = await givenSlots(service, turf, MONDAY)
    await book([onPool(second)])
    const put = (body: object) => service.call('PUT', `${turf.url}/schedule`, { body })
    await put({ ...HOURLY, slot_minutes: 90 })
    const made = await service.call('POST', `${turf.url}/slots`, { body: MONDAY })
    // The hour from nine to ten is somebody's: neither of the two slots that would overlap it is made.
    expect(made.json()).toEqual({
      ...{ opened: 7, kept: 0, closed: 13 },
      blocked: [
        { from: '2038-05-03T06:00:00.000Z', to: '2038-05-03T07:30:00.000Z' },
        { from: '2038-05-03T07:30:00.000Z', to: '2038-05-03T09:00:00.000Z' },
      ],
    })
    const gone = await book([onPool(first)])
    expect([gone.statusCode, gone.json().code, gone.json().detail]).toEqual([
      ...[409, 'not_offered'],
      'The slot is not on offer any more.',
    ])
    await put(HOURLY)
    const back = await service.call('POST', `${turf.url}/slots`, { body: MONDAY })
    expect(back.json()).toEqual({ opened: 13, kept: 1, closed: 7, blocked: [] })
    expect((await book([onPool(first)])).statusCode).toBe(201)
    const audit = await service.call('GET', '/v1/audit', { as: service.keys.admin })
    expect(audit.json().drift).toEqual([])
  })

  test('are made by many servers at once, and each hour is there once', async () => {
    const turf = await givenTimeSold(service)
    const made = await Promise.all(
      Array.from({ length: 8 }, () => service.call('POST', `${turf.url}/slots`, { body: MONDAY })),
    )
    expect(made.map((each) => each.json().opened).sort((a, b) => a - b)).toEqual([
      ...[0, 0, 0, 0, 0, 0, 0, 14],
    ])
    expect(await slotsOn(service, turf, MONDAY)).toHaveLength(14)
  })

  test('of more than a year, or too many, are not made', async () => {
    const turf = await givenTimeSold(service, { ...HOURLY, slot_minutes: 5 })
    const make = (to: string) =>
      service.call('POST', `${turf.url}/slots`, { body: { from: '2038-05-03', to } })
    for (const [to, sentence] of [
      ['2028-06-01', /1 to 366 days after/],
      ['2038-05-03', /not 0/],
      ['2038-05-33', /2038-05-33/],
      ['2038-08-01', /at most 5000 are made at once/],
    ] as const) {
      const response = await make(to)
      expect([response.statusCode, response.json().code]).toEqual([422, 'validation'])
      expect(response.body).toMatch(sentence)
    }
    expect(await slotsOn(service, turf, MONDAY)).toEqual([])
  })

  test('cannot be given room for two by the back door, nor opened again while others stand there', async () => {
    const turf = await givenTimeSold(service)
    const [slot] = await givenSlots(service, turf, MONDAY)
    const patch = () =>
      service.call('PATCH', at(`/pools/${slot?.pool_id}`), { body: { capacity: 2 } })
    expect((await patch()).statusCode).toBe(422)
    await service.call('PUT', `${turf.url}/schedule`, { body: { ...HOURLY, weekly: [] } })
    await service.call('POST', `${turf.url}/slots`, { body: MONDAY })
    expect((await patch()).json().detail).toMatch(/closed/)
    const pool = { resource_id: turf.resourceId, capacity: 1 }
    expect((await service.call('POST', at('/pools'), { body: pool })).statusCode).toBe(422)
  })
})

describe('a class', () => {
  const yoga = { ...HOURLY, capacity: 3 }

  test('has its places, and says of a full one how many are left, line by line', async () => {
    const room = await givenTimeSold(service, yoga, {})
    const [slot] = await givenSlots(service, room, MONDAY)
    expect(slot).toMatchObject({ capacity: 3, from: '2038-05-03T08:00:00.000Z' })
    const time = { resource_id: room.resourceId, from: slot?.from, to: slot?.to }
    expect((await book([{ ...time, quantity: 2 }])).statusCode).toBe(201)
    const full = await book([{ ...time, quantity: 2 }])
    expect([full.statusCode, full.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'insufficient_capacity',
        lines: [
          { line: 0, pool_id: slot?.pool_id, ...time, requested: 2, available: 1, capacity: 3 },
        ],
      }),
    ])
    const futile = await book([{ ...time, quantity: 4 }])
    expect(futile.json().code).toBe('exceeds_capacity')
  })
})
