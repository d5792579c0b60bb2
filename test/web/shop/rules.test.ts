/** What the shop works out by itself: stays that are allowed, ranges that fit, what is nearest, what is left. */
import { describe, expect, test } from 'vitest'
import type { Night, Schedule, TimedPool } from '../../../src/client/client.js'
import { createServerClock } from '../../../web/shared/server-clock.js'
import { choicesOf, type StayChoice, type TimeChoice } from '../../../web/shop/booking/choice.js'
import { alternativesTo } from '../../../web/shop/booking/nearest.js'
import { endsFrom, startsOn } from '../../../web/shop/booking/range-times.js'
import { whyNoStay } from '../../../web/shop/booking/stays.js'
import type { Offer } from '../../../web/shop/stock/sale.js'
import { afterEvent, NO_STOCK, stockOf } from '../../../web/shop/stock/stock.js'

const night = (day: number, changes: Partial<Night> = {}): readonly [string, Night] => {
  const date = `2030-05-${String(day).padStart(2, '0')}`
  return [
    date,
    {
      ...{ night: date, pool_id: date, capacity: 5, taken: 0, available: 5, version: 1 },
      ...{ minimum_stay: 1, maximum_stay: null, on_sale: true },
      ...{ closed_to_arrival: false, closed_to_departure: false, ...changes },
    },
  ]
}
const stay = (checkIn: number, checkOut: number, quantity = 1): StayChoice => ({
  ...{ kind: 'stay', resourceId: 'double', quantity },
  checkIn: `2030-05-${String(checkIn).padStart(2, '0')}`,
  checkOut: `2030-05-${String(checkOut).padStart(2, '0')}`,
})

describe('a stay', () => {
  const nights = new Map([
    night(1, { minimum_stay: 2 }),
    night(2, { maximum_stay: 2 }),
    night(3, { closed_to_arrival: true }),
    night(4, { closed_to_departure: true }),
    night(5, { available: 1 }),
    night(6, { on_sale: false }),
  ])
  test.each([
    [stay(1, 2), 'at least 2 nights'],
    [stay(1, 3), undefined],
    [stay(2, 5), 'at most 2 nights'],
    [stay(3, 5), 'no arrival'],
    [stay(2, 4), 'no departure'],
    [stay(5, 6, 2), 'only 1 left'],
    [stay(5, 6), undefined],
    [stay(4, 7), 'a night of it is full'],
    [stay(6, 7), 'not on sale'],
    [stay(5, 5), 'the stay ends before it begins'],
  ])('from $checkIn to $checkOut of $quantity: %#', (wanted, why) => {
    expect(whyNoStay(nights, wanted)).toBe(why)
  })

  test('is one choice again when its nights come back as lines', () => {
    const line = { pool_id: 'p', quantity: 2, resource_id: 'double' }
    const lines = ['2030-05-02', '2030-05-01', '2030-05-04'].map((each) => ({
      ...line,
      night: each,
    }))
    expect(choicesOf(lines, () => undefined)).toMatchObject([
      { checkIn: '2030-05-01', checkOut: '2030-05-03', quantity: 2 },
      { checkIn: '2030-05-04', checkOut: '2030-05-05' },
    ])
  })
})

describe('a range', () => {
  const schedule = {
    weekly: [{ days: ['mon'], from: '08:00', to: '12:00' }],
    exceptions: [{ date: '2030-10-28', hours: [{ from: '22:00', to: '02:00' }] }],
    buffer_before_minutes: 15,
  } as unknown as Schedule
  const terms = { schedule, minMinutes: 60, maxMinutes: 120, stepMinutes: 30 }
  const at = (text: string) => Date.parse(`2030-10-21T${text}:00Z`)
  const free = [
    { from: '2030-10-21T08:15:00Z', to: '2030-10-21T10:00:00Z' },
    { from: '2030-10-28T22:15:00Z', to: '2030-10-29T02:00:00Z' },
  ]

  test('begins on a step behind the buffer, where the shortest one fits', () => {
    expect(startsOn(terms, 'UTC', '2030-10-21', free)).toEqual([at('08:15'), at('08:45')])
    expect(startsOn(terms, 'UTC', '2030-10-22', free)).toEqual([])
  })

  test('of a night that an exception opens goes on behind midnight', () => {
    expect(startsOn(terms, 'UTC', '2030-10-28', free)).toHaveLength(6)
  })

  test('ends as late as is free, and as is sold', () => {
    expect(endsFrom(terms, at('08:15'), free)).toEqual([at('09:15'), at('09:45')])
  })
})

