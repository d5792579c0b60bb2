/** Blocks: what is set aside for a party is the party's, and what it does not use goes back. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { BLOCKS_MAX, createBlock, makeDefinite } from '../../../src/engine/sale/blocks.js'
import { setCapacity } from '../../../src/engine/sale/capacity.js'
import { changeListing, createPool } from '../../../src/engine/sale/listings.js'
import { setNights } from '../../../src/engine/sale/nights.js'
import { useDatabase } from '../../support/database/test-database.js'
import { day, nightsOf } from '../../support/stock/nights.js'
import { passTime, told, yes } from '../../support/stock/reservations.js'
import { givenBlock, kept } from './given-block.js'

const held = useDatabase()
const customer = 'ada@example.com'

describe('a block', () => {
  test('takes nothing while tentative, its rooms once definite, and gives back what nobody used', async () => {
    const block = await givenBlock(held.db)
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
    const block = await givenBlock(held.db)
    kept(await block.define())
    kept(await block.release())
    expect(await block.taken()).toEqual([0, 0, 0, 0, 0])
    const again = kept(await block.release())
    expect(again).toEqual(kept(await block.release()))
    expect(await block.define()).toMatchObject({ refusal: { code: 'block_not_open' } })

    const tentative = await givenBlock(held.db)
    expect(kept(await tentative.release()).state).toBe('released')
    expect(await tentative.define()).toMatchObject({ refusal: { code: 'block_not_open' } })
    expect(await tentative.drift()).toEqual([])
  })

  test('is checked when it becomes definite: the refusal names the full nights, and takes none', async () => {
    const block = await givenBlock(held.db)
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
    const block = await givenBlock(held.db)
    const lines = [{ resourceId: block.resourceId, checkIn: day(2), checkOut: day(3), quantity: 9 }]
    const hold = yes(await block.engine.hold(block.listingId, { customer, lines, ttlMs: 60_000 }))
    expect((await block.define()).kind).toBe('refused')
    await passTime(held.db, hold.reservationId)
    expect(kept(await block.define()).state).toBe('definite')
  })

  test('is no customer: the limits of the listing are for guests', async () => {
    const block = await givenBlock(held.db)
    await changeListing(held.db, block.listingId, {
      policy: {
        customerUnitsMax: 2,
        customerHoldsMax: 1,
        holdTtlMsMax: 60_000,
        holdAgeMsMax: 60_000,
      },
    })
    kept(await block.define())
    yes(await block.pickUp(1, 3))
    expect(told(await block.pickUp(1, 2))).toBe('customer_limit')
    kept(await block.release())
    expect(await block.taken()).toEqual([0, 1, 1, 0, 0])
  })

  test('gives back what a guest cancels after the cut-off, too', async () => {
    const block = await givenBlock(held.db)
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
    const block = await givenBlock(held.db)
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

describe('nobody but the block', () => {
  test('changes or ends what it has of the hotel', async () => {
    const block = await givenBlock(held.db)
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
    const block = await givenBlock(held.db)
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
    const block = await givenBlock(held.db)
    kept(await block.define())
    const { engine, listingId, blockId, resourceId } = block
    const nights = { checkIn: day(1), checkOut: day(2), quantity: 1 }
    const asRoom = { customer, lines: [{ resourceId: blockId, ...nights }] }
    expect(told(await engine.reserve(listingId, asRoom))).toBe('unknown_resource')
    const asBlock = { customer, lines: [{ blockId: resourceId, ...nights }] }
    expect(told(await engine.reserve(listingId, asBlock))).toBe('unknown_resource')
    const elsewhere = await givenBlock(held.db)
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
    const { listingId, terms } = await givenBlock(held.db)
    expect(() => createBlock(held.db, listingId, { ...terms, ...wrong })).toThrow(why)
  })

  test(`of a room type that is not there are refused, and so is the block after ${BLOCKS_MAX} open ones`, async () => {
    const { listingId, terms } = await givenBlock(held.db)
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
      places: new Map(),
    })
  })
})
