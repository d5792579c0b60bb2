/** A round trip is a wait for the database, however many statements share it. */
import { expect, test } from 'vitest'
import { countingDatabase } from '../../../src/lab/servers/round-trips.js'
import { commit, type Isolation, rollback, type Tx } from '../../../src/storage/driver/database.js'
import { useDatabase } from '../../support/database/test-database.js'

const held = useDatabase()

async function tripsOf(
  isolation: Isolation,
  work: (tx: Tx) => Promise<unknown>,
  keep = true,
): Promise<number> {
  let trips = 0
  const db = countingDatabase(held.db, () => {
    trips += 1
  })
  await db.transaction(isolation, async (tx) => {
    const value = await work(tx)
    return keep ? commit(value) : rollback(value)
  })
  return trips
}

const one = (tx: Tx) => tx.query('select 1')

test('statements that leave together are one, those that wait for each other are several', async () => {
  expect(await tripsOf('read committed', (tx) => Promise.all([one(tx), one(tx), one(tx)]))).toBe(2)
  const inTurn = async (tx: Tx) => {
    await one(tx)
    await one(tx)
  }
  expect(await tripsOf('read committed', inTurn)).toBe(3)
})

test('what is only sent leaves with COMMIT, and a rollback is waited for as well', async () => {
  const sends = async (tx: Tx) => {
    tx.send('select 1')
    tx.send('select 2')
  }
  expect(await tripsOf('read committed', sends)).toBe(1)
  expect(await tripsOf('read committed', one, false)).toBe(2)
})

test('without a transaction there is no COMMIT to wait for, but writes are', async () => {
  expect(await tripsOf('none', one)).toBe(1)
  expect(
    await tripsOf('none', async (tx) => {
      await one(tx)
      tx.send('select 1')
    }),
  ).toBe(2)
})
