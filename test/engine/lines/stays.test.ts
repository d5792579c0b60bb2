/**
 * Stays: every night of a range or none. What is sold of each night is summed from the lines and held
 * against a plain model, which knows nothing of pools, commands or SQL.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { datesOf } from '../../../src/domain/time/date.js'
import { POOLS_MAX, STAY_NIGHTS_MAX } from '../../../src/domain/time/stay.js'
import { type CommandResult, createEngine, type Engine } from '../../../src/engine/engine.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { CONTESTANTS, createContestant } from '../../../src/lab/race/contestants.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import type { StrategyName } from '../../../src/strategies/strategy.js'
import { useDatabase } from '../../support/database/test-database.js'
import { day, givenHotel, givenNights, soldByNight } from '../../support/stock/nights.js'
import { passTime, told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 12 })
const unguarded = useDatabase({ guard: false, connections: 12 })
const engineOf = (strategy: StrategyName = 'batched', attemptsMax = 30) =>
  createEngine({ db: held.db, strategy: STRATEGIES[strategy], retry: { attemptsMax } })
const customer = 'ada@example.com'
const NIGHTS = 7

interface Wish {
  readonly type: number
  readonly from: number
  readonly length: number
  readonly quantity: number
}

const someWishes = fc.array(
  fc.record({
    type: fc.nat(1),
    from: fc.nat(NIGHTS - 1),
    length: fc.integer({ min: 1, max: 4 }),
    quantity: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 2 },
)

type Ask =
  | { ask: 'reserve'; wishes: Wish[] }
  | { ask: 'hold'; wishes: Wish[] }
  | { ask: 'change'; of: number; wishes: Wish[] }
  | { ask: 'cancel' | 'confirm' | 'lapse'; of: number }

const someAsks = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        ask: fc.constantFrom('reserve' as const, 'hold' as const),
        wishes: someWishes,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        ask: fc.constant('change' as const),
        of: fc.nat(9),
        wishes: someWishes,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        ask: fc.constantFrom('cancel' as const, 'confirm' as const, 'lapse' as const),
        of: fc.nat(9),
      }),
    },
  ),
  { minLength: 5, maxLength: 14 },
)

const CAPACITIES = [4, 2]

const staysOf = (resourceIds: readonly string[], wishes: readonly Wish[]) =>
  wishes.map(({ type, from, length, quantity }) => ({
    resourceId: resourceIds[type] ?? '',
    checkIn: day(from),
    checkOut: day(from + length),
    quantity,
  }))

/** The hotel as somebody would keep it on paper: for each guest, rooms by type and night. */
class Paper {
  readonly guests = new Map<string, { rooms: Map<string, number>; state: 'held' | 'confirmed' }>()

  roomsOf(wishes: readonly Wish[]): Map<string, number> {
    const rooms = new Map<string, number>()
    for (const { type, from, length, quantity } of wishes) {
      for (let night = from; night < from + length; night += 1) {
        rooms.set(`${type}/${night}`, (rooms.get(`${type}/${night}`) ?? 0) + quantity)
      }
    }
    return rooms
  }

  sold(cell: string, without?: string): number {
    let sold = 0
    for (const [id, { rooms }] of this.guests) if (id !== without) sold += rooms.get(cell) ?? 0
    return sold
  }

  /** What the hotel would say; `without` is a guest whose rooms are free for the asking. */
  answer(wishes: readonly Wish[], without?: string): string {
    const rooms = [...this.roomsOf(wishes)]
    if (rooms.some(([cell]) => Number(cell.split('/')[1]) >= NIGHTS)) return 'nights_not_on_sale'
    const full = rooms.filter(([cell, wanted]) => {
      const capacity = CAPACITIES[Number(cell[0])] ?? 0
      return this.sold(cell, without) + wanted > capacity
    })
    if (full.length === 0) return 'done'
    const futile = rooms.some(([cell, wanted]) => wanted > (CAPACITIES[Number(cell[0])] ?? 0))
    return futile ? 'exceeds_capacity' : 'insufficient_capacity'
  }
}

