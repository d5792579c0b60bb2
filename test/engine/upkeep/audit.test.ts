import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEngine } from '../../../src/engine/engine.js'
import { setCapacity } from '../../../src/engine/sale/capacity.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { expireOverdue } from '../../../src/engine/upkeep/overdue-holds.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { STRATEGY_NAMES, type StrategyName } from '../../../src/strategies/strategy.js'
import { useDatabase } from '../../support/database/test-database.js'
import { amount } from '../../support/run/amount.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { passTime, told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 8 })
const customer = 'ada@example.com'
const engineOf = (name: StrategyName = 'guarded') =>
  createEngine({
    db: held.db,
    strategy: STRATEGIES[name],
    retry: { attemptsMax: 60 },
    // A slow machine is no reason to give up.
    queue: { lockWaitMsMax: 60_000, ageMsMax: 60_000 },
    deadlineMs: 60_000,
  })

for (const name of STRATEGY_NAMES) {
  test(`is clean after two hundred commands of every kind at once under ${name}`, async () => {
    const { listingId, poolIds } = await givenPools(held.db, 9, 4, 6)
    const engine = engineOf(name)
    const lines = (i: number) => [
      { poolId: poolIds[i % 3] ?? '', quantity: 1 + (i % 2) },
      { poolId: poolIds[(i + 1) % 3] ?? '', quantity: 1 },
    ]
    const ids: string[] = []
    const ask = async (i: number) => {
      const id = ids[(i * 7) % Math.max(1, ids.length)]
      if (i % 3 === 0 || id === undefined) {
        const wanted = { customer, lines: lines(i), ttlMs: 60_000 }
        const making =
          i % 2 === 0 ? engine.hold(listingId, wanted) : engine.reserve(listingId, wanted)
        const answer = await making
        if (answer.kind === 'done') ids.push(answer.reservation.reservationId)
        return
      }
      if (i % 11 === 0) await passTime(held.db, id)
      if (i % 5 === 0) await engine.confirm(listingId, id, { paymentRef: `p${id}` })
      else if (i % 5 === 1) await engine.cancel(listingId, id)
      else if (i % 5 === 2) await engine.release(listingId, id)
      else if (i % 5 === 3) await engine.change(listingId, id, { lines: lines(i + 1) })
      else await engine.extend(listingId, id, { ttlMs: 60_000 })
    }
    let next = 0
    const caller = async () => {
      while (next < 200) {
        next += 1
        await ask(next)
      }
    }
    const audits = async () => [await audit(held.db), await audit(held.db)]
    const [reports] = await Promise.all([audits(), ...Array.from({ length: 12 }, caller)])
    await expireOverdue(held.db, engine)
    reports.push(await audit(held.db))
    for (const report of reports) expect(report.drift).toEqual([])
    expect(ids.length).toBeGreaterThan(0)
  })
}

test('says which pool, and by how much, when a counter was tampered with', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const [poolId = ''] = poolIds
  await engineOf().reserve(listingId, { customer, lines: [{ poolId, quantity: 3 }] })
  await held.db.query('update pools set taken = taken + 1 where pool_id = $1', [poolId])
  const report = await audit(held.db, listingId)
  expect(report.ok).toBe(false)
  const drift = { table: 'pools', key: poolId, column: 'taken', expected: 3, actual: 4 }
  expect(report.drift[0]).toEqual({ ...drift, listingId, check: 'counter' })
  await held.db.query('update pools set taken = taken - 1 where pool_id = $1', [poolId])
  expect((await audit(held.db, listingId)).ok).toBe(true)
})

test.each([
  [
    'a line vanished',
    'delete from reservation_lines where pool_id = $1',
    ['counter', 'lines', 'versions', 'journal'],
  ],
  [
    'a version was used twice',
    'update reservation_lines set taken_version = 1 where pool_id = $1',
    ['versions', 'journal'],
  ],
  [
    'a version was skipped',
    'update pools set version = version + 1 where pool_id = $1',
    ['versions'],
  ],
  [
    'journal entries vanished',
    `delete from journal where position($1::text in detail::text) > 0`,
    ['journal'],
  ],
  [
    'a state was changed by hand',
    `update reservations set state = 'cancelled'
     where reservation_id in (select reservation_id from reservation_lines where pool_id = $1)`,
    ['counter', 'journal'],
  ],
] as const)('finds that %s', async (_, tampering, checks) => {
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const [poolId = ''] = poolIds
  for (let i = 0; i < 2; i += 1) {
    await engineOf().reserve(listingId, { customer, lines: [{ poolId, quantity: 1 }] })
  }
  await held.db.query(tampering, [poolId])
  const found = (await audit(held.db, listingId)).drift.map((drift) => drift.check)
  expect([...new Set(found)]).toEqual(checks)
})

test('a capacity below what is taken is refused, or overridden with a reason that is kept', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 5)
  const [poolId = ''] = poolIds
  const engine = engineOf()
  const lines = [{ poolId, quantity: 4 }]
  const { reservationId } = yes(await engine.reserve(listingId, { customer, lines }))
  expect(await setCapacity(held.db, listingId, poolId, { capacity: 3 })).toEqual({
    kind: 'refused',
    refusal: { code: 'below_taken', capacity: 3, taken: 4 },
  })
  const override = { capacity: 2, overrideReason: 'a flood on the first floor' }
  expect((await setCapacity(held.db, listingId, poolId, override)).kind).toBe('done')
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 4, version: 2 })
  const one = { customer: 'bob', lines: [{ poolId, quantity: 1 }] }
  expect(told(await engine.reserve(listingId, one))).toBe('insufficient_capacity')
  expect((await audit(held.db, listingId)).drift).toEqual([])
  const smaller = { lines: [{ poolId, quantity: 3 }] }
  expect(told(await engine.change(listingId, reservationId, smaller))).toBe('done')
  await expect(
    held.db.query('update pools set taken = 4 where pool_id = $1', [poolId]),
    'the guard closes behind every unit that comes back',
  ).rejects.toThrow('pools_taken_within_capacity')
  await engine.cancel(listingId, reservationId)
  expect(told(await engine.reserve(listingId, one))).toBe('done')
  const [entry] = await held.db.query<{ detail: object; reason: string }>(
    `select detail, reason from journal where pool_id = $1 and kind = 'capacity_changed'`,
    [poolId],
  )
  expect(entry).toEqual({
    detail: { version: 2, from: 5, to: 2 },
    reason: override.overrideReason,
  })
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('capacity and sales in any order never sell more than there is, and the history adds up', async () => {
  const step = fc.oneof(fc.constant('sell' as const), fc.integer({ min: 0, max: 6 }))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { listingId, poolIds } = await givenPools(held.db, 2)
      const [poolId = ''] = poolIds
      const engine = engineOf()
      let capacity = 2
      let sold = 0
      for (const each of steps) {
        if (each === 'sell') {
          const wanted = { customer, lines: [{ poolId, quantity: 1 }] }
          const answer = await engine.reserve(listingId, wanted)
          expect(answer.kind).toBe(sold < capacity ? 'done' : 'refused')
          if (answer.kind === 'done') sold += 1
        } else {
          const outcome = await setCapacity(held.db, listingId, poolId, { capacity: each })
          expect(outcome.kind).toBe(each >= sold ? 'done' : 'refused')
          if (outcome.kind === 'done') capacity = each
        }
      }
      expect((await audit(held.db, listingId)).drift).toEqual([])
    }),
    { numRuns: amount({ always: 6, searching: 40 }) },
  )
})
