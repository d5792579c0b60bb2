/** What somebody looks for: as it stands in the address, and as the API wants it. */
import type { Operations } from 'holdfast/client'
import { addDays, instantOf } from '../../../shared/times.js'

export const FIELDS = [
  'customer',
  'contact',
  'state',
  'from',
  'until',
  'resource',
  'payment',
  'key',
  'value',
] as const

export type Wish = Readonly<Record<(typeof FIELDS)[number], string>>

type Query = Operations['listReservations']['query']

/** Fields that are not in the address are empty. */
export function wishOf(query: URLSearchParams): Wish {
  return Object.fromEntries(FIELDS.map((field) => [field, query.get(field)?.trim() ?? ''])) as Wish
}

export function isNarrow(wish: Wish): boolean {
  return FIELDS.some((field) => wish[field] !== '')
}

/** @param zone whose days the dates are */
export function queryOf(wish: Wish, zone: string): Query {
  const { customer, contact, state, from, until, resource, payment, key, value } = wish
  return {
    ...(customer === '' ? {} : { customer }),
    ...(contact === '' ? {} : { contact }),
    ...(state === '' ? {} : { state }),
    ...(from === '' ? {} : { overlaps_from: midnight(zone, from) }),
    // The last day counts.
    ...(until === '' ? {} : { overlaps_until: midnight(zone, addDays(until, 1)) }),
    ...(resource === '' ? {} : { resource_id: resource }),
    ...(payment === '' ? {} : { payment_ref: payment }),
    ...(key === '' || value === '' ? {} : { metadata: { [key]: value } }),
  }
}

/** Where the clocks leave midnight out the day begins with the next minute that there is. */
function midnight(zone: string, date: string): string {
  const ms = instantOf(zone, date, 0) ?? instantOf(zone, date, 60) ?? Date.parse(date)
  return new Date(ms).toISOString()
}
