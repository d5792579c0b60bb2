import { expect, test } from 'vitest'
import { Tally } from '../../src/lab/tally.js'

test('a tally counts every answer once, by its kind, and every transaction that was run again', () => {
  const tally = new Tally(0)
  tally.answered('reserved', 0, 2, 1)
  tally.answered('reserved', 0, 2, 4)
  tally.answered('refused', 0, 2, 2)
  tally.answered('conflicts', 0, 2)
  tally.answered('unknown', 0, 2)
  expect(tally.counts).toEqual({
    requests: 5,
    reserved: 2,
    refused: 1,
    conflicts: 1,
    retries: 4,
    unknown: 1,
  })
})

test('a tally knows what clients were told they got, and when', () => {
  const tally = new Tally(1_000)
  const acknowledge = (reservationId: string, resourceId: string, rooms: number, nowMs: number) =>
    tally.reserved({ reservationId, resourceId, rooms, customer: 'ada' }, nowMs)
  acknowledge('1', 'A', 3, 1_010)
  acknowledge('2', 'A', 2, 1_099)
  acknowledge('3', 'B', 5, 1_350)
  expect([tally.sold('A'), tally.sold('B'), tally.sold('C')]).toEqual([5, 5, 0])
  expect(tally.acknowledged.map((one) => one.reservationId)).toEqual(['1', '2', '3'])
  expect(tally.reservedPerTick, 'tenths of a second, the empty ones too').toEqual([2, 0, 0, 1])
  expect(tally.lastReservedMs).toBe(1_350)
})

test('a tally’s percentiles are those of what it was told, and zero before the first answer', () => {
  const tally = new Tally(0)
  expect(tally.latencyMs()).toEqual({ p50: 0, p99: 0 })
  for (let ms = 1; ms <= 100; ms += 1) tally.answered('reserved', 0, ms)
  const { p50, p99 } = tally.latencyMs()
  // The histogram keeps three digits.
  expect(Math.abs(p50 - 50)).toBeLessThan(0.1)
  expect(Math.abs(p99 - 99)).toBeLessThan(0.1)
})
