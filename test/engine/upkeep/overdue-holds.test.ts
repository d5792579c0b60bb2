/** Holds whose time is up: many go in one transaction, and one that cannot go keeps nobody waiting. */
import { describe, expect, test } from 'vitest'
import { createEngine, type Engine } from '../../../src/engine/engine.js'
import { getReservation } from '../../../src/engine/reads/reservations.js'
import { expireOverdue } from '../../../src/engine/upkeep/overdue-holds.js'
import { SetAside } from '../../../src/engine/upkeep/set-aside.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { STRATEGY_NAMES, type StrategyName } from '../../../src/strategies/strategy.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 8 })
const customer = 'ada@example.com'

/** Takes the whole pool by holds of one unit each, whose time has passed. */
async function heldAndOverdue(engine: Engine, listingId: string, poolId: string, units: number) {
  const lines = [{ poolId, quantity: 1 }]
  const answers = await Promise.all(
    Array.from({ length: units }, () =>
      engine.hold(listingId, { customer, lines, ttlMs: 600_000 }),
    ),
  )
  await held.db.query(
    `update reservations set expires_at = clock_timestamp() - interval '1 second' where listing_id = $1`,
    [listingId],
  )
  return answers.map((answer) => yes(answer).reservationId)
}

/** An engine, and how many transactions of it expired something. */
function givenEngine(strategy: StrategyName) {
  const seen = { expiringTransactions: 0, expired: 0, errors: [] as string[], failures: 0 }
  const engine = createEngine({
    db: held.db,
    strategy: STRATEGIES[strategy],
    retry: { attemptsMax: 30 },
    observer: { upkeepFailed: () => seen.failures++ },
    onError: (error) => seen.errors.push(error.message),
    onCommitted: (_, changeSets) => {
      const expired = changeSets.filter(({ kind }) => kind === 'expired').length
      seen.expired += expired
      if (expired > 0) seen.expiringTransactions += 1
    },
  })
  return { engine, seen }
}

describe('holds that end together', () => {
  test.each(STRATEGY_NAMES)('%s tidies away a transaction full of them at once', async (name) => {
    const { engine, seen } = givenEngine(name)
    const { listingId, poolIds } = await givenPools(held.db, 60)
    const [poolId = ''] = poolIds
    await heldAndOverdue(engine, listingId, poolId, 60)
    await expireOverdue(held.db, engine)
    expect(seen.expired).toBe(60)
    expect(seen.expiringTransactions).toBe(1)
    // Each of the sixty holds took under a version of its own, and gives back under another one.
    expect(await counterOf(held.db, poolId)).toMatchObject({ taken: 0, version: 120 })
  })

  test('are tidied away once for everybody who wants their units', async () => {
    const { engine, seen } = givenEngine('batched')
    const { listingId, poolIds } = await givenPools(held.db, 300)
    const [poolId = ''] = poolIds
    await heldAndOverdue(engine, listingId, poolId, 300)
    const lines = [{ poolId, quantity: 1 }]
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => engine.reserve(listingId, { customer, lines })),
    )
    expect(answers.map(told)).toEqual(Array.from({ length: 100 }, () => 'done'))
    expect([seen.expired, seen.expiringTransactions]).toEqual([300, 1])
  })
})

describe('a hold that cannot be expired', () => {
  /** Three overdue holds take a pool; giving a fourth one back would take its pool's counter below zero. */
  async function poisoned(strategy: StrategyName) {
    const { engine, seen } = givenEngine(strategy)
    const { listingId, poolIds } = await givenPools(held.db, 3, 1)
    const [poolId = '', other = ''] = poolIds
    const lines = [{ poolId: other, quantity: 1 }]
    const poison = yes(await engine.hold(listingId, { customer, lines, ttlMs: 600_000 }))
    const holds = await heldAndOverdue(engine, listingId, poolId, 3)
    await held.db.query('update pools set taken = 0, capacity = 0 where pool_id = $1', [other])
    return { engine, seen, listingId, poolId, other, holds, poison: poison.reservationId }
  }

  test.each(STRATEGY_NAMES)(
    'is set aside under %s: the others are expired, and it is reported once',
    async (name) => {
      const { engine, seen, listingId, poolId, poison } = await poisoned(name)
      await expireOverdue(held.db, engine)
      await expireOverdue(held.db, engine)
      expect(seen.expired).toBe(3)
      expect(await counterOf(held.db, poolId)).toMatchObject({ taken: 0 })
      const reports = seen.errors.filter((message) => message.includes(listingId))
      expect(reports).toEqual([expect.stringContaining(poison)])
      expect(seen.failures).toBeGreaterThanOrEqual(1)
      const found = await getReservation({ db: held.db, engine }, listingId, poison)
      expect(found?.reservation.state, 'its time is over all the same').toBe('expired')
    },
  )

  test('whose row somebody keeps locked is left alone, and expired once it is free', async () => {
    const { engine, seen } = givenEngine('batched')
    const { listingId, poolIds } = await givenPools(held.db, 2)
    const [first = '', second = ''] = await heldAndOverdue(engine, listingId, poolIds[0] ?? '', 2)
    await withClient(held.url, async (client) => {
      await client.query('begin')
      await client.query('select from reservations where reservation_id = $1 for update', [first])
      await expireOverdue(held.db, engine)
      const reports = seen.errors.filter((message) => message.includes(listingId))
      expect(reports).toEqual([expect.stringContaining(first)])
      expect(seen.expired).toBe(1)
      await client.query('rollback')
    })
    expect(await engine.expiry.expire(listingId, [first, second])).toBe(2)
    expect(engine.expiry.setAside()).not.toContain(first)
  })
})

describe('what is set aside', () => {
  test('is left alone for longer each time, and reported as new once', () => {
    let nowMs = 0
    const reports: boolean[] = []
    const setAside = new SetAside({
      now: () => nowMs,
      onFailure: (_, first) => reports.push(first),
      mostMs: 3_000,
      rowsMax: 2,
    })
    const error = new Error('no')
    setAside.failed('a', error)
    expect(setAside.ids()).toEqual(['a'])
    nowMs = 1_000
    expect(setAside.ids()).toEqual([])
    setAside.failed('a', error)
    nowMs = 2_999
    expect(setAside.ids()).toEqual(['a'])
    nowMs = 3_000
    setAside.failed('a', error)
    nowMs = 5_999
    expect(setAside.ids(), 'never longer than the most').toEqual(['a'])
    setAside.failed('b', error)
    setAside.failed('c', error)
    expect(setAside.ids(), 'the oldest is forgotten').toEqual(['b', 'c'])
    setAside.succeeded('b')
    expect([setAside.size, reports]).toEqual([1, [true, false, false, true, true]])
  })
})
