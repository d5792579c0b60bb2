import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createEngine, type EngineOptions } from '../../../src/engine/engine.js'
import type { EngineObserver } from '../../../src/engine/observer.js'
import { changeListing } from '../../../src/engine/sale/listings.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { openDatabase } from '../../../src/storage/driver/database.js'
import { batched } from '../../../src/strategies/batched.js'
import { pessimistic } from '../../../src/strategies/pessimistic.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { lockWaits, whileLocked } from '../../support/stock/locked-pool.js'
import { storedReservation, told, yes } from '../../support/stock/reservations.js'
import { until } from '../../support/until.js'

const held = useDatabase({ connections: 6 })
const whileBusy = <Result>(poolId: string, work: () => Promise<Result>) =>
  whileLocked(held.url, poolId, work)

async function givenQueue(options: Partial<EngineOptions> = {}, capacity = 1_000) {
  const sizes: number[] = []
  const observer = { batched: (size: number) => sizes.push(size) }
  const engine = createEngine({ db: held.db, strategy: batched, observer, ...options })
  const { listingId, poolIds } = await givenPools(held.db, capacity)
  const [poolId = ''] = poolIds
  const reserve = (i: number, more: object = {}) =>
    engine.reserve(listingId, { customer: `c${i}`, lines: [{ poolId, quantity: 1 }] }, more)
  return { engine, listingId, poolId, reserve, sizes }
}

test('whoever waits while the lanes are busy goes into one transaction', async () => {
  const { engine, poolId, reserve, sizes } = await givenQueue()
  const all: Promise<unknown>[] = []
  await whileBusy(poolId, async () => {
    all.push(reserve(0))
    await until('the first is under way', () => sizes.length === 1)
    all.push(reserve(1))
    await until('the second lane is taken', () => sizes.length === 2)
    for (let i = 2; i < 100; i += 1) all.push(reserve(i))
    await until('the others wait', () => engine.waiting === 98)
  })
  await Promise.all(all)
  expect(sizes).toEqual([1, 1, 98])
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 100, version: 100 })
})

test('whoever is kept waiting for a pool is not in the way of others for another pool', async () => {
  const engine = createEngine({ db: held.db, strategy: batched })
  const { listingId, poolIds } = await givenPools(held.db, 10, 10)
  const [busy = '', free = ''] = poolIds
  const reserve = (poolId: string) =>
    engine.reserve(listingId, { customer: 'ada', lines: [{ poolId, quantity: 1 }] })
  const answered: string[] = []
  const [kept] = await whileBusy(busy, async () => {
    const first = later(reserve(busy).finally(() => answered.push('busy')))
    await until('the first waits for its pool', async () => (await lockWaits(held.db)) === 1)
    expect(told(await reserve(free))).toBe('done')
    answered.push('free')
    return [first]
  })
  expect(told(await kept)).toBe('done')
  expect(answered).toEqual(['free', 'busy'])
})

test('first come, first served: the last units go to those who asked first', async () => {
  const { engine, poolId, reserve, sizes } = await givenQueue({}, 5)
  const all: Promise<string>[] = []
  await whileBusy(poolId, async () => {
    all.push(reserve(0).then(told), reserve(1).then(told))
    await until('a lane is taken', () => sizes.length > 0)
    for (let i = 2; i < 20; i += 1) all.push(reserve(i).then(told))
    await until('the others wait', () => engine.waiting >= 18)
  })
  const answers = await Promise.all(all)
  expect(answers.slice(0, 5)).toEqual(Array(5).fill('done'))
  expect(new Set(answers.slice(5))).toEqual(new Set(['insufficient_capacity']))
})

