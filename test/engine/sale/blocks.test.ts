/**
 * Blocks: what is set aside for a party is the party's, what it does not use goes back, and at no
 * moment in between is a room sold twice.
 */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { createEngine } from '../../../src/engine/engine.js'
import type { BlockOutcome } from '../../../src/engine/sale/block-outcome.js'
import { releaseBlock, releaseDueBlocks } from '../../../src/engine/sale/block-release.js'
import {
  BLOCKS_MAX,
  createBlock,
  lookAtBlock,
  makeDefinite,
} from '../../../src/engine/sale/blocks.js'
import { setCapacity } from '../../../src/engine/sale/capacity.js'
import { createPool } from '../../../src/engine/sale/listings.js'
import { setNights } from '../../../src/engine/sale/nights.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { updatePolicy } from '../../../src/storage/tables/listings.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import type { StrategyName } from '../../../src/strategies/strategy.js'
import { useDatabase } from '../../support/database/test-database.js'
import { day, givenHotel, nightsOf, soldByNight } from '../../support/stock/nights.js'
import { passTime, told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 12 })
const customer = 'ada@example.com'

/** The block of an outcome that has to be a yes. */
function kept(outcome: BlockOutcome) {
  if (outcome.kind === 'done') return outcome.block
  throw new Error(`expected a yes, was refused: ${JSON.stringify(outcome.refusal)}`)
}

/** A hotel of ten rooms for five nights, and a tentative block of four of them on nights 1 to 3. */
async function givenBlock(strategy: StrategyName = 'batched', quantity = 4) {
  const { db } = held
  const engine = createEngine({ db, strategy: STRATEGIES[strategy], retry: { attemptsMax: 50 } })
  const { listingId, resourceIds } = await givenHotel(db, 5, [10])
  const [resourceId = ''] = resourceIds
  const terms = {
    name: 'A conference',
    resourceId,
    from: day(1),
    to: day(4),
    quantity,
    cutOff: day(0),
  }
  const { blockId } = kept(await createBlock(db, listingId, terms))
  const options = { db, engine }
  const nights = (from: number, to: number) => ({ checkIn: day(from), checkOut: day(to) })
  return {
    engine,
    listingId,
    resourceId,
    blockId,
    terms,
    define: () => makeDefinite(options, listingId, blockId),
    release: () => releaseBlock(options, listingId, blockId),
    sweep: () => releaseDueBlocks(options),
    /** A guest of the party. */
    pickUp: (from: number, to: number, rooms = 1) => {
      const lines = [{ blockId, ...nights(from, to), quantity: rooms }]
      return engine.reserve(listingId, { customer, lines })
    },
    /** Somebody else. */
    book: (from: number, to: number, rooms = 1) => {
      const lines = [{ resourceId, ...nights(from, to), quantity: rooms }]
      return engine.reserve(listingId, { customer, lines })
    },
    /** Per night of the hotel: rooms taken, the block's among them. */
    taken: async () => {
      const range = { from: day(0), to: day(5) }
      return (await nightsOf(db, listingId, resourceId, range)).map((night) => night.taken)
    },
    /** Per night of the block: picked up and left. */
    pickUps: async () => {
      const report = await lookAtBlock(options, listingId, blockId)
      return report?.nights.map(({ pickedUp, left }) => [pickedUp, left])
    },
    state: async () => (await lookAtBlock(options, listingId, blockId))?.block.state,
    /** Rooms that guests hold, however they came by them, with the block's own claim left out. */
    guests: async () => {
      const [general, party] = await Promise.all([
        soldByNight(db, listingId, resourceId),
        soldByNight(db, listingId, blockId),
      ])
      const own = await held.db.query<{ night: string; rooms: number }>(
        `select nights.night::text, sum(lines.quantity) as rooms
         from reservations
         join reservation_lines as lines using (listing_id, reservation_id)
         join nights using (listing_id, pool_id)
         where customer = $1 and given_back_version is null group by nights.night`,
        [`block:${blockId}`],
      )
      const claim = new Map(own.map(({ night, rooms }) => [night, rooms]))
      return [0, 1, 2, 3, 4].map((night) => {
        const date = day(night)
        return (general[date] ?? 0) - (claim.get(date) ?? 0) + (party[date] ?? 0)
      })
    },
    drift: async () => (await audit(db, listingId)).drift,
  }
}

