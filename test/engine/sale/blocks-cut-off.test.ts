/** The cut-off of a block: at no moment around it is a room sold twice. */
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../support/database/test-database.js'
import { told, yes } from '../../support/stock/reservations.js'
import { givenBlock, kept } from './given-block.js'

const held = useDatabase({ connections: 12 })

describe('the cut-off', () => {
  const pass = (blockId: string) =>
    held.db.query(
      `update blocks set cut_off_at = clock_timestamp() - interval '1 second' where block_id = $1`,
      [blockId],
    )

  test('is the beginning of its date where the hotel is', async () => {
    const { blockId } = await givenBlock(held.db)
    const [row] = await held.db.query<{ at: Date }>(
      'select cut_off_at as at from blocks where block_id = $1',
      [blockId],
    )
    // Midnight in Prague, in summer.
    expect(row?.at.toISOString()).toBe('2031-04-30T22:00:00.000Z')
  })

  test('ends pick-up at once, by the database clock, and the sweeper gives the rest back', async () => {
    const block = await givenBlock(held.db)
    kept(await block.define())
    yes(await block.pickUp(1, 2))
    await pass(block.blockId)
    expect(told(await block.pickUp(1, 2))).toBe('block_not_open')
    expect(await block.taken()).toEqual([0, 4, 4, 4, 0])
    await block.sweep()
    expect(await block.taken()).toEqual([0, 1, 0, 0, 0])
    expect(await block.drift()).toEqual([])
  })

  test('is over for whoever looks, and a tentative block is not made definite after it', async () => {
    const block = await givenBlock(held.db)
    const late = await givenBlock(held.db)
    kept(await block.define())
    await pass(block.blockId)
    await pass(late.blockId)
    expect(await late.define()).toMatchObject({ refusal: { code: 'block_not_open' } })
    expect([await block.state(), await late.state()]).toEqual(['released', 'released'])
    expect(await block.taken()).toEqual([0, 0, 0, 0, 0])
  })

  test.each([
    'batched',
    'pessimistic',
    'guarded',
    'optimistic',
    'serializable',
    'skip-locked',
    'advisory',
  ] as const)(
    'racing guests of the party and guests of the house sells no room twice: %s',
    async (strategy) => {
      for (let round = 0; round < 5; round += 1) {
        const block = await givenBlock(held.db, strategy)
        kept(await block.define())
        const answers = await Promise.all([
          ...Array.from({ length: 6 }, (_, i) => block.pickUp(1 + (i % 3), 4)),
          ...Array.from({ length: 9 }, (_, i) => block.book(i % 3, 5 - (i % 2))),
          block.release(),
          block.release(),
          ...Array.from({ length: 6 }, (_, i) => block.pickUp(1, 2 + (i % 3))),
        ])
        expect(answers.filter(({ kind }) => kind === 'done').length).toBeGreaterThan(2)
        for (const guests of await block.guests()) expect(guests).toBeLessThanOrEqual(10)
        await block.sweep()
        const [all, ours] = await Promise.all([block.taken(), block.guests()])
        expect(all, 'what the hotel counts is what guests have').toEqual(ours)
        expect(await block.drift()).toEqual([])
      }
    },
    60_000,
  )

  test('that gave back first and closed after would sell rooms twice, and the audit says so', async () => {
    const block = await givenBlock(held.db)
    const { reservationId } = kept(await block.define())
    await held.db.query(
      `update pools set taken = 0, version = version + 1
       where pool_id in (select pool_id from reservation_lines where reservation_id = $1)`,
      [reservationId],
    )
    await held.db.query(
      `update reservation_lines set given_back_version = taken_version + 1 where reservation_id = $1`,
      [reservationId],
    )
    yes(await block.book(0, 5, 10))
    yes(await block.pickUp(1, 4, 4))
    expect(await block.guests()).toEqual([10, 14, 14, 14, 10])
    const checks = (await block.drift()).map(({ check, expected, actual }) => [
      check,
      expected,
      actual,
    ])
    expect(checks).toContainEqual(['blocks', '0', '4'])
  })
})
