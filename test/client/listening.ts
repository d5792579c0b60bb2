/** A service on a real port, and clients of it. */
import { afterAll, beforeAll, expect } from 'vitest'
import {
  type Client,
  type ClientOptions,
  createClient,
  HoldfastClientError,
} from '../../src/client/client.js'
import type { AppOnOptions } from '../support/http/app-on.js'
import { type Service, useService } from '../support/http/service.js'

export interface Listening extends Service {
  /** `http://127.0.0.1:…` */
  readonly baseUrl: string
  /** A client of the service with the seller's key, unless `options` say otherwise. */
  client(options?: Partial<ClientOptions>): Client
}

/** Call at the top of a test file; the object is filled in before the first test. */
export function useListening(options: AppOnOptions = {}): Listening {
  const service = useService(options) as Service & { baseUrl: string; client: Listening['client'] }
  beforeAll(async () => {
    service.baseUrl = await service.app.listen({ port: 0, host: '127.0.0.1' })
    service.client = (changes = {}) =>
      createClient({ baseUrl: service.baseUrl, apiKey: service.keys.seller, ...changes })
  })
  afterAll(() => service.app?.close())
  return service
}

/** Units of a pool for Ada, held for ten minutes. */
export function wantedOf(poolId: string | undefined, quantity = 1) {
  return {
    customer: 'ada@example.com',
    lines: [{ pool_id: poolId ?? '', quantity }],
    hold_seconds: 600,
  }
}

/** The error that a call ends with. */
export async function faultOf(call: Promise<unknown>): Promise<HoldfastClientError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(HoldfastClientError)
  return error as HoldfastClientError
}
