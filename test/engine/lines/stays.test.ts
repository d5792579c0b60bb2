/** A stay: every night of a range or none. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { POOLS_MAX, STAY_NIGHTS_MAX } from '../../../src/domain/time/stay.js'
import type { CommandResult } from '../../../src/engine/engine.js'
import { useDatabase } from '../../support/database/test-database.js'
import { day, givenHotel, givenNights, soldByNight } from '../../support/stock/nights.js'
import { engineOn, told, yes } from '../../support/stock/reservations.js'

const held = useDatabase()
const customer = 'ada@example.com'

describe('a stay', () => {
  const one = async (capacity = 2, nights = 5) => {
    const { listingId, resourceIds } = await givenHotel(held.db, nights, [capacity])
    const [resourceId = ''] = resourceIds
    const engine = engineOn(held.db, 'guarded')
    const reserve = (from: number, to: number, more: { quantity?: number; key?: string } = {}) => {
      const { quantity = 1, key } = more
      const lines = [{ resourceId, checkIn: day(from), checkOut: day(to), quantity }]
      return engine.reserve(listingId, { customer, lines }, key === undefined ? {} : { key })
    }
    return { listingId, resourceId, engine, reserve }
  }
  const refusalOf = (answer: CommandResult) => (answer.kind === 'refused' ? answer.refusal : answer)

  test('that ends on the day on which another begins shares no night with it', async () => {
    const { reserve } = await one(1)
    yes(await reserve(0, 2))
    yes(await reserve(2, 4))
    expect(told(await reserve(1, 3))).toBe('insufficient_capacity')
  })

  test('with one full night takes none of the others', async () => {
    const { listingId, resourceId, reserve } = await one(1)
    yes(await reserve(2, 3))
    expect(told(await reserve(0, 5))).toBe('insufficient_capacity')
    expect(await soldByNight(held.db, listingId, resourceId)).toEqual({ [day(2)]: 1 })
  })

  test('on nights that nobody sells names them, and on closed ones too', async () => {
    const { listingId, resourceId, reserve } = await one()
    await givenNights(held.db, listingId, resourceId, {
      from: day(3),
      to: day(4),
      capacity: 2,
      onSale: false,
    })
    expect(refusalOf(await reserve(2, 7))).toEqual({
      code: 'nights_not_on_sale',
      nights: [
        { resourceId, night: day(3) },
        { resourceId, night: day(5) },
        { resourceId, night: day(6) },
      ],
    })
  })

  test('shorter than the hotel asks of that arrival is refused, later in the range it is not', async () => {
    const { listingId, resourceId, reserve } = await one()
    await givenNights(held.db, listingId, resourceId, {
      from: day(1),
      to: day(2),
      capacity: 2,
      minimumStay: 3,
    })
    expect(refusalOf(await reserve(1, 3))).toEqual({
      code: 'minimum_stay',
      resourceId,
      night: day(1),
      minimumStay: 3,
      stayed: 2,
    })
    yes(await reserve(1, 4))
    yes(await reserve(0, 2))
  })

  test('of a resource of somebody else is as unknown as one that does not exist', async () => {
    const { listingId, engine } = await one()
    const other = await one()
    for (const resourceId of [other.resourceId, newId()]) {
      const lines = [{ resourceId, checkIn: day(0), checkOut: day(1), quantity: 1 }]
      const answer = await engine.reserve(listingId, { customer, lines })
      expect(refusalOf(answer)).toEqual({ code: 'unknown_resource', resourceIds: [resourceId] })
    }
  })

  test('asked for again under its key gets its first answer, whatever the hotel has changed since', async () => {
    const { listingId, resourceId, reserve } = await one()
    const kept = await reserve(0, 2, { key: 'kept' })
    const short = await reserve(0, 6, { key: 'refused' })
    expect(told(short)).toBe('nights_not_on_sale')
    const range = { from: day(0), to: day(8), capacity: 2 }
    await givenNights(held.db, listingId, resourceId, { ...range, minimumStay: 5, onSale: false })
    expect(yes(await reserve(0, 2, { key: 'kept' }))).toEqual(yes(kept))
    const again = await reserve(0, 6, { key: 'refused' })
    expect([again.replayed, refusalOf(again)]).toEqual([true, refusalOf(short)])
    expect(told(await reserve(0, 3, { key: 'kept' }))).toBe('idempotency_key_reused')
  })

  test('can be changed to other dates that overlap it, though the hotel is full', async () => {
    const { listingId, resourceId, engine, reserve } = await one(1)
    const { reservationId } = yes(await reserve(0, 3))
    const lines = [{ resourceId, checkIn: day(1), checkOut: day(4), quantity: 1 }]
    const changed = yes(await engine.change(listingId, reservationId, { lines }))
    expect(changed.lines).toHaveLength(3)
    expect(await soldByNight(held.db, listingId, resourceId)).toEqual({
      [day(1)]: 1,
      [day(2)]: 1,
      [day(3)]: 1,
    })
    yes(await reserve(0, 1))
    const back = [{ resourceId, checkIn: day(0), checkOut: day(2), quantity: 1 }]
    expect(told(await engine.change(listingId, reservationId, { lines: back }))).toBe(
      'insufficient_capacity',
    )
  })

  test.each([
    ['check_out is 1 to 90 days after check_in, not 0', { checkOut: day(0) }],
    ['check_out is 1 to 90 days after check_in, not -1', { checkIn: day(2), checkOut: day(1) }],
    ['not 91', { checkOut: day(STAY_NIGHTS_MAX + 1) }],
    ['check_in is a date', { checkIn: '2031-02-29' }],
    ['check_in is a date', { checkIn: '2031-05-01T00:00:00Z' }],
    ['a quantity is a whole number', { quantity: 0 }],
    ['is no UUID', { resourceId: 'rooms' }],
  ])('that is none is refused before the database is asked: %s', async (why, wrong) => {
    const { listingId, resourceId, engine } = await one()
    const stay = { resourceId, checkIn: day(0), checkOut: day(1), quantity: 1, ...wrong }
    await expect(engine.reserve(listingId, { customer, lines: [stay] })).rejects.toThrow(why)
  })

  test(`several stays come to at most ${POOLS_MAX} nights`, async () => {
    const { listingId, resourceId, engine } = await one()
    const long = { resourceId, checkIn: day(0), checkOut: day(STAY_NIGHTS_MAX), quantity: 1 }
    const lines = [long, long, long]
    await expect(engine.reserve(listingId, { customer, lines })).rejects.toThrow('not 270')
  })
})
