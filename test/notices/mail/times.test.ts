/** Times in mails are those of the clock on the wall where the customer will be. */
import { expect, test } from 'vitest'
import { languageOf, wordsOf } from '../../../src/notices/mail/languages.js'
import { dateShown, momentShown, timeShown } from '../../../src/notices/mail/times.js'

function reading(locale: string) {
  const { language, locale: own } = languageOf(locale, 'en')
  return { words: wordsOf(language), locale: own }
}

function slot(timeZone: string, from: string, to: string) {
  return {
    timeZone,
    time: { kind: 'slot', fromMs: Date.parse(from), toMs: Date.parse(to) } as const,
  }
}

/** Versions of Unicode's data differ in kinds of spaces, and in the comma behind a weekday. */
const plain = (text: string | undefined) =>
  text?.replaceAll(/[\u00a0\u202f]/g, ' ').replaceAll(/(day|tag), /g, '$1 ')

const KOLKATA = slot('Asia/Kolkata', '2026-12-04T12:30:00Z', '2026-12-04T13:30:00Z')

test.each([
  ['en', KOLKATA, 'Friday 4 December 2026, 18:00–19:00', 'India Standard Time'],
  ['en-US', KOLKATA, 'Friday December 4, 2026, 6:00 PM–7:00 PM', 'India Standard Time'],
  ['de-AT', KOLKATA, 'Freitag 4. Dezember 2026, 18:00–19:00', 'Indische Normalzeit'],
  ['fr', KOLKATA, 'vendredi 4 décembre 2026, 18:00–19:00', 'heure de l’Inde'],
  [
    'en',
    slot('America/New_York', '2026-12-05T03:00:00Z', '2026-12-05T06:00:00Z'),
    'Friday 4 December 2026, 22:00 to Saturday 5 December 2026, 01:00',
    'Eastern Standard Time',
  ],
  // The hour that comes twice: which of the two it is, the names of the clocks say.
  [
    'en',
    slot('Europe/Prague', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'),
    'Sunday 25 October 2026, 02:30–02:30',
    'Central European Summer Time → Central European Standard Time',
  ],
])('in %s', (locale, place, when, detail) => {
  const shown = timeShown(place, reading(locale))
  expect(plain(shown?.when)).toBe(when)
  expect(plain(shown?.detail)?.replace('heure normale', 'heure')).toBe(detail)
})

test('a stay is its dates, whatever the clocks of its midnights do', () => {
  const time = {
    kind: 'stay',
    ...{ checkIn: '2026-10-24', checkOut: '2026-10-26' },
    ...{ fromMs: Date.parse('2026-10-23T22:00:00Z'), toMs: Date.parse('2026-10-25T23:00:00Z') },
  } as const
  const shown = timeShown({ timeZone: 'Europe/Prague', time }, reading('en'))
  expect(plain(shown?.when)).toMatch(/^Saturday 24(?: October)? – Monday 26 October 2026$/)
  expect(shown?.detail).toBe('2 nights')
  expect(shown?.leaf).toEqual({ month: 'Oct', day: '24', weekday: 'Sat' })
  expect(timeShown({ timeZone: 'UTC', time: undefined }, reading('en'))).toBe(undefined)
})

test('a zone whose clocks have no name is called by its city', () => {
  const place = slot('Asia/Kathmandu', '2026-12-04T12:00:00Z', '2026-12-04T13:00:00Z')
  expect(timeShown(place, reading('en'))?.when).toContain('17:45–18:45')
  const unnamed = timeShown(
    slot('America/Punta_Arenas', '2026-12-04T12:00:00Z', '2026-12-04T13:00:00Z'),
    reading('en'),
  )
  expect(unnamed?.detail).toMatch(/^Punta Arenas \(GMT-0?3(?::00)?\)$|Standard Time$/)
})

test('dates and moments stand alone, too', () => {
  expect(plain(dateShown('2026-12-01', reading('de')))).toBe('Dienstag 1. Dezember 2026')
  const moment = momentShown(Date.parse('2026-12-01T23:30:00Z'), 'Europe/Prague', reading('en'))
  expect(plain(moment)).toBe('Wednesday 2 December 2026, 00:30 (Central European Standard Time)')
})
