import { describe, expect, test } from 'vitest'
import {
  CUSTOMER_LENGTH_MAX,
  checkName,
  isCustomer,
} from '../../../src/domain/reservation/reservation.js'

describe('isCustomer', () => {
  test.each([
    '',
    'ada@example.com',
    'Žofie Nováková',
    'O’Brien, 李 小龙',
    '👩‍👩‍👧 family',
    'x'.repeat(CUSTOMER_LENGTH_MAX),
    '😀'.repeat(CUSTOMER_LENGTH_MAX),
  ])('takes %j for a name', (text) => {
    expect(isCustomer(text)).toBe(true)
  })

  test.each([
    ['a NUL, which PostgreSQL cannot store', 'ada\u0000@example.com'],
    ['a line feed, with which a header could be forged', 'ada@example.com\nBcc: all@example.com'],
    ['a carriage return', 'ada\r'],
    ['an escape, with which a terminal could be driven', '\u001b[2Jada'],
    ['DEL', 'ada\u007f'],
    ['a control character of the second set', 'ada\u0085'],
    ['half of a character', 'ada\ud800'],
    ['the other half', '\udc00ada'],
    ['two halves the wrong way round', '\udc00\ud800'],
    ['one character too many', 'x'.repeat(CUSTOMER_LENGTH_MAX + 1)],
    ['one emoji too many', '😀'.repeat(CUSTOMER_LENGTH_MAX + 1)],
    ['families of three, each of them five characters', '👩‍👩‍👧'.repeat(CUSTOMER_LENGTH_MAX / 4)],
    ['what nobody sees', '\u200b\u00ad'],
    ['white space alone', '  '],
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
    ['a list, as a repeated parameter is', ['ada', 'bob']],
    ['an object', { toString: () => 'ada' }],
  ])('refuses %s', (_why, value) => {
    expect(isCustomer(value)).toBe(false)
  })
})

describe('a name', () => {
  test('has 1 to 200 characters, whichever they are, on one line', () => {
    for (const name of ['x', 'x'.repeat(200), '😀'.repeat(200)]) checkName("a listing's", name)
    for (const name of ['', 'x'.repeat(201), '😀'.repeat(201), '👩‍👩‍👧'.repeat(41), 'a\nb']) {
      expect(() => checkName("a listing's", name)).toThrow("a listing's name has 1 to 200")
    }
  })
})
