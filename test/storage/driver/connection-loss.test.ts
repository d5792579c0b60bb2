/**
 * Connections that break at the worst moments. Before COMMIT was sent a transaction is gone and may
 * be run again; after that nobody knows, and nobody may be told otherwise.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import {
  commit,
  type Database,
  openDatabase,
  type Tx,
} from '../../../src/storage/driver/database.js'
import { isConnectionLoss, isUnsent } from '../../../src/storage/driver/sqlstate.js'
import { type DatabaseProxy, startDatabaseProxy } from '../../support/database/database-proxy.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { until } from '../../support/until.js'

const held = useDatabase()
const INSERT = 'insert into listings (listing_id, name) values ($1, $2)'
let proxy: DatabaseProxy
let db: Database

beforeEach(async () => {
  proxy = await startDatabaseProxy(held.url)
  db = openDatabase({ url: proxy.url, connectionsMax: 1 })
})

afterEach(async () => {
  await db.close()
  await proxy.close()
})

async function isThere(listingId: string): Promise<boolean> {
  const rows = await held.db.query('select from listings where listing_id = $1', [listingId])
  return rows.length === 1
}

async function pidOf(tx: Pick<Tx, 'query'>): Promise<number> {
  const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
  return row?.pid ?? 0
}

/** Ends a backend and waits until it is gone. */
async function terminate(pid: number): Promise<void> {
  await held.db.query('select pg_terminate_backend($1)', [pid])
  await until('the backend is gone', async () => {
    const rows = await held.db.query('select from pg_stat_activity where pid = $1', [pid])
    return rows.length === 0
  })
}

const waitsForLock = (pid: number) =>
  until('the backend waits for a lock', async () => {
    const rows = await held.db.query(
      `select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`,
      [pid],
    )
    return rows.length === 1
  })

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => 'it went well',
    (error: unknown) => error,
  )

const LOOK = 'select name from listings'

/** Breaks the network while what `look` asks for waits for somebody's lock; what it came to. */
async function cutWhileWaiting(look: () => Promise<unknown>): Promise<unknown> {
  const pid = await pidOf(db)
  return withClient(held.url, async (holder) => {
    await holder.query('begin')
    await holder.query('lock table listings')
    const answer = thrownBy(look())
    await waitsForLock(pid)
    proxy.cut()
    return answer
  })
}

describe('before COMMIT was sent', () => {
  test('a terminated connection is told as lost, nothing is kept, and the next one works', async () => {
    const id = newId()
    const error = await thrownBy(
      db.transaction('read committed', async (tx) => {
        await tx.query(INSERT, [id, 'x'])
        await terminate(await pidOf(tx))
        return commit(await tx.query('select 1'))
      }),
    )
    expect(error).toSatisfy(isConnectionLoss)
    expect(await isThere(id)).toBe(false)
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })

  test('a connection that is known to be gone is told as lost, not as an unknown outcome', async () => {
    const id = newId()
    const error = await thrownBy(
      db.transaction('read committed', async (tx) => {
        const pid = await pidOf(tx)
        await tx.query(INSERT, [id, 'x'])
        await terminate(pid)
        // The news reaches the driver with the next turn of the event loop, before COMMIT is sent.
        await until('the driver knows', () => thrownBy(tx.query('select 1')).then(isUnsent))
        return commit('must not reach anybody')
      }),
    )
    expect(error).toSatisfy(isConnectionLoss)
    expect(await isThere(id)).toBe(false)
  })

  test('a sent write that dies waiting for a lock is told as lost: COMMIT behind it meant nothing', async () => {
    const [locked, id] = [newId(), newId()]
    await withClient(held.url, async (holder) => {
      await holder.query('begin')
      await holder.query(INSERT, [locked, 'somebody else’s'])
      let pid = 0
      const work = thrownBy(
        db.transaction('read committed', async (tx) => {
          pid = await pidOf(tx)
          tx.send(INSERT, [id, 'x'])
          tx.send(INSERT, [locked, 'waits for the other'])
          return commit('must not reach anybody')
        }),
      )
      await until('the transaction began', () => pid !== 0)
      await waitsForLock(pid)
      await terminate(pid)
      expect(await work).toSatisfy(isConnectionLoss)
    })
    expect(await isThere(id)).toBe(false)
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })

  test('a reset socket is told as lost, and the next connection works', async () => {
    const error = await cutWhileWaiting(() =>
      db.transaction('read committed', async (tx) => commit(await tx.query(LOOK))),
    )
    expect(error).toSatisfy(isConnectionLoss)
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })
})

describe('outside of a transaction', () => {
  test('a socket that is reset under a statement fails that statement, not the whole process', async () => {
    const error = await cutWhileWaiting(() => db.query(LOOK))
    expect(error).toSatisfy(isConnectionLoss)
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })

  test('a connection that dies while nobody uses it is replaced, and nobody notices', async () => {
    const direct = openDatabase({ url: held.url, connectionsMax: 1 })
    await direct.query('select 1')
    await terminate(await pidOf(direct))
    // The news came before this answer, to a connection that nobody is waiting on.
    await held.db.query('select 1')
    expect(await direct.query('select 1 as n')).toEqual([{ n: 1 }])
    await direct.close()
  })
})

describe('after COMMIT was sent', () => {
  test('an answer lost on the way is an unknown outcome, although the rows are there', async () => {
    const id = newId()
    proxy.commitAnswers('lose')
    const error = await thrownBy(
      db.transaction('read committed', async (tx) => {
        tx.send(INSERT, [id, 'x'])
        return commit('must not reach anybody')
      }),
    )
    expect(error).toSatisfy((thrown) => isFault(thrown, 'outcome_unknown'))
    expect(await isThere(id)).toBe(true)
    proxy.commitAnswers('pass')
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })

  test('a backend killed while it commits leaves an unknown outcome', async () => {
    // A check that is put off until COMMIT and waits there for a lock holds COMMIT open.
    await held.db.query(`
      create function wait_at_commit() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return null; end $$`)
    await held.db.query(`
      create constraint trigger wait_at_commit after insert on listings
      deferrable initially deferred for each row execute function wait_at_commit()`)
    const id = newId()
    await withClient(held.url, async (holder) => {
      await holder.query('select pg_advisory_lock(4711)')
      let pid = 0
      const work = thrownBy(
        db.transaction('read committed', async (tx) => {
          pid = await pidOf(tx)
          tx.send(INSERT, [id, 'x'])
          return commit('must not reach anybody')
        }),
      )
      await until('the transaction began', () => pid !== 0)
      await waitsForLock(pid)
      await terminate(pid)
      expect(await work).toSatisfy((thrown) => isFault(thrown, 'outcome_unknown'))
    })
    await held.db.query('drop trigger wait_at_commit on listings')
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }])
  })

  test('success is told only when the answer to COMMIT is there', async () => {
    const id = newId()
    proxy.commitAnswers('hold')
    let told = false
    const work = later(
      db
        .transaction('read committed', async (tx) => {
          tx.send(INSERT, [id, 'x'])
          return commit('done')
        })
        .finally(() => {
          told = true
        }),
    )
    await until('PostgreSQL has answered COMMIT', () => proxy.commits === 1)
    expect(await isThere(id)).toBe(true)
    expect(told).toBe(false)
    proxy.commitAnswers('pass')
    expect(await work).toBe('done')
  })
})
