/**
 * Every route × every bad body, section 4 of RELIABILITY.md: each gets the one answer that the table lists. None is a
 * 500, and none leaves a trace in the database.
 */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { goodBodyOf, goodCall, type Schema, urlOf } from '../../support/http/operations.js'
import { expectProblem, useSpoiling } from '../../support/http/spoiling.js'

const spoiling = useSpoiling()
const { service } = spoiling

describe('a body', () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  const raw: [what: string, body: string, status: number, code: string][] = [
    ['broken', '{"customer":', 400, 'malformed_json'],
    ['not quite JSON', "{'a': 1}", 400, 'malformed_json'],
    ['NaN', '{"quantity": NaN}', 400, 'malformed_json'],
    ['two documents', '{} {}', 400, 'malformed_json'],
    ['a comment', '{} // no', 400, 'malformed_json'],
    ['an unknown key', '{"colour": "red"}', 400, 'unknown_field'],
    ['a key of every object', '{"constructor": {"prototype": {}}}', 400, 'unknown_field'],
    ['a duplicate key', '{"name": "a", "name": "b"}', 400, 'malformed_json'],
    ['a duplicate key, escaped', '{"name": "a", "n\\u0061me": "b"}', 400, 'malformed_json'],
    ['a duplicate key, far in', '{"lines": [{"a": 1, "a": 1}]}', 400, 'malformed_json'],
    ['__proto__', '{"__proto__": {"admin": true}}', 400, 'malformed_json'],
    ['__proto__, escaped', '{"\\u005f_proto__": 1}', 400, 'malformed_json'],
    ['too deep by one', deep(9), 400, 'malformed_json'],
    ['as deep as can be', deep(2_600), 400, 'malformed_json'],
    ['deep, but not too deep', deep(8), 400, 'unknown_field'],
    ['a price', '{"price": 1}', 422, 'validation'],
    ['a state', '{"state": "confirmed"}', 422, 'validation'],
    ['a tenant', '{"tenant": "me"}', 422, 'validation'],
    ['null', 'null', 422, 'validation'],
    ['an array', '[]', 422, 'validation'],
    ['a text', '"a"', 422, 'validation'],
    ['a number', '1', 422, 'validation'],
    ['65 KB', JSON.stringify({ name: 'x'.repeat(65_536) }), 413, 'payload_too_large'],
    ['1 MB', JSON.stringify({ name: 'x'.repeat(1_000_000) }), 413, 'payload_too_large'],
  ]

  /** Too much for a route without metadata. */
  const LARGE: (typeof raw)[number] = [
    '17 KB',
    JSON.stringify({ name: 'x'.repeat(17_000) }),
    ...([413, 'payload_too_large'] as const),
  ]

  test('that is not what it should be gets its answer, on every route', () =>
    spoiling.leavingNoTrace(async () => {
      for (const operation of spoiling.withBody) {
        const { metadata } = (operation.body?.['properties'] ?? {}) as Record<string, unknown>
        const large = metadata === undefined ? [LARGE] : []
        for (const [what, body, status, code] of [...raw, ...large]) {
          const response = await spoiling.call(operation, { body })
          expectProblem(operation, response, [status, code], what)
        }
      }
    }))

  test('that is no UTF-8 is no JSON', () =>
    spoiling.leavingNoTrace(async () => {
      for (const operation of spoiling.withBody) {
        const { as } = goodCall(operation, service)
        const response = await service.app.inject({
          method: operation.method as 'POST',
          url: urlOf(operation, spoiling.ids),
          headers: {
            authorization: `Bearer ${as}`,
            'idempotency-key': newId(),
            'content-type': 'application/json',
          },
          payload: Buffer.from('{"name": "\xff\xfe"}', 'latin1'),
        })
        expectProblem(operation, response, [400, 'malformed_json'], 'no UTF-8')
      }
    }))

  test('of another type is a 415, on every route', () =>
    spoiling.leavingNoTrace(async () => {
      for (const operation of spoiling.withBody) {
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'application/jsonx',
          'x/y',
          '',
        ]) {
          const headers = { 'content-type': type }
          const response = await spoiling.call(operation, { body: '{}', headers })
          expectProblem(operation, response, [415, 'unsupported_media_type'], type)
        }
        const headers = { 'content-encoding': 'gzip' }
        const response = await spoiling.call(operation, { body: '{}', headers })
        expectProblem(operation, response, [415, 'unsupported_media_type'], 'gzip')
      }
    }))

  test('that is missing is told where there has to be one', () =>
    spoiling.leavingNoTrace(async () => {
      for (const operation of spoiling.withBody) {
        if (!(operation.body?.['required'] as string[] | undefined)?.length) continue
        const { as = null } = goodCall(operation, service)
        const headers = { 'content-type': 'application/json' }
        for (const call of [{ as }, { as, body: '', headers }]) {
          const response = await service.call(
            operation.method,
            urlOf(operation, spoiling.ids),
            call,
          )
          expectProblem(operation, response, [400, 'malformed_json'], call)
        }
      }
    }))
})

