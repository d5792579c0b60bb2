/** A service that sells by time, and how its tests book. */
import type { LightMyRequestResponse } from 'fastify'
import { type Service, useService } from '../../support/http/service.js'
import type { SlotShown } from '../../support/stock/turf.js'

/** A Monday in May, and the Tuesday. */
export const MONDAY = { from: '2038-05-03', to: '2038-05-04' }

export interface TimeSale {
  readonly service: Service
  /** A path below the listing. */
  at(path: string): string
  book(lines: object[], more?: object): Promise<LightMyRequestResponse>
}

/** Call at the top of a test file. */
export function useTimeSale(): TimeSale {
  const service = useService()
  const at = (path: string) => `/v1/listings/${service.listingId}${path}`
  const book = (lines: object[], more: object = {}) =>
    service.call('POST', at('/reservations'), {
      body: { customer: 'ada@example.com', lines, ...more },
    })
  return { service, at, book }
}

/** A line for one unit of the slot. */
export function onPool(slot: SlotShown | undefined): object {
  return { pool_id: slot?.pool_id, quantity: 1 }
}
