/**
 * Who may do what: every operation of the OpenAPI document × kinds of key × own, foreign and unknown
 * listing, and Evento's face. A route that is not in the document, or an operation that the table below
 * does not have, fails.
 */
import type { LightMyRequestResponse } from 'fastify'
import { beforeAll, describe, expect, test } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import { newId } from '../../../src/domain/ids.js'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { appOn } from '../../support/http/app-on.js'
import {
  goodBodyOf,
  type Ids,
  type Operation,
  operationsOf,
  undeclared,
  urlOf,
} from '../../support/http/operations.js'
import {
  callerOf,
  givenBlock,
  givenCalendar,
  givenDeadLetter,
  givenHold,
  givenWebhook,
  hashOfTraces,
  useService,
} from '../../support/http/service.js'
import { withoutRequestId } from '../../support/http/spoiling.js'
import { givenTimeSold, HOURLY } from '../../support/stock/turf.js'

/** The key with the fewest rights that may. `token`: a storefront's, with the reservation's token. */
type Least = 'nobody' | 'storefront' | 'token' | 'seller' | 'admin'

const LEAST: Readonly<Record<string, Least>> = {
  health: 'nobody',
  readiness: 'nobody',
  getAvailability: 'storefront',
  followAvailability: 'storefront',
  createLiveTicket: 'storefront',
  getSchedule: 'storefront',
  getNights: 'storefront',
  getSlots: 'storefront',
  getListing: 'storefront',
  listResources: 'storefront',
  createReservation: 'storefront',
  getReservation: 'token',
  changeReservation: 'token',
  describeReservation: 'token',
  releaseReservation: 'token',
  cancelReservation: 'token',
  extendReservation: 'token',
  // With a token as well, where the listing is free: see `storefront.test.ts`.
  confirmReservation: 'seller',
  createListing: 'seller',
  listListings: 'storefront',
  changeListing: 'seller',
  changeCustomer: 'seller',
  exportCustomer: 'seller',
  eraseCustomer: 'seller',
  createCalendar: 'seller',
  listCalendars: 'seller',
  revokeCalendar: 'seller',
  createResource: 'seller',
  getResource: 'seller',
  changeResource: 'seller',
  archiveResource: 'seller',
  unarchiveResource: 'seller',
  archiveListing: 'seller',
  unarchiveListing: 'seller',
  createPool: 'seller',
  listPools: 'seller',
  getPool: 'seller',
  changePool: 'seller',
  setSchedule: 'seller',
  generateSlots: 'seller',
  setNights: 'seller',
  createBlock: 'seller',
  listBlocks: 'seller',
  getBlock: 'seller',
  makeBlockDefinite: 'seller',
  releaseBlock: 'seller',
  listReservations: 'seller',
  getReservationHistory: 'seller',
  listJournal: 'seller',
  listRefunds: 'seller',
  settleRefund: 'seller',
  createWebhook: 'seller',
  listWebhooks: 'seller',
  getWebhook: 'seller',
  changeWebhook: 'seller',
  deleteWebhook: 'seller',
  rotateWebhook: 'seller',
  listDeadLetters: 'seller',
  resendDeadLetter: 'seller',
  dismissDeadLetter: 'seller',
  testWebhook: 'seller',
  listWebhookDeliveries: 'seller',
  replayWebhook: 'seller',
  audit: 'admin',
  createKey: 'admin',
  listKeys: 'admin',
  revokeKey: 'admin',
}

/**
 * Those that show nothing of anybody's, and are in no document; and feeds of calendars, whose URL is the key:
 * `calendars.test.ts` has who may read them.
 */
const OUTSIDE = /^\/(metrics|openapi\.json|docs(\/.*)?|calendars\/:file|v1\/session)$/

// A stream that is allowed ends by itself, so that it has an answer.
const service = useService({
  live: { streamMsMax: 20 },
  limits: { failedKeysMax: 1_000_000, inFlightMax: 10_000 },
})
const tokens: Record<string, string> = {}
let all: Operation[] = []
let own: Ids
let foreign: Ids
let revoked: string

beforeAll(async () => {
  all = operationsOf(service.app)
  const { admin } = service.keys
  const issued = await issueApiKey(service.db, { name: 'Gone', scope: 'admin' })
  revoked = issued?.key ?? ''
  await service.call('POST', `/v1/keys/${issued?.row.keyId}/revoke`, { as: admin })
  const idsOf = async (
    listingId: string,
    poolIds: string[],
    resourceIds: string[],
  ): Promise<Ids> => {
    const call: typeof service.call = (method, url, options) =>
      service.call(method, url, { as: admin, ...options })
    const hold = await givenHold({ call, listingId }, poolIds[2] ?? '')
    tokens[hold.id] = hold.token
    const time = await givenTimeSold({ ...service, call, listingId }, HOURLY, {})
    return {
      listing_id: listingId,
      pool_id: poolIds[2] ?? '',
      resource_id: time.resourceId,
      block_id: await givenBlock(service, listingId, resourceIds[0] ?? '', admin),
      reservation_id: hold.id,
      key_id:
        (await issueApiKey(service.db, { name: 'To revoke', scope: 'seller' }))?.row.keyId ?? '',
      calendar_id: await givenCalendar(service, listingId, admin),
      webhook_id: await givenWebhook(service, listingId, admin),
      delivery_id: await givenDeadLetter(service.db, listingId),
    }
  }
  own = await idsOf(service.listingId, service.poolIds, service.resourceIds)
  foreign = await idsOf(service.foreignId, service.foreignPoolIds, service.foreignResourceIds)
})

