import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isUnguessable } from '../../src/access/unguessable.js'
import { newId } from '../../src/domain/ids.js'

describe('a key for shoppers, who are strangers to each other', () => {
  test('is random: a UUID, or 128 bits in any of the usual alphabets', () => {
    const drawn = Array.from({ length: 500 }, () => [
      randomUUID(),
      randomUUID().toUpperCase(),
      newId(),
      randomUUID().replaceAll('-', ''),
      randomBytes(16).toString('hex'),
      randomBytes(16).toString('base64'),
      randomBytes(16).toString('base64url'),
      BigInt(`0x${randomBytes(17).toString('hex')}`)
        .toString(36)
        .padStart(25, 'x'),
      `hold-${randomUUID()}`,
    ]).flat()
    expect(drawn.filter((key) => !isUnguessable(key))).toEqual([])
  })

  test.each([
    ['a name', 'order-17-hold'],
    ['a number', '17'],
    ['a date and a number', '2026-05-01T12:00:00.000Z'.replaceAll(/\D/g, '')],
    ['one letter, many times', 'a'.repeat(64)],
    ['the UUID of nothing', '00000000-0000-0000-0000-000000000000'],
    ['a counter in the form of a UUID', '00000000-0000-4000-8000-000000000017'],
    ['a UUID made of a clock', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ['a UUID made of a name', '74738ff5-5367-5958-9aee-98fffdcd1876'],
    ['64 bits', '9f86d081884c7d65'],
    ['96 bits of Base64', 'n4bQgYhMfWWaLqQz'],
    ['too few digits', '12345678901234567890123456789'],
    ['few characters again and again', 'abcabcabcabcabcabcabcabcabcabcabc'],
  ])('is refused when it is %s', (_what, key) => {
    expect(isUnguessable(key)).toBe(false)
  })
})
