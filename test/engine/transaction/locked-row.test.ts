/** A row that somebody keeps locked delays those who want it, for as long as they may wait, and nobody else. */
import { expect, test } from 'vitest'
import { createEngine, type Engine } from '../../../src/engine/engine.js'
import { createResource } from '../../../src/engine/sale/listings.js'
import { setSchedule } from '../../../src/engine/sale/slots.js'
import type { QueueBounds } from '../../../src/engine/transaction/batch/queue.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { batched } from '../../../src/strategies/batched.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { givenPools } from '../../support/stock/factory.js'
import { lockWaits, whileLocked } from '../../support/stock/locked-pool.js'
import { told, yes } from '../../support/stock/reservations.js'
import { until } from '../../support/until.js'

const held = useDatabase({ connections: 6 })
const whileBusy = <Result>(poolId: string, work: () => Promise<Result>) =>
  whileLocked(held.url, poolId, work)

/** A court by the hour; books from one hour of a day to another. */
async function givenRanges(engine: Engine, listingId: string) {
  const { resourceId } = await createResource(held.db, listingId, { name: 'C', exclusive: true })
  await setSchedule(held.db, listingId, resourceId, {
    soldBy: 'ranges',
    weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1_440 }],
    exceptions: [],
    ...{ bufferMinutes: 0, minMinutes: 30, maxMinutes: 240, stepMinutes: 30 },
  })
  return (from: number, to: number) => {
    const span = { fromMs: Date.UTC(2038, 4, 3, from), toMs: Date.UTC(2038, 4, 3, to) }
    const lines = [{ resourceId, ...span, quantity: 1 }]
    return engine.reserve(listingId, { customer: 'ada', lines })
  }
}

/** Two callers of a pool that is locked until `work` is through; what they are told. */
async function behindLock(work: (stock: Awaited<ReturnType<typeof givenStock>>) => Promise<void>) {
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

test('a locked row delays nobody who wants other pools, even when both lanes wait for it', async () => {
  const { stock, kept } = await behindLock(async ({ reserve, first, second }) => {
    await until('a lane waits for the pool', async () => (await lockWaits(held.db)) >= 1)
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

test('a locked row parts a batch: who wants other pools is served, and the rest once the row is free', async () => {
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

test('a locked row is not waited for by a cart that keeps another pool meanwhile', async () => {
  const { engine, first, second, reserve } = await givenStock()
  const behind = await whileBusy(second, async () => {
    const cart = later(reserve(first, second))
    await until('the cart is under way', () => engine.waiting === 0)
    expect(told(await reserve(first))).toBe('done')
    return [cart]
  })
  expect((await Promise.all(behind)).map(told)).toEqual(['done'])
})

test('a locked row is stood in line for at times, by who keeps nothing else: others may pass it on for ever', async () => {
  const { engine, listingId, locked, first, reserve } = await givenStock()
  const behind = await whileBusy(locked, async () => {
    const carts = later([reserve(locked, first), reserve(first, locked)])
    await until('they are run', () => engine.waiting === 0)
    await until('they are parked', () => engine.waiting === 2)
    await until('they stand in line', async () => (await lockWaits(held.db)) === 1)
    expect(told(await reserve(first))).toBe('done')
    return carts
  })
  expect((await Promise.all(behind)).map(told)).toEqual(['done', 'done'])
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('a locked row is waited for by a range, which learns of it only when it comes to it', async () => {
  const { engine, listingId, first, reserve } = await givenStock()
  const book = await givenRanges(engine, listingId)
  const early = yes(await book(9, 10))
  await engine.cancel(listingId, early.reservationId)
  const behind = await whileBusy(early.lines[0]?.poolId ?? '', async () => {
    const ranges = later([book(9, 10), book(12, 13)])
    await until('they are run', () => engine.waiting === 0)
    await until('one is parked', () => engine.waiting === 1)
    expect(told(await reserve(first))).toBe('done')
    return ranges
  })
  expect((await Promise.all(behind)).map(told)).toEqual(['done', 'done'])
  expect(engine.waiting).toBe(0)
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('a locked row is waited for as long as it may be, and no longer', async () => {
  const { engine, locked, first, reserve } = await givenStock({ lockWaitMsMax: 0 })
  await whileBusy(locked, async () => {
    const [refused, served] = await Promise.allSettled([reserve(locked), reserve(first)])
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'contention' } })
    expect(served).toMatchObject({ status: 'fulfilled', value: { kind: 'done' } })
  })
  expect(engine.waiting).toBe(0)
})
