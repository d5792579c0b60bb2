/** The service as production builds it, on a test's own database, with keys, a listing and a caller. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import { newId } from '../../../src/domain/ids.js'
import { type Database, rollback } from '../../../src/storage/driver/database.js'
import { hashOfAllRows } from '../database/all-rows.js'
import { useDatabase } from '../database/test-database.js'
import { givenPools } from '../stock/factory.js'
import { makeOlder, passTime } from '../stock/reservations.js'
import { type AppOnOptions, appOn } from './app-on.js'

export interface Call {
  /** The key to call with; default the seller's. Null for none. */
  readonly as?: string | null
  readonly body?: unknown
  /** The Idempotency-Key; default a fresh one for whatever is no GET. Null for none. */
  readonly key?: string | null
  readonly headers?: Record<string, string>
}

export interface Service {
  readonly app: FastifyInstance
  readonly db: Database
  readonly url: string
  readonly keys: { admin: string; seller: string; storefront: string; foreigner: string }
  /** A listing of the seller's and the storefront's. */
  readonly listingId: string
  readonly poolIds: string[]
  readonly resourceIds: string[]
  /** A listing of the foreigner's. */
  readonly foreignId: string
  readonly foreignPoolIds: string[]
  readonly foreignResourceIds: string[]
  call(method: string, url: string, call?: Call): Promise<LightMyRequestResponse>
}

/** Of each listing's three pools. */
export const CAPACITIES = [5, 1, 1000]

/** Call at the top of a test file; the object is filled in before the first test. */
export function useService(options: AppOnOptions = {}): Service {
  const held = useDatabase({ connections: 8 })
  const service = {} as { -readonly [Key in keyof Service]: Service[Key] }

  beforeAll(async () => {
    const { db } = held
    Object.assign(service, { db, url: held.url })
    const own = await givenPools(db, ...CAPACITIES)
    const foreign = await givenPools(db, ...CAPACITIES)
    service.listingId = own.listingId
    service.poolIds = own.poolIds
    service.resourceIds = own.resourceIds
    service.foreignId = foreign.listingId
    service.foreignPoolIds = foreign.poolIds
    service.foreignResourceIds = foreign.resourceIds
    service.keys = {
      admin: await givenKey(db, 'admin'),
      seller: await givenKey(db, 'seller', own.listingId),
      storefront: await givenKey(db, 'storefront', own.listingId),
      foreigner: await givenKey(db, 'seller', foreign.listingId),
    }
    service.app = appOn(db, options)
    service.call = callerOf(service.app, () => service.keys.seller)
    await service.app.ready()
  })
  afterAll(() => service.app?.close())
  return service
}

/** @returns a new key for the listings */
export async function givenKey(
  db: Database,
  scope: 'admin' | 'seller' | 'storefront',
  ...listingIds: string[]
): Promise<string> {
  const issued = await issueApiKey(db, { name: `a test's ${scope}`, scope, listingIds })
  if (issued === undefined) throw new Error('a listing of the key does not exist')
  return issued.key
}

