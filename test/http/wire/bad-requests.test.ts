/**
 * Every route × every bad query, header and id, section 4 of RELIABILITY.md: each gets the one answer that the table lists. None is a
 * 500, and none leaves a trace in the database.
 */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { keyFor, type Operation, urlOf } from '../../support/http/operations.js'
import {
  givenBlock,
  givenCalendar,
  givenDeadLetter,
  givenWebhook,
  hashOfTraces,
} from '../../support/http/service.js'
import { expectProblem, useSpoiling, withoutRequestId } from '../../support/http/spoiling.js'

const spoiling = useSpoiling()
const { service } = spoiling
const keyed = () => spoiling.all.filter(({ headers }) => headers.includes('idempotency-key'))

describe('a query', () => {
  const bad: [query: string, status: number, code: string][] = [
    ['limit=0', 422, 'validation'],
    ['limit=-1', 422, 'validation'],
    ['limit=201', 422, 'validation'],
    ['limit=1.5', 422, 'validation'],
    ['limit=x', 422, 'validation'],
    ['limit=', 422, 'validation'],
    ['limit=1&limit=2', 422, 'validation'],
    ['cursor=x', 422, 'validation'],
    ['cursor=', 422, 'validation'],
    [`cursor=${'A'.repeat(23)}`, 422, 'validation'],
    [`cursor=${'A'.repeat(500)}`, 422, 'validation'],
    ['colour=red', 400, 'unknown_field'],
    ['__proto__=1', 400, 'unknown_field'],
    ['limit=%zz', 400, 'malformed_url'],
    ['cursor=%ED%A0%80', 400, 'malformed_url'],
  ]

  test('that makes no sense gets its answer, on every list', () =>
    spoiling.leavingNoTrace(async () => {
      const lists = spoiling.all.filter(({ id }) => id.startsWith('list'))
      expect(lists.length).toBeGreaterThan(5)
      for (const operation of lists) {
        for (const [query, status, code] of bad) {
          const url = `${urlOf(operation, spoiling.ids)}?${query}`
          const response = await spoiling.call(operation, {}, url)
          expectProblem(operation, response, [status, code], query)
        }
      }
      const reservations = spoiling.named('listReservations')
      for (const query of ['state=sold', 'state=', 'customer=', 'customer=%00', 'customer=a,b@c']) {
        const url = `${urlOf(reservations, spoiling.ids)}?${query}`
        const response = await spoiling.call(reservations, {}, url)
        expectProblem(reservations, response, [422, 'validation'], query)
      }
    }))
})

describe('a header', () => {
  test('Idempotency-Key has to be there, and be one, wherever units are taken or changed', () =>
    spoiling.leavingNoTrace(async () => {
      const takesUnits = (operation: Operation) => operation.id.endsWith('Reservation')
      expect(keyed().filter(takesUnits)).toHaveLength(7)
      for (const operation of keyed()) {
        if (takesUnits(operation)) {
          const missing = await spoiling.call(operation, { key: null })
          expectProblem(operation, missing, [400, 'idempotency_key_missing'], null)
        }
        for (const key of ['a b', 'é', 'x'.repeat(256), 'a\tb', 'a, b']) {
          const response = await spoiling.call(operation, { key })
          expectProblem(operation, response, [400, 'idempotency_key_malformed'], key)
        }
      }
    }))

  test('If-Match has to be an ETag of ours', () =>
    spoiling.leavingNoTrace(async () => {
      const matching = spoiling.all.filter(({ headers }) => headers.includes('if-match'))
      expect(matching.length).toBeGreaterThan(5)
      for (const operation of matching) {
        const tags = [
          '3',
          '"',
          'w/"1"',
          '"1" "2"',
          '"1", 2',
          '*, "1"',
          '""',
          '"a b"',
          `"${'1'.repeat(70)}"`,
        ]
        for (const tag of tags) {
          const response = await spoiling.call(operation, { headers: { 'if-match': tag } })
          expectProblem(operation, response, [400, 'if_match_malformed'], tag)
        }
      }
    }))

  test('Authorization has to be a key that works', () =>
    spoiling.leavingNoTrace(async () => {
      for (const operation of spoiling.all) {
        const missing = await spoiling.call(operation, { as: null })
        expectProblem(operation, missing, [401, 'unauthorized'], null)
        expect(missing.headers['www-authenticate']).toBe('Bearer')
      }
    }))
})

