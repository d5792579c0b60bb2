/** How early and how late what is sold by time may be booked. */
import { describe, expect, test } from 'vitest'
import { refusalOfTimes } from '../../../src/domain/time/timed-pool.js'
import {
  bookingWindow,
  checkBookingTerms,
  isNightOpen,
  pastAllowed,
  whyTimeNotOpen,
} from '../../../src/domain/time/window.js'

const NOW = Date.parse('2031-05-10T18:00+02:00')
const berlin = (noticeMinutes: number, horizonDays: number | null) =>
  bookingWindow(NOW, { noticeMinutes, horizonDays, timeZone: 'Europe/Berlin' })
const hour = (begin: string) => ({ fromMs: Date.parse(begin), toMs: Date.parse(begin) + 3_600_000 })

describe('a slot may be booked', () => {
  const why = (begin: string, noticeMinutes = 0, horizonDays: number | null = null) =>
    whyTimeNotOpen(berlin(noticeMinutes, horizonDays), hour(begin))

  test.each([
    ['until it begins', '2031-05-10T18:00+02:00', 0, null, undefined],
    ['not once it has begun', '2031-05-10T17:59+02:00', 0, null, 'That time has begun already.'],
    ['not when it is over', '2031-05-10T17:00+02:00', 0, null, 'That time is over.'],
    ['with the notice', '2031-05-10T20:00+02:00', 120, null, undefined],
    ['not with less', '2031-05-10T19:59+02:00', 120, null, /at least 120 minutes/],
    ['until the last day is over', '2031-05-12T23:00+02:00', 0, 2, undefined],
    [
      'not longer',
      '2031-05-12T23:01+02:00',
      0,
      2,
      'Bookings are for the next 2 days: that is later.',
    ],
    ['today alone, with a horizon of no day', '2031-05-10T23:00+02:00', 0, 0, undefined],
    ['and not tomorrow', '2031-05-11T00:00+02:00', 0, 0, /later/],
    ['in any year, without a horizon', '2040-01-01T00:00Z', 0, null, undefined],
  ] as const)('%s', (_, begin, notice, horizon, expected) => {
    const reason = why(begin, notice, horizon)
    if (expected instanceof RegExp) expect(reason).toMatch(expected)
    else expect(reason).toBe(expected)
  })
})

test('a night may be booked until it is over, less the notice, and within the horizon', () => {
  const open = (notice: number, horizon: number | null) =>
    ['2031-05-09', '2031-05-10', '2031-05-11', '2031-05-12', '2031-05-13'].filter((night) =>
      isNightOpen(berlin(notice, horizon), night),
    )
  expect(open(0, null)[0]).toBe('2031-05-10')
  expect(open(6 * 60 - 1, null)[0], 'until six in the evening').toBe('2031-05-10')
  expect(open(6 * 60, null)[0], 'from six in the evening on').toBe('2031-05-11')
  expect(open(0, 2)).toEqual(['2031-05-10', '2031-05-11', '2031-05-12'])
})

test('who enters the past on purpose is bound to the horizon alone', () => {
  const window = pastAllowed(berlin(120, 2))
  expect(isNightOpen(window, '1999-12-31')).toBe(true)
  expect(whyTimeNotOpen(window, hour('2020-01-01T00:00Z'))).toBeUndefined()
  expect(isNightOpen(window, '2031-05-13')).toBe(false)
})

test('of several times all that cannot be had are named, nights before slots', () => {
  const terms = { noticeMinutes: 0, horizonDays: null, timeZone: 'UTC', lookedAtMs: NOW }
  const slot = {
    ...terms,
    poolId: 'a',
    resourceId: 'court',
    night: null,
    ...hour('2031-05-10T15:00Z'),
  }
  const night = { ...slot, poolId: 'b', resourceId: 'hotel', night: '2031-05-09' }
  const asked = { nowMs: NOW, allowPast: false }
  expect(refusalOfTimes([slot, night], asked)).toEqual({
    code: 'nights_not_on_sale',
    nights: [{ resourceId: 'hotel', night: '2031-05-09' }],
  })
  expect(refusalOfTimes([slot, { ...slot, ...hour('2032-01-01T00:00Z') }], asked)).toMatchObject({
    code: 'not_offered',
    slots: [{ poolId: 'a' }],
    reason: 'That time is over.',
  })
  expect(refusalOfTimes([slot, night], { ...asked, allowPast: true })).toBeUndefined()
})

test.each([
  { noticeMinutes: -1 },
  { noticeMinutes: 525_601 },
  { noticeMinutes: 1.5 },
  { horizonDays: -1 },
  { horizonDays: 3_651 },
])('terms out of range are refused: %o', (terms) => {
  expect(() => checkBookingTerms(terms)).toThrow(/is a whole number/)
})
