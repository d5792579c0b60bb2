/** A turf by the hour and a class with places: made, made again, booked, moved, repeated. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { useService } from '../../support/http/service.js'
import {
  givenSlots,
  givenTimeSold,
  HOURLY,
  type SlotShown,
  slotsOn,
} from '../../support/stock/turf.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
/** A Monday in May, and the Tuesday. */
const MONDAY = { from: '2027-05-03', to: '2027-05-04' }

const book = (lines: object[], more: object = {}) =>
  service.call('POST', at('/reservations'), {
    body: { customer: 'ada@example.com', lines, ...more },
  })

const onPool = (slot: SlotShown | undefined) => ({ pool_id: slot?.pool_id, quantity: 1 })

describe('a schedule', () => {
  test('is shown as it was set, with a version that guards against a blind overwrite', async () => {
    const { url, resourceId } = await givenTimeSold(service)
    const shown = await service.call('GET', `${url}/schedule`)
    expect([shown.statusCode, shown.headers['etag'], shown.json()]).toEqual([
      200,
      '"1"',
      {
        ...HOURLY,
        resource_id: resourceId,
        time_zone: 'Europe/Berlin',
        exceptions: [],
        buffer_minutes: 0,
        capacity: 1,
        version: 1,
      },
    ])
    const put = (etag: string) =>
      service.call('PUT', `${url}/schedule`, { body: HOURLY, headers: { 'if-match': etag } })
    expect((await put('"1"')).json().version).toBe(2)
    expect((await put('"1"')).json()).toMatchObject({ code: 'version_mismatch', version: 2 })
    const headers = { 'if-none-match': '"2"' }
    expect((await service.call('GET', `${url}/schedule`, { headers })).statusCode).toBe(304)
  })

  test.each([
    ['a turf for two at once', { ...HOURLY, capacity: 2 }, /exclusive resource/],
    [
      'steps for what is sold in slots',
      { ...HOURLY, step_minutes: 30 },
      /is not for what is sold by slots/,
    ],
    ['slots of no length', { ...HOURLY, slot_minutes: undefined }, /has to be there for slots/],
    [
      'a day that there is not',
      { ...HOURLY, exceptions: [{ date: '2027-02-29', hours: [] }] },
      /2027-02-29/,
    ],
    ['hours that overlap', { ...HOURLY, weekly: [...HOURLY.weekly, ...HOURLY.weekly] }, /overlap/],
  ])('with %s is refused, and says what is wrong', async (_what, body, sentence) => {
    const { url } = await givenTimeSold(service)
    const response = await service.call('PUT', `${url}/schedule`, { body })
    expect([response.statusCode, response.json().code]).toEqual([422, 'validation'])
    expect(response.body).toMatch(sentence)
    expect((await service.call('GET', `${url}/schedule`)).headers['etag']).toBe('"1"')
  })

  test('in a time zone that there is not cannot be: the resource is not made', async () => {
    const body = { name: 'Turf', time_zone: 'Europe/Atlantis' }
    const response = await service.call('POST', at('/resources'), { body })
    expect([response.statusCode, response.json().detail]).toEqual([
      422,
      expect.stringContaining('Europe/Atlantis'),
    ])
  })
})

test('a resource is sold by the hour or by the night, not by both', async () => {
  const { url } = await givenTimeSold(service, HOURLY, {})
  const nights = { from: '2031-05-01', to: '2031-05-03', capacity: 2 }
  const both = await service.call('PUT', `${url}/nights`, { body: nights })
  expect([both.statusCode, both.json().detail]).toEqual([422, expect.stringMatching(/schedule/)])
  const made = await service.call('POST', at('/resources'), { body: { name: 'Double room' } })
  const hotel = at(`/resources/${made.json().id}`)
  expect((await service.call('PUT', `${hotel}/nights`, { body: nights })).statusCode).toBe(200)
  const hourly = await service.call('PUT', `${hotel}/schedule`, { body: HOURLY })
  expect([hourly.statusCode, hourly.json().detail]).toEqual([
    422,
    expect.stringMatching(/by the night/),
  ])
})

