/**
 * Servers are killed at every moment of a transaction, and connections are cut at random. Whoever
 * asks again under the same key finds one effect and one answer, and nothing acknowledged is lost.
 *
 * HOLDFAST_TEST_KILLS sets how often each moment is tried (default 2); zero violations in N kills
 * bound the rate at 3/N with 95 % confidence. HOLDFAST_TEST_CUT_SECONDS sets for how long connections
 * are cut (default 3).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import { type CommandResult, createEngine } from '../../../src/engine/engine.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { CONTESTANTS, createContestant } from '../../../src/lab/race/contestants.js'
import { FAIL_POINTS, openDatabase } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { EngineServer, type EngineServerOptions } from '../../support/process/engine-server.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase({ connections: 4 })
const KILLS = Number(process.env['HOLDFAST_TEST_KILLS'] ?? 2)
const CUT_SECONDS = Number(process.env['HOLDFAST_TEST_CUT_SECONDS'] ?? 3)
const CUSTOMERS = 24
const CAPACITY = 15

/** Kills a server in the middle of a rush; returns what customers were told before and after. */
async function killed(options: Omit<EngineServerOptions, 'url'>) {
  const { listingId, poolIds } = await givenPools(held.db, CAPACITY)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const first = await EngineServer.start({ ...options, url: held.url })
  const told = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, i) =>
      first.ask('reserve', listingId, { customer: `c${i}`, lines }, { key: `k${i}` }),
    ),
  )
  await first.stop()
  const second = createContestant(CONTESTANTS[options.strategy], held.db, {
    retry: { attemptsMax: 30 },
  })
  const found = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, i) =>
      second.reserve(listingId, { customer: `c${i}`, lines }, { key: `k${i}` }),
    ),
  )
  return { listingId, told, found }
}

const idOf = (answer: CommandResult | undefined) =>
  answer?.kind === 'done' ? answer.reservation.reservationId : answer?.kind

/** The customers who were told something that the database does not stand by. */
async function betrayed({ listingId, told, found }: Awaited<ReturnType<typeof killed>>) {
  const rows = await held.db.query<{ id: string; customer: string }>(
    'select reservation_id as id, customer from reservations where listing_id = $1',
    [listingId],
  )
  const kept = new Map(rows.map((row) => [row.customer, row.id]))
  expect(rows.length, 'one effect for each customer at the most').toBe(kept.size)
  const list: string[] = []
  told.forEach((answer, i) => {
    const again = found[i]
    if (answer?.kind === 'done' && kept.get(`c${i}`) !== idOf(answer)) list.push(`c${i}: lost`)
    if (answer !== undefined && idOf(answer) !== idOf(again)) list.push(`c${i}: two answers`)
    if (again?.kind === 'done' && kept.get(`c${i}`) !== idOf(again)) list.push(`c${i}: no effect`)
  })
  return { list, sold: kept.size }
}

describe.each(['batched', 'pessimistic'] as const)('under %s', (strategy) => {
  test.each(FAIL_POINTS)(
    `a server killed at "%s" ${KILLS} times leaves one effect and one answer for each key`,
    async (point) => {
      let unanswered = 0
      for (let kill = 0; kill < KILLS; kill += 1) {
        const nth = strategy === 'batched' ? 1 + (kill % 2) : 1 + kill * 3
        const run = await killed({ strategy, point, nth })
        unanswered += run.told.filter((answer) => answer === undefined).length
        expect(await betrayed(run)).toEqual({ list: [], sold: CAPACITY })
        expect((await audit(held.db, run.listingId)).drift).toEqual([])
      }
      expect(unanswered, 'the kills came in the middle').toBeGreaterThan(0)
    },
    240_000,
  )
})

test('an engine that acknowledges before COMMIT is caught', async () => {
  const run = await killed({
    strategy: 'ack-before-commit',
    point: 'before-commit',
    nth: 3,
  })
  expect((await betrayed(run)).list).not.toEqual([])
})

test(`backends terminated at random for ${CUT_SECONDS} seconds end no process and lose nothing`, async () => {
  const { listingId, poolIds } = await givenPools(held.db, 100_000)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const db = openDatabase({ url: held.url, connectionsMax: 6, applicationName: 'to be cut' })
  const engine = createEngine({ db, strategy: STRATEGIES.batched, retry: { attemptsMax: 20 } })
  const acknowledged = new Set<string>()
  const keys: string[] = []
  let over = false
  const customer = async () => {
    while (!over) {
      const key = newId()
      keys.push(key)
      try {
        const answer = await engine.reserve(listingId, { customer: key, lines }, { key })
        if (answer.kind === 'done') acknowledged.add(answer.reservation.reservationId)
      } catch (error) {
        // Whatever is told must be a fault with a name, and never a yes.
        if (!isFault(error)) throw error
      }
    }
  }
  const nemesis = async () => {
    const untilMs = performance.now() + CUT_SECONDS * 1_000
    while (performance.now() < untilMs) {
      await pause(50)
      await held.db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'to be cut' and datname = current_database() and random() < 0.5`,
      )
    }
    over = true
  }
  await Promise.all([nemesis(), ...Array.from({ length: 20 }, customer)])
  const ids: (string | undefined)[] = []
  for (let from = 0; from < keys.length; from += 1_000) {
    const replays = keys
      .slice(from, from + 1_000)
      .map((key) => engine.reserve(listingId, { customer: key, lines }, { key }))
    ids.push(...(await Promise.all(replays)).map(idOf))
  }
  await db.close()
  expect(acknowledged.size).toBeGreaterThan(3)
  const found = new Set(ids)
  expect([...acknowledged].filter((id) => !found.has(id))).toEqual([])
  const [row] = await held.db.query<{ rows: number }>(
    'select count(*) as rows from reservations where listing_id = $1',
    [listingId],
  )
  expect(row?.rows).toBe(keys.length)
  expect((await audit(held.db, listingId)).drift).toEqual([])
}, 120_000)