describe('the nearest', () => {
  const offer = (resourceId: string): Offer => ({
    ...{ resourceId, name: resourceId, zone: 'UTC', exclusive: false, sold: 'slots' },
  })
  const slot = (hour: number, available: number, on = 'a'): TimedPool => ({
    ...{ pool_id: `${on}${hour}`, capacity: 5, available },
    from: `2030-10-21T${hour}:00:00Z`,
    to: `2030-10-21T${hour + 1}:00:00Z`,
  })
  const stock = stockOf({
    ...{ listing_id: 'l', version: 1, pools: [] },
    resources: [
      {
        id: 'a',
        name: 'a',
        pools: [slot(10, 3), slot(11, 1), slot(12, 1), slot(13, 3), slot(14, 3)],
      },
      { id: 'b', name: 'b', pools: [slot(12, 2, 'b')] },
    ],
  })
  const gone: TimeChoice = {
    ...{ kind: 'time', resourceId: 'a', quantity: 2 },
    ...{ fromMs: Date.parse('2030-10-21T12:00:00Z'), toMs: Date.parse('2030-10-21T13:00:00Z') },
  }

  test('has room for all: before, behind, elsewhere; and fewer where some are left', () => {
    const around = { offers: [offer('a'), offer('b')], stock, nights: new Map(), suggestions: [] }
    expect(
      alternativesTo(gone, around).map(({ how, choice }) => [
        how,
        choice.quantity,
        choice.kind === 'time' && new Date(choice.fromMs).getUTCHours(),
        choice.resourceId,
      ]),
    ).toEqual([
      ['fewer', 1, 12, 'a'],
      ['earlier', 2, 10, 'a'],
      ['later', 2, 13, 'a'],
      ['elsewhere', 2, 12, 'b'],
    ])
  })

  test('stay is moved past what is full', () => {
    const nights = new Map(
      Array.from({ length: 31 }, (_, i) => night(i + 1, { available: i + 1 === 15 ? 0 : 5 })),
    )
    const around = {
      offers: [],
      stock: NO_STOCK,
      nights: new Map([['double', nights]]),
      suggestions: [],
    }
    expect(alternativesTo(stay(14, 17), around).map(({ choice }) => choice)).toMatchObject([
      { checkIn: '2030-05-12', checkOut: '2030-05-15' },
      { checkIn: '2030-05-16', checkOut: '2030-05-19' },
    ])
  })
})

test('what is left follows changes, and forgets what is gone', () => {
  const pool = (id: string, available: number) => ({
    ...{ pool_id: id, capacity: 5, available },
    ...{ from: '2030-10-21T10:00:00Z', to: '2030-10-21T11:00:00Z' },
  })
  const of = (changes: object) => ({ listing_id: 'l', version: 1, pools: [], ...changes })
  const before = stockOf(
    of({ resources: [{ id: 'a', name: 'a', pools: [pool('x', 5), pool('y', 5)] }] }),
  )
  const after = afterEvent(before, {
    ...{ kind: 'change', id: '2' },
    availability: of({ resources: [{ id: 'a', name: 'a', pools: [pool('x', 1)], gone: ['y'] }] }),
  })
  expect([...(after.times.get('a')?.pools.values() ?? [])]).toEqual([pool('x', 1)])
})

describe('the server’s clock', () => {
  const MS = Date.parse('2030-10-21T10:00:00Z')
  test('is found within a second by one answer, and closer by several, and is never behind', () => {
    const clock = createServerClock(() => MS - 3_600_000)
    const answered = (serverMs: number, localMs: number) =>
      clock.hear(new Date(serverMs).toUTCString(), localMs - 3_600_000, localMs - 3_600_000)
    answered(MS, MS + 100)
    expect(clock.now() - MS).toBeGreaterThanOrEqual(0)
    expect(clock.now() - MS).toBeLessThanOrEqual(1_000)
    answered(MS, MS + 900)
    expect(clock.now() - MS).toBeGreaterThanOrEqual(0)
    expect(clock.now() - MS).toBeLessThanOrEqual(100)
  })

  test('that was set is believed anew', () => {
    const clock = createServerClock(() => MS)
    clock.hear(new Date(MS).toUTCString(), MS, MS)
    clock.hear(new Date(MS + 60_000).toUTCString(), MS, MS)
    expect(clock.now()).toBeGreaterThanOrEqual(MS + 60_000)
  })
})
