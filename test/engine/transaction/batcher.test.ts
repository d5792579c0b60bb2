import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createEngine, type EngineOptions } from '../../../src/engine/engine.js'
import type { EngineObserver } from '../../../src/engine/observer.js'
import { changeListing } from '../../../src/engine/sale/listings.js'
import type { QueueBounds } from '../../../src/engine/transaction/queue.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { openDatabase } from '../../../src/storage/driver/database.js'
import { batched } from '../../../src/strategies/batched.js'
import { pessimistic } from '../../../src/strategies/pessimistic.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { storedReservation, told, yes } from '../../support/stock/reservations.js'
import { until } from '../../support/until.js'

const held = useDatabase({ connections: 6 })

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

/** Holds the pool's row back while `work` runs, and lets it go afterwards. */
async function whileBusy<Result>(poolId: string, work: () => Promise<Result>): Promise<Result> {
  return withClient(held.url, async (holder) => {
    await holder.query('begin')
    await holder.query('select from pools where pool_id = $1 for update', [poolId])
    try {
      return await work()
    } finally {
      await holder.query('rollback')
    }
  })
}

/** How many transactions wait for a lock right now. */
async function lockWaits(): Promise<number> {
  const rows = await held.db.query(
    `select from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
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
    await until('the first waits for its pool', async () => (await lockWaits()) === 1)
    expect(told(await reserve(free))).toBe('done')
    answered.push('free')
    return [first]
  })
  expect(told(await kept)).toBe('done')
  expect(answered).toEqual(['free', 'busy'])
})

describe('a row that somebody keeps locked', () => {
  /** Two callers of a pool that is locked until `work` is through; what they are told. */
  async function behindLock(
    work: (stock: Awaited<ReturnType<typeof givenStock>>) => Promise<void>,
  ) {
    const stock = await givenStock()
    const kept = await whileBusy(stock.locked, async () => {
      const behind = later([stock.reserve(stock.locked), stock.reserve(stock.locked)])
      await work(stock)
      return behind
    })
    return { stock, kept: await Promise.all(kept.map((each) => each.then(told))) }
  }

  async function givenStock(queue: Partial<QueueBounds> = {}) {
    const engine = createEngine({
      db: held.db,
      strategy: batched,
      queue: { lockWaitMsMax: 60_000, ageMsMax: 60_000, ...queue },
    })
    const { listingId, poolIds } = await givenPools(held.db, 1_000, 1_000, 1_000)
    const [locked = '', first = '', second = ''] = poolIds
    const reserve = (...pools: string[]) =>
      engine.reserve(listingId, {
        customer: 'ada',
        lines: pools.map((poolId) => ({ poolId, quantity: 1 })),
      })
    return { engine, listingId, locked, first, second, reserve }
  }

  test('delays nobody who wants other pools, even when both lanes wait for it', async () => {
    const { stock, kept } = await behindLock(async ({ reserve, first, second }) => {
      await until('a lane waits for the pool', async () => (await lockWaits()) >= 1)
      const callers = Array.from({ length: 8 }, async (_, i) => {
        for (let n = 0; n < 10; n += 1) {
          expect(told(await reserve(...(i % 2 === 0 ? [first] : [first, second])))).toBe('done')
        }
      })
      await Promise.all(callers)
    })
    expect(kept).toEqual(['done', 'done'])
    expect(stock.engine.waiting).toBe(0)
    expect((await audit(held.db, stock.listingId)).drift).toEqual([])
  })

  test('parts a batch: who wants other pools is served, and the rest once the row is free', async () => {
    const { engine, listingId, locked, first, reserve } = await givenStock()
    const [onLocked, onFirst] = [yes(await reserve(locked)), yes(await reserve(first))]
    const behind = await whileBusy(locked, async () => {
      const all = later([
        reserve(locked),
        reserve(first, locked),
        engine.cancel(listingId, onLocked.reservationId),
      ])
      const free = [reserve(first), engine.cancel(listingId, onFirst.reservationId)]
      expect((await Promise.all(free)).map(told)).toEqual(['done', 'done'])
      return all
    })
    expect((await Promise.all(behind)).map(told)).toEqual(['done', 'done', 'done'])
    expect(engine.waiting).toBe(0)
    expect((await audit(held.db, listingId)).drift).toEqual([])
  })

  test('is not waited for by a cart that keeps another pool meanwhile', async () => {
    const { engine, first, second, reserve } = await givenStock()
    const behind = await whileBusy(second, async () => {
      const cart = later(reserve(first, second))
      await until('the cart is under way', () => engine.waiting === 0)
      expect(told(await reserve(first))).toBe('done')
      return [cart]
    })
    expect((await Promise.all(behind)).map(told)).toEqual(['done'])
  })

  test('is stood in line for at times, by who keeps nothing else: others may pass it on for ever', async () => {
    const { engine, listingId, locked, first, reserve } = await givenStock()
    const behind = await whileBusy(locked, async () => {
      const carts = later([reserve(locked, first), reserve(first, locked)])
      await until('they are run', () => engine.waiting === 0)
      await until('they are parked', () => engine.waiting === 2)
      await until('they stand in line', async () => (await lockWaits()) === 1)
      expect(told(await reserve(first))).toBe('done')
      return carts
    })
    expect((await Promise.all(behind)).map(told)).toEqual(['done', 'done'])
    expect((await audit(held.db, listingId)).drift).toEqual([])
  })

  test('is waited for as long as it may be, and no longer', async () => {
    const { engine, locked, first, reserve } = await givenStock({ lockWaitMsMax: 0 })
    await whileBusy(locked, async () => {
      const [refused, served] = await Promise.allSettled([reserve(locked), reserve(first)])
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'contention' } })
      expect(served).toMatchObject({ status: 'fulfilled', value: { kind: 'done' } })
    })
    expect(engine.waiting).toBe(0)
  })
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
    await until('the lane is taken', async () => (await lockWaits()) === 1)
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
    await until('it waits for the lock', async () => (await lockWaits()) === 1)
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
