/** The report's picture of a pool: steps in the order in which the pool counted them. */
import { expect, test } from 'vitest'
import { soldOverTime } from '../../../src/lab/report/sold-over-time.js'
import { request, scene, step } from '../checker/scene.js'

/** The database's clock shows 1,000 ms when the clients' shows 100 ms. */
const clocks = { monotonicNs: 100e6, databaseMs: 1_000 }
const requests = [request(1, 'reserve', [120, 130]), request(2, 'reserve', [125, 150])]

test('a step stands at the journal’s time, counted from the first request', () => {
  const history = scene({
    clocks,
    operations: requests,
    movements: [
      step(1, 1, 'confirmed', 1, { atMs: 1_025 }),
      step(2, 1, 'cancelled', -1, { atMs: 1_040 }),
    ],
  })
  expect(soldOverTime(history)[0]?.points).toEqual([
    { atMs: 0, sold: 0, capacity: 1 },
    { atMs: 5, sold: 1, capacity: 1 },
    { atMs: 20, sold: 0, capacity: 1 },
  ])
})

test('a later version with an earlier time does not make a pool look oversold for a moment', () => {
  const history = scene({
    clocks,
    operations: requests,
    movements: [
      step(1, 1, 'confirmed', 1, { atMs: 1_025 }),
      step(2, 1, 'cancelled', -1, { atMs: 1_045 }),
      step(3, 2, 'confirmed', 1, { atMs: 1_044 }),
    ],
  })
  const [pool] = soldOverTime(history)
  expect(pool?.points.map(({ sold }) => sold)).toEqual([0, 1, 0, 1])
  expect(pool?.points.map(({ atMs }) => atMs)).toEqual([0, 5, 25, 25])
})

test('without clocks a step stands at the answer to its request', () => {
  const movements = [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)]
  const [pool] = soldOverTime(scene({ operations: requests, movements }))
  expect(pool?.points.map(({ atMs }) => atMs)).toEqual([0, 10, 30])
})

test('a change of capacity is a point of its own, and a pool without steps is empty', () => {
  const lowered = { type: 'movement', poolId: 'hotel', kind: 'capacity', delta: 0 } as const
  const [first, other] = soldOverTime(
    scene({ operations: requests, movements: [{ ...lowered, version: 1, capacity: 0 }] }),
  )
  expect(first?.points).toEqual([
    { atMs: 0, sold: 0, capacity: 1 },
    { atMs: 0, sold: 0, capacity: 0 },
  ])
  expect(other?.points).toEqual([{ atMs: 0, sold: 0, capacity: 1 }])
})
