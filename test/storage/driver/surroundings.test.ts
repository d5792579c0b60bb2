/** What the surroundings do to a database: a server that only reads, a pool that is used up. */
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import {
  commit,
  type Database,
  type DatabaseOptions,
  openDatabase,
} from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'

const held = useDatabase()
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function open(options: DatabaseOptions): Database {
  const db = openDatabase(options)
  closing.push(() => db.close())
  return db
}

function applicationPool(max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: held.url, max })
  pool.on('error', () => {})
  closing.push(() => pool.end())
  return pool
}

const database = () => new URL(held.url).pathname.slice(1)
const alter = (setting: string) =>
  withClient(held.url, async (client) => {
    await client.query('set default_transaction_read_only = off')
    await client.query(`alter database ${database()} ${setting}`)
  })
const ONLY_READS = { code: 'database_unavailable', message: expect.stringMatching(/only reads/) }

async function givenListing() {
  const { listingId, poolIds } = await givenPools(held.db, 1_000)
  const wanted = { customer: 'ada', lines: [{ poolId: poolIds[0] ?? '', quantity: 1 }] }
  return { listingId, wanted }
}

describe('a server that only reads', () => {
  afterEach(() => alter('reset default_transaction_read_only'))

  test('is not taken, under whatever settings, except by those who only want to read', async () => {
    await alter('set default_transaction_read_only = on')
    for (const sessionSettings of [true, false]) {
      const db = open({ url: held.url, sessionSettings })
      await expect(db.query('select 1')).rejects.toMatchObject(ONLY_READS)
    }
    const pool = applicationPool(1)
    await expect(open({ pool }).query('select 1')).rejects.toMatchObject(ONLY_READS)
    expect(pool.totalCount, 'the connection is let go of').toBe(0)
    const reader = open({ url: held.url, onlyToRead: true })
    expect(await reader.query('select 1 as n')).toEqual([{ n: 1 }])
  })

  test('loses its connections: those who come after it was mended, or replaced, are served', async () => {
    const { listingId, wanted } = await givenListing()
    const pool = applicationPool(1)
    const db = open({ pool })
    const holdfast = holdfastOn(db, { strategy: STRATEGIES.guarded })
    await db.query('select 1')
    const session = await pool.connect()
    await session.query('set default_transaction_read_only = on')
    const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid')
    session.release()
    const result = await holdfast.reservations.create(listingId, wanted)
    expect(result.kind).toBe('done')
    await until('the session is gone', async () => {
      const there = 'select from pg_stat_activity where pid = $1'
      return (await held.db.query(there, [rows[0]?.pid])).length === 0
    })
  })

  test('loses the others with the first that notices: they lead to the same server', async () => {
    const { listingId, wanted } = await givenListing()
    const db = open({ url: held.url, connectionsMax: 2 })
    const holdfast = holdfastOn(db, { strategy: STRATEGIES.guarded })
    const pids = async () => {
      const look = 'select pg_backend_pid() as pid, pg_sleep(0.05)'
      const both = await Promise.all([1, 2].map(() => db.query<{ pid: number }>(look)))
      return both.flatMap((rows) => rows.map(({ pid }) => pid))
    }
    const before = await pids()
    await db.query('set default_transaction_read_only = on')
    const create = () => holdfast.reservations.create(listingId, wanted)
    // One of the two at least goes to the session that only reads.
    const results = await Promise.all([create(), create()])
    expect(results.map(({ kind }) => kind)).toEqual(['done', 'done'])
    const after = await pids()
    expect(after.filter((pid) => before.includes(pid))).toEqual([])
  })

  test('is told as such when it goes on, and nothing is written', async () => {
    const { listingId, wanted } = await givenListing()
    const always = open({ url: held.url, onlyToRead: true })
    await alter('set default_transaction_read_only = on')
    const holdfast = holdfastOn(always, { strategy: STRATEGIES.batched })
    const asked = holdfast.reservations.create(listingId, wanted, { key: newId() })
    await expect(asked).rejects.toMatchObject(ONLY_READS)
    const changed = holdfast.pools.change(listingId, wanted.lines[0]?.poolId ?? '', { capacity: 9 })
    await expect(changed).rejects.toMatchObject(ONLY_READS)
  })
})

describe('a pool of the application’s own', () => {
  test('that its own transactions have used up is waited for so long and no longer', async () => {
    const { listingId, wanted } = await givenListing()
    const pool = applicationPool(2)
    const db = open({ pool, acquireTimeoutMs: 100 })
    const holdfast = holdfastOn(db, { strategy: STRATEGIES.batched })
    const own = await Promise.all([pool.connect(), pool.connect()])
    const asked = own.map(async (client) => {
      await client.query('begin')
      return holdfast.reservations.create(listingId, wanted)
    })
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({
        reason: { code: 'overloaded', message: expect.stringContaining('holdfast.within(client)') },
      })
    }
    for (const client of own) client.release()
    await until('what came too late went back', () => pool.idleCount === 2 && db.waiting() === 0)
    const within = await pool.connect()
    await within.query('begin')
    const result = await holdfast.within(within).reservations.create(listingId, wanted)
    await within.query('commit')
    within.release()
    expect(result.kind).toBe('done')
  })

  test('gives up a statement that is not answered in time, as any other connection does', async () => {
    const db = open({ pool: applicationPool(1) })
    const slow = db.transaction(
      'read committed',
      async (tx) => commit(await tx.query('select pg_sleep(60)')),
      { queryTimeoutMs: 50 },
    )
    await expect(slow).rejects.toThrow('Query read timeout')
    await held.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'select pg_sleep%' and pid <> pg_backend_pid()`,
    )
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })
})

test('a prepared statement that a pooler has lost is prepared anew on another connection', async () => {
  const { listingId, wanted } = await givenListing()
  const pool = applicationPool(1)
  const db = open({ pool })
  const holdfast = holdfastOn(db, { strategy: STRATEGIES.guarded })
  await holdfast.reservations.create(listingId, wanted)
  const session = await pool.connect()
  await session.query('deallocate all')
  session.release()
  expect((await holdfast.reservations.create(listingId, wanted)).kind).toBe('done')
})
