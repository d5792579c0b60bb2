import { createServer } from 'node:net'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import {
  commit,
  type Database,
  type DatabaseOptions,
  openDatabase,
  rollback,
} from '../../../src/storage/driver/database.js'
import { isConnectionLoss, sqlstateOf } from '../../../src/storage/driver/sqlstate.js'
import { sql } from '../../../src/storage/driver/statement.js'
import { unreachable } from '../../../src/storage/driver/unreachable.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'

const held = useDatabase()
const INSERT = sql('test.insert_listing')`insert into listings (listing_id, name) values ($1, $2)`
const INSERT_MANY = sql('test.insert_many')`
  insert into listings (listing_id, name)
  select unnest($1::uuid[]), 'many'`
const LOOK = sql('test.look')`select * from looked_at`
const ADD_ONE = sql('test.add_one')`select $1::integer + 1 as n`
const opened: Database[] = []

function open(options: DatabaseOptions): Database {
  const db = openDatabase(options)
  opened.push(db)
  return db
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.close()))
})

/** AuthenticationOk, ReadyForQuery and the end of the session, all in one packet. */
const OPENED_AND_ENDED = Buffer.from(
  'R\0\0\0\x08\0\0\0\0Z\0\0\0\x05IE\0\0\0\x22SFATAL\0C57P01\0Mshutting down\0\0',
  'latin1',
)

async function nameOf(listingId: string): Promise<string | undefined> {
  const [row] = await held.db.query<{ name: string }>(
    'select name from listings where listing_id = $1',
    [listingId],
  )
  return row?.name
}

