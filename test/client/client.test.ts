/** The client against a real server: what it asks for, and what it makes of the answers. */
import { describe, expect, test } from 'vitest'
import { createClient, HoldfastClientError, REFUSAL_CODES } from '../../src/client/client.js'
import { PROBLEMS } from '../../src/contract/problem.js'
import { newId } from '../../src/domain/ids.js'
import { passTheTimeOf } from '../support/http/service.js'
import { counterOf } from '../support/stock/factory.js'
import { faultOf, useListening, wantedOf } from './listening.js'

const service = useListening()

describe('a booking', () => {
  test('goes from nothing to confirmed with the names that the API has', async () => {
    const client = service.client({ apiKey: service.keys.admin })
    const listing = await client.listings.create({ name: 'Go conference' })
    if (!listing.ok) throw new Error('no listing')
    const listingId = listing.value.id
    const hotel = await client.resources.create(listingId, { name: 'Hotel A' })
    if (!hotel.ok) throw new Error('no resource')
    const pool = await client.pools.create(listingId, { resource_id: hotel.value.id, capacity: 3 })
    if (!pool.ok) throw new Error('no pool')

    const held = await client.reservations.hold(listingId, wantedOf(pool.value.id, 2))
    if (!held.ok) throw new Error('no hold')
    expect(held.value).toMatchObject({ state: 'held', customer: 'ada@example.com', version: 1 })
    const confirmed = await client.reservations.confirm(listingId, held.value.id, {
      payment_ref: 'pay_1',
    })
    expect(confirmed).toMatchObject({
      ok: true,
      value: { state: 'confirmed', payment_ref: 'pay_1' },
    })

    expect(await client.reservations.get(listingId, held.value.id)).toMatchObject({
      ok: true,
      value: { state: 'confirmed', lines: [{ pool_id: pool.value.id, quantity: 2 }] },
    })
    const list = await client.reservations.list(listingId, { state: 'confirmed', limit: 1 })
    expect(list.ok && list.value.items.map(({ id }) => id)).toEqual([held.value.id])
    expect(await client.availability(listingId)).toMatchObject({
      ok: true,
      value: { pools: [{ available: 1, resource: { name: 'Hotel A' } }] },
    })
    expect(await client.audit({ listing_id: listingId })).toMatchObject({ value: { ok: true } })
  })

  test('of a storefront is acted on with the token that the hold was answered with', async () => {
    const { listingId, poolIds } = service
    const client = service.client({ apiKey: service.keys.storefront })
    const held = await client.reservations.hold(listingId, wantedOf(poolIds[2]))
    if (!held.ok) throw new Error('no hold')
    const { id, token } = held.value
    expect(await client.reservations.get(listingId, id)).toMatchObject({
      ok: false,
      refusal: { code: 'not_found' },
    })
    expect(await client.reservations.get(listingId, id, { token })).toMatchObject({ ok: true })
    const page = service.client({ apiKey: service.keys.storefront, token })
    expect(await page.reservations.release(listingId, id)).toMatchObject({
      value: { state: 'released' },
    })
  })

  test('that has changed since it was seen is not overwritten', async () => {
    const { listingId, poolIds } = service
    const client = service.client()
    const held = await client.reservations.hold(listingId, wantedOf(poolIds[2]))
    if (!held.ok) throw new Error('no hold')
    expect(held.etag).toBe('"1"')
    const extended = await client.reservations.extend(
      listingId,
      held.value.id,
      { hold_seconds: 700 },
      { ifMatch: held.etag ?? '' },
    )
    expect(extended).toMatchObject({ ok: true, value: { version: 2 } })
    const late = await client.reservations.release(listingId, held.value.id, { ifMatch: 1 })
    expect(late).toMatchObject({ ok: false, refusal: { code: 'version_mismatch', version: 2 } })
  })

  test('has the same tag behind a proxy that compresses, and sends it as it was given', async () => {
    const { listingId, poolIds } = service
    const sent: (string | null)[] = []
    const compressing: typeof fetch = async (input, init) => {
      sent.push(new Headers(init?.headers).get('if-match'))
      const { status, headers, body } = await fetch(input, init)
      const weak = new Headers(headers)
      const tag = weak.get('etag')
      if (tag !== null) weak.set('etag', `W/${tag}`)
      return new Response(body, { status, headers: weak })
    }
    const client = service.client({ fetch: compressing })
    const held = await client.reservations.hold(listingId, wantedOf(poolIds[2]))
    if (!held.ok) throw new Error('no hold')
    expect(held.etag).toBe('"1"')
    for (const ifMatch of [held.etag ?? '', 'W/"2"']) {
      const body = { hold_seconds: 700 }
      const extended = await client.reservations.extend(listingId, held.value.id, body, { ifMatch })
      expect(extended.ok).toBe(true)
    }
    expect(sent).toEqual([null, '"1"', '"2"'])
  })
})