describe('a block', () => {
  test('takes nothing while tentative, its rooms once definite, and gives back what nobody used', async () => {
    const block = await givenBlock()
    expect(await block.taken()).toEqual([0, 0, 0, 0, 0])
    expect(told(await block.pickUp(1, 2))).toBe('block_not_open')

    const { version } = kept(await block.define())
    expect(kept(await block.define()).version, 'definite twice is definite once').toBe(version)
    expect(await block.taken()).toEqual([0, 4, 4, 4, 0])
    expect(await block.pickUps()).toEqual([
      [0, 4],
      [0, 4],
      [0, 4],
    ])

    yes(await block.pickUp(1, 3, 3))
    expect(await block.taken(), 'the hotel has counted those rooms already').toEqual([
      0, 4, 4, 4, 0,
    ])
    expect(await block.pickUps()).toEqual([
      [3, 1],
      [3, 1],
      [0, 4],
    ])
    yes(await block.book(0, 5, 6))
    expect(told(await block.book(1, 2))).toBe('insufficient_capacity')
    expect(told(await block.pickUp(1, 2, 2))).toBe('insufficient_capacity')

    expect(kept(await block.release())).toMatchObject({ state: 'released', toGiveBack: false })
    expect(await block.taken()).toEqual([6, 9, 9, 6, 6])
    expect(await block.pickUps()).toEqual([
      [3, 0],
      [3, 0],
      [0, 0],
    ])
    expect(told(await block.pickUp(1, 2))).toBe('block_not_open')
    yes(await block.book(3, 4, 4))
    expect(await block.guests()).toEqual([6, 9, 9, 10, 6])
    expect(await block.drift()).toEqual([])
  })

  test('that nobody used goes back whole, and a tentative one just ends', async () => {
    const block = await givenBlock()
    kept(await block.define())
    kept(await block.release())
    expect(await block.taken()).toEqual([0, 0, 0, 0, 0])
    const again = kept(await block.release())
    expect(again).toEqual(kept(await block.release()))
    expect(await block.define()).toMatchObject({ refusal: { code: 'block_not_open' } })

    const tentative = await givenBlock()
    expect(kept(await tentative.release()).state).toBe('released')
    expect(await tentative.define()).toMatchObject({ refusal: { code: 'block_not_open' } })
    expect(await tentative.drift()).toEqual([])
  })

  test('is checked when it becomes definite: the refusal names the full nights, and takes none', async () => {
    const block = await givenBlock()
    yes(await block.book(2, 4, 7))
    const outcome = await block.define()
    const nights = await nightsOf(held.db, block.listingId, block.resourceId, {
      from: day(2),
      to: day(4),
    })
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'insufficient_capacity',
        lines: nights
          .map(({ poolId }) => ({ poolId, quantity: 4, left: 3 }))
          .sort((a, b) => (a.poolId < b.poolId ? -1 : 1)),
      },
    })
    expect(await block.taken()).toEqual([0, 0, 7, 7, 0])
    expect(await block.state()).toBe('tentative')
    expect(await block.drift()).toEqual([])
  })

  test('becomes definite over holds whose time is up, though nobody has swept them', async () => {
    const block = await givenBlock()
    const lines = [{ resourceId: block.resourceId, checkIn: day(2), checkOut: day(3), quantity: 9 }]
    const hold = yes(await block.engine.hold(block.listingId, { customer, lines, ttlMs: 60_000 }))
    expect((await block.define()).kind).toBe('refused')
    await passTime(held.db, hold.reservationId)
    expect(kept(await block.define()).state).toBe('definite')
  })

  test('is no customer: the limits of the listing are for guests', async () => {
    const block = await givenBlock()
    await updatePolicy(held.db, block.listingId, {
      customerUnitsMax: 2,
      customerHoldsMax: 1,
      holdTtlMsMax: 60_000,
      holdAgeMsMax: 60_000,
    })
    kept(await block.define())
    yes(await block.pickUp(1, 3))
    expect(told(await block.pickUp(1, 2))).toBe('customer_limit')
    kept(await block.release())
    expect(await block.taken()).toEqual([0, 1, 1, 0, 0])
  })

  test('gives back what a guest cancels after the cut-off, too', async () => {
    const block = await givenBlock()
    kept(await block.define())
    const guest = yes(await block.pickUp(1, 4, 2))
    const other = yes(await block.pickUp(1, 2, 1))
    kept(await block.release())
    expect(await block.taken()).toEqual([0, 3, 2, 2, 0])
    yes(await block.engine.cancel(block.listingId, guest.reservationId))
    expect(told(await block.pickUp(1, 2)), 'what comes back is the hotel’s').toBe('block_not_open')
    await block.sweep()
    expect(await block.taken()).toEqual([0, 1, 0, 0, 0])
    yes(await block.engine.cancel(block.listingId, other.reservationId))
    await block.sweep()
    expect(await block.taken()).toEqual([0, 0, 0, 0, 0])
    expect(await block.drift()).toEqual([])
  })

  test('of nights that the hotel does not have is refused, with their dates', async () => {
    const block = await givenBlock()
    const terms = { ...block.terms, from: day(4), to: day(7) }
    const { blockId } = kept(await createBlock(held.db, block.listingId, terms))
    const options = { db: held.db, engine: block.engine }
    expect(await makeDefinite(options, block.listingId, blockId)).toMatchObject({
      refusal: {
        code: 'nights_not_on_sale',
        nights: [{ night: day(5) }, { night: day(6) }],
      },
    })
  })
})

