/**
 * What every strategy has to show, and what an unsafe one has to show instead: the double sale, in
 * an order of steps that is forced. All of it runs without the database's own guard, so that a
 * strategy has nothing to thank but itself.
 */
import { describe, expect, test } from 'vitest'
import type { Line } from '../../src/domain/reservation/demand.js'
import type { CommandResult } from '../../src/engine/engine.js'
import { type Contestant, createContestant } from '../../src/lab/race/contestants.js'
import type { Database } from '../../src/storage/driver/database.js'
import { allOrders, interleave, type Turn } from '../support/database/interleaving.js'
import { useDatabase } from '../support/database/test-database.js'
import { counterOf, givenPools, soldOf } from '../support/stock/factory.js'
import { checkOvercommitted, checkOvercommittedRaces } from './overcommitted.js'

/** Two callers, six turns: every order in which their first steps can meet. */
const TURNS = 6

/** An unsafe one whose clock ticks slowly may see the tick change between two steps. */
const TRIES_MAX = 20

/**
 * The suite of every strategy.
 *
 * long: the list of what a strategy promises, one test after the other, with one set-up for all.
 *
 * @param takesSafely false when the taking itself is what is unsafe
 */
export function conformance(strategy: Contestant, takesSafely = strategy.safe): void {
  describe(strategy.name, () => {
    const held = useDatabase({ guard: false, connections: 8 })
    const engineOn = (db: Database) =>
      createContestant(strategy, db, { retry: { attemptsMax: 50 } })
    const reserve = (db: Database, listingId: string, ...lines: Line[]) =>
      engineOn(db).reserve(listingId, { customer: 'ada@example.com', lines })

    test('takes all lines, counts them and remembers the pool versions', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 5, 5)
      const [first = '', second = ''] = poolIds
      const outcome = await reserve(
        held.db,
        listingId,
        { poolId: second, quantity: 3 },
        { poolId: first, quantity: 2 },
      )
      expect(outcome.kind).toBe('done')
      expect(await counterOf(held.db, first)).toEqual({ taken: 2, version: 1 })
      expect(await counterOf(held.db, second)).toEqual({ taken: 3, version: 1 })
      expect(await soldOf(held.db, first)).toBe(2)
    })

    test('refuses with every short line and what is left of it, and writes nothing', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 5, 3, 4)
      await reserve(
        held.db,
        listingId,
        { poolId: poolIds[1] ?? '', quantity: 2 },
        { poolId: poolIds[2] ?? '', quantity: 2 },
      )
      const outcome = await reserve(
        held.db,
        listingId,
        { poolId: poolIds[0] ?? '', quantity: 5 },
        { poolId: poolIds[1] ?? '', quantity: 2 },
        { poolId: poolIds[2] ?? '', quantity: 3 },
      )
      expect(outcome).toMatchObject({
        kind: 'refused',
        refusal: {
          code: 'insufficient_capacity',
          lines: [
            { poolId: poolIds[1], quantity: 2, left: 1, capacity: 3 },
            { poolId: poolIds[2], quantity: 3, left: 2, capacity: 4 },
          ],
        },
      })
      const expected = [
        { taken: 0, version: 0 },
        { taken: 2, version: 1 },
        { taken: 2, version: 1 },
      ]
      for (const [i, poolId] of poolIds.entries()) {
        expect(await counterOf(held.db, poolId)).toEqual(expected[i])
        expect(await soldOf(held.db, poolId)).toBe(expected[i]?.taken)
      }
    })

    test('sums two lines on one pool before it asks whether they fit', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 1)
      const [poolId = ''] = poolIds
      const outcome = await reserve(
        held.db,
        listingId,
        { poolId, quantity: 1 },
        { poolId, quantity: 1 },
      )
      expect(outcome.kind).toBe('refused')
      expect(await soldOf(held.db, poolId)).toBe(0)
    })

    test('says which pools it does not know', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 5)
      const strange = '00000000-0000-7000-8000-000000000000'
      const outcome = await reserve(
        held.db,
        listingId,
        { poolId: poolIds[0] ?? '', quantity: 1 },
        { poolId: strange, quantity: 1 },
      )
      expect(outcome).toMatchObject({
        kind: 'refused',
        refusal: { code: 'unknown_pool', poolIds: [strange] },
      })
      expect(await soldOf(held.db, poolIds[0] ?? '')).toBe(0)
    })

    test('takes nothing for a request that comes again under its key', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 5)
      const [poolId = ''] = poolIds
      const wanted = { customer: 'ada@example.com', lines: [{ poolId, quantity: 2 }] }
      const ask = () => engineOn(held.db).reserve(listingId, wanted, { key: 'a key' })
      const answers = [await ask(), await ask()]
      expect(answers.map(({ kind, replayed }) => [kind, replayed])).toEqual([
        ['done', false],
        ['done', true],
      ])
      expect(await soldOf(held.db, poolId)).toBe(2)
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 1 })
    })

    test('does not find a pool under another listing', async () => {
      const ours = await givenPools(held.db, 5)
      const theirs = await givenPools(held.db, 5)
      const line = { poolId: theirs.poolIds[0] ?? '', quantity: 1 }
      const outcome = await reserve(held.db, ours.listingId, line)
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'unknown_pool' } })
    })

    test('gives back what a cancel or a smaller order frees, each at a version of its own', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 5, 5)
      const [first = '', second = ''] = poolIds
      const engine = engineOn(held.db)
      const made = await reserve(
        held.db,
        listingId,
        { poolId: first, quantity: 3 },
        { poolId: second, quantity: 5 },
      )
      const id = made.kind === 'done' ? made.reservation.reservationId : ''
      await engine.change(listingId, id, {
        lines: [
          { poolId: first, quantity: 4 },
          { poolId: second, quantity: 1 },
        ],
      })
      expect(await counterOf(held.db, first)).toEqual({ taken: 4, version: 2 })
      expect(await counterOf(held.db, second)).toEqual({ taken: 1, version: 2 })
      const others = await reserve(held.db, listingId, { poolId: second, quantity: 4 })
      expect(others.kind).toBe('done')
      await engine.cancel(listingId, id)
      expect(await counterOf(held.db, first)).toEqual({ taken: 0, version: 3 })
      expect(await counterOf(held.db, second)).toEqual({ taken: 4, version: 4 })
    })

    test('keeps the original when a change does not fit, although some of it would', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 5, 2)
      const [first = '', second = ''] = poolIds
      const made = await reserve(held.db, listingId, { poolId: first, quantity: 1 })
      await reserve(held.db, listingId, { poolId: second, quantity: 1 })
      const id = made.kind === 'done' ? made.reservation.reservationId : ''
      const outcome = await engineOn(held.db).change(listingId, id, {
        lines: [
          { poolId: first, quantity: 2 },
          { poolId: second, quantity: 2 },
        ],
      })
      expect(outcome).toMatchObject({
        kind: 'refused',
        refusal: { code: 'insufficient_capacity', lines: [{ poolId: second, left: 1 }] },
      })
      expect(await counterOf(held.db, first)).toEqual({ taken: 1, version: 1 })
      expect(await counterOf(held.db, second)).toEqual({ taken: 1, version: 1 })
    })

    if (takesSafely) {
      safeUnderRaces(held, reserve)
      test('sells nothing of a pool of which too much is taken, until enough has come back', () =>
        checkOvercommitted(held.db, engineOn))
      test('the same while two callers take and give back, in every order of their steps', () =>
        checkOvercommittedRaces(held.db, engineOn))
    } else sellsTwice(held, reserve)
  })
}