describe('a definite no', () => {
  test('is a value that names every short line', async () => {
    const { listingId, poolIds } = service
    const soldOut = await service.client().reservations.create(listingId, {
      customer: 'ada@example.com',
      lines: [
        { pool_id: poolIds[2] ?? '', quantity: 1 },
        { pool_id: poolIds[1] ?? '', quantity: 2 },
      ],
    })
    if (soldOut.ok || soldOut.refusal.code !== 'exceeds_capacity') throw new Error('sold twice')
    // That there are lines is in the type: no question mark.
    expect(
      soldOut.refusal.lines.map(({ line, requested, capacity }) => [line, requested, capacity]),
    ).toEqual([[1, 2, 1]])
    expect(soldOut.requestId).toBe(soldOut.refusal.request_id)
  })

  test('has beside its code what its type says that it has', async () => {
    const { db, foreignId, listingId, poolIds } = service
    const client = service.client()
    const [, one = ''] = poolIds
    const hold = async (quantity = 1) => {
      const held = await client.reservations.hold(listingId, wantedOf(poolIds[2], quantity))
      if (!held.ok) throw new Error('no hold')
      return held.value.id
    }
    const refusal = async (call: Promise<{ ok: boolean }>) => {
      const result = (await call) as { ok: boolean; refusal: unknown }
      expect(result.ok).toBe(false)
      return result.refusal
    }
    await client.reservations.create(listingId, {
      customer: 'bob',
      lines: [{ pool_id: one, quantity: 1 }],
    })
    expect(await refusal(client.reservations.hold(listingId, wantedOf(one)))).toMatchObject({
      code: 'insufficient_capacity',
      lines: [{ available: 0 }],
    })
    const stranger = newId()
    expect(await refusal(client.reservations.hold(listingId, wantedOf(stranger)))).toMatchObject({
      code: 'unknown_pool',
      pool_ids: [stranger],
    })
    const forever = { ...wantedOf(poolIds[2]), hold_seconds: 10_000_000 }
    expect(await refusal(client.reservations.hold(listingId, forever))).toMatchObject({
      code: 'ttl_out_of_range',
      hold_seconds_max: 3600,
    })
    const released = await hold()
    await client.reservations.release(listingId, released)
    expect(await refusal(client.reservations.confirm(listingId, released))).toMatchObject({
      code: 'invalid_transition',
      state: 'released',
    })
    const expired = await hold()
    await passTheTimeOf(db, expired)
    expect(await refusal(client.reservations.confirm(listingId, expired))).toMatchObject({
      code: 'hold_expired',
    })
    expect(await refusal(client.refunds.settle(listingId, released))).toMatchObject({
      code: 'refund_not_due',
    })
    expect(await refusal(client.pools.change(listingId, one, { capacity: 0 }))).toMatchObject({
      code: 'below_taken',
      capacity: 0,
      taken: 1,
    })
    expect(await refusal(client.availability(foreignId))).toMatchObject({ code: 'not_found' })
  })

  test('for a customer who has enough already tells the limit', async () => {
    const { db, poolIds, listingId } = service
    const client = service.client()
    await db.query(
      'update listings set customer_units_max = 2, customer_holds_max = 1 where listing_id = $1',
      [listingId],
    )
    const zoe = (quantity: number) =>
      client.reservations.hold(listingId, { ...wantedOf(poolIds[2], quantity), customer: 'zoe' })
    expect(await zoe(3)).toMatchObject({
      ok: false,
      refusal: { code: 'customer_limit', limit: 2, units: 0, requested: 3 },
    })
    expect(await zoe(1)).toMatchObject({ ok: true })
    expect(await zoe(1)).toMatchObject({
      ok: false,
      refusal: { code: 'hold_limit', limit: 1, holds: 1 },
    })
    await db.query(
      'update listings set customer_units_max = null, customer_holds_max = null where listing_id = $1',
      [listingId],
    )
  })

  test('is every code that is no mistake of the caller and will not be otherwise in a moment', () => {
    const expected = Object.entries(PROBLEMS).flatMap(([code, { status, ...kind }]) => {
      const definite = [404, 409, 410, 412].includes(status) && !('retryable' in kind)
      return definite || code === 'ttl_out_of_range' ? [code] : []
    })
    expect([...REFUSAL_CODES].sort()).toEqual(expected.sort())
  })
})

