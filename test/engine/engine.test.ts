/** What the engine adds to a strategy: rules, retries, one transaction for all that is written. */
import { afterEach, describe, expect, test } from 'vitest'
import { isFault } from '../../src/domain/errors.js'
import { isUuid, newId } from '../../src/domain/ids.js'
import { LINES_MAX, QUANTITY_MAX } from '../../src/domain/reservation/demand.js'
import { createEngine } from '../../src/engine/engine.js'
import type { NewReservation } from '../../src/engine/requests.js'
import { CONTESTANTS, createContestant } from '../../src/lab/race/contestants.js'
import { type Database, openDatabase } from '../../src/storage/driver/database.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { STRATEGY_NAMES } from '../../src/strategies/strategy.js'
import { hashOfAllRows } from '../support/database/all-rows.js'
import { startDatabaseProxy } from '../support/database/database-proxy.js'
import { withClient } from '../support/database/empty-database.js'
import { interleave } from '../support/database/interleaving.js'
import { useDatabase } from '../support/database/test-database.js'
import { later } from '../support/later.js'
import { counterOf, givenPools, soldOf } from '../support/stock/factory.js'
import { until } from '../support/until.js'

const held = useDatabase()
const opened: Database[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.close()))
})

/** A process of its own, as far as the database can tell. */
function anotherProcess(url: string): Database {
  const db = openDatabase({ url, connectionsMax: 2 })
  opened.push(db)
  return db
}

const engineOn = (db: Database, name: keyof typeof STRATEGIES = 'guarded') =>
  createEngine({ db, strategy: STRATEGIES[name] })

const safeNames = STRATEGY_NAMES

describe('a request that breaks a rule', () => {
  const pool = newId()
  const good: NewReservation & { listingId: string } = {
    listingId: newId(),
    customer: 'ada@example.com',
    lines: [{ poolId: pool, quantity: 1 }],
  }
  const bad: [why: string, change: Partial<typeof good>, sentence: RegExp][] = [
    ['no listing', { listingId: '' }, /^the id "" is no UUID$/],
    ['half a listing', { listingId: good.listingId.slice(1) }, /^the id ".*" is no UUID$/],
    ['a control character', { customer: 'ada\n' }, /^a customer is at most 254 printable/],
    ['a NUL', { customer: '\u0000' }, /^a customer is at most 254 printable/],
    ['half of a character', { customer: '\ud83d' }, /^a customer is at most 254 printable/],
    ['a name that never ends', { customer: 'x'.repeat(255) }, /^a customer is at most 254 /],
    ['no line', { lines: [] }, /1 to 50 lines, this one has 0$/],
    ['lines without end', { lines: Array(LINES_MAX + 1).fill(good.lines[0]) }, /has 51$/],
    ['no pool', { lines: [{ poolId: 'B', quantity: 1 }] }, /^the pool id "B" is no UUID$/],
    ['no quantity', { lines: [{ poolId: pool, quantity: 0 }] }, /from 1 to 1000000, not 0$/],
  ]

  test.each(bad)(
    'is refused before the database hears of it: %s',
    async (_why, change, sentence) => {
      const nowhere = anotherProcess('postgres://holdfast@127.0.0.1:1/nowhere')
      const { listingId, ...wanted } = { ...good, ...change }
      const asked = async () => engineOn(nowhere).reserve(listingId, wanted)
      await expect(asked()).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringMatching(sentence),
      })
    },
  )
})

