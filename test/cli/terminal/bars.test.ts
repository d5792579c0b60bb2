import { expect, test } from 'vitest'
import { scaleFor, sparkline, stockBar, thinBar } from '../../../src/cli/terminal/live/bars.js'

test('a bar grows by eighths of a cell and is full only when everything is sold', () => {
  const soldAt = (sold: number) => stockBar({ sold, capacity: 800 }, 11, 1).sold
  expect(soldAt(0)).toBe('')
  expect(soldAt(1)).toBe('▏')
  expect(soldAt(410)).toBe('█████▏')
  expect(soldAt(799)).toBe('█████████▉')
  expect(soldAt(800)).toBe('██████████')
})

test('a bar is as wide as was asked for, whatever is sold', () => {
  for (const width of [6, 7, 30, 111]) {
    for (const sold of [0, 1, 99, 100, 101, 150, 1_000_000]) {
      for (const capacity of [0, 1, 100]) {
        const scale = scaleFor(sold / Math.max(1, capacity), 1)
        const { mark, ...parts } = stockBar({ sold, capacity }, width, scale)
        const { length } = Object.values(parts).join('') + mark
        expect(length, `${sold} of ${capacity} in ${width} cells`).toBe(width)
      }
    }
  }
})

test('one room too many gets a whole cell beyond the mark', () => {
  const bar = stockBar({ sold: 501, capacity: 500 }, 50, 1.25)
  expect(bar.over).toBe('█')
  expect(bar.free).toBe('')
})

test('what is over is drawn to the same scale as what is sold', () => {
  const bar = stockBar({ sold: 750, capacity: 500 }, 61, 1.5)
  expect(bar.sold).toHaveLength(40)
  expect(bar.over).toHaveLength(20)
})

test('the scale makes room in steps and has an end', () => {
  expect(scaleFor(0.4, 1)).toBe(1)
  expect(scaleFor(0.4, 1.25)).toBe(1.25)
  expect(scaleFor(1.001, 1)).toBe(1.25)
  expect(scaleFor(1.7, 1)).toBe(2)
  expect(scaleFor(60, 1)).toBe(4)
})

test('a thin bar is whole only when everything is done', () => {
  expect(thinBar(0.999, 10)).toEqual({ done: '━━━━━━━━━', todo: '─' })
  expect(thinBar(1, 10)).toEqual({ done: '━━━━━━━━━━', todo: '' })
})

test('a sparkline draws a cell per tick while they fit', () => {
  expect(sparkline([0, 1, 7], 10)).toBe('▁▂█')
  expect(sparkline([], 10)).toBe('')
})

test('a sparkline merges ticks into means when they are too many', () => {
  // 1 and 13 make 7; alone, the 13 would be the peak.
  expect(sparkline([0, 0, 1, 13, 7, 7], 3)).toBe('▁██')
  expect(sparkline(new Array<number>(601).fill(5), 60)).toHaveLength(55)
})

test('a sparkline shows a standstill as the lowest block and nothing else so', () => {
  expect(sparkline([1000, 0, 1], 3)).toBe('█▁▂')
})