/** Speaks to an application as a client does. */
export function callerOf(app: FastifyInstance, defaultKey: () => string): Service['call'] {
  return (method, url, { as, body, key, headers = {} } = {}) => {
    const bearer = as === undefined ? defaultKey() : as
    const idempotency = key === undefined ? newId() : key
    const request: InjectOptions = {
      method: method as 'GET',
      url,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(idempotency === null || method === 'GET' ? {} : { 'idempotency-key': idempotency }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    }
    if (body !== undefined) request.payload = typeof body === 'string' ? body : JSON.stringify(body)
    return app.inject(request)
  }
}

/** A pool of the seller's, on a resource of its own. */
export async function givenPool(
  { call, listingId }: Pick<Service, 'call' | 'listingId'>,
  capacity: number,
): Promise<{ id: string; resource_id: string; version: number }> {
  const url = `/v1/listings/${listingId}`
  const resource = await call('POST', `${url}/resources`, { body: { name: 'A hotel' } })
  const body = { resource_id: resource.json().id, capacity }
  return (await call('POST', `${url}/pools`, { body })).json()
}

/** A hold of one unit of a pool; @returns its URL, its id and its token. */
export async function givenHold(
  service: Pick<Service, 'call' | 'listingId'>,
  poolId: string,
  holdSeconds = 600,
): Promise<{ url: string; id: string; token: string }> {
  const url = `/v1/listings/${service.listingId}/reservations`
  const body = {
    customer: 'ada@example.com',
    lines: [{ pool_id: poolId, quantity: 1 }],
    hold_seconds: holdSeconds,
  }
  const response = await service.call('POST', url, { body })
  if (response.statusCode !== 201) throw new Error(`no hold: ${response.body}`)
  const { id, token } = response.json()
  return { url: `${url}/${id}`, id, token }
}

/** Something that somebody was to be told of the listing, and was not. @returns its id */
export async function givenDeadLetter(db: Database, listingId: string): Promise<string> {
  const deliveryId = newId()
  await db.query(
    `with told as (
       insert into events (listing_id, event_id, kind, subject_id, version, snapshot, dispatched_at)
       values ($1, gen_random_uuid(), 'reservation.held', gen_random_uuid(), 1, '{}', clock_timestamp())
       returning *
     )
     insert into deliveries
       (listing_id, delivery_id, event_id, subject_id, version, channel, destination, state, ended_at,
        attempts, reason)
     select listing_id, $2, event_id, subject_id, version, 'test', 'test:one', 'dead',
            clock_timestamp(), 25, 'nobody answers'
     from told`,
    [listingId, deliveryId],
  )
  return deliveryId
}

/** A tentative block on a resource of the listing. @returns its id */
export async function givenBlock(
  { call }: Pick<Service, 'call'>,
  listingId: string,
  resourceId: string,
  as?: string,
): Promise<string> {
  const body = {
    name: 'A conference',
    resource_id: resourceId,
    from: '2031-05-01',
    to: '2031-05-03',
    quantity: 2,
    cut_off: '2031-05-01',
  }
  const said = as === undefined ? { body } : { body, as }
  const response = await call('POST', `/v1/listings/${listingId}/blocks`, said)
  if (response.statusCode !== 201) throw new Error(`no block: ${response.body}`)
  return response.json().id
}

/** An endpoint that is told of a listing's events, or without one of every listing's. @returns its id */
export async function givenWebhook(
  { call }: Pick<Service, 'call'>,
  listingId: string | undefined,
  as: string,
): Promise<string> {
  const body = {
    url: 'https://hooks.example.com/',
    ...(listingId === undefined ? {} : { listing_id: listingId }),
  }
  const response = await call('POST', '/v1/webhooks', { body, as })
  if (response.statusCode !== 201) throw new Error(`no webhook: ${response.body}`)
  return response.json().id
}

/** A feed of the listing. @returns its id */
export async function givenCalendar(
  { call }: Pick<Service, 'call'>,
  listingId: string,
  as?: string,
): Promise<string> {
  const body = { audience: 'staff' }
  const said = as === undefined ? { body } : { body, as }
  return (await call('POST', `/v1/listings/${listingId}/calendars`, said)).json().id
}

/** Lets a hold's time be up; the database clock cannot be turned, so the row is. */
export async function passTheTimeOf(db: Database, reservationId: string): Promise<void> {
  await passTime(db, reservationId)
  await makeOlder(db, reservationId, 3_600)
}

/** Of everything in the database but when keys were used last: that is no trace of what was asked. */
export function hashOfTraces(db: Database): Promise<Record<string, string>> {
  // One transaction: a use that is noted meanwhile waits for the rows of the keys.
  return db.transaction('read committed', async (tx) => {
    await tx.query('update api_keys set last_used_at = null')
    return rollback(await hashOfAllRows(tx))
  })
}