test('a command that the database refuses harms nobody else in its batch', async () => {
  const { engine, listingId, poolId, reserve } = await givenQueue()
  await held.db.query(
    `alter table reservations add constraint no_mallory check (customer <> 'c7') not valid`,
  )
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => reserve(i)))
  await held.db.query('alter table reservations drop constraint no_mallory')
  const failed = outcomes.flatMap((outcome, i) => (outcome.status === 'rejected' ? [i] : []))
  expect(failed).toEqual([7])
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 19, version: 19 })
  expect(engine.waiting).toBe(0)
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('commands of all kinds share a batch, and two on one reservation do not', async () => {
  const { engine, listingId, poolId, reserve, sizes } = await givenQueue()
  const first = yes(await reserve(0))
  const wanted = { customer: 'h', lines: [{ poolId, quantity: 2 }], ttlMs: 60_000 }
  const hold = yes(await engine.hold(listingId, wanted))
  sizes.length = 0
  const answers = await Promise.all([
    engine.cancel(listingId, first.reservationId),
    engine.confirm(listingId, hold.reservationId),
    reserve(1),
    engine.cancel(listingId, hold.reservationId),
  ])
  expect(answers.map(told)).toEqual(['done', 'done', 'done', 'done'])
  expect(sizes).toEqual([3, 1])
  expect((await storedReservation(held.db, listingId, hold.reservationId))?.state).toBe('cancelled')
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('many clicks on one reservation are one after another, and none is in the way of the next', async () => {
  const { engine, listingId, reserve } = await givenQueue({
    queue: { lockWaitMsMax: 100, ageMsMax: 60_000 },
  })
  const { reservationId } = yes(await reserve(0))
  // Each transaction takes longer than a batch has patience, and all of them longer than a lock is waited for.
  await held.db.query(
    `create function linger() returns trigger language plpgsql
     as $$ begin perform pg_sleep(0.08); return new; end $$`,
  )
  await held.db.query(
    `create trigger linger before insert on answers for each row execute function linger()`,
  )
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => engine.cancel(listingId, reservationId, { key: `k${i}` })),
  )
  await held.db.query('drop function linger cascade')
  expect(answers.map(told)).toEqual(Array(10).fill('done'))
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('a limit per customer is exact in batches as well', async () => {
  const { engine, listingId, poolId } = await givenQueue()
  await changeListing(held.db, listingId, {
    policy: {
      customerUnitsMax: 3,
      customerHoldsMax: null,
      holdTtlMsMax: 60_000,
      holdAgeMsMax: 60_000,
    },
  })
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      engine.reserve(listingId, { customer: `c${i % 4}`, lines: [{ poolId, quantity: 1 }] }),
    ),
  )
  expect(answers.filter((answer) => answer.kind === 'done')).toHaveLength(12)
  expect(new Set(answers.map(told))).toEqual(new Set(['done', 'customer_limit']))
})

test('a queue that is full says so at once, and nothing is written', async () => {
  const { engine, poolId, reserve, sizes } = await givenQueue({ queue: { lengthMax: 5 } })
  const answered: Promise<unknown>[] = []
  await whileBusy(poolId, async () => {
    for (let i = 0; i < 2; i += 1) {
      answered.push(reserve(i))
      await until('a lane is taken', () => sizes.length === i + 1)
    }
    for (let i = 2; i < 7; i += 1) answered.push(reserve(i))
    await until('five wait', () => engine.waiting === 5)
    await expect(reserve(7)).rejects.toMatchObject({ code: 'overloaded' })
  })
  await Promise.all(answered)
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 7, version: 7 })
})

test('whoever gave up before its turn is dropped before anything is done for it', async () => {
  const { engine, poolId, reserve, sizes } = await givenQueue()
  const gone = new AbortController()
  const answered: Promise<unknown>[] = []
  let dropped: Promise<unknown> = Promise.resolve()
  await whileBusy(poolId, async () => {
    for (let i = 0; i < 2; i += 1) {
      answered.push(reserve(i))
      await until('a lane is taken', () => sizes.length === i + 1)
    }
    dropped = reserve(2, { signal: gone.signal }).catch((error) => error.code)
    await until('it waits', () => engine.waiting === 1)
    gone.abort()
  })
  await Promise.all(answered)
  expect(await dropped).toBe('overloaded')
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 2 })
})

