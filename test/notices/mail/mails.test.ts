/** Mails as another library reads them: nothing that a customer or a seller wrote gets out of its place. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { describe, expect, test } from 'vitest'
import { isAddress } from '../../../src/domain/reservation/address.js'
import { senderOf, withoutAddresses } from '../../../src/notices/mail/address.js'
import { LANGUAGES, languageOf, wordsOf } from '../../../src/notices/mail/languages.js'
import { messageOf } from '../../../src/notices/mail/message.js'
import { placesOf } from '../../../src/notices/mail/places.js'
import { readTemplates } from '../../../src/notices/mail/template-folder.js'
import { VIEW_NAMES, viewOf } from '../../../src/notices/mail/view.js'
import {
  ADA,
  BLOCK_FACTS,
  customerFacts,
  DEAD_LETTER_FACTS,
  EVENT_ID,
  FROM,
  mailOf,
  RESERVATION_ID,
  SAMPLES,
  TURF_HOUR,
} from './sample-mails.js'

/** What tries to get out of HTML, a header, a calendar or a template. */
const HOSTILE =
  '"><script>alert(1)</script>\u2028{{link}} \\;,:=?utf-8?q?x?= BEGIN:VCALENDAR `\'&amp;'

describe('a mail', () => {
  test.each(SAMPLES.map(([facts, locale]) => [facts.kind, locale, facts] as const))(
    '%s in %s is text and HTML of one sender to one recipient, and says that a program sent it',
    async (_kind, locale, facts) => {
      const { message, subject, text } = await mailOf(facts, locale)
      const mail = await simpleParser(message, { skipTextToHtml: true })
      expect(mail.from?.value).toEqual([FROM])
      expect([mail.to].flat().flatMap((to) => to?.value)).toEqual([{ address: ADA, name: '' }])
      expect(mail.subject).toBe(subject)
      expect(mail.messageId).toBe(`<${EVENT_ID}@hotel.example>`)
      expect(mail.references).toBe(`<${RESERVATION_ID}@hotel.example>`)
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
      expect(mail.text?.trim()).toBe(text.trim())
      expect(mail.html).toContain('prefers-color-scheme: dark')
      // No picture, no font, no style and no script from anywhere.
      expect(mail.html).not.toMatch(/<(?:img|link|script|iframe|object)\b|url\(|@import/i)
      expect(mail.text).not.toMatch(/undefined|\{\{|NaN/)
      expect(mail.html).not.toMatch(/undefined|\{\{|NaN/)
    },
  )

  test('shows hostile names as they are, in every place where a name stands', async () => {
    const named = { ...TURF_HOUR, name: HOSTILE }
    const listing = { listingId: RESERVATION_ID, name: HOSTILE }
    const all = [
      customerFacts('confirmed', [named], { listing, name: HOSTILE, link: HOSTILE }),
      customerFacts('refund_due', [named], { listing, paymentRef: HOSTILE, name: HOSTILE }),
      { ...BLOCK_FACTS, listing, block: { ...BLOCK_FACTS.block, name: HOSTILE } },
      { ...DEAD_LETTER_FACTS, listing },
    ]
    for (const facts of all) {
      const { message, html, text } = await mailOf(facts, 'en')
      const mail = await simpleParser(message, { skipTextToHtml: true })
      expect(html).not.toContain('<script')
      expect(html).not.toContain('{{link}}<')
      // What is escaped reads as what was written, tags of templates included.
      expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;')
      expect(text).toContain('<script>alert(1)</script> {{link}}')
      expect(mail.to).toMatchObject({ value: [{ address: ADA }] })
      expect([...mail.headers.keys()].filter((name) => name === 'bcc')).toEqual([])
      expect(mail.subject).not.toMatch(/[\r\n]/)
    }
  })

  test('is not written with a second line in a header, nor to anything but one address', async () => {
    const mail = {
      ...{ eventId: EVENT_ID, subjectId: RESERVATION_ID, from: FROM, to: ADA, language: 'en' },
      ...{ subject: 'Hello', text: '', html: '', atMs: 0 },
    }
    await expect(messageOf({ ...mail, subject: 'Hello\r\nBcc: eve@example.com' })).rejects.toThrow(
      'a header has one line',
    )
    for (const to of [
      'a@b.example, eve@example.com',
      'Ada <a@b.example>',
      'a@b.example\r\nBcc: e',
    ]) {
      await expect(messageOf({ ...mail, to })).rejects.toThrow('a mail goes to one plain address')
    }
  })
})

test.each([
  ['ada@example.com', true],
  ["o'brien+tag@mail.example.co.uk", true],
  ['ada@localhost', true],
  ['', false],
  ['ada', false],
  ['@example.com', false],
  ['ada@', false],
  ['ada@@example.com', false],
  ['a..b@example.com', false],
  ['.a@example.com', false],
  ['"a b"@example.com', false],
  ['ada@example.com, eve@example.com', false],
  ['ada@example.com;eve@example.com', false],
  ['ada@example.com\n', false],
  ['ada@example.com\0', false],
  ['<ada@example.com>', false],
  ['ada@exam ple.com', false],
  ['ada@-example.com', false],
  ['ada@[127.0.0.1]', false],
  ['a\u202eda@example.com', false],
  [`${'a'.repeat(65)}@example.com`, false],
  [`ada@${'a.'.repeat(130)}com`, false],
])('whether %j is one plain address: %j', (text, expected) => {
  expect(isAddress(text)).toBe(expected)
})

test('a sender is an address, perhaps with a name', () => {
  expect(senderOf('Grand Hotel <bookings@hotel.example>')).toEqual(FROM)
  expect(senderOf('"Grand Hotel" <bookings@hotel.example>')).toEqual(FROM)
  expect(senderOf('bookings@hotel.example')).toEqual({ ...FROM, name: '' })
  for (const text of ['', 'Grand Hotel', 'A <a@b.c> <d@e.f>', 'A\nB <a@b.c>', 'A <a@b.c>, d@e.f']) {
    expect(senderOf(text)).toBe(undefined)
  }
})

test('what is kept of a server’s answer names nobody', () => {
  expect(withoutAddresses('550 5.1.1 <ada@example.com>: user ada@example.com unknown')).toBe(
    '550 5.1.1 <(address)>: user (address) unknown',
  )
})

describe('languages', () => {
  test.each([
    ['de-AT', { language: 'de', locale: 'de-AT' }],
    ['de_CH', { language: 'de', locale: 'de-CH' }],
    ['FR', { language: 'fr', locale: 'fr-FR' }],
    ['en-US-u-ca-buddhist', { language: 'en', locale: 'en-US' }],
    ['pt-BR', { language: 'de', locale: 'de-DE' }],
    ['not a locale', { language: 'de', locale: 'de-DE' }],
    ['constructor', { language: 'de', locale: 'de-DE' }],
    [undefined, { language: 'de', locale: 'de-DE' }],
  ])('%j is read in %j', (locale, expected) => {
    expect(languageOf(locale, 'de')).toEqual(expected)
  })

  test('say something of their own in every sentence', () => {
    const flat = (words: object): string[] =>
      Object.values(words).flatMap((value) =>
        typeof value === 'string' ? [value] : typeof value === 'object' ? flat(value) : [],
      )
    const [first = [], ...others] = LANGUAGES.map((language) => flat(wordsOf(language)))
    for (const sentences of others) {
      expect(sentences.length).toBe(first.length)
      const same = sentences.filter((sentence, i) => sentence !== '' && sentence === first[i])
      expect(same).toEqual([])
    }
  })
})

describe('templates of a folder', () => {
  const view = (kind: 'confirmed' | 'cancelled', name: string) =>
    viewOf(
      customerFacts(kind, [TURF_HOUR], { name }),
      { ...languageOf('en', 'en'), words: wordsOf('en') },
      false,
    )

  async function inFolder<Result>(
    files: Readonly<Record<string, string>>,
    work: (folder: string) => Promise<Result>,
  ): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-templates-'))
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
      return await work(folder)
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  test('replace those that they are for, the most particular first, and nothing else', async () => {
    const files = {
      'confirmed.txt':
        'Subject: Yes: {{heading}}\n\n{{#places}}{{name}};{{/places}} {{greeting}}\n',
      'confirmed.de.txt': 'nobody reads this in English',
      'mail.en.html': '<p>{{greeting}}</p>{{^greeting}}nobody{{/greeting}}',
      'README.md': 'not a template',
    }
    const templates = await inFolder(files, readTemplates)
    expect(templates.render('confirmed', 'en', view('confirmed', '<b>Ada</b>'))).toEqual({
      subject: 'Yes: Your booking is confirmed',
      text: 'Turf; Hello <b>Ada</b>,\n',
      html: '<p>Hello &lt;b&gt;Ada&lt;/b&gt;,</p>',
    })
    const cancelled = templates.render('cancelled', 'en', view('cancelled', 'Subject: x'))
    expect(cancelled.subject).toBe('Booking cancelled: Turf, 4 Dec, 18:00')
    expect(cancelled.html).toBe('<p>Hello Subject: x,</p>')
  })

  test.each([
    ['confirmed.html', '{{nobody}}', /confirmed\.html: there is no \{\{nobody\}\}; allowed: kind,/],
    ['mail.txt', '{{#places}}', /mail\.txt: \{\{#places\}\} is not closed/],
    ['mail.txt', '{{/places}}', /mail\.txt: \{\{\/places\}\} closes nothing/],
    ['mail.txt', '{{#facts}}{{#places}}{{/facts}}{{/places}}', /closes nothing/],
    ['mail.html', '{{{greeting}}}', /mail\.html: braces that are no tag/],
    ['comfirmed.html', '', /comfirmed\.html is no mail's; allowed: mail, confirmed/],
    ['confirmed.pt.html', '', /confirmed\.pt\.html is no mail's/],
  ])('%s with %j is refused at the start', async (name, text, why) => {
    await expect(inFolder({ [name]: text }, readTemplates)).rejects.toThrow(why)
  })

  test('a folder that is not there is refused at the start', async () => {
    await expect(readTemplates('/nowhere/at/all')).rejects.toThrow(/^MAIL_TEMPLATES: ENOENT/)
  })

  test('may use the names that the page on mail has, and no others', () => {
    const page = readFileSync(new URL('../../../docs/notices/mail.md', import.meta.url), 'utf8')
    const [, table = ''] = /\| tag \|[^\n]*\n\|[-|]+\n((?:\|.*\n)+)/.exec(page) ?? []
    const names = [...table.matchAll(/`\{\{(\w+)\}\}`/g)].map(([, name]) => name)
    expect(names.sort()).toEqual([...VIEW_NAMES].sort())
  })
})

test('nights in a row are one stay, others are not', () => {
  const pool = { resourceId: 'r', name: 'Room', quantity: 1, timeZone: 'UTC' }
  const night = (date: string, more = {}) => {
    const fromMs = Date.parse(date)
    return { ...pool, night: date, fromMs, toMs: fromMs + 86_400_000, ...more }
  }
  const places = placesOf([
    night('2026-12-06'),
    night('2026-12-04'),
    night('2026-12-05', { quantity: 2 }),
    night('2026-12-05', { resourceId: 'other' }),
    night('2026-12-03'),
    { ...pool, name: 'Seat', night: null, fromMs: null, toMs: null },
  ])
  const shown = places.map(({ name, quantity, time }) =>
    time?.kind === 'stay' ? `${quantity} ${time.checkIn} ${time.checkOut}` : name,
  )
  expect(shown).toEqual([
    'Seat',
    '1 2026-12-03 2026-12-05',
    '2 2026-12-05 2026-12-06',
    '1 2026-12-05 2026-12-06',
    '1 2026-12-06 2026-12-07',
  ])
})
