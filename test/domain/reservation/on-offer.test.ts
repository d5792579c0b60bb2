/** What a hotel asks of stays, of new guests and of guests who change theirs. */
import { describe, expect, test } from 'vitest'
import type { ResolvedLines } from '../../../src/domain/reservation/command.js'
import { offerRefusal } from '../../../src/domain/reservation/on-offer.js'
import { addDays } from '../../../src/domain/time/date.js'
import {
  linesOfStays,
  type NightTerms,
  type Stay,
  type StayFound,
} from '../../../src/domain/time/stay.js'

const NOW = Date.parse('2031-05-01T12:00Z')
const RESOURCE = '00000000-0000-4000-8000-000000000001'
const may = (day: number) => addDays('2031-05-01', day - 1)

const ASKS_NOTHING: NightTerms = {
  minimumStay: 1,
  maximumStay: null,
  onSale: true,
  closedToArrival: false,
  closedToDeparture: false,
}

/** What the hotel asks from now on, by the day of May. */
type Hotel = Readonly<Record<number, Partial<NightTerms>>>

function found(hotel: Hotel, from: number, to: number, more: Partial<StayFound> = {}): StayFound {
  const stay: Stay = { resourceId: RESOURCE, checkIn: may(from), checkOut: may(to), quantity: 1 }
  return {
    stay,
    known: true,
    open: true,
    timeZone: 'UTC',
    noticeMinutes: 0,
    horizonDays: null,
    lookedAtMs: NOW,
    nights: Array.from({ length: to - from }, (_, i) => ({
      ...{ ...ASKS_NOTHING, ...hotel[from + i] },
      ...{ night: may(from + i), poolId: `night ${from + i}` },
    })),
    closedToDeparture: hotel[to]?.closedToDeparture ?? false,
    ...more,
  }
}

function resolved(...stays: StayFound[]): ResolvedLines {
  return { lines: linesOfStays(stays), stays }
}

/** A reservation of these nights, one room each. */
function guest(from: number, to: number, state: 'confirmed' | 'held' = 'confirmed') {
  const lines = Array.from({ length: to - from }, (_, i) => {
    return { lineNo: i + 1, poolId: `night ${from + i}`, quantity: 1 }
  })
  return { state, lines }
}

const codeOf = (wanted: ResolvedLines, before?: ReturnType<typeof guest>) =>
  offerRefusal(wanted, before, NOW)?.code

describe('a new stay', () => {
  test.each([
    ['is asked for nothing', {}, undefined],
    ['is of nights that are on sale', { 8: { onSale: false } }, 'nights_not_on_sale'],
    ['is as long as its arrival asks', { 7: { minimumStay: 4 } }, 'minimum_stay'],
    ['is not longer', { 7: { maximumStay: 2 } }, 'maximum_stay'],
    ['does not arrive on a closed date', { 7: { closedToArrival: true } }, 'closed_to_arrival'],
    ['does not leave on one', { 10: { closedToDeparture: true } }, 'closed_to_departure'],
    ['asks the arrival alone', { 8: { closedToArrival: true, minimumStay: 9 } }, undefined],
    ['asks the departure alone', { 9: { closedToDeparture: true, maximumStay: 1 } }, undefined],
  ] as const)('%s', (_, hotel: Hotel, code) => {
    expect(codeOf(resolved(found(hotel, 7, 10)))).toBe(code)
  })

  test('names the rule that it breaks', () => {
    const hotel = { 7: { maximumStay: 2 } }
    expect(offerRefusal(resolved(found(hotel, 7, 10)), undefined, NOW)).toEqual({
      code: 'maximum_stay',
      resourceId: RESOURCE,
      night: may(7),
      maximumStay: 2,
      stayed: 3,
    })
    const closed = { 10: { closedToDeparture: true } }
    expect(offerRefusal(resolved(found(closed, 7, 10)), undefined, NOW)).toEqual({
      code: 'closed_to_departure',
      resourceId: RESOURCE,
      night: may(10),
    })
  })

  test('is not of a night that is over, too soon or too far away, unless the past is meant', () => {
    const past = found({}, 1, 3, { timeZone: 'Pacific/Kiritimati' })
    expect(codeOf(resolved(past)), 'it is the 2nd there').toBe('nights_not_on_sale')
    expect(codeOf({ ...resolved(past), allowPast: true })).toBeUndefined()
    expect(codeOf(resolved(found({}, 1, 3)))).toBeUndefined()
    expect(codeOf(resolved(found({}, 1, 3, { noticeMinutes: 1_440 })))).toBe('nights_not_on_sale')
    const far = found({}, 5, 8, { horizonDays: 5 })
    expect(offerRefusal(resolved(far), undefined, NOW)).toEqual({
      code: 'nights_not_on_sale',
      nights: [{ resourceId: RESOURCE, night: may(7) }],
    })
  })

  test('comes to the first refusal in order, before one of slots', () => {
    const slot = { code: 'not_offered', slots: [], reason: '' } as const
    const unknown = { code: 'unknown_resource', resourceIds: [] } as const
    const short = resolved(found({ 7: { minimumStay: 4 } }, 7, 10))
    expect(codeOf({ ...short, refusal: slot })).toBe('minimum_stay')
    expect(codeOf({ ...short, refusal: unknown })).toBe('unknown_resource')
    expect(codeOf({ ...resolved(found({}, 7, 10)), refusal: slot })).toBe('not_offered')
  })
})

