/** Invitations as a calendar reads them: another library than the one that wrote them. */
import ICAL from 'ical.js'
import { simpleParser } from 'mailparser'
import { expect, test } from 'vitest'
import type { CustomerFacts } from '../../../src/notices/mail/facts.js'
import {
  ADA,
  customerFacts,
  FROM,
  mailOf,
  night,
  RESERVATION_ID,
  THREE_NIGHTS,
  TURF_HOUR,
} from './sample-mails.js'

/** The invitation of a mail, as it is found in the mail's bytes. */
async function readBack(facts: CustomerFacts, locale = 'en') {
  const { message } = await mailOf(facts, locale)
  const mail = await simpleParser(message)
  const parts = mail.attachments.filter((part) => part.contentType === 'text/calendar')
  const calendar = new ICAL.Component(ICAL.parse(parts[0]?.content.toString('utf8') ?? ''))
  const entries = calendar.getAllSubcomponents('vevent')
  const event = new ICAL.Event(entries[0])
  expect(entries.length).toBe(1)
  return { calendar, event, source: message.toString('latin1') }
}

/** Every time that the entry stands for. */
function timesOf(event: ICAL.Event): string[] {
  const times: string[] = []
  const next = event.iterator()
  for (let at = next.next(); at !== null && at !== undefined; at = next.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(at)
    times.push(`${startDate} ${endDate}`)
  }
  return times
}

test('a confirmation invites to the reservation, at its version', async () => {
  const { calendar, event, source } = await readBack(customerFacts('confirmed', [TURF_HOUR]))
  expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST')
  expect([event.uid, event.sequence]).toEqual([RESERVATION_ID, 3])
  expect([String(event.startDate), String(event.endDate)]).toEqual([
    '2026-12-04T12:30:00Z',
    '2026-12-04T13:30:00Z',
  ])
  expect(event.summary).toBe('Turf, Grand Hotel')
  expect(event.description).toContain('18:00–19:00')
  expect(event.organizer).toBe(`mailto:${FROM.address}`)
  expect(event.attendees.map((who) => String(who.getFirstValue()).toLowerCase())).toEqual([
    `mailto:${ADA}`,
  ])
  // Mail programs look for the method here, too.
  expect(source).toMatch(/Content-Type: text\/calendar; charset=utf-8; method=REQUEST/i)
  // People share calendars.
  expect(String(calendar)).not.toContain('c2VjcmV0')
})

test('a cancellation takes it away under the same name', async () => {
  const { calendar, event } = await readBack(
    customerFacts('cancelled', [TURF_HOUR], { version: 4 }),
  )
  expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL')
  expect([event.uid, event.sequence]).toEqual([RESERVATION_ID, 4])
  expect(event.component.getFirstPropertyValue('status')).toBe('CANCELLED')
})

test('a stay is whole days, from check-in to check-out', async () => {
  const { event } = await readBack(customerFacts('confirmed', THREE_NIGHTS))
  expect(timesOf(event)).toEqual(['2026-12-04 2026-12-07'])
  expect(event.startDate.isDate).toBe(true)
})

test.each([
  [
    'times of one length',
    [
      TURF_HOUR,
      { ...TURF_HOUR, ...later(TURF_HOUR, 7) },
      { ...TURF_HOUR, ...later(TURF_HOUR, 14) },
    ],
    [
      '2026-12-04T12:30:00Z 2026-12-04T13:30:00Z',
      '2026-12-11T12:30:00Z 2026-12-11T13:30:00Z',
      '2026-12-18T12:30:00Z 2026-12-18T13:30:00Z',
    ],
  ],
  [
    'stays of one length',
    [night('2026-12-04'), night('2026-12-09')],
    ['2026-12-04 2026-12-05', '2026-12-09 2026-12-10'],
  ],
  [
    'times that touch, as one',
    [TURF_HOUR, { ...TURF_HOUR, fromMs: TURF_HOUR.toMs, toMs: (TURF_HOUR.toMs ?? 0) + 3_600_000 }],
    ['2026-12-04T12:30:00Z 2026-12-04T14:30:00Z'],
  ],
])('%s are one entry with further dates', async (_what, pools, expected) => {
  const { event } = await readBack(customerFacts('confirmed', pools))
  expect(timesOf(event)).toEqual(expected)
})

test('times of several lengths are periods of one entry', async () => {
  const long = { ...TURF_HOUR, ...later(TURF_HOUR, 7), toMs: later(TURF_HOUR, 8).toMs }
  const { event } = await readBack(customerFacts('confirmed', [TURF_HOUR, long]))
  const periods = event.component
    .getAllProperties('rdate')
    .flatMap((property) => property.getValues())
  expect(periods.map(String)).toEqual(['2026-12-11T12:30:00Z/2026-12-12T13:30:00Z'])
})

test.each([
  ['a booking without a time', 'confirmed', { ...TURF_HOUR, fromMs: null, toMs: null }],
  ['a hold that has ended', 'expired', TURF_HOUR],
] as const)('%s has no invitation, and the mail promises none', async (_what, kind, pool) => {
  const { invitation, text } = await mailOf(customerFacts(kind, [pool]), 'en')
  expect(invitation).toBe(undefined)
  expect(text).not.toContain('calendar')
})

test('hostile names stay in the properties that they are of', async () => {
  const name = 'x\\\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil";CN="a\u0007;,:\\n'
  const listing = { listingId: RESERVATION_ID, name }
  const { event } = await readBack(
    customerFacts('confirmed', [{ ...TURF_HOUR, name: name.replaceAll('\r\n', '\u2028') }], {
      listing: { ...listing, name: name.replaceAll('\r\n', '\u2028') },
    }),
  )
  expect(event.uid).toBe(RESERVATION_ID)
  expect(event.summary).toContain('END:VEVENT BEGIN:VEVENT UID:evil";CN="a')
  expect(event.location).toMatch(/^x\\ END:VEVENT/)
})

function later({ fromMs, toMs }: { fromMs: number | null; toMs: number | null }, days: number) {
  const byMs = days * 86_400_000
  return { fromMs: (fromMs ?? 0) + byMs, toMs: (toMs ?? 0) + byMs }
}
