/** A caller has an answer within its time, whatever it waits for, and the answer is true. */
import { expect, test } from 'vitest'
import { createEngine } from '../../../src/engine/engine.js'
import { openDatabase } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { startDatabaseProxy } from '../../support/database/database-proxy.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { engineOn, told, yes } from '../../support/stock/reservations.js'

const held = useDatabase()
const DEADLINE_MS = 300

test.each(['batched', 'pessimistic', 'optimistic'] as const)(
  '%s: a row that stays locked is contention in the end, and nothing is written later',
  async (name) => {
    const engine = createEngine({
      db: held.db,
      strategy: STRATEGIES[name],
      deadlineMs: DEADLINE_MS,
      queue: { lockWaitMsMax: 60_000, ageMsMax: 60_000 },
    })
    const { listingId, poolIds } = await givenPools(held.db, 5)
    const [poolId = ''] = poolIds
    const wanted = { customer: 'ada', lines: [{ poolId, quantity: 1 }] }
    await withClient(held.url, async (client) => {
      await client.query('begin')
      await client.query('select from pools where pool_id = $1 for update', [poolId])
      const beganMs = performance.now()
      await expect(engine.reserve(listingId, wanted)).rejects.toMatchObject({ code: 'contention' })
      expect(performance.now() - beganMs).toBeGreaterThan(DEADLINE_MS - 20)
      await client.query('rollback')
    })
    const patient = engineOn(held.db, name)
    expect(await patient.reserve(listingId, wanted)).toMatchObject({ kind: 'done' })
    expect(await counterOf(held.db, poolId)).toEqual({ taken: 1, version: 1 })
  },
)

test('a COMMIT that is not answered is an unknown outcome', async () => {
  const proxy = await startDatabaseProxy(held.url)
  const db = openDatabase({ url: proxy.url, sessionSettings: false })
  const engine = createEngine({ db, strategy: STRATEGIES.batched, deadlineMs: DEADLINE_MS })
  const { listingId, poolIds } = await givenPools(held.db, 5)
  const [poolId = ''] = poolIds
  const wanted = { customer: 'ada', lines: [{ poolId, quantity: 1 }] }
  await engine.reserve(listingId, wanted)
  proxy.commitAnswers('hold')
  await expect(engine.reserve(listingId, wanted)).rejects.toMatchObject({ code: 'outcome_unknown' })
  proxy.commitAnswers('pass')
  await db.close()
  await proxy.close()
  expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 2 })
})

test('a confirm that stood still before its COMMIT is decided anew, by the clock as it is then', async () => {
  let isFrozen = false
  const db = openDatabase({
    url: held.url,
    sessionSettings: false,
    reach(point) {
      if (point !== 'before-commit' || !isFrozen) return
      isFrozen = false
      // As a process that was stopped: nothing runs meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200)
    },
  })
  const engine = createEngine({ db, strategy: STRATEGIES.batched })
  const { listingId, poolIds } = await givenPools(held.db, 5)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const hold = yes(await engine.hold(listingId, { customer: 'ada', lines, ttlMs: 600_000 }))
  isFrozen = true
  const answer = await engine.confirm(listingId, hold.reservationId)
  expect([told(answer), answer.attempts]).toEqual(['done', 2])
  await db.close()
})
