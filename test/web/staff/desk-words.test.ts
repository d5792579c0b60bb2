/** Lines and entries of the journal, as staff read them. */
import { expect, test } from 'vitest'
import type { JournalEntry, Line } from '../../../src/client/client.js'
import { clockText, dateText } from '../../../web/shared/times.js'
import { draftsOf, wantedOf } from '../../../web/staff/desk/reservation/drafts.js'
import { KINDS, sentenceOfEntry } from '../../../web/staff/words/entries.js'
import { lineText, wordsOf } from '../../../web/staff/words/lines.js'
import { namesOf } from '../../../web/staff/words/names.js'

/** A day as the reader of this process writes it. */
const day = (date: string) => `${dateText(date, 'short')} (2031)`
const at = (zone: string, time: string) => clockText(zone, Date.parse(time))

const HOTEL = { id: 'hotel', name: 'Hotel A' }
const names = namesOf(
  { time_zone: 'Europe/Prague' },
  {
    resources: [
      resource('double', 'Double room', null),
      resource('court', 'Court 1', 'Asia/Kolkata'),
    ],
    blocks: [{ id: 'wedding', name: 'Wedding' }],
    pools: [{ pool_id: 'p', resource: HOTEL, capacity: 5, taken: 0, available: 5, version: 1 }],
  },
)

function resource(id: string, name: string, time_zone: string | null) {
  return {
    ...{ id, listing_id: 'l', name, exclusive: false, time_zone, notice_minutes: 0 },
    ...{ horizon_days: null, archived: false, created_at: '2031-01-01T00:00:00Z' },
  }
}

const night = (date: string, more: object = { resource_id: 'double' }): Line => ({
  ...{ pool_id: `night ${date}`, quantity: 2, night: date },
  ...more,
})

const LINES: readonly Line[] = [
  { pool_id: 'p', quantity: 1 },
  // Half past midnight in Kolkata: the place's day counts, whatever day it is in Greenwich.
  {
    ...{ pool_id: 's', quantity: 1, resource_id: 'court' },
    ...{ from: '2031-05-01T19:00:00Z', to: '2031-05-01T20:00:00Z' },
  },
  night('2031-05-31'),
  night('2031-06-01'),
  night('2031-06-03'),
  night('2031-06-04', { block_id: 'wedding' }),
]

const COURT = `Court 1, ${dateText('2031-05-02', 'short')}, ${at('UTC', '2031-05-01T00:30:00Z')}–${at('UTC', '2031-05-01T01:30:00Z')} (2031)`

test('nights that follow each other are one stay; times are those of the place', () => {
  expect(wordsOf(LINES, names).map(lineText)).toEqual([
    'Hotel A',
    COURT,
    `2 × Double room, ${day('2031-05-31')} – ${day('2031-06-02')}, 2 nights`,
    `2 × Double room, ${day('2031-06-03')} – ${day('2031-06-04')}, 1 night`,
    `2 × Wedding (block), ${day('2031-06-04')} – ${day('2031-06-05')}, 1 night`,
  ])
  expect(wordsOf(LINES, names).map(({ firstDay }) => firstDay)).toEqual([
    ...[undefined, '2031-05-02', '2031-05-31', '2031-06-03', '2031-06-04'],
  ])
})

test('what is asked for, where nothing is changed, is what there is', () => {
  expect(wantedOf(draftsOf(LINES))).toEqual([
    { pool_id: 'p', quantity: 1 },
    {
      ...{ resource_id: 'court', quantity: 1 },
      ...{ from: '2031-05-01T19:00:00Z', to: '2031-05-01T20:00:00Z' },
    },
    { resource_id: 'double', check_in: '2031-05-31', check_out: '2031-06-02', quantity: 2 },
    { resource_id: 'double', check_in: '2031-06-03', check_out: '2031-06-04', quantity: 2 },
    { block_id: 'wedding', check_in: '2031-06-04', check_out: '2031-06-05', quantity: 2 },
  ])
})

const entry = (kind: JournalEntry['kind'], more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ id: 'e', at: '2031-05-01T08:00:00Z', kind, reservation_id: 'r', pool_id: null },
  ...{ resource_id: 'court', block_id: 'wedding', actor: null, reason: null, version: 1 },
  ...more,
})

const move = (pool_id: string, quantity: number) => ({ pool_id, quantity, version: 1 })

test('the journal speaks in sentences', () => {
  const due = { payment_ref: 'pay_1', reason: 'cancelled', becomes: 'due' as const }
  const told = [
    entry('held', { taken: [move('p', 2)], expires_at: '2031-05-01T09:00:00Z' }),
    entry('confirmed', { payment_ref: 'pay_1' }),
    entry('changed', { taken: [move('s', 1)], given_back: [move('x', 3)] }),
    entry('cancelled', { given_back: [move('s', 1)], refunds: [due] }),
    entry('refund_due', { payment_ref: 'pay_1', refunds: [{ ...due, reason: 'capacity_gone' }] }),
    entry('capacity_changed', { pool_id: 'p', capacity_from: 5, capacity_to: 4 }),
  ]
  expect(told.map((each) => sentenceOfEntry(each, names, LINES))).toEqual([
    `Held 2 × Hotel A until ${day('2031-05-01')}, ${at('Europe/Prague', '2031-05-01T09:00:00Z')}.`,
    'Confirmed, paid by pay_1.',
    `Changed: ${COURT} taken, 3 places given back.`,
    `Cancelled: ${COURT} free again. Payment pay_1 is due back.`,
    'Payment pay_1 is due back. Why: it came too late, and the places were gone.',
    'The capacity of Hotel A went from 5 to 4.',
  ])
})

test('every kind of entry has a sentence, whatever else it has', () => {
  for (const kind of KINDS) {
    const bare = sentenceOfEntry(entry(kind), names)
    expect(bare, kind).toMatch(/^[A-Z].*\.$/)
  }
})