describe('slots', () => {
  test('are made in the resource’s own time zone, fourteen from eight to ten', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, MONDAY)
    expect(slots).toHaveLength(14)
    expect(slots[0]).toMatchObject({
      from: '2027-05-03T06:00:00.000Z',
      to: '2027-05-03T07:00:00.000Z',
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
        { from: '2027-05-03T06:00:00.000Z', to: '2027-05-03T07:30:00.000Z' },
        { from: '2027-05-03T07:30:00.000Z', to: '2027-05-03T09:00:00.000Z' },
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
      service.call('POST', `${turf.url}/slots`, { body: { from: '2027-05-03', to } })
    for (const [to, sentence] of [
      ['2028-06-01', /1 to 366 days after/],
      ['2027-05-03', /not 0/],
      ['2027-05-33', /2027-05-33/],
      ['2027-08-01', /at most 5000 are made at once/],
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
      from: '2027-05-03T08:00:00+02:00',
      to: '2027-05-03T09:00+02:00',
    }
    const booked = await book([time])
    expect([booked.statusCode, booked.json().lines]).toEqual([
      201,
      [expect.objectContaining({ pool_id: slot?.pool_id, quantity: 1 })],
    ])
    expect((await book([time])).json().code).toBe('slot_taken')
    const never = await book([{ ...time, to: '2027-05-03T09:30+02:00' }])
    expect([never.statusCode, never.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'not_offered',
        slots: [
          {
            pool_id: null,
            resource_id: turf.resourceId,
            from: '2027-05-03T06:00:00.000Z',
            to: '2027-05-03T07:30:00.000Z',
          },
        ],
      }),
    ])
    const unknown = await book([{ ...time, resource_id: newId() }])
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'unknown_resource'])
  })

  test.each([
    ['neither pool nor time', {}],
    ['a pool and a time', { pool_id: newId(), from: '2027-05-03T08:00Z' }],
    ['a time without an end', { resource_id: newId(), from: '2027-05-03T08:00Z' }],
    [
      'an end before its start',
      {
        resource_id: newId(),
        from: '2027-05-03T08:00Z',
        to: '2027-05-03T07:00Z',
      },
    ],
    [
      'a day that there is not',
      {
        resource_id: newId(),
        from: '2027-02-30T08:00Z',
        to: '2027-02-30T09:00Z',
      },
    ],
    [
      'a month of time',
      {
        resource_id: newId(),
        from: '2027-05-03T08:00Z',
        to: '2027-06-03T08:00Z',
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
    await service.db.query(
      `update reservations set expires_at = clock_timestamp() - interval '1 second'
       where reservation_id = $1`,
      [held.json().id],
    )
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
    const slots = await givenSlots(service, turf, { from: '2027-05-03', to: '2027-05-05' })
    const answers = await Promise.all(
      slots.flatMap((slot) => [book([onPool(slot)]), book([onPool(slot)])]),
    )
    const told = answers.map((each) => each.json().code ?? each.json().state)
    expect(told.filter((each) => each === 'confirmed')).toHaveLength(slots.length)
    expect(told.filter((each) => each === 'slot_taken')).toHaveLength(slots.length)
    for (const slot of await slotsOn(service, turf, { from: '2027-05-03', to: '2027-05-05' })) {
      expect(slot.taken).toBe(1)
    }
  })
})

describe('a class', () => {
  const yoga = { ...HOURLY, capacity: 3 }

  test('has its places, and says of a full one how many are left, line by line', async () => {
    const room = await givenTimeSold(service, yoga, {})
    const [slot] = await givenSlots(service, room, MONDAY)
    expect(slot).toMatchObject({ capacity: 3, from: '2027-05-03T08:00:00.000Z' })
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

describe('a booking for several weeks', () => {
  // The clocks in Berlin are set back on 31 October 2027.
  const weeks = { from: '2027-10-11', to: '2027-11-20' }

  test('is at the same hour on the wall on both sides of a change of the clocks', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, weeks)
    const six = slots.find((slot) => slot.from === '2027-10-11T16:00:00.000Z')
    const booked = await book([onPool(six)], { repeat: { weeks: 5 } })
    expect(booked.statusCode, booked.body).toBe(201)
    const pools = new Set(booked.json().lines.map((line: { pool_id: string }) => line.pool_id))
    const when = slots.filter((slot) => pools.has(slot.pool_id)).map((slot) => slot.from)
    expect(when).toEqual([
      '2027-10-11T16:00:00.000Z',
      '2027-10-18T16:00:00.000Z',
      '2027-10-25T16:00:00.000Z',
      '2027-11-01T17:00:00.000Z',
      '2027-11-08T17:00:00.000Z',
    ])
    expect(booked.json().skipped).toEqual([])
  })

  test('is all of it or nothing, unless whatever is free is asked for', async () => {
    const turf = await givenTimeSold(service)
    const slots = await givenSlots(service, turf, weeks)
    const at = (from: string) => slots.find((slot) => slot.from === from)
    const [first, third] = [at('2027-10-11T16:00:00.000Z'), at('2027-10-25T16:00:00.000Z')]
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
      expect.objectContaining({ code: 'not_offered', from: '2027-11-22T17:00:00.000Z' }),
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
