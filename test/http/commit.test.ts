/** "reservation successful" means that it is there. Evento's own servers said it before they knew. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/driver/database.js'
import { type DatabaseProxy, startDatabaseProxy } from '../support/database/database-proxy.js'
import { useDatabase } from '../support/database/test-database.js'
import { later } from '../support/later.js'
import {
  givenEvent,
  HOTELS,
  productionApp,
  reserveUrl,
  SAFE_NAMES,
} from '../support/stock/evento.js'
import { until } from '../support/until.js'

const held = useDatabase()
let proxy: DatabaseProxy
let db: Database

beforeEach(async () => {
  await givenEvent(held.db, 10)
  proxy = await startDatabaseProxy(held.url)
  db = openDatabase({ url: proxy.url, connectionsMax: 2 })
})

afterEach(async () => {
  await db.close()
  await proxy.close()
})

async function soldRooms(): Promise<number> {
  const [row] = await held.db.query<{ rooms: number }>(
    'select coalesce(sum(quantity), 0)::integer as rooms from reservation_lines',
  )
  return row?.rooms ?? 0
}

describe('success', () => {
  test.each(SAFE_NAMES)('is not told before the database has answered COMMIT: %s', async (mode) => {
    const app = productionApp(db)
    proxy.commitAnswers('hold')
    let told = false
    const answer = later(
      app.inject({ method: 'POST', url: reserveUrl('rooms=2', HOTELS[0], mode) }).finally(() => {
        told = true
      }),
    )
    await until('COMMIT was answered, and the answer held back', () => proxy.commits === 1)
    // The server has every occasion to speak too early: it answers somebody else meanwhile.
    expect((await app.inject('/readyz')).statusCode).toBe(200)
    expect(told, 'the customer was told before the server could know').toBe(false)
    proxy.commitAnswers('pass')
    const response = await answer
    expect([response.statusCode, response.body]).toEqual([200, 'reservation successful'])
    expect(await soldRooms()).toBe(2)
    await app.close()
  })

  test('is not told when the answer to COMMIT is lost; it is called unknown, and made once', async () => {
    const app = productionApp(db)
    proxy.commitAnswers('lose')
    const response = await app.inject({ method: 'POST', url: reserveUrl('rooms=2') })
    expect([response.statusCode, response.json().code]).toEqual([503, 'outcome_unknown'])
    expect(response.headers).not.toHaveProperty('holdfast-reservation-id')
    expect(await soldRooms()).toBe(2)
    await app.close()
  })

  test('is not told when COMMIT fails: the customer hears of a fault, and the rooms stay free', async () => {
    await held.db.query(
      `alter table journal add constraint one_entry
       exclude (kind with =) where (kind = 'confirmed') deferrable initially deferred`,
    )
    const app = productionApp(db)
    const ask = () => app.inject({ method: 'POST', url: reserveUrl('rooms=2') })
    expect((await ask()).statusCode).toBe(200)
    expect((await ask()).statusCode).toBe(500)
    await held.db.query('alter table journal drop constraint one_entry')
    expect(await soldRooms()).toBe(2)
    expect((await ask()).statusCode).toBe(200)
    await app.close()
  })
})
