/** Mails to look at and to take apart: one of each kind, in turn in each language. */
import { hasInvitation, invitationOf } from '../../../src/notices/mail/calendar.js'
import type {
  BlockFacts,
  CustomerFacts,
  DeadLetterFacts,
  MailFacts,
} from '../../../src/notices/mail/facts.js'
import { languageOf, wordsOf } from '../../../src/notices/mail/languages.js'
import { messageOf } from '../../../src/notices/mail/message.js'
import { type BookedPool, placesOf } from '../../../src/notices/mail/places.js'
import { type MailTemplates, readTemplates } from '../../../src/notices/mail/template-folder.js'
import { viewOf } from '../../../src/notices/mail/view.js'
import type { CustomerMailKind } from '../../../src/notices/mail/words.js'

export const RESERVATION_ID = '019ade5f-54a2-7c33-9d1c-3f0a6c8b2e11'
export const EVENT_ID = '019ade60-0b1e-7a55-8e2f-90ab12cd34ef'
export const FROM = { address: 'bookings@hotel.example', name: 'Grand Hotel' }
export const ADA = 'ada@example.com'
const LISTING_ID = '01a1fff0-0000-7000-8000-00000000a001'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** An hour on a turf in India, from 18:00 on 4 December 2026. */
export const TURF_HOUR: BookedPool = {
  resourceId: 'turf',
  name: 'Turf',
  quantity: 1,
  timeZone: 'Asia/Kolkata',
  night: null,
  fromMs: Date.parse('2026-12-04T12:30:00Z'),
  toMs: Date.parse('2026-12-04T13:30:00Z'),
}

/** Rooms of a hotel in Prague for one night of winter. */
export function night(date: string, room: Partial<BookedPool> = {}): BookedPool {
  const fromMs = Date.parse(`${date}T00:00:00+01:00`)
  return {
    ...{ resourceId: 'double', name: 'Double room', quantity: 1, timeZone: 'Europe/Prague' },
    ...{ night: date, fromMs, toMs: fromMs + DAY_MS },
    ...room,
  }
}

export const THREE_NIGHTS = ['2026-12-04', '2026-12-05', '2026-12-06'].map((date) =>
  night(date, { quantity: 2 }),
)

export function customerFacts(
  kind: CustomerMailKind,
  pools: readonly BookedPool[],
  more: Partial<CustomerFacts> = {},
): CustomerFacts {
  return {
    kind,
    listing: { listingId: LISTING_ID, name: 'Grand Hotel' },
    reservationId: RESERVATION_ID,
    version: 3,
    atMs: Date.parse('2026-11-27T09:00:00Z'),
    places: placesOf(pools),
    name: 'Ada Lovelace',
    paymentRef: undefined,
    link: `https://book.example/r/${LISTING_ID}/${RESERVATION_ID}#c2VjcmV0`,
    ...more,
  }
}

export const BLOCK_FACTS: BlockFacts = {
  kind: 'block_cut_off',
  listing: { listingId: LISTING_ID, name: 'Grand Hotel' },
  block: { name: 'Lovelace wedding', cutOff: '2026-12-01', from: '2026-12-04', to: '2026-12-07' },
  roomNightsLeft: 12,
}

export const DEAD_LETTER_FACTS: DeadLetterFacts = {
  kind: 'dead_letters',
  listing: { listingId: LISTING_ID, name: 'Grand Hotel' },
  count: 3,
  timeZone: 'Europe/Prague',
  sinceMs: Date.parse('2026-11-27T09:00:00Z'),
}

/** Each kind of mail, and the locale in which it is read. */
export const SAMPLES: readonly (readonly [MailFacts, string])[] = [
  [
    customerFacts('confirmed', [TURF_HOUR], {
      listing: { listingId: LISTING_ID, name: 'Riverside turf' },
    }),
    'en',
  ],
  [
    customerFacts('changed', [
      ...THREE_NIGHTS,
      night('2026-12-05', { resourceId: 'suite', name: 'Suite' }),
    ]),
    'de-AT',
  ],
  [customerFacts('cancelled', THREE_NIGHTS, { name: undefined }), 'fr'],
  [
    customerFacts('expired', [
      { ...TURF_HOUR, name: 'Hotel A', quantity: 3, fromMs: null, toMs: null },
    ]),
    'en',
  ],
  [customerFacts('released', [TURF_HOUR]), 'de'],
  [
    customerFacts('refund_due', THREE_NIGHTS, { paymentRef: 'pi_3MtwBwLkdIwHu7ix28a3tqPa' }),
    'en-US',
  ],
  [BLOCK_FACTS, 'en'],
  [DEAD_LETTER_FACTS, 'en'],
]

export const builtIn: Promise<MailTemplates> = readTemplates(undefined)

/** A mail as the channel makes it: its parts, and the bytes of it. */
export async function mailOf(facts: MailFacts, locale: string, to = ADA) {
  const reading = languageOf(locale, 'en')
  const { language } = reading
  const invited = 'places' in facts && hasInvitation(facts)
  const view = viewOf(facts, { ...reading, words: wordsOf(language) }, invited)
  const rendered = (await builtIn).render(facts.kind, language, view)
  const invitation = 'places' in facts ? invitationOf(facts, view, { from: FROM, to }) : undefined
  const message = await messageOf({
    ...{ eventId: EVENT_ID, subjectId: RESERVATION_ID, from: FROM, to, language, invitation },
    ...{ ...rendered, atMs: Date.parse('2026-11-27T09:00:01Z') },
  })
  return { ...rendered, invitation, message }
}