/** Does what is asked, on paper and with the engine; the two have to say the same. */
async function act(
  engine: Engine,
  hotel: { listingId: string; resourceIds: string[] },
  paper: Paper,
  asked: Ask,
): Promise<void> {
  const { listingId, resourceIds } = hotel
  if (asked.ask === 'reserve' || asked.ask === 'hold') {
    const wanted = { customer, lines: staysOf(resourceIds, asked.wishes) }
    const answer =
      asked.ask === 'reserve'
        ? await engine.reserve(listingId, wanted)
        : await engine.hold(listingId, { ...wanted, ttlMs: 600_000 })
    expect(told(answer), JSON.stringify(asked)).toBe(paper.answer(asked.wishes))
    if (answer.kind === 'refused') return
    const state = asked.ask === 'reserve' ? 'confirmed' : 'held'
    paper.guests.set(answer.reservation.reservationId, {
      rooms: paper.roomsOf(asked.wishes),
      state,
    })
    return
  }
  const guests = [...paper.guests]
  const [id, guest] = guests[asked.of % Math.max(1, guests.length)] ?? []
  if (id === undefined || guest === undefined) return
  if (asked.ask === 'change') {
    const answer = await engine.change(listingId, id, { lines: staysOf(resourceIds, asked.wishes) })
    expect(told(answer), JSON.stringify(asked)).toBe(paper.answer(asked.wishes, id))
    if (answer.kind === 'done') guest.rooms = paper.roomsOf(asked.wishes)
  } else if (asked.ask === 'confirm') {
    yes(await engine.confirm(listingId, id))
    guest.state = 'confirmed'
  } else {
    // A hold past its time is nobody's, though nobody has swept it.
    if (guest.state === 'held') await passTime(held.db, id)
    else yes(await engine.cancel(listingId, id))
    paper.guests.delete(id)
  }
}

describe('stays that overlap in every way', () => {
  test.each([
    'batched',
    'pessimistic',
    'guarded',
    'optimistic',
    'serializable',
    'skip-locked',
    'advisory',
  ] as const)(
    'are answered as a plain model answers them: %s',
    async (strategy) => {
      const engine = engineOf(strategy)
      await fc.assert(
        fc.asyncProperty(someAsks, async (asks) => {
          const hotel = await givenHotel(held.db, NIGHTS, CAPACITIES)
          const paper = new Paper()
          for (const asked of asks) await act(engine, hotel, paper, asked)
          expect((await audit(held.db, hotel.listingId)).drift).toEqual([])
        }),
        { numRuns: 60 },
      )
    },
    120_000,
  )

  test.each(['batched', 'guarded', 'optimistic', 'serializable'] as const)(
    'and come all at once never oversell a night, and no refusal is without need: %s',
    async (strategy) => {
      const engine = engineOf(strategy, 200)
      await fc.assert(
        fc.asyncProperty(fc.array(someWishes, { minLength: 12, maxLength: 24 }), async (crowd) => {
          const hotel = await givenHotel(held.db, NIGHTS + 5, CAPACITIES)
          const { listingId, resourceIds } = hotel
          const answers = await Promise.all(
            crowd.map((wishes) =>
              engine.reserve(listingId, { customer, lines: staysOf(resourceIds, wishes) }),
            ),
          )
          for (const [type, resourceId] of resourceIds.entries()) {
            const sold = Object.values(await soldByNight(held.db, listingId, resourceId))
            expect(Math.max(0, ...sold)).toBeLessThanOrEqual(CAPACITIES[type] ?? 0)
          }
          // Nobody gave anything back: whoever was refused has to be refused now, too.
          const refused = crowd.filter((_, i) => answers[i]?.kind === 'refused')
          for (const wishes of refused) {
            const again = await engine.reserve(listingId, {
              customer,
              lines: staysOf(resourceIds, wishes),
            })
            expect(again.kind).toBe('refused')
          }
          expect((await audit(held.db, listingId)).drift).toEqual([])
        }),
        { numRuns: 20 },
      )
    },
    120_000,
  )

  test('and are taken by a strategy that oversells are caught at it', async () => {
    const { db } = unguarded
    const engine = createContestant(CONTESTANTS.naive, db)
    let most = 0
    for (let tries = 0; most <= 2 && tries < 50; tries += 1) {
      const { listingId, resourceIds } = await givenHotel(db, 3, [2])
      const [resourceId = ''] = resourceIds
      const stay = { resourceId, checkIn: day(0), checkOut: day(3), quantity: 1 }
      const guest = () => engine.reserve(listingId, { customer, lines: [stay] })
      await Promise.all(Array.from({ length: 12 }, guest))
      most = Math.max(...Object.values(await soldByNight(db, listingId, resourceId)))
    }
    expect(most).toBeGreaterThan(2)
  })
})

