import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { renderRacePanel } from '../../../src/cli/terminal/live/race-panel.js'
import { hotelsSelling, snapshotOf } from './race-samples.js'

const ESC = String.fromCharCode(27)
const LOOK = { columns: 100, color: false, safe: false }
const oversold = snapshotOf({ resources: hotelsSelling(612, 500, 501, 488), serversAlive: 3 })

/** What is printed between the codes that turn red on and off. */
function redIn(line: string): string[] {
  return line.split(`${ESC}[31m`).flatMap((part, index) => {
    return index === 0 ? [] : [part.split(`${ESC}[39m`)[0] ?? '']
  })
}

test.each([40, 80, 120, 200])('no line is wider than a terminal of %i columns', (columns) => {
  for (const color of [true, false]) {
    for (const snapshot of [snapshotOf(), oversold]) {
      for (const line of renderRacePanel(snapshot, { columns, color, safe: false })) {
        expect(stringWidth(line), line).toBeLessThanOrEqual(columns)
      }
    }
  }
})

test('no line is too wide, whatever hotels are called and sell', () => {
  const hotel = fc.record({
    name: fc.string({ unit: 'grapheme', maxLength: 60 }),
    capacity: fc.nat({ max: 2_000_000 }),
    sold: fc.nat({ max: 9_000_000 }),
  })
  const look = fc.record({ columns: fc.integer({ min: 10, max: 220 }), safe: fc.boolean() })
  fc.assert(
    fc.property(fc.array(hotel, { maxLength: 20 }), look, (drawn, { columns, safe }) => {
      const hotels = drawn.map((one) => ({ ...one, over: Math.max(0, one.sold - one.capacity) }))
      const lines = renderRacePanel(snapshotOf({ resources: hotels }), {
        columns,
        safe,
        color: false,
      })
      expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([])
    }),
  )
})

test('every hotel shows what is sold of its capacity', () => {
  const panel = renderRacePanel(snapshotOf(), LOOK)
  expect(panel.find((line) => line.startsWith('Grand Plaza'))).toMatch(/312\/500 +62 %$/)
  expect(panel.find((line) => line.startsWith('The Old Mill'))).toMatch(/ 0\/500 +0 %$/)
})

test('what is over is red, and only that', () => {
  const panel = renderRacePanel(oversold, { ...LOOK, color: true })
  const redOf = (name: string) => redIn(panel.find((line) => line.startsWith(name)) ?? '')
  expect(redOf('Grand Plaza')).toEqual([expect.stringMatching(/^█+.?$/), '+112 over'])
  expect(redOf('The Old Mill')).toEqual(['█', '  +1 over'])
  expect(redOf('Harbour View')).toEqual([])
  expect(redOf('Seaside Inn & Spa')).toEqual([])
  expect(renderRacePanel(snapshotOf(), { ...LOOK, color: true }).flatMap(redIn)).toEqual([])
})

test('the part over begins behind the mark at 100 %, which is in one column for all', () => {
  const lines = renderRacePanel(oversold, LOOK).filter((line) => line.includes('│'))
  expect(new Set(lines.map((line) => line.indexOf('│'))).size).toBe(1)
  expect(lines.find((line) => line.startsWith('The Old Mill'))).toMatch(/█│█ /)
})

test('the title says that rooms were sold twice, at any width', () => {
  for (const columns of [40, 80, 200]) {
    const [title] = renderRacePanel(oversold, { ...LOOK, columns })
    expect(title).toContain('naive   113 ROOMS SOLD TWICE')
  }
  const [one] = renderRacePanel(snapshotOf({ resources: hotelsSelling(501) }), LOOK)
  expect(one).toContain(' 1 ROOM SOLD TWICE')
})

test('the title tells a safe strategy from an unsafe one', () => {
  expect(renderRacePanel(snapshotOf(), LOOK)[0]).toBe('holdfast · evento · naive  unsafe')
  expect(renderRacePanel(snapshotOf(), { ...LOOK, safe: true })[0]).toMatch(/ safe$/)
})

test('the panel shows every figure of the race', () => {
  const text = renderRacePanel(oversold, LOOK).join('\n')
  const figures = ['14,820', '1,702', '9,012', '1,207', '331', '3.2 ms', '48 ms', '4.2 s']
  for (const figure of [
    ...figures,
    '3/4 servers',
    'seed 42',
    '12/200',
    '2,101/2,000',
    '+113 over',
  ]) {
    expect(text).toContain(figure)
  }
})

test('the rate is that of the last second', () => {
  const ticks = [...new Array<number>(50).fill(900), ...new Array<number>(10).fill(31)]
  const rateWith = (reservedPerTick: number[]) =>
    renderRacePanel(snapshotOf({ reservedPerTick }), LOOK).find((line) =>
      line.startsWith('reserved/s'),
    )
  expect(rateWith(ticks)).toMatch(/ 310$/)
  expect(rateWith([20, 40]), 'scaled up in the first second').toMatch(/ 300$/)
  expect(rateWith([])).toMatch(/ 0$/)
})

test('one hotel’s free rooms do not make up for another’s excess', () => {
  const text = renderRacePanel(snapshotOf({ resources: hotelsSelling(510, 490) }), LOOK).join('\n')
  expect(text).toContain('10 ROOMS SOLD TWICE')
})

test('without colour there are no escape codes', () => {
  expect(renderRacePanel(oversold, LOOK).join('')).not.toContain(ESC)
  expect(renderRacePanel(oversold, { ...LOOK, color: true }).join('')).toContain(ESC)
})

test('a control character in a name moves nothing', () => {
  const hotels = [{ name: `Inn\n${ESC}[2J`, capacity: 1, sold: 0, over: 0 }]
  const text = renderRacePanel(snapshotOf({ resources: hotels }), LOOK).join('')
  expect(text).not.toContain(ESC)
  expect(text).not.toContain('\n')
})

test('on a low terminal the panel is lower, and says what it leaves out', () => {
  const hotels = hotelsSelling(...new Array<number>(30).fill(7))
  for (const rows of [12, 18, 24, 60]) {
    const panel = renderRacePanel(snapshotOf({ resources: hotels }), { ...LOOK, rows })
    expect(panel.length).toBeLessThan(rows)
    expect(panel.some((line) => /^… and \d+ more hotels$/.test(line))).toBe(rows < 60)
  }
})
