/**
 * Stays that overlap: every night of a range or none. What is sold of each night is summed from the
 * lines and held against a hotel on paper.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { datesOf } from '../../../src/domain/time/date.js'
import type { Engine } from '../../../src/engine/engine.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { CONTESTANTS, createContestant } from '../../../src/lab/race/contestants.js'
import { useDatabase } from '../../support/database/test-database.js'
import { amount } from '../../support/run/amount.js'
import { day, givenHotel, soldByNight } from '../../support/stock/nights.js'
import { engineOn, passTime, told, yes } from '../../support/stock/reservations.js'
import { CAPACITIES, NIGHTS, PaperHotel, type Wish } from './paper-hotel.js'

const held = useDatabase({ connections: 12 })
const unguarded = useDatabase({ guard: false, connections: 12 })
const customer = 'ada@example.com'

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

const staysOf = (resourceIds: readonly string[], wishes: readonly Wish[]) =>
  wishes.map(({ type, from, length, quantity }) => ({
    resourceId: resourceIds[type] ?? '',
    checkIn: day(from),
    checkOut: day(from + length),
    quantity,
  }))

/** Does what is asked, on paper and with the engine; the two have to say the same. */
async function act(
  engine: Engine,
  hotel: { listingId: string; resourceIds: string[] },
  paper: PaperHotel,
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
      const engine = engineOn(held.db, strategy)
      await fc.assert(
        fc.asyncProperty(someAsks, async (asks) => {
          const hotel = await givenHotel(held.db, NIGHTS, CAPACITIES)
          const paper = new PaperHotel()
          for (const asked of asks) await act(engine, hotel, paper, asked)
          expect((await audit(held.db, hotel.listingId)).drift).toEqual([])
        }),
        { numRuns: amount({ always: 6, searching: 40 }) },
      )
    },
    120_000,
  )

  test.each(['batched', 'guarded', 'optimistic', 'serializable'] as const)(
    'and come all at once never oversell a night, and no refusal is without need: %s',
    async (strategy) => {
      const engine = engineOn(held.db, strategy, 200)
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
        { numRuns: amount({ always: 3, searching: 20 }) },
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
    'three hundred of them: no deadlock reaches a caller under %s',
    async (strategy) => {
      const { listingId, resourceIds } = await givenHotel(held.db, 6, [120, 120])
      const [first = '', second = ''] = resourceIds
      const engine = engineOn(held.db, strategy, 400)
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
        while (asked < 300) {
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
      expect(done, 'every room was sold, and then none').toBe(120)
      expect(await deadlocks()).toBe(deadlocksBefore)
      const sold = await soldByNight(held.db, listingId, first)
      expect(sold).toEqual(Object.fromEntries(datesOf(day(0), day(4)).map((night) => [night, 120])))
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
