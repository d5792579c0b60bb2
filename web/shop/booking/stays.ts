/** Which stays a hotel's nights allow. Pure; the service has the last word. */
import type { Night } from 'holdfast/client'
import { addDays, daysBetween } from '../../shared/times.js'
import { nightsText } from './choice.js'

/** By date. */
export type Nights = ReadonlyMap<string, Night>

/** True when so many rooms can be had in this night. */
export function hasRoom(nights: Nights, date: string, quantity: number): boolean {
  const night = nights.get(date)
  return night?.on_sale === true && night.available >= quantity
}

/** Why nobody arrives on a date; undefined when somebody can. */
export function whyNoArrival(nights: Nights, date: string, quantity: number): string | undefined {
  const night = nights.get(date)
  if (night === undefined || !night.on_sale) return 'not on sale'
  if (night.available === 0) return 'full'
  if (night.available < quantity) return `only ${night.available} left`
  return night.closed_to_arrival ? 'no arrival' : undefined
}

/** Why a stay cannot be; undefined when it can. */
export function whyNoStay(
  nights: Nights,
  stay: { readonly checkIn: string; readonly checkOut: string; readonly quantity: number },
): string | undefined {
  const { checkIn, checkOut, quantity } = stay
  const length = daysBetween(checkIn, checkOut)
  if (length < 1) return 'the stay ends before it begins'
  const why = whyNoArrival(nights, checkIn, quantity)
  if (why !== undefined) return why
  for (let date = checkIn; date < checkOut; date = addDays(date, 1)) {
    if (!hasRoom(nights, date, quantity)) return 'a night of it is full'
  }
  const arrival = nights.get(checkIn)
  const minimum = arrival?.minimum_stay ?? 1
  const maximum = arrival?.maximum_stay ?? null
  if (length < minimum) return `at least ${nightsText(minimum)}`
  if (maximum !== null && length > maximum) return `at most ${nightsText(maximum)}`
  return nights.get(checkOut)?.closed_to_departure === true ? 'no departure' : undefined
}
