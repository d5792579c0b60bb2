/** What a hotel has, night by night: set up, looked at, and right on the strange days of the year. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { NIGHTS_MAX } from '../../../src/domain/time/stay.js'
import { createEngine } from '../../../src/engine/engine.js'
import { createListing, createResource } from '../../../src/engine/sale/listings.js'
import { setNights } from '../../../src/engine/sale/nights.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { guarded } from '../../../src/strategies/guarded.js'
import { useDatabase } from '../../support/database/test-database.js'
import { day, givenHotel, givenNights, nightsOf } from '../../support/stock/nights.js'
import { told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 8 })
const customer = 'ada@example.com'

async function givenRooms(nights: number, capacity: number) {
  const { listingId, resourceIds } = await givenHotel(held.db, nights, [capacity])
  const [resourceId = ''] = resourceIds
  return { listingId, resourceId, engine: createEngine({ db: held.db, strategy: guarded }) }
}

describe('setting nights up', () => {
  test('again changes nothing, and twice at once makes no night twice', async () => {
    const { listingId, resourceId } = await givenRooms(3, 4)
    const request = { from: day(0), to: day(5), capacity: 4 }
    const before = await nightsOf(held.db, listingId, resourceId, request)
    const both = await Promise.all([
      setNights(held.db, listingId, resourceId, request),
      setNights(held.db, listingId, resourceId, request),
    ])
    const [after, again] = both.map((each) => (each.kind === 'done' ? each.nights : undefined))
    expect(after).toEqual(again)
    expect(after).toHaveLength(5)
    expect(after?.slice(0, 3)).toEqual(before)
    expect(after?.every(({ version }) => version === 0)).toBe(true)
    expect(
      await held.db.query('select from pools where resource_id = $1', [resourceId]),
    ).toHaveLength(5)
  })

  test('below what is taken is refused, names the nights, and leaves all as they were', async () => {
    const { listingId, resourceId, engine } = await givenRooms(4, 4)
    const stay = { resourceId, checkIn: day(1), checkOut: day(3), quantity: 3 }
    yes(await engine.reserve(listingId, { customer, lines: [stay] }))
    const range = { from: day(0), to: day(4) }
    const before = await nightsOf(held.db, listingId, resourceId, range)
    expect(await setNights(held.db, listingId, resourceId, { ...range, capacity: 2 })).toEqual({
      kind: 'refused',
      refusal: {
        code: 'below_taken',
        capacity: 2,
        taken: 3,
        nights: [
          { resourceId, night: day(1) },
          { resourceId, night: day(2) },
        ],
      },
    })
    expect(await nightsOf(held.db, listingId, resourceId, range)).toEqual(before)
    const meant = { ...range, capacity: 2, overrideReason: 'a burst pipe' }
    await givenNights(held.db, listingId, resourceId, meant)
    const nights = await nightsOf(held.db, listingId, resourceId, range)
    expect(nights.map(({ capacity, taken }) => [capacity, taken])).toEqual([
      [2, 0],
      [2, 3],
      [2, 3],
      [2, 0],
    ])
    expect((await audit(held.db, listingId)).drift).toEqual([])
  })

  test('keeps what was said of minimum stay and sale, unless something else is said', async () => {
    const { listingId, resourceId } = await givenRooms(2, 4)
    const range = { from: day(0), to: day(2) }
    await givenNights(held.db, listingId, resourceId, {
      ...range,
      capacity: 4,
      minimumStay: 3,
      onSale: false,
    })
    await givenNights(held.db, listingId, resourceId, { from: day(0), to: day(3), capacity: 5 })
    const nights = await nightsOf(held.db, listingId, resourceId, { from: day(0), to: day(3) })
    expect(
      nights.map(({ minimumStay, onSale, capacity }) => [minimumStay, onSale, capacity]),
    ).toEqual([
      [3, false, 5],
      [3, false, 5],
      [1, true, 5],
    ])
  })

  test.each([
    [
      'a range that ends before it begins',
      { from: day(2), to: day(1) },
      'to is 1 to 731 days after from',
    ],
    ['no night at all', { from: day(2), to: day(2) }, 'to is 1 to 731 days after from'],
    ['more than two years', { from: day(0), to: day(NIGHTS_MAX + 1) }, 'to is 1 to 731 days'],
    ['a date that does not exist', { from: '2031-02-30' }, 'from is a date from 1970-01-01'],
    ['a date that is none', { to: '2031-5-01' }, 'to is a date'],
    ['a capacity below none', { capacity: -1 }, 'a capacity is a whole number from 0'],
    ['a minimum stay of no night', { minimumStay: 0 }, 'a minimum stay is 1 to 90 nights, not 0'],
    ['a reason of no letter', { overrideReason: '' }, 'a reason has 1 to 500'],
  ])('to %s is refused before anything is written', async (_what, wrong, why) => {
    const { listingId, resourceId } = await givenRooms(1, 1)
    const request = { from: day(0), to: day(2), capacity: 1, ...wrong }
    await expect(setNights(held.db, listingId, resourceId, request)).rejects.toThrow(why)
  })

  test('of an exclusive resource is refused: a court is sold by the slot', async () => {
    const { listingId, resourceId } = await givenRooms(1, 1)
    const courtId = newId()
    await held.db.query(
      `insert into resources (listing_id, resource_id, name, exclusive) values ($1, $2, 'A court', true)`,
      [listingId, courtId],
    )
    const request = { from: day(0), to: day(2), capacity: 1 }
    await expect(setNights(held.db, listingId, courtId, request)).rejects.toThrow(
      'sold by the slot',
    )
    const elsewhere = await givenRooms(1, 1)
    const outcome = await setNights(held.db, elsewhere.listingId, resourceId, request)
    expect(outcome).toMatchObject({ refusal: { code: 'unknown_resource' } })
  })
})

describe('a night', () => {
  const hoursOf = async (timeZone: string, from: string, to: string) => {
    const listingId = newId()
    await createListing(held.db, { listingId, name: 'A hotel', timeZone, resources: [] })
    const { resourceId } = await createResource(held.db, listingId, { name: 'Rooms' })
    await givenNights(held.db, listingId, resourceId, { from, to, capacity: 1 })
    const rows = await held.db.query<{
      night: string
      hours: number
      begins: string
      gap: boolean
    }>(
      `select nights.night::text,
              extract(epoch from upper(during) - lower(during))::float / 3600 as hours,
              lower(during) <> lag(upper(during), 1, lower(during)) over (order by night) as gap
       from nights join pools using (listing_id, pool_id)
       where listing_id = $1 order by night`,
      [listingId],
    )
    expect(
      rows.filter(({ gap }) => gap),
      'no moment between two nights',
    ).toEqual([])
    return rows.map(({ night, hours }) => [night, hours])
  }

  test.each([
    ['Europe/Prague', '2031-03-29', '2031-03-31', [24, 23]],
    ['Europe/Prague', '2031-10-25', '2031-10-28', [24, 25, 24]],
    ['America/New_York', '2031-11-01', '2031-11-03', [24, 25]],
    ['Australia/Lord_Howe', '2031-04-05', '2031-04-07', [24, 24.5]],
    // Clocks are turned at midnight there: the day begins at one o'clock.
    ['America/Santiago', '2031-09-06', '2031-09-09', [24, 23, 24]],
    ['Asia/Kolkata', '2031-03-29', '2031-03-31', [24, 24]],
  ])('in %s on %s lasts from one local midnight to the next', async (zone, from, to, hours) => {
    expect((await hoursOf(zone, from, to)).map(([, each]) => each)).toEqual(hours)
  })

  test('of a date that the time zone left out is none', async () => {
    const nights = await hoursOf('Pacific/Apia', '2011-12-29', '2012-01-01')
    expect(nights).toEqual([
      ['2011-12-29', 24],
      ['2011-12-31', 24],
    ])
  })

  test('that is overfull is refused by the database alone, whatever a program does', async () => {
    const { listingId, resourceId, engine } = await givenRooms(2, 2)
    const stay = { resourceId, checkIn: day(0), checkOut: day(2), quantity: 2 }
    yes(await engine.reserve(listingId, { customer, lines: [stay] }))
    const overfill = held.db.query(
      `update pools set taken = taken + 1
       from nights
       where nights.listing_id = pools.listing_id and nights.pool_id = pools.pool_id
         and nights.resource_id = $1 and nights.night = $2`,
      [resourceId, day(1)],
    )
    await expect(overfill).rejects.toMatchObject({
      code: '23514',
      constraint: 'pools_taken_within_capacity',
    })
    // Nor is there a second pool for the same night to sell the same rooms from.
    const double = held.db.query(
      `with made as (
         insert into pools (listing_id, pool_id, resource_id, capacity) values ($1, $2, $3, 2)
       )
       insert into nights (listing_id, resource_id, night, pool_id) values ($1, $3, $4, $2)`,
      [listingId, newId(), resourceId, day(1)],
    )
    await expect(double).rejects.toMatchObject({ code: '23505', constraint: 'nights_pkey' })
    const overbook = engine.reserve(listingId, { customer, lines: [{ ...stay, quantity: 1 }] })
    expect(told(await overbook)).toBe('insufficient_capacity')
  })
})
