/** One form for every spelling of a customer. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalCustomer } from '../../../src/domain/reservation/customer.js'

test.each([
  ['an address in other letters', 'Ada@EXAMPLE.test', 'ada@example.test'],
  [
    'an address in letters with accents',
    '\u00dcnal@M\u00dcNCHEN.example',
    '\u00fcnal@m\u00fcnchen.example',
  ],
  ['full-width letters', '\uff21da@example.test', '\uff41da@example.test'],
  ['white space around it', ' ada@example.test\u00a0', 'ada@example.test'],
  ['a zero-width space', 'a\u200bda@example.test', 'ada@example.test'],
  ['a zero-width joiner', 'a\u200dda@example.test', 'ada@example.test'],
  ['a byte order mark', '\ufeffada@example.test', 'ada@example.test'],
  ['a soft hyphen and a variation selector', 'a\u00adda\ufe0f@example.test', 'ada@example.test'],
  ['an accent of its own', 'Zoe\u0308', 'Zo\u00eb'],
  ['more white space than one', 'Ada \u2003 Lovelace', 'Ada Lovelace'],
  ['a name, whose case is its own', 'Ada', 'Ada'],
  ['a Turkish address, whose dotted capital stays', '\u0130@example.test', '\u0130@example.test'],
])('%s is the same customer', (_what, spelled, form) => {
  expect(normalCustomer(spelled)).toBe(form)
})

test('the form of a form is the form itself', () => {
  const odd = fc.constantFrom(
    '\u200d',
    '\u0301',
    ' ',
    '\u3000',
    '@',
    '\u03a3',
    '\u212b',
    '\u1e9e',
    'A',
  )
  const unit = fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), odd)
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
      const form = normalCustomer(units.join(''))
      expect(normalCustomer(form)).toBe(form)
    }),
    { numRuns: 2_000 },
  )
})
