import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUuid, newId } from '../../src/domain/ids.js'

const TIME_MS_MAX = 2 ** 48 - 1

describe('newId', () => {
  test('makes a hundred thousand ids at one moment without making one twice', () => {
    const nowMs = Date.now()
    const ids = new Set(Array.from({ length: 100_000 }, () => newId(nowMs)))
    expect(ids.size).toBe(100_000)
  })

  test('is a UUID of version 7 and the RFC’s variant, for any time and any random bits', () => {
    fc.assert(
      fc.property(fc.nat(TIME_MS_MAX), (nowMs) => {
        expect(newId(nowMs)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('sorts by time as text: new rows land at the right edge of an index', () => {
    fc.assert(
      fc.property(fc.nat(TIME_MS_MAX), fc.nat(TIME_MS_MAX), (a, b) => {
        fc.pre(a < b)
        expect(newId(a) < newId(b)).toBe(true)
      }),
    )
  })

  test('carries its moment, so that an id alone tells when it was made', () => {
    const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
    expect(Number.parseInt(newId(nowMs).replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs)
  })

  test('lets every random bit be 0 and 1', () => {
    const ids = Array.from({ length: 2000 }, () => BigInt(`0x${newId(0).replaceAll('-', '')}`))
    const ones = ids.reduce((seen, id) => seen | id, 0n)
    const zeros = ids.reduce((seen, id) => seen | ~id, 0n)
    const randomBits = (2n ** 12n - 1n) * 2n ** 64n + (2n ** 62n - 1n)
    expect((ones & randomBits).toString(16)).toBe(randomBits.toString(16))
    expect((zeros & randomBits).toString(16)).toBe(randomBits.toString(16))
  })
})

describe('isUuid', () => {
  test('knows every id that is made here, and the seed’s ids, in either case', () => {
    for (const id of [newId(), 'a1b2c3d4-e5f6-7a8b-9c0d-1e2f3a4b5c6d']) {
      expect([isUuid(id), isUuid(id.toUpperCase())]).toEqual([true, true])
    }
  })

  test.each([
    '',
    'undefined',
    '1c3f3e2a3f4e4b628f4e2b3e4f6c7d8e',
    '{1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8e}',
    ' 1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8e',
    '1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8e\n',
    '1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8e\u0000',
    '1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8',
    '1c3f3e2g-3f4e-4b62-8f4e-2b3e4f6c7d8e',
    "1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8e' or true --",
  ])('takes %j for no id: the database would refuse it, or read another', (text) => {
    expect(isUuid(text)).toBe(false)
  })
})