type Reserve = (db: Database, listingId: string, ...lines: Line[]) => Promise<CommandResult>

function safeUnderRaces(held: { readonly db: Database }, reserve: Reserve): void {
  test('sells the last unit once, in every order of two callers’ steps', async () => {
    for (const order of allOrders(TURNS)) {
      const { listingId, poolIds } = await givenPools(held.db, 1)
      const [poolId = ''] = poolIds
      const results = await interleave(held.db, order, (db) =>
        reserve(db, listingId, { poolId, quantity: 1 }),
      )
      expect([order.join(''), await soldOf(held.db, poolId)]).toEqual([order.join(''), 1])
      expect([order.join(''), kindsOf(results)]).toEqual([order.join(''), ['done', 'refused']])
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 1, version: 1 })
    }
  })

  test('two carts with the same pools in opposing orders both get an answer, one the units', async () => {
    for (const order of allOrders(TURNS)) {
      const { listingId, poolIds } = await givenPools(held.db, 1, 1)
      const lines = poolIds.map((poolId) => ({ poolId, quantity: 1 }))
      let cart = 0
      const results = await interleave(held.db, order, (db) => {
        cart += 1
        return reserve(db, listingId, ...(cart === 1 ? lines : lines.toReversed()))
      })
      expect([order.join(''), kindsOf(results)]).toEqual([order.join(''), ['done', 'refused']])
      for (const poolId of poolIds) expect(await soldOf(held.db, poolId)).toBe(1)
    }
  })

  test('forty callers at once sell exactly what there is, one version after the other', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 17)
    const [poolId = ''] = poolIds
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => reserve(held.db, listingId, { poolId, quantity: 1 })),
    )
    expect(outcomes.filter((outcome) => outcome.kind === 'done')).toHaveLength(17)
    expect(await soldOf(held.db, poolId)).toBe(17)
    expect(await counterOf(held.db, poolId)).toEqual({ taken: 17, version: 17 })
    const lines = await held.db.query<{ version: number }>(
      `select taken_version as version from reservation_lines where pool_id = $1 order by 1`,
      [poolId],
    )
    expect(lines.map((line) => line.version)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1))
  })
}

function sellsTwice(held: { readonly db: Database }, reserve: Reserve): void {
  const soldBy = async (
    callers: (reserveOne: (db: Database) => Promise<CommandResult>) => unknown,
  ) => {
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const [poolId = ''] = poolIds
    await callers((db) => reserve(db, listingId, { poolId, quantity: 1 }))
    const { version } = await counterOf(held.db, poolId)
    return { sold: await soldOf(held.db, poolId), version }
  }

  test('sells the last unit once while callers come one after the other', async () => {
    const inTurn = soldBy(async (reserveOne) => {
      await reserveOne(held.db)
      await reserveOne(held.db)
    })
    expect(await inTurn).toEqual({ sold: 1, version: 1 })
  })

  test('sells the last unit twice when one looks and the other then comes and goes', async () => {
    const order: Turn[] = ['a', 'b', 'b', 'b', 'b', 'b']
    let both = { sold: 0, version: 0 }
    for (let tries = 0; both.sold < 2 && tries < TRIES_MAX; tries += 1) {
      both = await soldBy((reserveOne) => interleave(held.db, order, reserveOne))
    }
    expect(both, 'the recount sees both, and so does the version').toEqual({ sold: 2, version: 2 })
  })
}

function kindsOf(results: PromiseSettledResult<CommandResult>[]): string[] {
  return results
    .map((result) => (result.status === 'fulfilled' ? result.value.kind : String(result.reason)))
    .sort()
}
