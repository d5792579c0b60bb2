/** A service that sells rooms by the night, and what its tests ask it. */
import type { LightMyRequestResponse } from 'fastify'
import { beforeAll } from 'vitest'
import { type Call, type Service, useService } from '../../support/http/service.js'
import { givenNights } from '../../support/stock/nights.js'

/** The nights on which rooms are on sale. */
export const RANGE = { from: '2031-05-01', to: '2031-05-08' }

export interface Hotel {
  readonly service: Service
  /** The resource of a room type with five rooms. */
  readonly rooms: string
  /** The resource of a room type with one room. */
  readonly suites: string
  /** A path below the listing. */
  path(rest: string): string
  post(rest: string, body: unknown, call?: Call): Promise<LightMyRequestResponse>
  reserve(
    lines: unknown[],
    call?: Call & { readonly hold_seconds?: number },
  ): Promise<LightMyRequestResponse>
  /** What is shown of the nights of a resource. */
  nightsOf(resourceId: string, query?: string): Promise<{ readonly nights: NightShown[] }>
}

interface NightShown {
  readonly pool_id: string
  readonly night: string
  readonly taken: number
}

/** Call at the top of a test file; the room types are there before the first test. */
export function useHotel(): Hotel {
  const service = useService()
  const path = (rest: string) => `/v1/listings/${service.listingId}${rest}`
  const post: Hotel['post'] = (rest, body, call = {}) =>
    service.call('POST', path(rest), { ...call, body })
  const hotel = {
    service,
    rooms: '',
    suites: '',
    path,
    post,
    reserve(lines, { hold_seconds, ...call } = {}) {
      const held = hold_seconds === undefined ? {} : { hold_seconds }
      return post('/reservations', { customer: 'ada@example.com', lines, ...held }, call)
    },
    async nightsOf(resourceId, query = `?from=${RANGE.from}&to=${RANGE.to}`) {
      return (await service.call('GET', path(`/resources/${resourceId}/nights${query}`))).json()
    },
  } satisfies Hotel

  beforeAll(async () => {
    ;[hotel.rooms = '', hotel.suites = ''] = service.resourceIds
    for (const [resourceId, capacity] of [
      [hotel.rooms, 5],
      [hotel.suites, 1],
    ] as const) {
      await givenNights(service.db, service.listingId, resourceId, { ...RANGE, capacity })
    }
  })
  return hotel
}
