import { expect, test } from 'vitest'
import { Tally } from '../../src/lab/race/tally.js'

test('a tally counts every answer once, by its kind', () => {
  const tally = new Tally(0)
  tally.answered('reserved', 0, 2)
  tally.answered('reserved', 0, 2)
  tally.answered('refused', 0, 2)
  tally.answered('conflicts', 0, 2)
  tally.answered('unknown', 0, 2)
  tally.transitioned(0, 2)
  tally.dropped()
  expect(tally.counts).toEqual({
    requests: 5,
    reserved: 2,
    refused: 1,
    conflicts: 1,
    retries: 0,
    unknown: 1,
    transitions: 1,
    dropped: 1,
  })
})

test('a tally knows what clients were told they got and gave back, and when', () => {
  const tally = new Tally(1_000)
  const reserve = (poolId: string, quantity: number, nowMs: number) => {
    const units = { lines: [{ poolId, quantity }], certainUntilMs: undefined }
    tally.answered('reserved', nowMs - 1, nowMs)
    tally.took(units)
    return units
  }
  const three = reserve('A', 3, 1_010)
  reserve('A', 2, 1_099)
  reserve('B', 5, 1_350)
  expect([tally.sold('A'), tally.sold('B'), tally.sold('C')]).toEqual([5, 5, 0])
  expect(tally.overTime.reservations, 'tenths of a second, the empty ones too').toEqual([
    2, 0, 0, 1,
  ])
  expect(tally.lastReservedMs).toBe(1_350)
  for (const _ of ['once', 'and not twice']) tally.gave(three)
  expect(tally.sold('A')).toBe(2)
})

test('a tally counts a hold as long as its client certainly has it, and from its confirm on for good', () => {
  const tally = new Tally(0)
  const hold = (certainUntilMs: number | undefined) => ({
    lines: [{ poolId: 'A', quantity: 1 }],
    certainUntilMs,
  })
  const [short, long] = [hold(1_000), hold(2_000)]
  tally.took(short)
  tally.took(long)
  tally.expire(999)
  expect(tally.sold('A')).toBe(2)
  tally.expire(1_000)
  expect(tally.sold('A'), 'its place may be sold again').toBe(1)
  long.certainUntilMs = undefined
  tally.took(long)
  tally.expire(9_999)
  expect(tally.sold('A')).toBe(1)
})

test('a tally dates what happened to the tenth of a second in which it was told', () => {
  const tally = new Tally(0)
  tally.answered('conflicts', 0, 150)
  tally.answered('conflicts', 0, 160)
  tally.retried(4, 50)
  tally.retried(4, 150)
  tally.retried(9, 250)
  expect(tally.overTime).toMatchObject({ tickMs: 100, conflicts: [0, 2], retries: [4, 0, 5] })
  expect(tally.counts.retries).toBe(9)
})

test('a tally’s percentiles are those of what it was told, and zero before the first answer', () => {
  const tally = new Tally(0)
  expect(tally.latencyMs()).toEqual({ p50: 0, p99: 0, p999: 0 })
  for (let ms = 1; ms <= 1000; ms += 1) tally.answered('reserved', 0, ms)
  const { p50, p99, p999 } = tally.latencyMs()
  // The histogram keeps three digits.
  expect(Math.abs(p50 - 500)).toBeLessThan(1)
  expect(Math.abs(p99 - 990)).toBeLessThan(1)
  expect(Math.abs(p999 - 999)).toBeLessThan(1)
})