const underV1 = () => all.filter(({ path }) => path.startsWith('/v1/'))
const ofListing = () => underV1().filter(({ path }) => path.includes('{listing_id}'))
/** Of a listing that does not exist, with nothing in it. */
const unknown = (): Ids => ({ ...foreign, listing_id: newId() })
const leastOf = ({ id }: Operation): Least => {
  const least = LEAST[id]
  if (least === undefined) throw new Error(`say in this file who may call ${id}`)
  return least
}

function ask(
  operation: Operation,
  ids: Ids,
  as: string | null,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  const body = goodBodyOf(operation, ids.pool_id, ids.resource_id, ids.listing_id)
  const call = { as, headers, ...(body === undefined ? {} : { body }) }
  return service.call(operation.method, urlOf(operation, ids), call)
}

const answerOf = ({ statusCode, body }: LightMyRequestResponse) => {
  const problem = body.startsWith('{') ? JSON.parse(body) : {}
  return `${statusCode} ${problem.code ?? ''}`.trim()
}

/** A call that is to be refused, under the name of who asks for what. */
type Refusal = readonly [what: string, response: Promise<LightMyRequestResponse>]

function refusal(
  who: string,
  operation: Operation,
  ids: Ids,
  as: string | null,
  headers: Record<string, string> = {},
): Refusal {
  return [`${who}, ${operation.id}`, ask(operation, ids, as, headers)]
}

async function expectEach(expected: string, calls: readonly Refusal[]): Promise<void> {
  const told = await Promise.all(
    calls.map(async ([what, response]) => `${what}: ${answerOf(await response)}`),
  )
  expect(told).toEqual(calls.map(([what]) => `${what}: ${expected}`))
}

test('every route is in the document or shows nothing of anybody’s, and the table has every operation', async () => {
  expect(all.map(({ id }) => id).sort()).toEqual(Object.keys(LEAST).sort())
  const routes: string[] = []
  const app = appOn(service.db)
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`)
  })
  await app.ready()
  await app.close()
  const documented = all.map(({ method, path }) => {
    return `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
  })
  const others = routes.filter((route) => !documented.includes(route))
  expect(routes.length).toBeGreaterThan(all.length)
  expect(others.filter((route) => !OUTSIDE.test(route.split(' ')[1] ?? ''))).toEqual([])
})