describe('a transaction', () => {
  test('keeps all that was written, awaited or sent, when it is committed', async () => {
    const [first, second] = [newId(), newId()]
    const value = await held.db.transaction('read committed', async (tx) => {
      await tx.query(INSERT, [first, 'awaited'])
      tx.send(INSERT, [second, 'sent'])
      return commit('the value')
    })
    expect(value).toBe('the value')
    expect([await nameOf(first), await nameOf(second)]).toEqual(['awaited', 'sent'])
  })

  test('keeps nothing when it is rolled back, and gives its value back all the same', async () => {
    const [first, second] = [newId(), newId()]
    const value = await held.db.transaction('read committed', async (tx) => {
      await tx.query(INSERT, [first, 'awaited'])
      tx.send(INSERT, [second, 'sent'])
      return rollback('sold out')
    })
    expect(value).toBe('sold out')
    expect([await nameOf(first), await nameOf(second)]).toEqual([undefined, undefined])
  })

  test('keeps nothing when the work fails, and tells the work’s own error', async () => {
    const id = newId()
    const work = held.db.transaction('read committed', async (tx) => {
      await tx.query(INSERT, [id, 'awaited'])
      throw new Error('the work failed')
    })
    await expect(work).rejects.toThrow('the work failed')
    expect(await nameOf(id)).toBeUndefined()
  })

  test('is not reported as committed when a sent write failed: its own error is told, nothing is kept', async () => {
    const id = newId()
    const work = held.db.transaction('read committed', async (tx) => {
      tx.send(INSERT, [id, 'first'])
      tx.send(INSERT, [id, 'the same id again'])
      tx.send(INSERT, [newId(), 'doomed by the one before'])
      return commit('must not reach anybody')
    })
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'listings_pkey' })
    expect(await nameOf(id)).toBeUndefined()
  })

  test('keeps nothing when a large write fails that had left before the others were issued', async () => {
    const many = (first: string) => [first, ...Array.from({ length: 99 }, () => newId())]
    const [twice, after, last] = [newId(), newId(), newId()]
    const work = held.db.transaction('read committed', async (tx) => {
      tx.send(INSERT_MANY, [`{${[...many(twice), twice].join(',')}}`])
      tx.send(INSERT_MANY, [`{${many(after).join(',')}}`])
      tx.send(INSERT, [last, 'last'])
      return commit('must not reach anybody')
    })
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'listings_pkey' })
    const names = await Promise.all([twice, after, last].map(nameOf))
    expect(names).toEqual([undefined, undefined, undefined])
  })

  test('keeps nothing when one of its values cannot be sent: the others must not go without it', async () => {
    const [before, after] = [newId(), newId()]
    const unsendable = {
      toPostgres() {
        throw new Error('no form that PostgreSQL knows')
      },
    }
    const work = held.db.transaction('read committed', async (tx) => {
      tx.send(INSERT, [before, 'before'])
      tx.send(INSERT, [newId(), unsendable])
      tx.send(INSERT, [after, 'after'])
      return commit('must not reach anybody')
    })
    await expect(work).rejects.toThrow('cannot be sent')
    expect([await nameOf(before), await nameOf(after)]).toEqual([undefined, undefined])
  })

  test('reads rows by what the server said they look like, and is told when that has changed', async () => {
    const db = open({ url: held.url, connectionsMax: 1 })
    const looks = (times: number) =>
      db.transaction('read committed', async (tx) =>
        rollback(await Promise.all(Array.from({ length: times }, () => tx.query(LOOK)))),
      )
    await held.db.query('create table looked_at (a bigint, b text, c boolean)')
    await held.db.query(`insert into looked_at values (1, null, true), (null, 'two', null)`)
    const rows = [
      { a: 1, b: null, c: true },
      { a: null, b: 'two', c: null },
    ]
    expect(await looks(2), 'described anew each').toEqual([rows, rows])
    expect(await looks(1), 'known').toEqual([rows])
    await held.db.query('alter table looked_at drop column a')
    await expect(looks(1)).rejects.toMatchObject({ code: '0A000' })
    await held.db.query('drop table looked_at')
  })

  test('tells the sent write’s own error as well when a later look stumbles over it', async () => {
    const work = held.db.transaction('read committed', async (tx) => {
      tx.send(INSERT, [newId(), ''])
      return commit(await tx.query('select 1'))
    })
    await expect(work).rejects.toMatchObject({ constraint: 'listings_name_check' })
  })

  test('is not reported as committed when a constraint fails at COMMIT itself', async () => {
    await held.db.query('create table late (id integer unique deferrable initially deferred)')
    const work = held.db.transaction('read committed', async (tx) => {
      tx.send('insert into late values (1), (1)')
      return commit('must not reach anybody')
    })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(await held.db.query('select from late')).toEqual([])
    await held.db.query('drop table late')
  })

  test('leaves its connection fit for the next one, however it ended', async () => {
    const db = open({ url: held.url, connectionsMax: 1 })
    const pidOf = () => db.query<{ pid: number }>('select pg_backend_pid() as pid')
    const [before] = await pidOf()
    await db.transaction('read committed', async () => rollback(undefined))
    await db
      .transaction('serializable', async (tx) => commit(await tx.query('select 1 / 0')))
      .catch(() => {})
    await db.transaction('read committed', async (tx) => {
      tx.send('select 1 / 0')
      return rollback(undefined)
    })
    const [state] = await db.query(
      `select current_setting('transaction_isolation') as isolation, pg_backend_pid() as pid`,
    )
    expect(state).toEqual({ isolation: 'read committed', pid: before?.pid })
    const [seen] = await held.db.query('select state from pg_stat_activity where pid = $1', [
      before?.pid,
    ])
    expect(seen, 'no transaction was left open').toEqual({ state: 'idle' })
  })

  test.each(['read committed', 'repeatable read', 'serializable'] as const)(
    'runs at the isolation that was asked for: %s',
    async (isolation) => {
      const [row] = await held.db.transaction(isolation, async (tx) =>
        commit(await tx.query(`select current_setting('transaction_isolation') as isolation`)),
      )
      expect(row).toEqual({ isolation })
    },
  )
})

describe('no transaction', () => {
  test('commits every statement on its own, and tells a sent write’s error', async () => {
    const [kept, other] = [newId(), newId()]
    const work = held.db.transaction('none', async (tx) => {
      await tx.query(INSERT, [kept, 'kept'])
      tx.send(INSERT, [kept, 'the same id again'])
      tx.send(INSERT, [other, 'another connection'])
      return commit('must not reach anybody')
    })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(await nameOf(kept)).toBe('kept')
  })
})

