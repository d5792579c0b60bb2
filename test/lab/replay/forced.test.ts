/** What luck did in a race is repeated by force: under a control it goes wrong, under a strategy it cannot. */
import { expect, test } from 'vitest'
import { replayByForce } from '../../../src/lab/replay/forced.js'
import { STRATEGY_NAMES } from '../../../src/strategies/strategy.js'
import { useDatabase } from '../../support/database/test-database.js'

const held = useDatabase({ guard: false })
const MEETING = {
  callers: [
    { name: 'client 3', quantity: 3 },
    { name: 'client 8', quantity: 2 },
  ],
  left: 4,
} as const

test('naive sells five of four, and each step is there with its SQL and what it came to', async () => {
  const { steps, answers, sold } = await replayByForce(held.db, 'naive', MEETING)
  expect([answers, sold]).toEqual([['ok', 'ok'], 5])
  expect(steps.map(({ who, does }) => [who, does])).toEqual([
    [0, 'reads version 0, with 0 of 4 taken'],
    [1, 'reads version 0, with 0 of 4 taken'],
    [0, 'raises the counter by 3'],
    [1, 'raises the counter by 2, as it decided on version 0; it never sees version 1'],
  ])
  expect(steps.map(({ pool }) => pool.sold)).toEqual([0, 0, 3, 5])
  const [read] = steps[0]?.statements ?? []
  expect(read?.sql).toMatch(/^select pool_id as "poolId", capacity, taken, version\nfrom pools\n/)
  expect(read?.answer).toMatch(/"capacity":4,"taken":0,"version":0/)
})

test.each(STRATEGY_NAMES)('%s tells one of them no, in the same order of steps', async (name) => {
  const { steps, answers, sold } = await replayByForce(held.db, name, MEETING)
  expect([...answers].sort()).toEqual(['insufficient_capacity', 'ok'])
  expect(sold).toBeLessThanOrEqual(4)
  expect(steps.length).toBeGreaterThan(3)
})

test('what keeps the second one from the sale can be seen', async () => {
  const { steps } = await replayByForce(held.db, 'pessimistic', MEETING)
  expect(steps.map(({ who, does }) => `${who} ${does}`)).toEqual(
    expect.arrayContaining([
      '1 has to wait: the other one holds a lock',
      '1 reads version 1, with 3 of 4 taken and locks the row',
    ]),
  )
})