describe('an id', () => {
  test.each([
    'listing_id',
    'pool_id',
    'resource_id',
    'block_id',
    'reservation_id',
    'key_id',
    'webhook_id',
    'delivery_id',
  ] as const)(
    'in the place of %s that is none, unknown or somebody else’s is one and the same 404',
    async (name) => {
      const foreign = {
        listing_id: service.foreignId,
        pool_id: service.foreignPoolIds[0] ?? '',
        resource_id: service.foreignResourceIds[0] ?? '',
        block_id: await foreignBlock(),
        reservation_id: await foreignReservation(),
        key_id: newId(),
        calendar_id: await givenCalendar(service, service.foreignId, service.keys.foreigner),
        webhook_id: await givenWebhook(service, service.foreignId, service.keys.foreigner),
        delivery_id: await givenDeadLetter(service.db, service.foreignId),
      }
      const before = await hashOfTraces(service.db)
      const operations = spoiling.all.filter(({ path }) => path.includes(`{${name}}`))
      expect(operations).not.toHaveLength(0)
      for (const operation of operations) {
        const bodies = new Set<string>()
        for (const id of [
          newId(),
          foreign[name],
          'x',
          `${newId()}0`,
          '%00',
          "'%20or%20true--",
          'a'.repeat(500),
          '..',
          '00000000-0000-0000-0000-00000000000g',
        ]) {
          if (id === '..' && !operation.path.endsWith(`{${name}}`)) continue
          const url = urlOf(operation, { ...spoiling.ids, [name]: id })
          const response = await spoiling.call(operation, {}, url)
          expect([id, response.statusCode], `${operation.id}: ${response.body}`).toEqual([id, 404])
          if (id === '..') continue
          expectProblem(operation, response, [404, 'not_found'], id)
          bodies.add(withoutRequestId(response))
        }
        expect([...bodies], operation.id).toHaveLength(1)
      }
      // That nothing is there is a definite answer, and as such pinned to its key.
      const after = await hashOfTraces(service.db)
      expect({ ...after, answers: '' }).toEqual({ ...before, answers: '' })
    },
  )

  test('in a body that is none, unknown or somebody else’s is one 404 as well', async () => {
    const good = { customer: 'ada' }
    for (const poolId of ['x', '', newId(), service.foreignPoolIds[0]]) {
      const body = { ...good, lines: [{ pool_id: poolId, quantity: 1 }] }
      const url = `/v1/listings/${service.listingId}/reservations`
      const response = await service.call('POST', url, { body })
      expect([response.statusCode, response.json()]).toEqual([
        404,
        expect.objectContaining({ code: 'unknown_pool', pool_ids: [poolId] }),
      ])
    }
    for (const resourceId of ['x', '', newId()]) {
      const body = { resource_id: resourceId, capacity: 1 }
      const url = `/v1/listings/${service.listingId}/pools`
      const response = await service.call('POST', url, { body })
      expect([response.statusCode, response.json().code]).toEqual([404, 'not_found'])
    }
  })

  function foreignBlock(): Promise<string> {
    const { foreignId, foreignResourceIds, keys } = service
    return givenBlock(service, foreignId, foreignResourceIds[0] ?? '', keys.foreigner)
  }

  async function foreignReservation(): Promise<string> {
    const { call, keys, foreignId, foreignPoolIds } = service
    const body = { customer: 'eve', lines: [{ pool_id: foreignPoolIds[2], quantity: 1 }] }
    const url = `/v1/listings/${foreignId}/reservations`
    return (await call('POST', url, { body, as: keys.foreigner })).json().id
  }
})

describe('somebody else’s key', () => {
  test('finds on every route of a listing what it would find if there were no listing', async () => {
    const before = await hashOfTraces(service.db)
    const operations = spoiling.all.filter(({ path }) => path.includes('{listing_id}'))
    expect(operations.length).toBeGreaterThan(15)
    for (const operation of operations) {
      const told = async (listing_id: string) => {
        const call = { as: service.keys.foreigner }
        const response = await spoiling.call(
          operation,
          call,
          urlOf(operation, { ...spoiling.ids, listing_id }),
        )
        expectProblem(operation, response, [404, 'not_found'], listing_id)
        return withoutRequestId(response)
      }
      expect(await told(service.listingId), operation.id).toBe(await told(newId()))
    }
    expect(await hashOfTraces(service.db)).toEqual(before)
  })

  test('hears on an admin’s routes that they are not for it', async () => {
    for (const operation of spoiling.all.filter(
      ({ tags }) => tags[0] === 'Keys' || tags[0] === 'Audit',
    )) {
      for (const as of [service.keys.seller, service.keys.storefront]) {
        const response = await spoiling.call(operation, { as })
        expectProblem(operation, response, [403, 'forbidden'], as)
      }
      expect(keyFor(operation, service.keys)).toBe(service.keys.admin)
    }
  })
})
