/** The rules by which an audit replays the journal, without a database. */
import { describe, expect, test } from 'vitest'
import { JOURNAL_KINDS } from '../../../src/domain/journal.js'
import { POOL_RULES, replayPool } from '../../../src/domain/replay/pool.js'
import type { StoredEntry } from '../../../src/domain/replay/replay.js'
import { RESERVATION_RULES, replayReservation } from '../../../src/domain/replay/reservation.js'
import type { StoredBooks } from '../../../src/domain/replay/reservation-books.js'
import { replaySettings, SETTINGS_RULES } from '../../../src/domain/replay/settings.js'

const POOL = '0198c2a4-6f3e-7b21-9d0c-5a1e8f4b2c77'
const move = { pool_id: POOL, quantity: 2, version: 1 }

function entry(kind: string, detail: object): StoredEntry {
  const ids = { entryId: `${kind} ${JSON.stringify(detail)}`, reservationId: 'R', poolId: null }
  return { ...ids, kind, atMs: 0, detail }
}

const HELD = entry('held', { version: 1, taken: [move], expires_at_ms: 5 })
const PAID = entry('confirmed', { version: 2, payment_ref: 'p' })
const row = {
  ...{ state: 'confirmed', version: 2, expiresAtMs: null, paymentRef: 'p', refundDue: false },
  ...{ lineCount: 1, createdAtMs: 0, updatedAtMs: 0 },
}
const line = { lineNo: 1, poolId: POOL, quantity: 2, takenVersion: 1 }
const lines = [{ ...line, givenBackVersion: null, replaced: false }]
const books: StoredBooks = { rows: [row], lines, entries: [PAID, HELD], answers: [], refunds: [] }

/** Where something does not add up. */
const places = (changes: Partial<StoredBooks>) =>
  replayReservation('R', { ...books, ...changes }).map(({ table, column }) => `${table}.${column}`)

test('every kind of entry has its rule, and there is no rule without a kind', () => {
  const rules = [RESERVATION_RULES, POOL_RULES, SETTINGS_RULES].flatMap(Object.keys)
  expect(rules.sort()).toEqual([...JOURNAL_KINDS].sort())
})

describe('a reservation', () => {
  test('that is what its entries come to, in whatever order they are read, is found right', () => {
    expect(places({})).toEqual([])
  })

  test.each([
    [
      'a state that no entry explains',
      { rows: [{ ...row, state: 'cancelled' }] },
      'reservations.state',
    ],
    ['a missing row', { rows: [] }, 'reservations.row'],
    ['a row without entries', { entries: [] }, 'reservations.row'],
    ['a missing line', { lines: [] }, 'reservation_lines.row'],
    [
      'a line too many',
      { lines: [...lines, { ...line, lineNo: 2, givenBackVersion: null, replaced: false }] },
      'reservation_lines.row',
    ],
    [
      'a time that is another',
      { rows: [{ ...row, createdAtMs: 7_200_000 }] },
      'reservations.created_at',
    ],
    ['an entry that is there twice', { entries: [HELD, PAID, PAID] }, 'journal.detail'],
    ['an entry that is gone', { entries: [PAID] }, 'journal.detail'],
    [
      'a kind that nobody knows',
      { entries: [HELD, entry('paid', { version: 2 })] },
      'journal.kind',
    ],
    ['a detail that is none', { entries: [HELD, { ...PAID, detail: 'x' }] }, 'journal.detail'],
    [
      'an answer of a version that it never had',
      { answers: [{ key: 'k', command: 'hold', state: 'held', version: 9 }] },
      'answers.outcome',
    ],
    [
      'two answers that made it',
      {
        answers: ['k', 'l'].map((key) => ({ key, command: 'hold', state: 'held', version: 1 })),
      },
      'answers.outcome',
    ],
  ])('with %s is told', (_what, changes, place) => {
    expect(places(changes as Partial<StoredBooks>)).toContain(place)
  })

  test('owes what its entries say: a refund that is due, settled or withdrawn', () => {
    const becomes = (step: string) => ({
      payment_ref: 'q',
      reason: 'version_mismatch',
      becomes: step,
    })
    const due = entry('refund_due', { version: 3, payment_ref: 'q', refunds: [becomes('due')] })
    const refund = { paymentRef: 'q', reason: 'version_mismatch', dueSinceMs: 0, settledAtMs: null }
    const owing = {
      entries: [HELD, PAID, due],
      rows: [{ ...row, version: 3, refundDue: true }],
      refunds: [refund],
    }
    expect(places(owing)).toEqual([])
    expect(places({ ...owing, refunds: [] })).toEqual(['refunds.row'])
    expect(places({ ...owing, refunds: [{ ...refund, settledAtMs: 0 }] })).toEqual([
      'refunds.settled_at',
    ])
    const gone = entry('refund_withdrawn', {
      ...{ version: 4, payment_ref: 'q', refunds: [becomes('withdrawn')] },
    })
    const paid = { entries: [HELD, PAID, due, gone], rows: [{ ...row, version: 4 }] }
    expect(places(paid)).toEqual([])
    expect(places({ ...paid, entries: [HELD, PAID, gone] })).toContain('journal.detail')
  })

  test('keeps its lines through a change: those that others stand in for stay, replaced', () => {
    const gone = entry('changed', {
      ...{ version: 3, payment_ref: 'p' },
      taken: [{ ...move, quantity: 3, version: 2 }],
      given_back: [{ ...move, version: 2 }],
    })
    const changed = {
      entries: [HELD, PAID, gone],
      rows: [{ ...row, version: 3, lineCount: 2 }],
      lines: [
        { ...line, givenBackVersion: 2, replaced: true },
        {
          ...line,
          ...{ lineNo: 2, quantity: 3, takenVersion: 2 },
          givenBackVersion: null,
          replaced: false,
        },
      ],
    }
    expect(places(changed)).toEqual([])
    expect(
      places({ ...changed, lines: changed.lines.map((each) => ({ ...each, replaced: false })) }),
    ).toEqual(['reservation_lines.replaced'])
  })
})

