/**
 * A primary whose standby is cut off: every COMMIT waits, and somebody breaks the waits off. Nobody is
 * told yes before a standby has it, or a failover would forget what was promised.
 */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import { type Holdfast, holdfastOn } from '../../../src/engine/holdfast.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { type DatabaseOptions, openDatabase } from '../../../src/storage/driver/database.js'
import { migrate } from '../../../src/storage/driver/migrate.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { startFrenchServer } from '../../support/database/french-server.js'
import { type StandbyPair, startStandbyPair } from '../../support/database/standby-pair.js'
import { withClient } from '../../support/database/with-client.js'
import { later } from '../../support/later.js'
import { givenPools } from '../../support/stock/factory.js'

let pair: StandbyPair
let listingId: string
let poolIds: string[]
const closing: (() => Promise<unknown>)[] = []
/** Ids of reservations that somebody was told yes about, while a standby had to confirm. */
const promised: string[] = []
/** What was asked for and is not known: its key. */
const open: string[] = []

const CALLERS = 16
const POLL_MS = 3
/** Waits of each kind that are broken off, in each language. */
const BROKEN_OFF = 200

beforeAll(async () => {
  pair = await startStandbyPair()
  await migrate(pair.primaryUrl)
  // Nobody can rely on what a session hears by default.
  await withClient(pair.primaryUrl, (client) =>
    client.query('alter database holdfast set client_min_messages = error'),
  )
  const holdfast = opened({ url: pair.primaryUrl })
  const capacities = Array.from({ length: CALLERS }, () => 1_000_000)
  ;({ listingId, poolIds } = await givenPools(holdfast.db, ...capacities))
})

afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await pair.close()
})

/** Nobody waits for long: who waits for a standby is the test's to say. */
function opened(options: DatabaseOptions) {
  const db = openDatabase({ connectionsMax: CALLERS, ...options })
  const holdfast = holdfastOn(db, {
    strategy: STRATEGIES.pessimistic,
    retry: { attemptsMax: 2, pauseMs: 0 },
  })
  closing.push(() => holdfast.close())
  return Object.assign(holdfast, { db })
}

function create(holdfast: Holdfast, caller: number, key?: string) {
  const lines = [{ poolId: poolIds[caller % CALLERS] ?? '', quantity: 1 }]
  const options = key === undefined ? {} : { key }
  return holdfast.reservations.create(listingId, { customer: `c${caller}`, lines }, options)
}

/** The id that was told, or undefined when the outcome is unknown. */
async function idOrUnknown(answer: Promise<Awaited<ReturnType<typeof create>>>) {
  try {
    const result = await answer
    if (result.kind !== 'done') throw new Error(`refused: ${result.refusal.code}`)
    return result.reservation.reservationId
  } catch (error) {
    // A cancel that comes a moment late meets a statement, and a session that ends leaves nothing.
    const passing = ['outcome_unknown', 'contention', 'database_unavailable'] as const
    if (passing.some((code) => isFault(error, code))) return undefined
    throw error
  }
}

type BreakingOff = 'pg_cancel_backend' | 'pg_terminate_backend'

/** Breaks off every wait for the standby while `work` runs; resolves with how many it were. */
async function breakingOff(
  how: () => BreakingOff,
  work: (count: () => number) => Promise<unknown>,
): Promise<number> {
  return withClient(pair.primaryUrl, async (client) => {
    let count = 0
    let ended = false
    const working = later(
      work(() => count).finally(() => {
        ended = true
      }),
    )
    while (!ended) {
      const { rows } = await client.query<{ done: boolean }>(
        `select ${how()}(pid) as done from pg_stat_activity where wait_event = 'SyncRep'`,
      )
      count += rows.filter(({ done }) => done).length
      // Those who were broken off use the processor meanwhile.
      await pause(POLL_MS)
    }
    await working
    return count
  })
}

/** Callers ask, and ask again under their keys, until so many waits were broken off. */
async function load(holdfast: Holdfast, how: BreakingOff): Promise<string[]> {
  const yes: string[] = []
  await breakingOff(
    () => how,
    (count) =>
      Promise.all(
        Array.from({ length: CALLERS }, async (_, caller) => {
          while (count() < BROKEN_OFF) {
            const key = caller % 4 === 0 ? undefined : newId()
            for (let asked = 0; asked < (key === undefined ? 1 : 2); asked += 1) {
              const id = await idOrUnknown(create(holdfast, caller, key))
              if (id !== undefined) yes.push(id)
            }
            if (key !== undefined) open.push(key)
          }
        }),
      ),
  )
  return yes
}

async function missingAt(url: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ id: string }>('select reservation_id as id from reservations'),
  )
  const there = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !there.has(id))
}

