/** What is free nearest to what somebody else has: before, after, elsewhere, or fewer of it. Pure. */
import type { TimeSpan } from 'holdfast/client'
import { addDays } from '../../shared/times.js'
import type { Offer } from '../stock/sale.js'
import { type Stock, timesOf } from '../stock/stock.js'
import type { Choice, StayChoice, TimeChoice, UnitsChoice } from './choice.js'
import { spanAround } from './range-times.js'
import { type Nights, whyNoStay } from './stays.js'

export interface Alternative {
  readonly how: 'earlier' | 'later' | 'elsewhere' | 'fewer'
  readonly choice: Choice
}

/** What is known of the neighbourhood, read after the refusal. */
export interface Neighbourhood {
  readonly offers: readonly Offer[]
  readonly stock: Stock
  /** By resource, where nights are sold. */
  readonly nights: ReadonlyMap<string, Nights>
  /** What the service itself named: times on the resource that were free a moment ago. */
  readonly suggestions: readonly TimeSpan[]
}

/** Farther away nobody wants to move a stay. */
export const SHIFT_DAYS_MAX = 14
const ELSEWHERE_MAX = 2

/** The nearest of each kind, at most five. */
export function alternativesTo(choice: Choice, around: Neighbourhood): readonly Alternative[] {
  switch (choice.kind) {
    case 'units':
      return aroundUnits(choice, around)
    case 'time':
      return aroundTime(choice, around)
    case 'stay':
      return aroundStay(choice, around)
  }
}

function aroundUnits(choice: UnitsChoice, { offers, stock }: Neighbourhood): Alternative[] {
  const elsewhere = offers.flatMap((offer): Alternative[] => {
    if (offer.sold !== 'units' || offer.poolId === choice.poolId) return []
    const { resourceId, poolId } = offer
    const left = stock.units.get(poolId)?.available ?? 0
    if (left < choice.quantity) return []
    return [{ how: 'elsewhere', choice: { ...choice, resourceId, poolId } }]
  })
  const left = stock.units.get(choice.poolId)?.available ?? 0
  return [...fewer(choice, left), ...elsewhere.slice(0, ELSEWHERE_MAX)]
}

function aroundTime(choice: TimeChoice, around: Neighbourhood): Alternative[] {
  const { stock, offers } = around
  const { resourceId, fromMs, toMs, quantity } = choice
  const own = timesOf(stock, resourceId).map(({ from, to, available }) => ({
    ...{ fromMs: Date.parse(from), toMs: Date.parse(to), available },
  }))
  const named = around.suggestions.map(({ from, to }) => ({
    ...{ fromMs: Date.parse(from), toMs: Date.parse(to) },
  }))
  const isRanges = offers.some((each) => each.resourceId === resourceId && each.sold === 'ranges')
  const free = isRanges ? named : own.filter(({ available }) => available >= quantity)
  const at = (time: { fromMs: number; toMs: number }) => ({
    ...{ ...choice, fromMs: time.fromMs, toMs: time.toMs },
  })
  const earlier = free.filter((each) => each.fromMs < fromMs).sort((a, b) => b.fromMs - a.fromMs)
  const later = free.filter((each) => each.fromMs > fromMs).sort((a, b) => a.fromMs - b.fromMs)
  const elsewhere = offers.flatMap((offer): Alternative[] => {
    if (offer.resourceId === resourceId || !isFree(offer, choice, stock)) return []
    return [{ how: 'elsewhere', choice: { ...choice, resourceId: offer.resourceId } }]
  })
  const left = own.find((each) => each.fromMs === fromMs && each.toMs === toMs)?.available ?? 0
  return [
    ...fewer(choice, left),
    ...earlier.slice(0, 1).map((each): Alternative => ({ how: 'earlier', choice: at(each) })),
    ...later.slice(0, 1).map((each): Alternative => ({ how: 'later', choice: at(each) })),
    ...elsewhere.slice(0, ELSEWHERE_MAX),
  ]
}

/** True when another resource has the very time. */
function isFree(offer: Offer, { fromMs, toMs, quantity }: TimeChoice, stock: Stock): boolean {
  const { resourceId } = offer
  if (offer.sold === 'ranges') {
    const free = stock.times.get(resourceId)?.free ?? []
    return quantity === 1 && spanAround(free, fromMs, toMs) !== undefined
  }
  if (offer.sold !== 'slots') return false
  return timesOf(stock, resourceId).some(
    ({ from, to, available }) =>
      Date.parse(from) === fromMs && Date.parse(to) === toMs && available >= quantity,
  )
}

function aroundStay(choice: StayChoice, { nights, offers }: Neighbourhood): Alternative[] {
  const own = nights.get(choice.resourceId) ?? new Map()
  const moved = (direction: 1 | -1): Alternative[] => {
    for (let days = 1; days <= SHIFT_DAYS_MAX; days += 1) {
      const stay = {
        ...choice,
        checkIn: addDays(choice.checkIn, direction * days),
        checkOut: addDays(choice.checkOut, direction * days),
      }
      if (whyNoStay(own, stay) !== undefined) continue
      return [{ how: direction === 1 ? 'later' : 'earlier', choice: stay }]
    }
    return []
  }
  const elsewhere = offers.flatMap((offer): Alternative[] => {
    const { resourceId } = offer
    if (offer.sold !== 'nights' || resourceId === choice.resourceId) return []
    const stay = { ...choice, resourceId }
    if (whyNoStay(nights.get(resourceId) ?? new Map(), stay) !== undefined) return []
    return [{ how: 'elsewhere', choice: stay }]
  })
  return [
    ...fewer(choice, roomsThroughout(own, choice)),
    ...moved(-1),
    ...moved(1),
    ...elsewhere.slice(0, ELSEWHERE_MAX),
  ]
}

/** Rooms that are left in each night of the stay. */
function roomsThroughout(nights: Nights, { checkIn, checkOut }: StayChoice): number {
  let rooms = Number.POSITIVE_INFINITY
  for (let date = checkIn; date < checkOut; date = addDays(date, 1)) {
    rooms = Math.min(rooms, nights.get(date)?.available ?? 0)
  }
  return rooms
}

function fewer(choice: Choice, left: number): Alternative[] {
  if (left < 1 || left >= choice.quantity) return []
  return [{ how: 'fewer', choice: { ...choice, quantity: left } }]
}