describe('opposing ranges', () => {
  test.each(['pessimistic', 'guarded', 'optimistic', 'batched', 'serializable'] as const)(
    'a thousand of them: no deadlock reaches a caller under %s',
    async (strategy) => {
      const { listingId, resourceIds } = await givenHotel(held.db, 6, [400, 400])
      const [first = '', second = ''] = resourceIds
      const engine = engineOf(strategy, 400)
      const stay = (resourceId: string, checkIn: string, checkOut: string) => {
        return { resourceId, checkIn, checkOut, quantity: 1 }
      }
      const there = [stay(first, day(0), day(4)), stay(second, day(2), day(6))]
      const back = [stay(second, day(2), day(6)), stay(first, day(0), day(4))]
      const deadlocksBefore = await deadlocks()
      let asked = 0
      let done = 0
      const faults: unknown[] = []
      const worker = async () => {
        while (asked < 1_000) {
          const lines = asked++ % 2 === 0 ? there : back
          try {
            const answer = await engine.reserve(listingId, { customer, lines })
            if (answer.kind === 'done') done += 1
          } catch (error) {
            faults.push(error)
          }
        }
      }
      await Promise.all(Array.from({ length: 8 }, worker))
      expect(faults).toEqual([])
      expect(done, 'every room was sold, and then none').toBe(400)
      expect(await deadlocks()).toBe(deadlocksBefore)
      const sold = await soldByNight(held.db, listingId, first)
      expect(sold).toEqual(Object.fromEntries(datesOf(day(0), day(4)).map((night) => [night, 400])))
    },
    240_000,
  )

  test('that lock their nights in the order in which they were asked do deadlock', async () => {
    const { resourceIds } = await givenHotel(held.db, 2, [10])
    const nights = await held.db.query<{ poolId: string }>(
      `select pool_id as "poolId" from nights where resource_id = $1 order by night`,
      resourceIds,
    )
    const ids = nights.map(({ poolId }) => poolId)
    let arrived = 0
    let bothThere = () => {}
    const meeting = new Promise<void>((resolve) => {
      bothThere = resolve
    })
    const carelessly = (order: string[]) =>
      held.db.transaction('read committed', async (tx) => {
        const take = 'update pools set taken = taken + 1 where pool_id = $1'
        await tx.query(take, [order[0]])
        arrived += 1
        if (arrived === 2) bothThere()
        await meeting
        await tx.query(take, [order[1]])
        return { keep: true, value: undefined }
      })
    const told = await Promise.allSettled([carelessly(ids), carelessly([...ids].reverse())])
    const codes = told.map((each) => (each.status === 'rejected' ? each.reason.code : 'done'))
    expect(codes.sort()).toEqual(['40P01', 'done'])
  })

  async function deadlocks(): Promise<number> {
    const [row] = await held.db.query<{ deadlocks: number }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    )
    return row?.deadlocks ?? -1
  }
})

describe('a stay', () => {
  const one = async (capacity = 2, nights = 5) => {
    const { listingId, resourceIds } = await givenHotel(held.db, nights, [capacity])
    const [resourceId = ''] = resourceIds
    const engine = engineOf('guarded')
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