describe('while the standby confirms', () => {
  test('reservations are promised, repeated answers too', async () => {
    await pair.setSynchronous(true)
    const holdfast = opened({ url: pair.primaryUrl })
    for (let caller = 0; caller < CALLERS; caller += 1) {
      const key = newId()
      const first = await create(holdfast, caller, key)
      const again = await create(holdfast, caller, key)
      if (first.kind !== 'done' || again.kind !== 'done') throw new Error('refused')
      expect(again.replayed).toBe(true)
      promised.push(first.reservation.reservationId)
    }
  })
})

describe('once the standby is cut off', () => {
  const cancelled = () => promised[0] ?? ''
  const confirmed = () => promised[1] ?? ''

  test.each(['pg_cancel_backend', 'pg_terminate_backend'] as const)(
    'no wait that %s breaks off becomes a yes, whatever is asked again',
    async (how) => {
      if (how === 'pg_cancel_backend') await pair.cutStandby()
      const holdfast = opened({ url: pair.primaryUrl })
      expect(await load(holdfast, how)).toEqual([])
    },
  )

  test.each(['pg_cancel_backend', 'pg_terminate_backend'] as const)(
    'nor under a server that speaks French, on connections of the application’s: %s',
    async (how) => {
      const french = await startFrenchServer(pair.primaryUrl)
      const pool = new pg.Pool({ connectionString: french.url, max: CALLERS })
      pool.on('error', () => {})
      closing.push(async () => {
        await pool.end()
        await french.close()
      })
      const holdfast = opened({ pool })
      expect(await load(holdfast, how)).toEqual([])
      expect(french.notices).toBeGreaterThan(BROKEN_OFF / 2)
    },
  )

  test('nothing that is so already is said to be so: only the primary may have it', async () => {
    const holdfast = opened({ url: pair.primaryUrl, connectionsMax: 2 })
    const { reservations, pools, listings, keys } = holdfast
    const [poolId = ''] = poolIds
    const key = `hf_${'0'.repeat(12)}_${'A'.repeat(43)}`
    const repeatable: Record<string, () => Promise<unknown>> = {
      'a cancellation': () => reservations.cancel(listingId, cancelled()),
      'a confirmation': () => reservations.confirm(listingId, confirmed()),
      'a capacity': () => pools.change(listingId, poolId, { capacity: 999_999 }),
      'a listing under its own id': () =>
        listings.create({ listingId: '01a1ffe6-6af0-7da2-9448-bd61971fd316', name: 'x' }),
      'an API key': () => keys.ensure(key, { name: 'x', scope: 'seller' }),
    }
    await breakingOff(
      () => 'pg_cancel_backend',
      async () => {
        for (const [what, ask] of Object.entries(repeatable)) {
          for (let asked = 0; asked < 3; asked += 1) {
            const error = await ask().then(
              () => `${what} was acknowledged`,
              (thrown: unknown) => thrown,
            )
            expect(error).toSatisfy((thrown) => isFault(thrown, 'outcome_unknown'), what)
          }
        }
      },
    )
  })

  test('and inside a transaction of the application’s its own COMMIT waits, and tells it', async () => {
    const holdfast = opened({ url: pair.primaryUrl, connectionsMax: 1 })
    const routines: unknown[] = []
    await breakingOff(
      () => 'pg_cancel_backend',
      () =>
        withClient(pair.primaryUrl, async (client) => {
          client.on('notice', ({ routine }) => routines.push(routine))
          await client.query('set client_min_messages = warning')
          await client.query('begin')
          const answer = await holdfast.within(client).reservations.cancel(listingId, cancelled())
          expect(answer.kind).toBe('done')
          await client.query('commit')
        }),
    )
    expect(routines).toEqual(['SyncRepWaitForLSN'])
  })

  test('a failover forgets nothing that was promised, and what was promised to an asynchronous standby', async () => {
    await pair.setSynchronous(false)
    const careless = opened({ url: pair.primaryUrl })
    const acknowledged: string[] = []
    for (let caller = 0; caller < CALLERS; caller += 1) {
      const id = await idOrUnknown(create(careless, caller, newId()))
      if (id !== undefined) acknowledged.push(id)
    }
    await pair.failOver()
    expect(promised).toHaveLength(CALLERS)
    expect(await missingAt(pair.standbyUrl, promised)).toEqual([])
    expect(await missingAt(pair.standbyUrl, acknowledged), 'the test would not notice').toEqual(
      acknowledged,
    )
    expect(acknowledged).toHaveLength(CALLERS)

    const holdfast = opened({ url: pair.standbyUrl })
    const answers = await Promise.all(
      open.slice(0, CALLERS).map((key, caller) => idOrUnknown(create(holdfast, caller, key))),
    )
    expect(await missingAt(pair.standbyUrl, answers.map(String))).toEqual([])
    expect((await audit(holdfast.db, listingId)).drift).toEqual([])
  })
})
