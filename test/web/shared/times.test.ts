/** Times on the pages: by the clocks of the place, on the days on which they are set, too. */
import { describe, expect, test } from 'vitest'
import {
  addDays,
  dateOf,
  instantOf,
  isElsewhere,
  minuteOf,
  mondayOf,
  spanText,
  zoneText,
} from '../../../web/shared/times.js'

const at = (text: string) => Date.parse(text)

describe('a local time', () => {
  test.each([
    ['Asia/Kolkata', '2030-10-21', 6 * 60, '2030-10-21T00:30:00Z'],
    ['Pacific/Kiritimati', '2030-10-21', 0, '2030-10-20T10:00:00Z'],
    ['Europe/Berlin', '2030-10-27', 3 * 60, '2030-10-27T02:00:00Z'],
    // Comes twice: the first of the two.
    ['Europe/Berlin', '2030-10-27', 2 * 60 + 30, '2030-10-27T00:30:00Z'],
    ['Europe/Berlin', '2030-10-26', 24 * 60, '2030-10-26T22:00:00Z'],
  ])('in %s on %s, minute %i, is one instant, and goes back', (zone, date, minute, instant) => {
    expect(instantOf(zone, date, minute)).toBe(at(instant))
    expect(dateOf(zone, at(instant))).toBe(addDays(date, minute === 1_440 ? 1 : 0))
    expect(minuteOf(zone, at(instant))).toBe(minute % 1_440)
  })

  test('that the clocks leave out is no instant', () => {
    expect(instantOf('Europe/Berlin', '2030-03-31', 2 * 60 + 30)).toBeUndefined()
  })
})

test('a week begins on its Monday', () => {
  expect(['2030-10-20', '2030-10-21', '2030-10-27'].map(mondayOf)).toEqual([
    '2030-10-14',
    '2030-10-21',
    '2030-10-21',
  ])
})

describe('in words', () => {
  test('a span says its day once, also when it ends at midnight', () => {
    const [from, to] = [at('2030-10-21T12:30:00Z'), at('2030-10-21T18:30:00Z')]
    const text = spanText('Asia/Kolkata', from, to)
    expect(text).toMatch(/18:00|6:00/)
    expect(text.match(/2030/g)).toHaveLength(1)
    expect(spanText('Asia/Kolkata', from, to + 86_400_000).match(/2030/g)).toHaveLength(2)
  })

  test('a zone is what people call it', () => {
    expect(zoneText('Asia/Kolkata', at('2030-10-21T12:30:00Z'))).toBe('India Standard Time')
  })
})

test('clocks that show the same are not elsewhere, whatever their zone is called', () => {
  const summer = at('2030-07-01T00:00:00Z')
  expect(isElsewhere('Europe/Prague', summer, 'Europe/Berlin')).toBe(false)
  expect(isElsewhere('Asia/Kolkata', summer, 'Europe/Berlin')).toBe(true)
})
