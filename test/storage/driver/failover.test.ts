/**
 * A primary that dies, a standby that is promoted, and the old primary that comes back: one program, whose
 * URL names both servers, goes through it without being restarted.
 */
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import { type Holdfast, holdfastOn } from '../../../src/engine/holdfast.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { type Database, openDatabase } from '../../../src/storage/driver/database.js'
import { migrate } from '../../../src/storage/driver/migrate.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { type StandbyPair, startStandbyPair } from '../../support/database/standby-pair.js'
import { withClient } from '../../support/database/with-client.js'
import { later } from '../../support/later.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'

let pair: StandbyPair
let both: string
let db: Database
let holdfast: Holdfast
let listingId: string
let poolId: string
const closing: (() => Promise<unknown>)[] = []

/** One URL for several servers, which have that long to answer on a machine that others load. */
function listOf(urls: readonly string[], connectTimeoutSeconds = 30): string {
  const [first = ''] = urls
  const hosts = urls.map((url) => new URL(url).host).join(',')
  const list = first.replace(new URL(first).host, hosts)
  return `${list}?connect_timeout=${connectTimeoutSeconds}`
}

function opened(options: Parameters<typeof openDatabase>[0]): Database {
  const database = openDatabase(options)
  closing.push(() => database.close())
  return database
}

const portOf = async (database: Database) => {
  const [row] = await database.query<{ port: number }>('select inet_server_port() as port')
  return row?.port
}

function create(key: string) {
  const wanted = { customer: 'ada', lines: [{ poolId, quantity: 1 }] }
  return holdfast.reservations.create(listingId, wanted, { key })
}

beforeAll(async () => {
  pair = await startStandbyPair()
  both = listOf([pair.standbyUrl, pair.primaryUrl])
  await migrate(both)
  db = opened({ url: both, connectionsMax: 4 })
  holdfast = holdfastOn(db, { strategy: STRATEGIES.batched })
  const given = await givenPools(db, 1_000)
  listingId = given.listingId
  poolId = given.poolIds[0] ?? ''
  await pair.setSynchronous(true)
})

afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await pair.close()
})

describe('several servers', () => {
  test('are tried until one takes writes, and one that says nothing is not waited for', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const dead = `postgres://holdfast@127.0.0.1:${port}/holdfast`
    const patient = opened({ url: listOf([dead, pair.standbyUrl, pair.primaryUrl], 1) })
    const found = await until('one that takes writes is found', () =>
      portOf(patient).catch(() => undefined),
    )
    expect(`${found}`).toBe(new URL(pair.primaryUrl).port)
    await new Promise((resolve) => silent.close(resolve))
  })

  test('that only read are taken by those who only read', async () => {
    const url = listOf([pair.standbyUrl, pair.standbyUrl])
    await expect(opened({ url }).query('select 1')).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringMatching(/^the database only reads; .*: a standby, which only reads;/),
    })
    expect(await opened({ url, onlyToRead: true }).query('select 1 as n')).toEqual([{ n: 1 }])
  })
})

describe('a failover', () => {
  const [before, during] = [newId(), newId()]

  test('leaves a COMMIT under way unknown, and refuses what comes meanwhile', async () => {
    expect((await create(before)).kind).toBe('done')
    await pair.cutStandby()
    const unanswered = later(create(during))
    await until('its COMMIT waits for the standby', async () => {
      const waits = `select from pg_stat_activity where wait_event = 'SyncRep'`
      return withClient(
        pair.primaryUrl,
        async (client) => (await client.query(waits)).rows.length > 0,
      )
    })
    await pair.stopPrimary()
    await expect(unanswered).rejects.toMatchObject({ code: 'outcome_unknown' })
    await expect(create(newId())).rejects.toSatisfy((error) =>
      isFault(error, 'database_unavailable'),
    )
  })

  test('is over as soon as the standby is promoted: the same keys find what became of them', async () => {
    await pair.promoteStandby()
    await until('the program writes again', () =>
      db.query('create table if not exists written ()').then(
        () => true,
        () => false,
      ),
    )
    expect(`${await portOf(db)}`).toBe(new URL(pair.standbyUrl).port)
    expect(await create(before)).toMatchObject({ kind: 'done', replayed: true })
    expect((await create(during)).kind).toBe('done')
    const { drift, reservations } = await audit(db, listingId)
    expect(drift).toEqual([])
    expect(reservations).toBe(2)
  })
})

describe('an old primary that comes back', () => {
  const OLD = {
    code: 'database_unavailable',
    message: expect.stringMatching(/^the database is an old primary: it writes timeline 1, .* 2;/),
  }
  let old: string
  beforeAll(async () => {
    old = await pair.returnPrimary()
  })

  test('takes writes, and gets none from a program that has met the new one', async () => {
    await withClient(old, async (client) => {
      // With a synchronous standby it waits for one that follows somebody else by now.
      await client.query('set synchronous_commit = local')
      await client.query('create table abandoned ()')
    })
    await expect(opened({ url: old }).query('select 1')).rejects.toMatchObject(OLD)
    await expect(migrate(old)).rejects.toMatchObject(OLD)
  })

  test('gets none from a new program either, once it can ask both', async () => {
    // A program of its own, which has met nobody.
    vi.resetModules()
    const program = await import('../../../src/storage/driver/database.js')
    const alone = program.openDatabase({ url: old })
    const asksBoth = program.openDatabase({ url: listOf([old, pair.standbyUrl]) })
    closing.push(alone.close, asksBoth.close)
    expect(await alone.query('select 1 as n'), 'nobody can tell by it alone').toEqual([{ n: 1 }])
    expect(`${await portOf(asksBoth)}`).toBe(new URL(pair.standbyUrl).port)
    await expect(alone.query('select 1'), 'what was open is closed').rejects.toMatchObject({
      message: OLD.message,
    })
  })
})