describe('nobody', () => {
  test('without a good key gets anything under /v1, or leaves a trace', async () => {
    const { seller } = service.keys
    const bad: [string, string | null][] = [
      ['no key', null],
      ['a malformed key', 'hf_x'],
      ['an unknown key', `hf_${'0'.repeat(12)}_${'A'.repeat(43)}`],
      ['a wrong secret', `${seller.slice(0, 16)}${'A'.repeat(43)}`],
      ['a revoked key', revoked],
    ]
    const before = await hashOfTraces(service.db)
    const calls = bad.flatMap(([kind, as]) =>
      underV1().flatMap((operation) =>
        [own, foreign, unknown()].map((ids) => refusal(kind, operation, ids, as)),
      ),
    )
    await expectEach('401 unauthorized', calls)
    expect(await hashOfTraces(service.db)).toEqual(before)
  })

  test('gets more than the scope of the key allows, whosever the listing is', async () => {
    const { storefront, seller } = service.keys
    const before = await hashOfTraces(service.db)
    const calls = underV1().flatMap((operation) => {
      const least = leastOf(operation)
      const byStorefront = least === 'seller' || least === 'admin'
      return [own, foreign, unknown()].flatMap((ids) => [
        ...(byStorefront && operation.id !== 'confirmReservation'
          ? [refusal('a storefront', operation, ids, storefront)]
          : []),
        ...(least === 'admin' ? [refusal('a seller', operation, ids, seller)] : []),
      ])
    })
    expect(calls.length).toBeGreaterThan(80)
    await expectEach('403 forbidden', calls)
    const token = { 'holdfast-token': tokens[own.reservation_id] ?? '' }
    const confirm = underV1().filter(({ id }) => id === 'confirmReservation')
    await expectEach(
      '403 forbidden',
      confirm.map((operation) => refusal('with its token', operation, own, storefront, token)),
    )
    expect(await hashOfTraces(service.db)).toEqual(before)
  })

  test('learns of another one’s listing more than of one that does not exist', async () => {
    const { seller, storefront, admin } = service.keys
    const token = { 'holdfast-token': tokens[foreign.reservation_id] ?? '' }
    const before = await hashOfTraces(service.db)
    for (const operation of ofListing()) {
      const forShoppers = ['storefront', 'token'].includes(leastOf(operation))
      for (const [as, headers] of [
        ...(leastOf(operation) === 'admin' ? [] : [[seller, {}] as const]),
        ...(forShoppers ? [[storefront, token] as const] : []),
      ]) {
        const [theirs, none] = await Promise.all([
          ask(operation, foreign, as, headers),
          ask(operation, unknown(), as, headers),
        ])
        expect([operation.id, answerOf(theirs)]).toEqual([operation.id, '404 not_found'])
        expect(withoutRequestId(theirs)).toBe(withoutRequestId(none))
      }
      if (leastOf(operation) === 'admin') continue
      const none = await ask(operation, unknown(), admin)
      expect([operation.id, answerOf(none)]).toEqual([operation.id, '404 not_found'])
    }
    expect(await hashOfTraces(service.db)).toEqual(before)
  })

  test('reaches what is another one’s by way of a listing of their own, or without its token', async () => {
    const { seller, storefront } = service.keys
    // The answer to a command is pinned to its key, a refusal too.
    const { answers: _, ...before } = await hashOfTraces(service.db)
    const crossed = { ...foreign, listing_id: own.listing_id }
    const named = ofListing().filter(({ path }) => /\{(?!listing_id)/.test(path))
    expect(named.length).toBeGreaterThan(12)
    await expectEach(
      '404 not_found',
      named.map((operation) => refusal('a seller', operation, crossed, seller)),
    )
    const ofReservations = named.filter(({ headers }) => headers.includes('holdfast-token'))
    expect(ofReservations.map(leastOf).filter((least) => least !== 'token')).toEqual(['seller'])
    const wrong = tokens[foreign.reservation_id] ?? ''
    await expectEach(
      '404 not_found',
      ofReservations.flatMap((operation) => [
        refusal('without a token', operation, own, storefront),
        refusal('with another token', operation, own, storefront, { 'holdfast-token': wrong }),
        refusal('crossed', operation, crossed, storefront, { 'holdfast-token': wrong }),
      ]),
    )
    expect(await hashOfTraces(service.db)).toMatchObject(before)
  })
})

test.each([
  ['a storefront', () => service.keys.storefront, ['storefront', 'token'], () => [own]],
  ['a seller', () => service.keys.seller, ['storefront', 'token', 'seller'], () => [own]],
  [
    'an admin',
    () => service.keys.admin,
    ['storefront', 'token', 'seller', 'admin'],
    () => [own, foreign],
  ],
] as const)('%s is let through wherever it may', async (_who, key, may, reached) => {
  for (const operation of underV1().filter((each) => may.some((one) => one === leastOf(each)))) {
    for (const ids of reached()) {
      const token = { 'holdfast-token': tokens[ids.reservation_id] ?? '' }
      // The others are about what is still there.
      const named =
        operation.id === 'deleteWebhook'
          ? { ...ids, webhook_id: await givenWebhook(service, ids.listing_id, service.keys.admin) }
          : ids
      const response = await ask(operation, named, key(), token)
      const { statusCode } = response
      const passed = statusCode < 500 && ![401, 403, 404, 429].includes(statusCode)
      expect(passed, `${operation.id}: ${statusCode} ${response.body}`).toBe(true)
      expect(undeclared(operation, response)).toBe(undefined)
    }
  }
})

test('over Evento’s face nobody gets anything unless it is on, and then what it sells alone', async () => {
  const { admin, seller } = service.keys
  const holdfast = holdfastOn(service.db, { strategy: STRATEGIES.guarded })
  const evento = { modes: [holdfast], listingIds: [service.listingId] }
  const on = appOn(service.db, { holdfast, evento })
  const [ours = ''] = service.resourceIds
  const [theirs = ''] = service.foreignResourceIds
  const before = await hashOfTraces(service.db)
  for (const [app, listingId, resourceId] of [
    [service.app, service.listingId, ours],
    [service.app, service.foreignId, theirs],
    [on, service.foreignId, theirs],
    [on, newId(), theirs],
    [on, service.listingId, theirs],
  ] as const) {
    for (const as of [null, seller, admin]) {
      const call = callerOf(app, () => '')
      const reserve = `/${listingId}/${resourceId}/reserve/guarded?rooms=1`
      expect((await call('POST', reserve, { as })).statusCode).toBe(404)
      if (app === on && listingId === service.listingId) continue
      expect((await call('GET', `/${listingId}/available`, { as })).statusCode).toBe(404)
    }
  }
  expect(await hashOfTraces(service.db)).toEqual(before)
  const reserve = `/${service.listingId}/${ours}/reserve/guarded?rooms=1`
  expect((await on.inject({ method: 'POST', url: reserve })).statusCode).toBe(200)
  await on.close()
})