describe('a reservation', () => {
  test('is answered with what the database holds of it', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 5, 5)
    const lines = poolIds.map((poolId, i) => ({ poolId, quantity: i + 1 }))
    const outcome = await engineOn(held.db).reserve(listingId.toUpperCase(), {
      customer: 'Žofie 👩',
      lines: lines.map((line) => ({ ...line, poolId: line.poolId.toUpperCase() })).reverse(),
    })
    expect(outcome).toEqual({
      kind: 'done',
      places: new Map(),
      attempts: 1,
      replayed: false,
      reservation: {
        reservationId: expect.toSatisfy(isUuid),
        state: 'confirmed',
        customer: 'Žofie 👩',
        lines: lines.map((line, i) => ({ lineNo: i + 1, ...line })),
        version: 1,
        createdAtMs: expect.any(Number),
        updatedAtMs: expect.any(Number),
        expiresAtMs: null,
        paymentRef: null,
        refundDue: false,
        lineCount: 2,
      },
    })
    const rows = await held.db.query(
      `select reservation_id as id, state, customer, pool_id as "poolId", quantity,
              taken_version as version
       from reservations join reservation_lines using (listing_id, reservation_id)
       where listing_id = $1 order by line_no`,
      [listingId],
    )
    if (outcome.kind !== 'done') throw new Error('it was refused')
    const { reservationId: id, state, customer } = outcome.reservation
    expect(rows).toEqual(lines.map((line) => ({ id, state, customer, ...line, version: 1 })))
  })

  test.each(safeNames)(
    'has exactly one journal entry, written by the transaction that wrote it: %s',
    async (name) => {
      const { listingId, poolIds } = await givenPools(held.db, 3)
      const [poolId = ''] = poolIds
      const reserve = (quantity: number) =>
        engineOn(held.db, name).reserve(listingId, {
          customer: 'ada',
          lines: [{ poolId, quantity }],
        })
      await reserve(2)
      await reserve(2)
      await reserve(1)
      const entries = await held.db.query<{ id: string; detail: unknown }>(
        `select journal.kind, journal.detail, journal.reservation_id = reservations.reservation_id as same_id,
                journal.xmin = reservations.xmin and journal.xmin = lines.xmin as same_transaction
         from journal
         left join reservations using (listing_id, reservation_id)
         left join reservation_lines as lines using (listing_id, reservation_id)
         where listing_id = $1
           and journal.reservation_id is not null
         order by journal.entry_id`,
        [listingId],
      )
      const entry = (quantity: number, version: number) => ({
        kind: 'confirmed',
        detail: { version: 1, taken: [{ pool_id: poolId, quantity, version }] },
        same_id: true,
        same_transaction: true,
      })
      expect(entries).toEqual([entry(2, 1), entry(1, 2)])
    },
  )

  test.each(safeNames)(
    'that cannot be written down takes nothing: the rooms stay free (%s)',
    async (name) => {
      const { listingId, poolIds } = await givenPools(held.db, 3)
      const [poolId = ''] = poolIds
      const engine = engineOn(held.db, name)
      const wanted = { customer: 'ada', lines: [{ poolId, quantity: 1 }] }
      await held.db.query('alter table journal add constraint closed check (false) not valid')
      const failed = engine.reserve(listingId, wanted)
      await expect(failed).rejects.toMatchObject({ constraint: 'closed' })
      await held.db.query('alter table journal drop constraint closed')
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 0, version: 0 })
      expect(await soldOf(held.db, poolId)).toBe(0)
      expect((await engine.reserve(listingId, wanted)).kind).toBe('done')
    },
  )

  test('that is refused leaves nothing behind, not even in the journal', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const before = await hashOfAllRows(held.db)
    for (const name of safeNames.filter((safe) => safe !== 'skip-locked')) {
      const lines = [{ poolId: poolIds[0] ?? '', quantity: 2 }]
      const outcome = await engineOn(held.db, name).reserve(listingId, { customer: '', lines })
      expect(outcome.kind).toBe('refused')
    }
    expect(await hashOfAllRows(held.db)).toEqual(before)
  })

  test.each(safeNames)(
    'of the last units in a pool as large as they come is a reservation, and then a refusal: %s',
    async (name) => {
      // One row per unit cannot be the way to sell two thousand million of them.
      const capacity = name === 'skip-locked' ? 5 : 2 ** 31 - 1
      const { listingId, poolIds } = await givenPools(held.db, capacity)
      const [poolId = ''] = poolIds
      await held.db.query('update pools set taken = capacity - 1 where pool_id = $1', [poolId])
      const reserve = (quantity: number) =>
        engineOn(held.db, name).reserve(listingId, { customer: '', lines: [{ poolId, quantity }] })
      expect((await reserve(QUANTITY_MAX)).kind).toBe('refused')
      expect((await reserve(1)).kind).toBe('done')
      expect((await reserve(1)).kind).toBe('refused')
    },
  )
})

