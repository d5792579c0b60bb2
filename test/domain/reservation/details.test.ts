/** What a contact and metadata may be: the same to the domain as to the contract, but for language tags. */
import { Compile } from 'typebox/schema'
import { describe, expect, test } from 'vitest'
import { Contact, metadata } from '../../../src/contract/notices/contact.js'
import {
  changedDetails,
  type Details,
  METADATA_KEYS_MAX,
  NO_DETAILS,
} from '../../../src/domain/reservation/details.js'

const contactSchema = Compile(Contact as never)
const metadataSchema = Compile(metadata as never)

function takes(change: Parameters<typeof changedDetails>[1]): boolean {
  try {
    changedDetails(NO_DETAILS, change)
    return true
  } catch {
    return false
  }
}

const UNPRINTABLE = ['a\nb', 'a\u0000', 'a\r\nBcc: b', '\ud800', 'a\u202eb', 'a\u2066b', 'a\u061cb']

/** 189 characters: with 64 before the @ as many as an address may have. */
const DOMAIN = [63, 63, 61].map((length) => 'b'.repeat(length)).join('.')

describe('a contact', () => {
  test.each([
    ['name', ['Ada Lovelace', '😀'.repeat(200), "O'Neil, Żaneta"], ['', '😀'.repeat(201)]],
    [
      'email',
      ['ada@example.com', 'o.neil+1@xn--pklad-nsa44c.cz', `${'a'.repeat(64)}@${DOMAIN}`],
      [
        '',
        'ada',
        'Ada <ada@example.com>',
        'a@b, c@d',
        'a@b c',
        '@b',
        'a@b@c',
        `${'a'.repeat(65)}@example.com`,
        `a@b.${DOMAIN}.${'b'.repeat(63)}`,
        'Žofie@example.com',
        'ada@příklad.cz',
      ],
    ],
    [
      'phone',
      ['+44 20 7946 0958', '(030) 12-34/5 x12', '+(1) 2', '112'],
      ['', '+', 'call me', '1'.repeat(41)],
    ],
    ['locale', ['en', 'pt-BR', 'zh-Hant-TW'], ['', 'e', 'en_US', 'en-', 'x'.repeat(36)]],
    ['note', ['We arrive late', 'é'.repeat(1_000)], ['', 'é'.repeat(1_001)]],
  ] as const)('has a %s within bounds', (field, good, bad) => {
    for (const value of good) {
      const both = [takes({ contact: { [field]: value } }), contactSchema.Check({ [field]: value })]
      expect([value, ...both]).toEqual([value, true, true])
    }
    for (const value of [...bad, ...UNPRINTABLE]) {
      const both = [takes({ contact: { [field]: value } }), contactSchema.Check({ [field]: value })]
      expect([value, ...both]).toEqual([value, false, false])
    }
  })

  test('has a language by the tag that everybody writes, and none that is no tag', () => {
    expect(changedDetails(NO_DETAILS, { contact: { locale: 'PT-br' } }).contact.locale).toBe(
      'pt-BR',
    )
    expect(takes({ contact: { locale: 'en-a-en-b-en-b' } })).toBe(false)
  })

  test('that is out of bounds is refused without being told', () => {
    expect(() => changedDetails(NO_DETAILS, { contact: { email: 'Ada <a@b>' } })).toThrow(
      /^the email of a contact is one address without a name around it$/,
    )
  })
})

test('metadata has at most fifty keys of forty characters with values of five hundred', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, 'x']))
  const good = [
    {},
    { order: '6735' },
    many(METADATA_KEYS_MAX),
    { ['😀'.repeat(40)]: '😀'.repeat(500) },
  ]
  const bad = [
    many(METADATA_KEYS_MAX + 1),
    { ['😀'.repeat(41)]: 'x' },
    { a: '😀'.repeat(501) },
    { a: '' },
    { '': 'x' },
    { 'a[b]': 'x' },
    ...UNPRINTABLE.flatMap((text) => [{ a: text }, { [text]: 'a' }]),
  ]
  for (const each of good)
    expect([each, takes({ metadata: each }), metadataSchema.Check(each)]).toEqual([
      each,
      true,
      true,
    ])
  for (const each of bad)
    expect([each, takes({ metadata: each }), metadataSchema.Check(each)]).toEqual([
      each,
      false,
      false,
    ])
})

test('a change keeps what it leaves out, and null removes', () => {
  const before: Details = {
    contact: { name: 'Ada', phone: '112' },
    metadata: { order: '1', campaign: 'may' },
  }
  expect(
    changedDetails(before, { contact: { phone: null, note: 'late' }, metadata: { order: null } }),
  ).toEqual({ contact: { name: 'Ada', note: 'late' }, metadata: { campaign: 'may' } })
  expect(changedDetails(before, { contact: null })).toEqual({ ...before, contact: {} })
  const full = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'x']))
  const swap = { metadata: { k0: null, other: 'x' } }
  const after = changedDetails({ contact: {}, metadata: full }, swap)
  expect(Object.keys(after.metadata)).toHaveLength(50)
  expect(() => changedDetails({ contact: {}, metadata: full }, { metadata: { y: 'x' } })).toThrow(
    'metadata has at most 50 keys, and these are 51',
  )
})
