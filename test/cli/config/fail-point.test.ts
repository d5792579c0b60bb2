/** A server that is killed in the middle of a hold, and the client that asks again. */
import { describe, expect, test } from 'vitest'
import { guardFailPoint, readFailPoint } from '../../../src/cli/config/fail-point.js'
import { createClient } from '../../../src/client/client.js'
import { FAIL_POINTS } from '../../../src/storage/driver/database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenKey } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'
import { logOf, outputOf, startServing, stop } from '../serving/serving.js'

const held = useDatabase()

describe('a fail point', () => {
  test.each(FAIL_POINTS)('%s of the database can be asked for', (point) => {
    expect(readFailPoint(point)).toEqual({ point, nth: 1 })
    expect(readFailPoint(`${point}:20`)).toEqual({ point, nth: 20 })
  })

  test('kills at its time, counted from when it was armed, and at no other point', () => {
    let kills = 0
    const guard = guardFailPoint({ point: 'commit-sent', nth: 2 }, () => {
      kills += 1
    })
    const reached = (...points: (typeof FAIL_POINTS)[number][]) => {
      for (const point of points) guard.reach(point)
      return kills
    }
    expect(reached('commit-sent', 'commit-sent')).toBe(0)
    guard.arm()
    expect(reached('commit-sent', 'before-commit', 'before-commit')).toBe(0)
    expect(reached('commit-sent')).toBe(1)
    expect(reached('commit-sent')).toBe(1)
  })

  test('that nobody asked for does nothing', () => {
    const guard = guardFailPoint(undefined, () => {
      throw new Error('killed')
    })
    guard.arm()
    for (const point of FAIL_POINTS) guard.reach(point)
  })
})

/** Whether the hold was there already when it was asked for again; undefined where either may be. */
const COMMITTED = {
  'before-begin': false,
  'after-take': false,
  'before-commit': false,
  'commit-sent': undefined,
  'commit-acknowledged': true,
} as const

describe('a server that is killed', () => {
  test.each(FAIL_POINTS)('at %s leaves one hold or none, and a retry finds one', async (point) => {
    const { listingId, poolIds } = await givenPools(held.db, 10)
    const [poolId = ''] = poolIds
    const key = await givenKey(held.db, 'seller', listingId)
    const killed = await startServing(held.url, { HOLDFAST_FAIL_POINT: point })
    await until('it says that it is going to be killed', () =>
      logOf(killed.command).some(({ level, failPoint }) => {
        return level === 40 && JSON.stringify(failPoint) === JSON.stringify({ point, nth: 1 })
      }),
    )
    const client = createClient({ baseUrl: killed.address, apiKey: key, retries: 100 })
    const lines = [{ pool_id: poolId, quantity: 2 }]
    const asked = later(
      client.reservations.hold(listingId, { customer: 'ada', lines, hold_seconds: 60 }),
    )
    // Killed, not ended: a process that ends has a status.
    expect((await killed.command.ended).status).toBeNull()
    const { port } = new URL(killed.address)
    const next = await startServing(held.url, { PORT: port })
    const result = await asked
    expect(result).toMatchObject({ ok: true, value: { state: 'held' } })
    const committed = COMMITTED[point]
    if (committed !== undefined) expect(result.replayed).toBe(committed)
    expect((await counterOf(held.db, poolId)).taken).toBe(2)
    expect(await outputOf(held.url, 'audit', '--listing', listingId)).toMatch(
      /^OK: 1 pool and 1 res/,
    )
    await stop(next)
  })
})