describe('two processes', () => {
  test.each(safeNames)(
    'sell the last room of a hotel to one of two customers: %s',
    async (name) => {
      const { listingId, poolIds } = await givenPools(held.db, 1)
      const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
      const outcomes = await Promise.all(
        ['ada', 'bob'].map((customer) =>
          engineOn(anotherProcess(held.url), name).reserve(listingId, { customer, lines }),
        ),
      )
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['done', 'refused'])
    },
  )

  test('under different strategies still never sell a room twice', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 20)
    const [poolId = ''] = poolIds
    // skip-locked counts units of its own, which the others know nothing of: the guard holds them.
    const engines = safeNames.map((name) =>
      createEngine({
        db: anotherProcess(held.url),
        strategy: STRATEGIES[name],
        retry: { attemptsMax: 100 },
      }),
    )
    const outcomes = await Promise.all(
      engines.flatMap((engine) =>
        Array.from({ length: 10 }, () =>
          engine.reserve(listingId, { customer: 'ada', lines: [{ poolId, quantity: 1 }] }),
        ),
      ),
    )
    expect(outcomes.filter((outcome) => outcome.kind === 'done')).toHaveLength(20)
    expect(await soldOf(held.db, poolId)).toBe(20)
    expect(await counterOf(held.db, poolId)).toEqual({ taken: 20, version: 20 })
  })
})

describe('a loser', () => {
  test.each(['serializable', 'optimistic'] as const)(
    'is run again under %s, gets its room, and the answer counts both attempts',
    async (name) => {
      const { listingId, poolIds } = await givenPools(held.db, 2)
      const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
      // Both have looked before b writes and commits; a then finds the counter changed.
      const results = await interleave(held.db, [...'abbbbb'] as ('a' | 'b')[], (db) =>
        createContestant(CONTESTANTS[name], db).reserve(listingId, { customer: 'ada', lines }),
      )
      const outcomes = results.map((result) =>
        result.status === 'fulfilled' ? [result.value.kind, result.value.attempts] : result.reason,
      )
      expect(outcomes).toEqual([
        ['done', 2],
        ['done', 1],
      ])
      expect(await soldOf(held.db, lines[0]?.poolId ?? '')).toBe(2)
    },
  )

  test('whose connection dies while it waits for a lock is run again, once, and gets its room', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 2)
    const [poolId = ''] = poolIds
    const outcome = await withClient(held.url, async (holder) => {
      await holder.query('begin')
      await holder.query('select from pools where pool_id = $1 for update', [poolId])
      const reserved = later(
        engineOn(anotherProcess(held.url), 'pessimistic').reserve(listingId, {
          customer: 'ada',
          lines: [{ poolId, quantity: 1 }],
        }),
      )
      await until('the customer waits for the lock, and is cut off', async () => {
        const killed = await held.db.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return killed.length === 1
      })
      await holder.query('commit')
      return reserved
    })
    expect([outcome.kind, outcome.attempts]).toEqual(['done', 2])
    expect(await soldOf(held.db, poolId)).toBe(1)
  })
})

test('a reservation whose COMMIT got no answer is called unknown and not made a second time', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 5)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const proxy = await startDatabaseProxy(held.url)
  try {
    proxy.commitAnswers('lose')
    const work = engineOn(anotherProcess(proxy.url)).reserve(listingId, { customer: 'ada', lines })
    await expect(work).rejects.toSatisfy((error) => isFault(error, 'outcome_unknown'))
    expect(proxy.commits).toBe(1)
    expect(await soldOf(held.db, poolIds[0] ?? '')).toBe(1)
  } finally {
    await proxy.close()
  }
})

/** In the database that customers use, unlike the lab's, the schema has the last word. */
describe('the guard in the database', () => {
  test.each(['naive', 'atomic'] as const)(
    'keeps even %s from selling the last room twice: who comes second hears that it is gone',
    async (name) => {
      const { listingId, poolIds } = await givenPools(held.db, 1)
      const [poolId = ''] = poolIds
      // Both have looked before b writes; in the lab this very order sells the room twice.
      const results = await interleave(held.db, [...'abbbbb'] as ('a' | 'b')[], (db) =>
        createContestant(CONTESTANTS[name], db).reserve(listingId, {
          customer: '',
          lines: [{ poolId, quantity: 1 }],
        }),
      )
      expect(results).toMatchObject([
        { value: { kind: 'refused', attempts: 2 } },
        { value: { kind: 'done', attempts: 1 } },
      ])
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 1, version: 1 })
      expect(await soldOf(held.db, poolId)).toBe(1)
    },
  )
})