describe('the cut-off', () => {
  const pass = (blockId: string) =>
    held.db.query(
      `update blocks set cut_off_at = clock_timestamp() - interval '1 second' where block_id = $1`,
      [blockId],
    )

  test('is the beginning of its date where the hotel is', async () => {
    const { blockId } = await givenBlock()
    const [row] = await held.db.query<{ at: Date }>(
      'select cut_off_at as at from blocks where block_id = $1',
      [blockId],
    )
    // Midnight in Prague, in summer.
    expect(row?.at.toISOString()).toBe('2031-04-30T22:00:00.000Z')
  })

  test('ends pick-up at once, by the database clock, and the sweeper gives the rest back', async () => {
    const block = await givenBlock()
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
    const block = await givenBlock()
    const late = await givenBlock()
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
        const block = await givenBlock(strategy)
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
    const block = await givenBlock()
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
    expect(checks).toContainEqual(['blocks', 0, 4])
  })
})

describe('nobody but the block', () => {
  test('changes or ends what it has of the hotel', async () => {
    const block = await givenBlock()
    const { reservationId } = kept(await block.define())
    const { engine, listingId, resourceId } = block
    const id = reservationId ?? ''
    const lines = [{ resourceId, checkIn: day(1), checkOut: day(2), quantity: 1 }]
    expect(told(await engine.cancel(listingId, id))).toBe('block_reservation')
    expect(told(await engine.change(listingId, id, { lines }))).toBe('block_reservation')
    expect(told(await engine.confirm(listingId, id, { paymentRef: 'p' }))).toBe('block_reservation')
    expect(told(await engine.release(listingId, id))).toBe('block_reservation')
    expect(await block.taken()).toEqual([0, 4, 4, 4, 0])
    const asBlock = { customer: `block:${block.blockId}`, lines }
    await expect(engine.reserve(listingId, asBlock)).rejects.toThrow('is a block')
  })

  test('sets how many rooms it has, or adds to them', async () => {
    const block = await givenBlock()
    kept(await block.define())
    const { listingId, blockId } = block
    const [night] = await held.db.query<{ poolId: string }>(
      'select pool_id as "poolId" from nights where resource_id = $1',
      [blockId],
    )
    const more = setCapacity(held.db, listingId, night?.poolId ?? '', { capacity: 9 })
    await expect(more).rejects.toThrow('a block has as many rooms as it took')
    const range = { from: day(1), to: day(2), capacity: 9 }
    expect(await setNights(held.db, listingId, blockId, range)).toMatchObject({
      refusal: { code: 'unknown_resource' },
    })
    const pool = { resourceId: blockId, capacity: 9 }
    expect(await createPool(held.db, listingId, pool)).toBe(undefined)
  })

  test('sells its rooms as if they were anybody’s', async () => {
    const block = await givenBlock()
    kept(await block.define())
    const { engine, listingId, blockId, resourceId } = block
    const nights = { checkIn: day(1), checkOut: day(2), quantity: 1 }
    const asRoom = { customer, lines: [{ resourceId: blockId, ...nights }] }
    expect(told(await engine.reserve(listingId, asRoom))).toBe('unknown_resource')
    const asBlock = { customer, lines: [{ blockId: resourceId, ...nights }] }
    expect(told(await engine.reserve(listingId, asBlock))).toBe('unknown_resource')
    const elsewhere = await givenBlock()
    expect(told(await engine.reserve(elsewhere.listingId, asBlock))).toBe('unknown_resource')
  })
})

describe('the terms of a block', () => {
  test.each([
    ['to is 1 to 90 days after from', { to: day(1) }],
    ['to is 1 to 90 days after from', { to: day(92) }],
    ['a quantity is a whole number', { quantity: 0 }],
    ['cut_off is a date', { cutOff: 'tomorrow' }],
    ['cut_off is no later than the last night', { cutOff: day(4) }],
    ["a block's name has 1 to 200", { name: '' }],
  ])('are checked: %s', async (why, wrong) => {
    const { listingId, terms } = await givenBlock()
    expect(() => createBlock(held.db, listingId, { ...terms, ...wrong })).toThrow(why)
  })

  test(`of a room type that is not there are refused, and so is the block after ${BLOCKS_MAX} open ones`, async () => {
    const { listingId, terms } = await givenBlock()
    const resourceId = newId()
    expect(await createBlock(held.db, listingId, { ...terms, resourceId })).toMatchObject({
      refusal: { code: 'unknown_resource', resourceIds: [resourceId] },
    })
    await held.db.query(
      `with made as (
         insert into resources (listing_id, resource_id, name, private)
         select $1, gen_random_uuid(), 'A party', true from generate_series(2, $3)
         returning listing_id, resource_id
       )
       insert into blocks
         (listing_id, block_id, resource_id, name, from_date, to_date, quantity, cut_off, cut_off_at)
       select listing_id, resource_id, $2, 'A party', '2031-05-02', '2031-05-03', 1, '2031-05-01', '2031-05-01'
       from made`,
      [listingId, terms.resourceId, BLOCKS_MAX],
    )
    expect(await createBlock(held.db, listingId, terms)).toEqual({
      kind: 'refused',
      refusal: { code: 'block_limit', limit: BLOCKS_MAX },
    })
  })
})
