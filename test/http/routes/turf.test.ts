/** A turf by the hour: booked, moved, repeated. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { passTime } from '../../support/stock/reservations.js'
import { givenSlots, givenTimeSold, type SlotShown, slotsOn } from '../../support/stock/turf.js'
import { MONDAY, onPool, useTimeSale } from './time-sale.js'

const { service, at, book } = useTimeSale()

describe('a turf', () => {
  test('is booked by one; the second is told that it is taken, and when it is free', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, MONDAY)
    const told = (i: number) => {
      const { pool_id, from, to } = slots[i] ?? {}
      return { pool_id, resource_id: turf.resourceId, from, to }
    }
    await book([onPool(slots[5])])
    const key = newId()
    const ask = () =>
      service.call('POST', at('/reservations'), {
        key,
        body: { customer: 'bob@example.com', lines: [onPool(slots[5])] },
      })
    const second = await ask()
    expect([second.statusCode, second.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'slot_taken',
        retryable: false,
        slots: [told(5)],
        suggestions: [told(4), told(6), told(3)],
      }),
    ])
    // Whoever asks again hears the same, though one of those is taken now.
    await book([onPool(slots[4])])
    const again = await ask()
    expect(again.json().suggestions).toEqual(second.json().suggestions)
    expect(again.headers['idempotent-replayed']).toBe('true')
  })

  test('is booked by resource and time as well as by the slot’s pool', async () => {
    const turf = await givenTimeSold(service)
    const [slot] = await givenSlots(service, turf, MONDAY)
    const time = {
      resource_id: turf.resourceId.toUpperCase(),
      from: '2038-05-03T08:00:00+02:00',
      to: '2038-05-03T09:00+02:00',
    }
    const booked = await book([time])
    expect([booked.statusCode, booked.json().lines]).toEqual([
      201,
      [expect.objectContaining({ pool_id: slot?.pool_id, quantity: 1 })],
    ])
    expect((await book([time])).json().code).toBe('slot_taken')
    const never = await book([{ ...time, to: '2038-05-03T09:30+02:00' }])
    expect([never.statusCode, never.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'not_offered',
        slots: [
          {
            pool_id: null,
            resource_id: turf.resourceId,
            from: '2038-05-03T06:00:00.000Z',
            to: '2038-05-03T07:30:00.000Z',
          },
        ],
      }),
    ])
    const unknown = await book([{ ...time, resource_id: newId() }])
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'unknown_resource'])
  })

  test.each([
    ['neither pool nor time', {}],
    ['a pool and a time', { pool_id: newId(), from: '2038-05-03T08:00Z' }],
    ['a time without an end', { resource_id: newId(), from: '2038-05-03T08:00Z' }],
    [
      'an end before its start',
      {
        resource_id: newId(),
        from: '2038-05-03T08:00Z',
        to: '2038-05-03T07:00Z',
      },
    ],
    [
      'a day that there is not',
      {
        resource_id: newId(),
        from: '2038-02-30T08:00Z',
        to: '2038-02-30T09:00Z',
      },
    ],
    [
      'a month of time',
      {
        resource_id: newId(),
        from: '2038-05-03T08:00Z',
        to: '2038-06-03T08:00Z',
      },
    ],
  ])('is not booked by a line with %s', async (_what, line) => {
    const response = await book([line])
    expect([response.statusCode, response.json().code]).toEqual([422, 'validation'])
  })

  test('that is held past its time is free for the next one', async () => {
    const turf = await givenTimeSold(service)
    const [slot] = await givenSlots(service, turf, MONDAY)
    const held = await book([onPool(slot)], { hold_seconds: 60 })
    await passTime(service.db, held.json().id)
    expect((await book([onPool(slot)])).statusCode).toBe(201)
  })

  test('is moved to another hour at once, or not at all', async () => {
    const turf = await givenTimeSold(service)
    const [one, two, three] = await givenSlots(service, turf, MONDAY)
    const mine = (await book([onPool(one)])).json()
    await book([onPool(three)])
    const move = (slot: SlotShown | undefined) =>
      service.call('PATCH', at(`/reservations/${mine.id}`), { body: { lines: [onPool(slot)] } })
    const refused = await move(three)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'slot_taken'])
    expect((await slotsOn(service, turf, MONDAY)).map((slot) => slot.taken).slice(0, 3)).toEqual([
      1, 0, 1,
    ])
    expect((await move(two)).statusCode).toBe(200)
    expect((await slotsOn(service, turf, MONDAY)).map((slot) => slot.taken).slice(0, 3)).toEqual([
      0, 1, 1,
    ])
  })

  test('that two click on within milliseconds goes to one of them, slot after slot', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, { from: '2038-05-03', to: '2038-05-05' })
    const answers = await Promise.all(
      slots.flatMap((slot) => [book([onPool(slot)]), book([onPool(slot)])]),
    )
    const told = answers.map((each) => each.json().code ?? each.json().state)
    expect(told.filter((each) => each === 'confirmed')).toHaveLength(slots.length)
    expect(told.filter((each) => each === 'slot_taken')).toHaveLength(slots.length)
    for (const slot of await slotsOn(service, turf, { from: '2038-05-03', to: '2038-05-05' })) {
      expect(slot.taken).toBe(1)
    }
  })
})

describe('a booking for several weeks', () => {
  // The clocks in Berlin are set back on 31 October 2038.
  const weeks = { from: '2038-10-11', to: '2038-11-20' }

  test('is at the same hour on the wall on both sides of a change of the clocks', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, weeks)
    const six = slots.find((slot) => slot.from === '2038-10-11T16:00:00.000Z')
    const booked = await book([onPool(six)], { repeat: { weeks: 5 } })
    expect(booked.statusCode, booked.body).toBe(201)
    const pools = new Set(booked.json().lines.map((line: { pool_id: string }) => line.pool_id))
    const when = slots.filter((slot) => pools.has(slot.pool_id)).map((slot) => slot.from)
    expect(when).toEqual([
      '2038-10-11T16:00:00.000Z',
      '2038-10-18T16:00:00.000Z',
      '2038-10-25T16:00:00.000Z',
      '2038-11-01T17:00:00.000Z',
      '2038-11-08T17:00:00.000Z',
    ])
    expect(booked.json().skipped).toEqual([])
  })

  test('is all of it or nothing, unless whatever is free is asked for', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, weeks)
    const at = (from: string) => slots.find((slot) => slot.from === from)
    const [first, third] = [at('2038-10-11T16:00:00.000Z'), at('2038-10-25T16:00:00.000Z')]
    await book([onPool(third)])
    const all = await book([onPool(first)], { repeat: { weeks: 4 } })
    expect([all.statusCode, all.json().code, all.json().slots]).toEqual([
      ...[409, 'slot_taken'],
      [expect.objectContaining({ pool_id: third?.pool_id })],
    ])
    expect((await slotsOn(service, turf, weeks)).filter((slot) => slot.taken > 0)).toHaveLength(1)

    const key = newId()
    const ask = () =>
      service.call('POST', `/v1/listings/${service.listingId}/reservations`, {
        key,
        body: {
          customer: 'ada',
          lines: [onPool(first)],
          // In the sixth week the slots have not been made yet.
          repeat: { weeks: 7, when_taken: 'skip' },
        },
      })
    const free = await ask()
    expect([free.statusCode, free.json().lines.length]).toEqual([201, 5])
    expect(free.json().skipped).toEqual([
      expect.objectContaining({ code: 'not_offered', from: '2038-11-22T17:00:00.000Z' }),
      expect.objectContaining({ code: 'slot_taken', from: third?.from, to: third?.to }),
    ])
    const again = await ask()
    expect([again.json(), again.headers['idempotent-replayed']]).toEqual([free.json(), 'true'])
    expect((await slotsOn(service, turf, weeks)).filter((slot) => slot.taken > 0)).toHaveLength(6)
  })

  test('of what is not bound to a time, or of too many weeks, is refused', async () => {
    const timeless = await book([{ pool_id: service.poolIds[2] }], { repeat: { weeks: 2 } })
    expect([timeless.statusCode, timeless.json().detail]).toEqual([
      422,
      expect.stringContaining('is no slot'),
    ])
    const turf = await givenTimeSold(service)
    const [one, two] = await givenSlots(service, turf, MONDAY)
    const many = await book([onPool(one), onPool(two)], { repeat: { weeks: 26 } })
    expect([many.statusCode, many.json().detail]).toEqual([422, expect.stringContaining('52')])
  })
})