describe('values', () => {
  test('are bound, never spliced in', async () => {
    const id = newId()
    const name = `'); drop table journal; --`
    await held.db.query(INSERT, [id, name])
    expect(await nameOf(id)).toBe(name)
    expect(await held.db.query('select from journal')).toEqual([])
  })

  test('come back as numbers where they count something, bigint as well', async () => {
    const [row] = await held.db.query('select 9007199254740991::bigint as version, 7 as taken')
    expect(row).toEqual({ version: 9007199254740991, taken: 7 })
  })

  test('reach a pooler in statements without names when prepared statements are turned off', async () => {
    const db = open({ url: held.url, connectionsMax: 1, prepared: false })
    expect(await db.query(ADD_ONE, [1])).toEqual([{ n: 2 }])
    expect(await db.query('select count(*) as names from pg_prepared_statements')).toEqual([
      { names: 0 },
    ])
  })
})

describe('connections', () => {
  test('that are all busy for too long make a caller hear "overloaded", not wait for ever', async () => {
    // The time allowed holds for making a connection as well: the only one is made without a bound.
    const pool = new pg.Pool({ connectionString: held.url, max: 1 })
    await pool.query('select 1')
    pool.options.connectionTimeoutMillis = 50
    const db = open({ pool })
    const value = await db.transaction('read committed', async () => {
      await expect(db.query('select 1')).rejects.toMatchObject({ code: 'overloaded' })
      const second = db.transaction('read committed', async () => commit(undefined))
      await expect(second).rejects.toMatchObject({ code: 'overloaded' })
      return commit('done')
    })
    expect(value).toBe('done')
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
    await pool.end()
  })

  test('that the server has none left of make a caller hear "overloaded"', async () => {
    await withClient(held.url, async (client) => {
      await client.query(
        `create role holdfast_test_crowd login password 'crowd' connection limit 0`,
      )
      const url = new URL(held.url)
      url.username = 'holdfast_test_crowd'
      url.password = 'crowd'
      try {
        await expect(open({ url: url.href }).query('select 1')).rejects.toMatchObject({
          code: 'overloaded',
        })
      } finally {
        await client.query('drop role holdfast_test_crowd')
      }
    })
  })

  test.each([
    ['nobody listens', 'postgres://holdfast@127.0.0.1:1/holdfast', /ECONNREFUSED/],
    ['there is no such host', 'postgres://holdfast@holdfast.invalid/holdfast', /holdfast\.invalid/],
  ])('to a URL where %s are unavailable, in one sentence', async (_why, url, reason) => {
    await expect(open({ url }).query('select 1')).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringMatching(reason),
    })
  })

  test('to a database that does not exist are unavailable, and the sentence names it', async () => {
    const url = new URL(held.url)
    url.pathname = '/holdfast_test_nowhere'
    await expect(open({ url: url.href }).query('select 1')).rejects.toMatchObject({
      code: 'database_unavailable',
      message: 'cannot reach the database: database "holdfast_test_nowhere" does not exist',
    })
  })

  test('to a server that accepts and says nothing are given up within the time allowed', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const db = open({ url: `postgres://holdfast@127.0.0.1:${port}/x`, acquireTimeoutMs: 100 })
    await expect(db.query('select 1')).rejects.toMatchObject({ code: 'database_unavailable' })
    silent.close()
  })

  test('that the server ends as it opens them fail their statement, not the whole process', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(OPENED_AND_ENDED))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const url = `postgres://holdfast@127.0.0.1:${port}/x`
    for (const sessionSettings of [false, true]) {
      await expect(open({ url, sessionSettings }).query('select 1')).rejects.toSatisfy(
        (error) => isFault(error, 'database_unavailable') || isConnectionLoss(error),
      )
    }
    server.close()
  })

  test('to a name with several addresses fail with a sentence that says why, not an empty one', () => {
    const refused = (address: string) => new Error(`connect ECONNREFUSED ${address}`)
    const error = new AggregateError([refused('::1:5432'), refused('127.0.0.1:5432')])
    expect(unreachable(error).message).toBe(
      'cannot reach the database: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
    )
  })

  test('bear the program’s name, so that an operator knows whose they are', async () => {
    const db = open({ url: held.url, applicationName: 'holdfast test name' })
    const [row] = await db.query(`select current_setting('application_name') as name`)
    expect(row).toEqual({ name: 'holdfast test name' })
  })
})

test('a statement that failed keeps its SQLSTATE on the way out', async () => {
  const error = await held.db.query('select 1 / 0').catch((thrown: unknown) => thrown)
  expect(sqlstateOf(error)).toBe('22012')
})