describe('what is no answer', () => {
  test.each([
    ['unauthorized', 401, { apiKey: `hf_${'0'.repeat(12)}_${'x'.repeat(43)}` }],
    ['forbidden', 403, { apiKey: 'storefront' }],
  ] as const)('is thrown with its code: %s', async (code, status, { apiKey }) => {
    const key = apiKey === 'storefront' ? service.keys.storefront : apiKey
    const error = await faultOf(service.client({ apiKey: key }).keys.list())
    expect([error.code, error.status, error.problem?.code]).toEqual([code, status, code])
    expect(error.requestId).toBe(error.problem?.request_id)
  })

  test('of a mistake is thrown, and says which value', async () => {
    const error = await faultOf(
      service.client().reservations.hold(service.listingId, wantedOf(service.poolIds[2], 0)),
    )
    expect(error).toMatchObject({ code: 'validation', status: 422 })
    expect(error.problem?.errors).toMatchObject([{ path: '/lines/0/quantity' }])
  })
})

describe('an Idempotency-Key', () => {
  test('is made for every command: two calls are two effects', async () => {
    const { db, listingId, poolIds } = service
    const before = await counterOf(db, poolIds[2] ?? '')
    const client = service.client()
    const wanted = wantedOf(poolIds[2])
    const results = [
      await client.reservations.hold(listingId, wanted),
      await client.reservations.hold(listingId, wanted),
    ]
    expect(results.map((result) => result.ok && result.replayed)).toEqual([false, false])
    expect((await counterOf(db, poolIds[2] ?? '')).taken).toBe(before.taken + 2)
  })

  test('that is given twice is one effect and one answer', async () => {
    const { db, listingId, poolIds } = service
    const before = await counterOf(db, poolIds[2] ?? '')
    const client = service.client()
    const options = { idempotencyKey: newId() }
    const first = await client.reservations.hold(listingId, wantedOf(poolIds[2]), options)
    const second = await client.reservations.hold(listingId, wantedOf(poolIds[2]), options)
    if (!first.ok || !second.ok) throw new Error('no hold')
    expect(second.value).toEqual(first.value)
    expect([first.replayed, second.replayed]).toEqual([false, true])
    expect((await counterOf(db, poolIds[2] ?? '')).taken).toBe(before.taken + 1)
  })

  test('that comes again with another request is a mistake, and thrown', async () => {
    const { listingId, poolIds } = service
    const client = service.client()
    const idempotencyKey = newId()
    await client.reservations.hold(listingId, wantedOf(poolIds[2]), { idempotencyKey })
    const error = await faultOf(
      client.reservations.hold(listingId, wantedOf(poolIds[2], 2), { idempotencyKey }),
    )
    expect(error).toMatchObject({ code: 'idempotency_key_reused', idempotencyKey })
  })
})

describe('a client', () => {
  test.each([
    [{ baseUrl: 'booking.example.com' }, /^baseUrl has to be a URL/],
    [{ baseUrl: 'ftp://booking.example.com' }, /^baseUrl has to be a URL with http/],
    [{ baseUrl: 'https://ada:secret@example.com' }, /^baseUrl has to be a URL without a user/],
    [{ apiKey: '' }, /^apiKey has to be/],
    [{ apiKey: 'hf_x\r\nX-Evil: 1' }, /^apiKey has to be/],
    [{ timeoutMs: 0 }, /^timeoutMs has to be/],
    [{ retries: -1 }, /^retries has to be/],
    [{ retries: 1.5 }, /^retries has to be/],
  ])('cannot be made with %j', (options, sentence) => {
    const make = () => createClient({ baseUrl: 'https://x.example', apiKey: 'hf_x', ...options })
    expect(make).toThrow(sentence)
    expect(make).toThrow(HoldfastClientError)
  })

  test.each(['', '.', '..'])(
    'does not ask another route when it is given %j for an id',
    async (id) => {
      const error = await faultOf(service.client().listings.get(id))
      expect(error.code).toBe('invalid_options')
    },
  )

  test('keeps an id in its place, whatever is in it', async () => {
    const result = await service.client().listings.get(`${service.listingId}/pools`)
    expect(result).toMatchObject({ ok: false, refusal: { code: 'not_found' } })
  })

  test('works with keys that it has made itself', async () => {
    const admin = service.client({ apiKey: service.keys.admin })
    const made = await admin.keys.create({
      name: 'till',
      scope: 'seller',
      listing_ids: [service.listingId],
    })
    if (!made.ok) throw new Error('no key')
    const till = service.client({ apiKey: made.value.key })
    expect(await till.availability(service.listingId)).toMatchObject({ ok: true })
    expect(await admin.keys.revoke(made.value.id)).toMatchObject({ ok: true })
    expect((await faultOf(till.availability(service.listingId))).code).toBe('unauthorized')
  })
})