describe('a pool', () => {
  const TERMS = {
    ...{ minimum_stay: 1, maximum_stay: null, on_sale: true },
    ...{ closed_to_arrival: false, closed_to_departure: false },
  }
  const NIGHT = { resourceId: 'X', version: 0, terms: TERMS }
  const opened = { version: 0, resource_id: 'X', capacity: 5 }
  const [opening, lowered] = [
    entry('pool_opened', opened),
    entry('capacity_changed', { version: 4, from: 5, to: 2 }),
  ]
  const entries = [opening, lowered]
  const pool = {
    ...{ poolId: POOL, resourceId: 'X', exclusive: false, closed: false, fromMs: null, toMs: null },
    ...{ capacity: 2, taken: 3, overcommitted: 1, version: 4, nights: [] },
  }
  const columns = (changes: object, read = entries) =>
    replayPool(POOL, { ...pool, ...changes }, read).map(({ table, column }) => `${table}.${column}`)

  test('that is what its entries come to is found right', () => {
    expect(columns({})).toEqual([])
  })

  test.each([
    [{ capacity: 3, overcommitted: 0 }, ['pools.capacity']],
    [{ overcommitted: 2 }, ['pools.overcommitted']],
    [{ exclusive: true }, ['pools.exclusive']],
    [{ nights: [{ ...NIGHT, night: '2031-05-01' }] }, ['nights.pool_id']],
  ])('with %j is told', (changes, expected) => {
    expect(columns(changes)).toEqual(expected)
  })

  test('whose entries do not follow from each other is told, and so is one without a beginning', () => {
    const gap = entry('capacity_changed', { version: 4, from: 6, to: 2 })
    expect(columns({}, [opening, gap])).toContain('journal.detail')
    expect(columns({}, [])).toEqual(['pools.row'])
    expect(replayPool(POOL, undefined, entries)).toMatchObject([{ column: 'row', actual: 'none' }])
  })

  test('that is a night has the terms that its entries come to', () => {
    const night = { ...NIGHT, night: '2031-05-01', version: 1 }
    const changes = { nights: [{ ...night, terms: { ...TERMS, minimum_stay: 2 } }] }
    const from = { minimum_stay: 1 }
    const terms = entry('night_terms_changed', { version: 1, from, to: { minimum_stay: 2 } })
    const opening = entry('pool_opened', { ...opened, night: '2031-05-01' })
    expect(columns(changes, [terms, opening, lowered])).toEqual([])
    expect(columns(changes, [opening, lowered])).toEqual(['nights.minimum_stay', 'nights.version'])
    expect(columns({ nights: [night] }, [terms, opening, lowered])).toEqual(['nights.minimum_stay'])
    const gap = { ...terms, detail: { version: 1, from: { minimum_stay: 3 }, to: {} } }
    expect(columns(changes, [gap, opening, lowered])).toContain('journal.detail')
  })

  test('of a database that was upgraded begins at the version that it had come to', () => {
    const upgraded = entry('pool_opened', { ...opened, version: 4, capacity: 2 })
    expect(columns({}, [lowered, upgraded])).toEqual([])
  })
})

describe('what a seller set', () => {
  const opening = entry('resource_opened', { version: 1, to: { name: 'A', archived: false } })
  const renamed = entry('resource_changed', { version: 2, from: { name: 'A' }, to: { name: 'B' } })
  const archived = entry('resource_archived', {
    ...{ version: 3, from: { archived: false }, to: { archived: true } },
  })
  const resource = { table: 'resources', key: 'R', version: 3, unset: false }
  const found = (settings: object, entries: readonly StoredEntry[], version = 3) =>
    replaySettings(
      'resource/R',
      [{ ...resource, version, settings: { ...settings } }],
      entries,
    ).map(({ table, column }) => `${table}.${column}`)
  const entries = [opening, renamed, archived]
  const right = { name: 'B', archived: true }

  test('is what its entries come to', () => {
    expect(found(right, entries)).toEqual([])
  })

  test.each([
    [{ ...right, name: 'C' }, entries, 'resources.name'],
    [{ ...right, exclusive: true }, entries, 'resources.exclusive'],
    [right, [opening, archived], 'journal.detail'],
    [right, [renamed, archived], 'journal.kind'],
    [right, [opening, renamed, { ...archived, kind: 'resource_changed' }], 'journal.detail'],
    [right, [opening, renamed, { ...archived, kind: 'resource_unarchived' }], 'journal.detail'],
    [right, [opening, renamed, { ...archived, kind: 'listing_archived' }], 'journal.kind'],
    [right, [], 'resources.row'],
  ])('%j is told where its entries say something else', (settings, read, place) => {
    expect(found(settings, read)).toContain(place)
  })

  test('is told when the row is gone, or its version is another', () => {
    expect(found(right, entries, 4)).toEqual(['resources.version'])
    expect(replaySettings('resource/R', [], entries)).toMatchObject([{ actual: 'none', key: 'R' }])
  })
})
