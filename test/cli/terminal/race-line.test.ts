import { expect, test } from 'vitest'
import { renderRaceLine } from '../../../src/cli/terminal/live/race-line.js'
import { hotelsSelling, snapshotOf } from './race-samples.js'

test('a plain line says everything that the panel does, without escape codes', () => {
  expect(renderRaceLine(snapshotOf())).toBe(
    '4.2 s: 838 of 2,000 rooms sold, 136 reservations/s, 14,820 requests, 1,702 reserved, ' +
      '9,012 refused, 1,207 conflicts, 331 retries, 0 unknown, p50 3.2 ms, p99 48 ms, ' +
      '12 of 200 clients done, 4 of 4 servers alive',
  )
})

test('a plain line says first that rooms are oversold', () => {
  const line = renderRaceLine(snapshotOf({ resources: hotelsSelling(501, 499), elapsedMs: 65_400 }))
  expect(line).toMatch(/^1 min 05 s: OVERSOLD by 1 room, 1,000 of 1,000 rooms sold, /)
})

test('before anything is measured, latencies are dashes', () => {
  const line = renderRaceLine(snapshotOf({ latencyMs: { p50: 0, p99: Number.NaN, p999: 0 } }))
  expect(line).toContain('p50 –, p99 –')
})
