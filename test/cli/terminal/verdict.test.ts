import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { renderRecount, verdictSentences } from '../../../src/cli/terminal/verdict/verdict.js'
import type { RaceFindings, RaceResult } from '../../../src/lab/race/race.js'
import { hotelsSelling, resultOf, snapshotOf } from './race-samples.js'

const ESC = String.fromCharCode(27)
const PLAIN = { color: false, columns: 100 }

function sentencesFor(findings: Partial<RaceFindings>): string[] {
  return verdictSentences(
    resultOf({ findings: { oversold: 0, lost: 0, unsold: 0, drifted: 0, ...findings } }),
  )
}

/** A race whose hotels sold this, with counters that stopped at the capacity. */
function recountOf(...sold: number[]) {
  const pools = hotelsSelling(...sold).map((pool) => ({
    ...pool,
    reservations: 300,
    counter: Math.min(pool.capacity, pool.sold),
  }))
  return resultOf({ pools })
}

test('a good run is told in two sentences', () => {
  expect(sentencesFor({})).toEqual([
    'OK: every room was sold at most once',
    'Every acknowledged reservation is in the database.',
  ])
})

test('an oversold run says how many rooms were sold twice', () => {
  expect(sentencesFor({ oversold: 408 })).toEqual([
    'OVERSOLD: 408 rooms were sold twice',
    'Every acknowledged reservation is in the database.',
  ])
  expect(sentencesFor({ oversold: 1408 })[0]).toBe('OVERSOLD: 1408 rooms were sold twice')
})

test('one of anything is told in the singular', () => {
  expect(sentencesFor({ oversold: 1, lost: 1, unsold: 1, drifted: 1 })).toEqual([
    'OVERSOLD: 1 room was sold twice',
    'LOST: 1 acknowledged reservation is not in the database',
    'UNSOLD: 1 room is left although clients were refused',
    'DRIFT: the counter of 1 hotel is not the sum of its reservations',
  ])
})

test('a run that fails without overselling ends on FAILED', () => {
  expect(sentencesFor({ lost: 2, unsold: 3, drifted: 4 })).toEqual([
    'OK: every room was sold at most once',
    'LOST: 2 acknowledged reservations are not in the database',
    'UNSOLD: 3 rooms are left although clients were refused',
    'DRIFT: the counter of 4 hotels is not the sum of their reservations',
    'FAILED: no room was sold twice, but this run did not go well',
  ])
})

test('a run in which nobody reserved anything does not pass for a proof', () => {
  const counts = { ...snapshotOf().counts, reserved: 0 }
  const pools = hotelsSelling(0).map((pool) => ({ ...pool, reservations: 0, counter: 0 }))
  const empty = 'EMPTY: nobody reserved anything, so this run proves nothing'
  expect(verdictSentences(resultOf({ counts, pools }))).toContain(empty)
  // Answers may have been lost on the way: then the database knows better than the clients.
  expect(verdictSentences(resultOf({ counts }))).not.toContain(empty)
})

test('OK is green only when nothing else is wrong', () => {
  const okLine = (findings: Partial<RaceFindings>) =>
    renderRecount(
      resultOf({ findings: { ...resultOf().findings, ...findings }, ok: !findings.lost }),
      {
        color: true,
        columns: 80,
      },
    ).find((line) => line.includes('OK: every room'))
  expect(okLine({})).toContain(`${ESC}[32m`)
  expect(okLine({ lost: 1 })).toBe('OK: every room was sold at most once')
})

test('the recount has a row per hotel and one for all', () => {
  const lines = renderRecount(recountOf(612, 488), PLAIN)
  expect(lines.slice(0, 5)).toEqual([
    'hotel         capacity  reservations  rooms sold  counter',
    'Grand Plaza        500           300         612      500  +112 over',
    'Harbour View       500           300         488      488    12 left',
    '────────────────────────────────────────────────────────────────────',
    'all hotels       1,000           600       1,100      988  +112 over',
  ])
})

test('the figures of the run stand below the hotels', () => {
  const text = renderRecount(resultOf(), PLAIN).join('\n')
  for (const figure of [
    '14,820',
    '9,012',
    '1,207',
    '331',
    '211',
    '3.2 ms',
    '48 ms',
    '12.3 s',
    '42',
  ]) {
    expect(text).toContain(figure)
  }
})

test.each([40, 80, 120, 200])(
  'at %i columns nothing is too wide and no number is missing',
  (columns) => {
    const result = recountOf(612, 488, 500, 77)
    const lines = renderRecount(result, { color: true, columns })
    const sentences = verdictSentences(result).length
    for (const line of lines.slice(0, -sentences)) {
      expect(stringWidth(line), line).toBeLessThanOrEqual(columns)
    }
    const text = lines.join('\n')
    for (const word of [
      'capacity',
      'reservations',
      'rooms sold',
      'counter',
      '612',
      '+112 over',
      '1,677',
    ]) {
      expect(text).toContain(word)
    }
  },
)

test('a file, which has no width, gets the whole table and no escape codes', () => {
  const lines = renderRecount(recountOf(612), { color: false, columns: Number.POSITIVE_INFINITY })
  expect(lines.join('')).not.toContain(ESC)
  expect(lines[1]).toContain('Grand Plaza')
})

test('what is wrong with mails is told to whoever had them, and that nothing is wrong as well', () => {
  const mailed = (counts: RaceResult['judgement']['counts']) => {
    const { judgement, ...rest } = resultOf()
    const figures = { ...judgement.figures, mails: 300 }
    return verdictSentences({ ...rest, judgement: { ...judgement, counts, figures } }).slice(2)
  }
  expect(mailed({})).toEqual(['Every booking has its mail, and every mail its booking.'])
  expect(
    mailed({
      ...{ double_confirmation: 86, mail_without_booking: 1, booking_without_mail: 2 },
      ...{ misdirected_mail: 1, repeated_mail: 1 },
    }),
  ).toEqual([
    'MAILED TWICE: 86 customers were sent a confirmation for a room that is another’s too',
    'MAIL WITHOUT BOOKING: 1 mail tells of a booking that does not exist',
    'BOOKING WITHOUT MAIL: 2 bookings are there of which no mail tells',
    'MISDIRECTED MAIL: 1 mail went to somebody else',
    'REPEATED MAIL: 1 customer has two mails about one booking',
  ])
})