describe('a guest who has 7, 8 and 9 May', () => {
  const change = (hotel: Hotel, from: number, to: number, more: Partial<StayFound> = {}) =>
    codeOf(resolved(found(hotel, from, to, more)), guest(7, 10))
  const offSale = { 8: { onSale: false } }

  test.each([
    ['leaves early', 7, 9],
    ['stays on', 7, 11],
    ['comes earlier', 6, 10],
    ['comes later', 8, 10],
  ])('%s although one of his nights is off sale', (_, from, to) => {
    expect(change(offSale, from, to)).toBeUndefined()
  })

  test('has to have what is new on sale, and within the horizon', () => {
    expect(change({ 10: { onSale: false } }, 7, 11)).toBe('nights_not_on_sale')
    expect(change({}, 7, 11, { horizonDays: 8 })).toBe('nights_not_on_sale')
    expect(change({}, 7, 10, { horizonDays: 5 })).toBeUndefined()
    const two = found(offSale, 7, 10, {})
    const rooms = { ...two, stay: { ...two.stay, quantity: 2 } }
    expect(codeOf(resolved(rooms), guest(7, 10)), 'a second room is new').toBe('nights_not_on_sale')
  })

  test('is asked by the rules of his arrival only if he arrives anew', () => {
    const strict = { 6: { minimumStay: 5 }, 7: { minimumStay: 5, closedToArrival: true } }
    expect(change(strict, 7, 9)).toBeUndefined()
    expect(change(strict, 7, 11)).toBeUndefined()
    expect(change(strict, 6, 10)).toBe('minimum_stay')
    expect(change({ 7: { maximumStay: 3 } }, 7, 11), 'he stays on for too long').toBe(
      'maximum_stay',
    )
    expect(change({ 7: { maximumStay: 1 } }, 7, 9)).toBeUndefined()
    expect(change({ 11: { closedToDeparture: true } }, 7, 11)).toBe('closed_to_departure')
    expect(change({ 9: { closedToDeparture: true } }, 7, 9)).toBeUndefined()
  })

  test('may leave early, but take nothing more, when his block has closed', () => {
    expect(change({}, 7, 9, { open: false })).toBeUndefined()
    expect(change({}, 7, 11, { open: false })).toBe('block_not_open')
  })
})

test('a hold that is cut short is a stay as if it were new: nobody gets around a minimum that way', () => {
  const hotel = { 7: { minimumStay: 3 } }
  const held = guest(7, 10, 'held')
  expect(codeOf(resolved(found(hotel, 7, 9)), held)).toBe('minimum_stay')
  expect(codeOf(resolved(found({ 7: { minimumStay: 9 } }, 7, 11)), held)).toBeUndefined()
})
