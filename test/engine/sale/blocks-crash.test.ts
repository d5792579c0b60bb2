/**
 * A server is killed at every moment of a block's becoming definite and of its closing. What it leaves
 * behind sells no room twice, and whoever comes next finishes it.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createEngine } from '../../../src/engine/engine.js'
import { releaseBlock, releaseDueBlocks } from '../../../src/engine/sale/block-release.js'
import { createBlock, lookAtBlock, makeDefinite } from '../../../src/engine/sale/blocks.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { FAIL_POINTS, type FailPoint } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { day, givenHotel, nightsOf } from '../../support/stock/nights.js'
import { told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 4 })
const SERVER = fileURLToPath(new URL('../../support/process/engine-server.mjs', import.meta.url))
const customer = 'ada@example.com'

/** Asks a server of its own for one thing; true when it was killed in the middle of it. */
async function killedAt(
  point: FailPoint,
  nth: number,
  method: 'makeDefinite' | 'releaseBlock',
  ...args: string[]
): Promise<boolean> {
  const options = { url: held.url, strategy: 'guarded', point, nth }
  const child = fork(SERVER, [JSON.stringify(options)])
  const exit = once(child, 'exit')
  const message = () => Promise.race([exit, once(child, 'message')])
  await message()
  child.send({ id: 1, method, args })
  await message()
  if (child.connected) child.disconnect()
  const [, signal] = await exit
  return signal === 'SIGKILL'
}

/** Ten rooms on three nights, of which a party has four. */
async function givenBlock() {
  const { db } = held
  const engine = createEngine({ db, strategy: STRATEGIES.guarded })
  const { listingId, resourceIds } = await givenHotel(db, 3, [10])
  const [resourceId = ''] = resourceIds
  const made = await createBlock(db, listingId, {
    name: 'A conference',
    resourceId,
    from: day(0),
    to: day(3),
    quantity: 4,
    cutOff: day(0),
  })
  if (made.kind !== 'done') throw new Error('no block')
  const { blockId } = made.block
  const stay = { checkIn: day(0), checkOut: day(2) }
  return {
    options: { db, engine },
    listingId,
    blockId,
    pickUp: (quantity: number) =>
      engine.reserve(listingId, { customer, lines: [{ blockId, ...stay, quantity }] }),
    book: (quantity: number) =>
      engine.reserve(listingId, { customer, lines: [{ resourceId, ...stay, quantity }] }),
    taken: async () => {
      const range = { from: day(0), to: day(3) }
      return (await nightsOf(db, listingId, resourceId, range)).map((night) => night.taken)
    },
    drift: async () => (await audit(db, listingId)).drift,
  }
}

describe('a server killed', () => {
  test.each(FAIL_POINTS)(
    'while a block becomes definite, at "%s": it is, or nothing is',
    async (point) => {
      const block = await givenBlock()
      const { options, listingId, blockId } = block
      expect(await killedAt(point, 1, 'makeDefinite', listingId, blockId)).toBe(true)
      expect(await block.drift()).toEqual([])
      const found = (await lookAtBlock(options, listingId, blockId))?.block.state
      const all = found === 'definite' ? [4, 4, 4] : [0, 0, 0]
      expect([found, await block.taken()]).toEqual([found, all])
      if (point === 'before-commit') expect(found).toBe('tentative')
      if (point === 'commit-acknowledged') expect(found).toBe('definite')

      const again = await makeDefinite(options, listingId, blockId)
      expect(again).toMatchObject({ kind: 'done', block: { state: 'definite' } })
      expect(await block.taken(), 'its rooms are taken once').toEqual([4, 4, 4])
      yes(await block.pickUp(4))
      yes(await block.book(6))
      expect(await block.drift()).toEqual([])
    },
  )

  const moments = FAIL_POINTS.flatMap((point) => [
    ['closing', point, 1] as const,
    ['giving back', point, 2] as const,
  ])

  test.each(moments)(
    'while %s, at "%s": no room is sold twice, and the sweeper finishes it',
    async (_what, point, nth) => {
      const block = await givenBlock()
      const { options, listingId, blockId } = block
      await makeDefinite(options, listingId, blockId)
      yes(await block.pickUp(1))
      expect(await killedAt(point, nth, 'releaseBlock', listingId, blockId)).toBe(true)
      expect(await block.drift()).toEqual([])

      // Whoever comes now gets what is left, by whichever of the two doors, and not one room more.
      const late = await block.pickUp(3)
      const closed = nth === 2 || point === 'commit-acknowledged'
      if (closed) expect(told(late)).toBe('block_not_open')
      await block.book(6)
      await block.book(3)
      const picked = late.kind === 'done' ? 4 : 1
      for (const night of await block.taken()) expect(night).toBeLessThanOrEqual(10)
      expect(await block.drift()).toEqual([])

      await releaseBlock(options, listingId, blockId)
      await releaseDueBlocks(options)
      const report = await lookAtBlock(options, listingId, blockId)
      expect(report?.block).toMatchObject({ state: 'released', toGiveBack: false })
      expect(report?.nights.map(({ pickedUp }) => pickedUp)).toEqual([picked, picked, 0])
      const [first = 0, , last] = await block.taken()
      expect(last, 'nobody used the last night').toBe(0)
      // Six guests of the house, or nine: those of the party are on top.
      expect([6 + picked, 9 + picked]).toContain(first)
      expect(await block.drift()).toEqual([])
    },
  )

  test('after closing leaves work that the sweeper finds by itself', async () => {
    const block = await givenBlock()
    const { options, listingId, blockId } = block
    await makeDefinite(options, listingId, blockId)
    expect(await killedAt('before-begin', 2, 'releaseBlock', listingId, blockId)).toBe(true)
    expect(await block.taken(), 'closed, and not yet given back').toEqual([4, 4, 4])
    await releaseDueBlocks(options)
    expect(await block.taken()).toEqual([0, 0, 0])
    expect(await block.drift()).toEqual([])
  })
})
