/** What the pools of a booking are as people say it: nights in a row are one stay. Pure. */
import { addDays } from '../../domain/time/date.js'
import type { BookedPlace, PlaceTime } from './facts.js'

/** One pool of a booking: a night, a slot, or one that is bound to no time. */
export interface BookedPool extends Omit<BookedPlace, 'time'> {
  readonly resourceId: string
  /** The date of a night; null for the others. */
  readonly night: string | null
  readonly fromMs: number | null
  readonly toMs: number | null
}

/** In the order of time, those that are bound to none first. */
export function placesOf(pools: readonly BookedPool[]): readonly BookedPlace[] {
  const stays = new Map<string, BookedPlace & { readonly time: Stay }>()
  const others: BookedPlace[] = []
  for (const pool of pools.toSorted((a, b) => (a.fromMs ?? 0) - (b.fromMs ?? 0))) {
    const { resourceId, night, fromMs, toMs, name, quantity, timeZone } = pool
    const place = { name, quantity, timeZone }
    if (fromMs === null || toMs === null) others.push({ ...place, time: undefined })
    else if (night === null) others.push({ ...place, time: { kind: 'slot', fromMs, toMs } })
    else {
      // The stay that this night goes on is found under the date of its departure.
      const keyOf = (date: string) => [resourceId, quantity, date].join('/')
      const before = stays.get(keyOf(night))?.time
      const checkOut = addDays(night, 1)
      const begun = before ?? { checkIn: night, fromMs }
      stays.delete(keyOf(night))
      stays.set(keyOf(checkOut), {
        ...place,
        time: { kind: 'stay', checkIn: begun.checkIn, checkOut, fromMs: begun.fromMs, toMs },
      })
    }
  }
  const startOf = ({ time }: BookedPlace) => time?.fromMs ?? 0
  return [...others, ...stays.values()].sort((a, b) => startOf(a) - startOf(b))
}

type Stay = Extract<PlaceTime, { kind: 'stay' }>
