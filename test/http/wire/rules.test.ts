/** The small rules under the routes, held against plainer tellings of the same. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CUSTOMER_PATTERN } from '../../../src/contract/reservation.js'
import { PLAIN_TEXT } from '../../../src/contract/scalars.js'
import { newId } from '../../../src/domain/ids.js'
import { isPlainText } from '../../../src/domain/reservation/reservation.js'
import { jsonFaultOf } from '../../../src/http/wire/json-scan.js'
import { pageRequestOf, showPage } from '../../../src/http/wire/pages.js'

describe('plain text', () => {
  test('is the same to the contract as to the domain', () => {
    const pattern = new RegExp(PLAIN_TEXT, 'u')
    const odd = fc.constantFrom(
      '\0',
      '\r',
      '\n',
      '\x7f',
      '\x85',
      '\u061c',
      '\u200e',
      '\u202e',
      '\u2066',
    )
    const unit = fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), odd, fc.constant('\ud800'))
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 5 }), (units) => {
        const text = units.join('')
        expect(pattern.test(text)).toBe(isPlainText(text, 1_000))
      }),
      { numRuns: 5_000 },
    )
  })

  test('names a customer if it is one address, or no address at all', () => {
    const pattern = new RegExp(CUSTOMER_PATTERN, 'u')
    for (const good of [
      'ada',
      'Ada Lovelace',
      'ada@example.com',
      'Žofie+1@příklad.cz',
      '+420 1',
      'a, b',
    ]) {
      expect([good, pattern.test(good)]).toEqual([good, true])
    }
    for (const bad of [
      'a@b, c@d',
      'Ada <a@b>',
      'a@b c',
      'a@',
      '@b',
      'a@b@c',
      'a\n',
      'a@b\n',
      'a@b>',
    ]) {
      expect([bad, pattern.test(bad)]).toEqual([bad, false])
    }
  })
})

describe('the scan of JSON', () => {
  /** The depth of a value, the slow way. */
  function depthOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 0
    return 1 + Math.max(0, ...Object.values(value).map(depthOf))
  }

  test('finds nothing wrong with what JSON.stringify writes, however deep it may be', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.boolean(), (value, spaced) => {
        const text = JSON.stringify(value, null, spaced ? ' \t' : undefined)
        fc.pre(!text.includes('__proto__'))
        expect(jsonFaultOf(text, depthOf(value))).toBe(undefined)
        if (depthOf(value) > 0) expect(jsonFaultOf(text, depthOf(value) - 1)).toBe('too deep')
      }),
      { numRuns: 2_000 },
    )
  })

  test('finds a key that comes twice in one object, wherever, however it is written', () => {
    const key = fc.string({ maxLength: 5 }).filter((text) => text !== '__proto__')
    const escaped = (text: string) =>
      [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    fc.assert(
      fc.property(key, fc.jsonValue(), fc.nat(4), fc.boolean(), (name, value, depth, asEscapes) => {
        const other = asEscapes ? `"${escaped(name)}"` : JSON.stringify(name)
        fc.pre(!JSON.stringify(value).includes('__proto__'))
        const twice = `{${JSON.stringify(name)}: ${JSON.stringify(value)}, ${other} : 1}`
        const text = `${'[{"a":'.repeat(depth)}${twice}${'}]'.repeat(depth)}`
        JSON.parse(text)
        expect(jsonFaultOf(text, 100)).toBe('duplicate key')
      }),
      { numRuns: 2_000 },
    )
  })

  test('lets the same key stand in different objects, and a value look like a key', () => {
    expect(jsonFaultOf('{"a":{"a":[{"a":1},{"a":"a"}]},"b":"\\"a\\":"}', 8)).toBe(undefined)
    expect(jsonFaultOf('{"a":1,"b":{"__pr\\u006fto__":1}}', 8)).toBe('prototype key')
    expect(jsonFaultOf('["__proto__"]', 8)).toBe(undefined)
  })
})

describe('a cursor', () => {
  test('leads back to where the page ended, and is otherwise refused', () => {
    const request = { url: '/x?limit=1&state=held' } as never
    const reply = {
      header: (name: string, value: string) => Object.assign(sent, { [name]: value }),
    }
    const sent: Record<string, string> = {}
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const asked = pageRequestOf({ limit: 1 })
        const page = showPage(request, reply as never, [id, newId()], asked, {
          idOf: (row) => row,
          show: (row) => row,
        })
        expect(page.items).toEqual([id])
        expect(pageRequestOf({ cursor: page.next_cursor ?? '' }).after).toBe(id)
        expect(sent['link']).toBe(`</x?limit=1&state=held&cursor=${page.next_cursor}>; rel="next"`)
      }),
    )
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), (cursor) => {
        fc.pre(!/^[\w-]{21}[AQgw]$/.test(cursor))
        expect(() => pageRequestOf({ cursor })).toThrow('validation')
      }),
    )
  })
})
