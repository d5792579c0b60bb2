import { describe, expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.js'
import { audit } from '../../src/engine/upkeep/audit.js'
import { openDatabase } from '../../src/storage/driver/database.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenPools, soldOf } from '../support/stock/factory.js'
import { storedReservation, told, yes } from '../support/stock/reservations.js'

const held = useDatabase({ connections: 6 })

describe.each(['pessimistic', 'batched'] as const)('under %s', (strategy) => {
  const customer = 'ada@example.com'

  async function givenOne(capacity: number) {
    const { listingId, poolIds } = await givenPools(held.db, capacity)
    const [poolId = ''] = poolIds
    const engine = createEngine({ db: held.db, strategy: STRATEGIES[strategy] })
    const reserve = (quantity: number, key: string) =>
      engine.reserve(listingId, { customer, lines: [{ poolId, quantity }] }, { key })
    return { engine, listingId, poolId, reserve }
  }

  test('the same key with the same command has one effect and one answer', async () => {
    const { poolId, reserve } = await givenOne(5)
    const first = await reserve(2, 'k')
    const again = await reserve(2, 'k')
    expect(first.replayed).toBe(false)
    expect(again).toEqual({ ...first, replayed: true })
    expect(await soldOf(held.db, poolId)).toBe(2)
  })

  test('a refusal is pinned too: it stays one after units have come back', async () => {
    const { engine, listingId, reserve } = await givenOne(1)
    const taken = yes(await reserve(1, 'first'))
    const refusal = await reserve(1, 'second')
    expect(told(refusal)).toBe('insufficient_capacity')
    await engine.cancel(listingId, taken.reservationId)
    expect(await reserve(1, 'second')).toEqual({ ...refusal, replayed: true })
    expect(told(await reserve(1, 'third'))).toBe('done')
  })

  test('the same key with another command is refused and changes nothing', async () => {
    const { engine, listingId, poolId, reserve } = await givenOne(5)
    const { reservationId } = yes(await reserve(1, 'k'))
    expect(told(await reserve(2, 'k'))).toBe('idempotency_key_reused')
    const cancel = await engine.cancel(listingId, reservationId, { key: 'k' })
    expect(told(cancel)).toBe('idempotency_key_reused')
    expect(await soldOf(held.db, poolId)).toBe(1)
    expect((await storedReservation(held.db, listingId, reservationId))?.state).toBe('confirmed')
  })

  test('the same key of another caller is another key, at the same moment and later', async () => {
    const { engine, listingId, poolId } = await givenOne(9)
    const ask = (caller?: string, quantity = 1) =>
      engine.reserve(
        listingId,
        { customer, lines: [{ poolId, quantity }] },
        { key: 'k', ...(caller === undefined ? {} : { caller }) },
      )
    const firsts = await Promise.all([ask(), ask('shop'), ask('kiosk', 2)])
    expect(firsts.map(({ replayed }) => replayed)).toEqual([false, false, false])
    expect(new Set(firsts.map((each) => yes(each).reservationId)).size).toBe(3)
    const again = [await ask(''), await ask('shop'), await ask('kiosk', 2)]
    expect(again).toEqual(firsts.map((each) => ({ ...each, replayed: true })))
    expect(told(await ask('kiosk'))).toBe('idempotency_key_reused')
    expect(await soldOf(held.db, poolId)).toBe(4)
    for (const caller of ['*', 'a\nb', 'x'.repeat(256)]) {
      await expect(ask(caller)).rejects.toMatchObject({ code: 'invalid_input' })
    }
  })

  test('the same key in another listing is another key', async () => {
    for (let i = 0; i < 2; i += 1) {
      const { reserve } = await givenOne(5)
      expect((await reserve(1, 'k')).replayed).toBe(false)
    }
  })

  test('a key that is being worked on is told to be so', async () => {
    const { reserve } = await givenOne(5)
    const answers = await Promise.all([reserve(1, 'k'), reserve(1, 'k')])
    expect(answers.map(told)).toEqual(['done', 'idempotency_in_progress'])
    expect((await reserve(1, 'k')).replayed).toBe(true)
  })

  test('twenty servers at once with one key make one reservation and agree on it', async () => {
    const { listingId, poolId } = await givenOne(50)
    const wanted = { customer, lines: [{ poolId, quantity: 1 }] }
    const servers = Array.from({ length: 20 }, () => {
      const db = openDatabase({ url: held.url, connectionsMax: 1 })
      return {
        db,
        engine: createEngine({ db, strategy: STRATEGIES[strategy], retry: { attemptsMax: 30 } }),
      }
    })
    const answers = await Promise.all(
      servers.map(({ engine }) => engine.reserve(listingId, wanted, { key: 'k' })),
    )
    await Promise.all(servers.map(({ db }) => db.close()))
    expect(new Set(answers.map((answer) => yes(answer).reservationId)).size).toBe(1)
    expect(await soldOf(held.db, poolId)).toBe(1)
    expect((await audit(held.db, listingId)).drift).toEqual([])
  })

  test('a transition under a key replays its first answer after the state has moved on', async () => {
    const { engine, listingId, poolId } = await givenOne(5)
    const wanted = { customer, lines: [{ poolId, quantity: 1 }], ttlMs: 60_000 }
    const { reservationId } = yes(await engine.hold(listingId, wanted, { key: 'h' }))
    const confirmed = await engine.confirm(listingId, reservationId, { key: 'c' })
    await engine.cancel(listingId, reservationId, { key: 'x' })
    const replayed = await engine.confirm(listingId, reservationId, { key: 'c' })
    expect(replayed).toEqual({ ...confirmed, replayed: true })
  })
})
