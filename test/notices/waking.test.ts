/** A dispatcher is woken by what other processes commit; its look each second does not run here. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTokens } from '../../src/access/tokens.js'
import { type Holdfast, openHoldfast } from '../../src/engine/holdfast.js'
import { type MakeChannel, type Notices, noticesOf } from '../../src/engine/notices/notices.js'
import { observedBy } from '../../src/engine/observer.js'
import { openDatabase } from '../../src/storage/driver/database.js'
import { tellDispatchers } from '../../src/storage/every-listing-notices.js'
import { EVERY_LISTING } from '../../src/storage/tables/notices/events.js'
import { setListener } from '../../src/storage/tables/notices/listeners.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenPools } from '../support/stock/factory.js'
import { yes } from '../support/stock/reservations.js'
import { until } from '../support/until.js'

const held = useDatabase()
const told: string[] = []
const channel: MakeChannel = () => ({
  name: 'test',
  everyListing: 'test:all',
  destinationsOf: async () => ['test:one'],
  deliver: async ({ subjectId }) => {
    told.push(subjectId)
    return { kind: 'delivered' }
  },
})

let notices: Notices
let other: Holdfast

beforeEach(() => {
  const db = openDatabase({ url: held.url, connectionsMax: 2 })
  const grounds = { db, tokens: createTokens(db) }
  const telling = noticesOf({
    ...{ grounds, channels: [channel], observer: observedBy([]), onError: () => {} },
  })
  notices = {
    ...telling,
    stop: async () => {
      await telling.stop()
      await db.close()
    },
  }
  other = openHoldfast({ url: held.url, channels: [channel] })
})
afterEach(async () => {
  await notices.stop()
  await other.close()
})

/** The session on which this database is listened to. */
const hearing = () =>
  held.db.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and state = 'idle' and query like '%hearing.listen%'`,
  )

test('what another process commits is told at once, and again after the connection was lost', async () => {
  await notices.begin()
  await until('it hears', async () => (await hearing()).length === 1)
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const reserve = async () => {
    const answer = await other.reservations.create(listingId, { customer: 'ada', lines })
    return yes(answer).reservationId
  }
  const first = await reserve()
  await until('it is told', () => told.includes(first))

  const [session] = await hearing()
  await held.db.query('select pg_terminate_backend($1)', [session?.pid])
  await until('it hears again', async () => (await hearing())[0]?.pid !== session?.pid)
  const second = await reserve()
  await until('it is told as well', () => told.includes(second))
})

test('while nobody listens nobody is woken', async () => {
  await held.db.query('delete from listeners')
  expect(await tellDispatchers(held.db)).toBe(false)
  const somebody = { listingId: EVERY_LISTING, channel: 'test', destination: 'test:all' }
  await setListener(held.db, somebody)
  expect(await tellDispatchers(held.db)).toBe(true)
})