test('whoever gave up or has waited for too long is dropped though the lanes stay busy', async () => {
  const dropped: string[] = []
  const observer = { dropped: (why: string) => dropped.push(why) }
  const { engine, poolId, reserve } = await givenQueue({
    observer,
    queue: { lanesPerListing: 1, ageMsMax: 1_000 },
  })
  const gone = new AbortController()
  let first: Promise<unknown> = Promise.resolve()
  await whileBusy(poolId, async () => {
    first = later(reserve(0))
    await until('the lane is taken', async () => (await lockWaits(held.db)) === 1)
    const left = reserve(1, { signal: gone.signal })
    const late = later(reserve(2))
    gone.abort()
    // Both are told while nothing can be done for anybody.
    await expect(left).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('gave up'),
    })
    await expect(late).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('longer than 1000'),
    })
    expect([engine.waiting, dropped]).toEqual([0, ['gave_up', 'too_old']])
  })
  await first
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 1, version: 1 })
})

test('what is told for figures is what happened: the batch, its wait, the wait for the lock', async () => {
  const seen: [string, number][] = []
  const observer: EngineObserver = {
    batched: (size, waitedMs) => seen.push([`batch of ${size}`, waitedMs]),
    locked: (waitedMs) => seen.push(['locked', waitedMs]),
    dropped: (why) => seen.push([why, 0]),
  }
  const options = { observer, queue: { lanesPerListing: 1 } }
  const { engine, poolId, reserve } = await givenQueue(options)
  const all: Promise<unknown>[] = []
  let heldMs = 0
  await whileBusy(poolId, async () => {
    all.push(reserve(0))
    await until('it waits for the lock', async () => (await lockWaits(held.db)) === 1)
    all.push(reserve(1), reserve(2))
    await until('the others wait for their turn', () => engine.waiting === 2)
    const startedMs = performance.now()
    await pause(50)
    heldMs = performance.now() - startedMs
  })
  await Promise.all(all)
  expect(seen.map(([what]) => what)).toEqual(['batch of 1', 'locked', 'batch of 2', 'locked'])
  const [, lock = 0, wait = 0] = seen.map(([, ms]) => ms)
  expect(lock).toBeGreaterThanOrEqual(heldMs)
  expect(wait).toBeGreaterThanOrEqual(heldMs)
})

test.each([batched, pessimistic])(
  '$name: an observer hears once of each transaction that runs again',
  async (strategy) => {
    let conflicts = 2
    const reasons: string[] = []
    const { reserve } = await givenQueue({
      strategy: {
        ...strategy,
        take: async (tx, listingId, demands) => {
          if (conflicts === 0) return strategy.take(tx, listingId, demands)
          conflicts -= 1
          return demands.map(() => ({ kind: 'conflict' }))
        },
      },
      observer: { retried: (why) => reasons.push(why) },
    })
    expect(await reserve(1)).toMatchObject({ kind: 'done', attempts: 3 })
    expect(reasons).toEqual(['conflict', 'conflict'])
  },
)

test('four processes with queues of their own sell one pool exactly', async () => {
  const { listingId, poolId } = await givenQueue({}, 150)
  const servers = Array.from({ length: 4 }, () => {
    const db = openDatabase({ url: held.url, connectionsMax: 2 })
    return { db, engine: createEngine({ db, strategy: batched }) }
  })
  const answers = await Promise.all(
    Array.from({ length: 400 }, (_, i) =>
      servers[i % 4]?.engine.reserve(listingId, {
        customer: `c${i}`,
        lines: [{ poolId, quantity: 1 }],
      }),
    ),
  )
  await Promise.all(servers.map(({ db }) => db.close()))
  expect(answers.filter((answer) => answer?.kind === 'done')).toHaveLength(150)
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 150, version: 150 })
  expect((await audit(held.db, listingId)).drift).toEqual([])
})