describe('a value', () => {
  interface Spoilt {
    readonly at: readonly (string | number)[]
    readonly value: unknown
  }

  const notText = [
    '\u0000',
    'a\u0000b',
    'a\r\nBcc: bob',
    '\u001b[2J',
    '\u0085',
    '\u202eevil',
    'a\u2066b',
    '\u200f',
    '\ud800',
    'a\udc00b',
  ]

  /** Every value that a schema does not allow, of the kinds in the table. */
  function badValuesOf(schema: Schema, at: Spoilt['at'] = []): Spoilt[] {
    const here = (...values: unknown[]) => values.map((value) => ({ at, value }))
    const types = [schema['type'] ?? []].flat() as string[]
    const notNull = types.includes('null') ? [] : here(null)
    const { minimum = 0, maximum = 0, minLength, maxLength } = schema as Record<string, number>
    if (schema['enum'] !== undefined) return [...notNull, ...here('nope', 5, '', ['held'], {})]
    if (types.includes('integer')) {
      const out = [minimum - 1, -1, 1.5, maximum + 1, 2 ** 53, 1e300, '2', true, [], {}, [1]]
      return [...notNull, ...here(...out)]
    }
    if (types.includes('string')) {
      const out = here(5, true, [], {}, ['a'])
      if (minLength !== undefined) out.push(...here(''))
      if (maxLength !== undefined) out.push(...here('x'.repeat(maxLength + 1)))
      return [...notNull, ...out, ...(schema['pattern'] === undefined ? [] : here(...notText))]
    }
    if (types.includes('array')) {
      const { items = {}, minItems, maxItems = 0 } = schema as Record<string, never>
      const many = Array.from({ length: maxItems + 1 }, (_, i) => `${i}`)
      const out = here({}, 'x', 1, many)
      if (minItems !== undefined) out.push(...here([]))
      return [...notNull, ...out, ...badValuesOf(items as Schema, [...at, 0])]
    }
    const properties = (schema['properties'] ?? {}) as Record<string, Schema>
    const members = Object.entries(properties).flatMap(([name, member]) =>
      badValuesOf(member, [...at, name]),
    )
    const missing = ((schema['required'] ?? []) as string[]).map((name) => ({
      at: [...at, name],
      value: undefined,
    }))
    return [...(at.length === 0 ? [] : [...notNull, ...here([], 'x', 1)]), ...members, ...missing]
  }

  function put(target: unknown, [key, ...rest]: Spoilt['at'], value: unknown): unknown {
    if (key === undefined) return value
    const copy = (Array.isArray(target) ? [...target] : { ...(target as object) }) as Record<
      string | number,
      unknown
    >
    const inner = put(copy[key] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value)
    if (inner === undefined) delete copy[key]
    else copy[key] = inner
    return copy
  }

  test('that its schema does not allow is a 422 that names it, in every body of every route', () =>
    spoiling.leavingNoTrace(async () => {
      let count = 0
      for (const operation of spoiling.withBody) {
        const good = goodBodyOf(operation, service.poolIds[2] ?? '')
        for (const { at, value } of badValuesOf(operation.body ?? {})) {
          const response = await spoiling.call(operation, { body: put(good, at, value) })
          expectProblem(operation, response, [422, 'validation'], { at, value })
          expect(response.json().errors).not.toHaveLength(0)
          count += 1
        }
      }
      expect(count).toBeGreaterThan(300)
    }))

  test('of a customer is one address or none at all, never a list or a name with one', () =>
    spoiling.leavingNoTrace(async () => {
      const operation = spoiling.named('createReservation')
      const good = goodBodyOf(operation, service.poolIds[2] ?? '') as object
      for (const customer of [
        'ada@example.com, bob@example.com',
        'ada@example.com;bob@example.com',
        'Ada <ada@example.com>',
        'Ada Lovelace ada@example.com',
        '"Ada" ada@example.com',
        'ada@@example.com',
        'ada@',
        '@example.com',
        `${'a'.repeat(250)}@b.com`,
      ]) {
        const response = await spoiling.call(operation, { body: { ...good, customer } })
        expectProblem(operation, response, [422, 'validation'], customer)
      }
    }))

  test('beyond what numbers can tell apart is a 422, too', () =>
    spoiling.leavingNoTrace(async () => {
      const operation = spoiling.named('createReservation')
      for (const quantity of ['1e400', '-1e400', '-0', '9007199254740993', '1e-9']) {
        const pool = service.poolIds[2]
        const body = `{"customer":"ada","lines":[{"pool_id":"${pool}","quantity":${quantity}}]}`
        const response = await spoiling.call(operation, { body })
        expectProblem(operation, response, [422, 'validation'], quantity)
      }
    }))

  test('of lines that add up to more than can be asked for is a 422', () =>
    spoiling.leavingNoTrace(async () => {
      const lines = [1, 2].map(() => ({ pool_id: service.poolIds[2], quantity: 1_000_000 }))
      const response = await service.call(
        'POST',
        `/v1/listings/${service.listingId}/reservations`,
        { body: { customer: 'ada', lines } },
      )
      expect([response.statusCode, response.json().code]).toEqual([422, 'validation'])
    }))
})
