/** Asks every route well but for one thing, and looks at what it says and at what it left behind. */
import type { LightMyRequestResponse } from 'fastify'
import { beforeAll, expect } from 'vitest'
import { givenTimeSold, HOURLY } from '../stock/turf.js'
import {
  goodCall,
  type Ids,
  type Operation,
  operationsOf,
  undeclared,
  urlOf,
} from './operations.js'
import {
  type Call,
  givenBlock,
  givenCalendar,
  givenDeadLetter,
  givenHold,
  givenWebhook,
  hashOfTraces,
  type Service,
  useService,
} from './service.js'

export interface Spoiling {
  readonly service: Service
  /** Every operation under /v1. */
  readonly all: Operation[]
  /** Those that take a body. */
  readonly withBody: Operation[]
  /** Of things that are there, and the seller's. */
  readonly ids: Ids
  /** Calls the operation well but for what `spoilt` says. */
  call(operation: Operation, spoilt: Call, url?: string): Promise<LightMyRequestResponse>
  named(id: string): Operation
  /** Runs `work` and fails if anything in the database is not as it was. */
  leavingNoTrace(work: () => Promise<unknown>): Promise<void>
}

/** Call at the top of a test file; the object is filled in before the first test. */
export function useSpoiling(): Spoiling {
  const service = useService()
  const spoiling = {
    service,
    call: (operation, spoilt, url = urlOf(operation, spoiling.ids)) =>
      service.call(operation.method, url, { ...goodCall(operation, service), ...spoilt }),
    named: (id) => {
      const operation = spoiling.all.find((each) => each.id === id)
      if (operation === undefined) throw new Error(`there is no operation ${id}`)
      return operation
    },
    leavingNoTrace: async (work) => {
      const before = await hashOfTraces(service.db)
      await work()
      expect(await hashOfTraces(service.db)).toEqual(before)
    },
  } as { -readonly [Key in keyof Spoiling]: Spoiling[Key] }

  beforeAll(async () => {
    spoiling.all = operationsOf(service.app).filter(({ path }) => path.startsWith('/v1/'))
    spoiling.withBody = spoiling.all.filter((operation) => operation.body !== undefined)
    const { id } = await givenHold(service, service.poolIds[2] ?? '')
    const keys = await service.call('GET', '/v1/keys', { as: service.keys.admin })
    spoiling.ids = {
      listing_id: service.listingId,
      pool_id: service.poolIds[0] ?? '',
      resource_id: (await givenTimeSold(service, HOURLY, {})).resourceId,
      block_id: await givenBlock(service, service.listingId, service.resourceIds[0] ?? ''),
      reservation_id: id,
      key_id: keys.json().items.at(-1).id,
      calendar_id: await givenCalendar(service, service.listingId),
      webhook_id: await givenWebhook(service, service.listingId, service.keys.seller),
      delivery_id: await givenDeadLetter(service.db, service.listingId),
    }
  })
  return spoiling
}

export function expectProblem(
  operation: Operation,
  response: LightMyRequestResponse,
  expected: readonly [status: number, code: string],
  what: unknown,
): void {
  const said = [response.statusCode, response.json().code]
  expect(said, `${operation.id}, ${JSON.stringify(what)}: ${response.body}`).toEqual(expected)
  expect(undeclared(operation, response)).toBe(undefined)
  expect(response.headers['x-request-id']).toBe(response.json().request_id)
  expect(response.body).not.toMatch(/select |insert |node_modules|\bat /)
}

/** All that is said, but for the one thing that is never the same. */
export function withoutRequestId(response: LightMyRequestResponse): string {
  const { request_id: _, ...body } = response.json()
  return JSON.stringify(body)
}
