/** Which changes become events: all that somebody listens to and that are committed, and nothing else. */
import { beforeEach, describe, expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.js'
import { holdfastOn } from '../../src/engine/holdfast.js'
import { type Database, rollback } from '../../src/storage/driver/database.js'
import { EVERY_LISTING } from '../../src/storage/tables/notices/events.js'
import { removeListener, setListener } from '../../src/storage/tables/notices/listeners.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { STRATEGY_NAMES } from '../../src/strategies/strategy.js'
import { useDatabase } from '../support/database/test-database.js'
import { withClient } from '../support/database/with-client.js'
import { givenPools } from '../support/stock/factory.js'
import { passTime, told, yes } from '../support/stock/reservations.js'

const held = useDatabase()
const somebody = { channel: 'a channel', destination: 'a channel:somebody' }

async function eventsOf(listingId: string) {
  return held.db.query<{ kind: string; subjectId: string; version: number; snapshot: object }>(
    `select kind, subject_id as "subjectId", version, snapshot
     from events
     where listing_id = $1
     order by subject_id, version, kind`,
    [listingId],
  )
}

const kindsOf = async (listingId: string) =>
  (await eventsOf(listingId)).map(({ kind, version }) => `${version} ${kind}`)

beforeEach(() => held.db.query('delete from listeners'))

describe.each(STRATEGY_NAMES)('under %s', (name) => {
  test('each change is an event of the reservation’s version, and a refusal is none', async () => {
    const engine = createEngine({ db: held.db, strategy: STRATEGIES[name] })
    const { listingId, poolIds } = await givenPools(held.db, 3)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 2 }]
    await setListener(held.db, { listingId, ...somebody })

    const { reservationId } = yes(
      await engine.hold(listingId, { customer: 'ada', lines, ttlMs: 60_000 }),
    )
    expect(told(await engine.reserve(listingId, { customer: 'bob', lines }))).toBe(
      'insufficient_capacity',
    )
    await engine.extend(listingId, reservationId, { ttlMs: 90_000 })
    await engine.confirm(listingId, reservationId, { paymentRef: 'p1' })
    await engine.confirm(listingId, reservationId, { paymentRef: 'p1' })
    await engine.change(listingId, reservationId, {
      lines: [{ ...lines[0], quantity: 1 }] as typeof lines,
    })
    await engine.cancel(listingId, reservationId)

    expect(await kindsOf(listingId)).toEqual([
      '1 reservation.held',
      '2 reservation.extended',
      '3 reservation.confirmed',
      '4 reservation.changed',
      '5 refund.due',
      '5 reservation.cancelled',
    ])
    const [held1, , confirmed] = await eventsOf(listingId)
    expect(held1?.snapshot).toMatchObject({ state: 'held', customer: 'ada', lines })
    expect(confirmed?.snapshot).toMatchObject({ state: 'confirmed', payment: 'p1' })
  })

  test('a hold that runs out is told of, and a transaction that is rolled back is not', async () => {
    const engine = createEngine({ db: held.db, strategy: STRATEGIES[name] })
    const { listingId, poolIds } = await givenPools(held.db, 3)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 2 }]
    await setListener(held.db, { listingId, ...somebody })
    const ended = yes(await engine.hold(listingId, { customer: 'ada', lines, ttlMs: 60_000 }))
    await passTime(held.db, ended.reservationId)
    await engine.expire(listingId, ended.reservationId)
    const unlucky = createEngine({
      strategy: STRATEGIES[name],
      db: {
        ...held.db,
        transaction: (isolation, work, options) =>
          held.db.transaction(isolation, async (tx) => rollback((await work(tx)).value), options),
      },
    })
    await unlucky.reserve(listingId, { customer: 'bob', lines })
    expect(await kindsOf(listingId)).toEqual(['1 reservation.held', '2 reservation.expired'])
  })
})

test('where nobody listens a command sends the outbox nothing, not even a statement that looks', async () => {
  const sent: string[] = []
  const watched: Database = {
    ...held.db,
    transaction: (isolation, work, options) =>
      held.db.transaction(
        isolation,
        (tx) =>
          work({
            ...tx,
            send: (statement, values) => {
              sent.push(statement)
              tx.send(statement, values)
            },
          }),
        options,
      ),
  }
  const engine = createEngine({ db: watched, strategy: STRATEGIES.batched })
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const toOutbox = async () => {
    sent.length = 0
    yes(await engine.reserve(listingId, { customer: 'ada', lines }))
    return sent.filter((statement) => /\binto events\b/.test(statement)).length
  }
  expect(await toOutbox()).toBe(0)
  await setListener(held.db, { listingId, ...somebody })
  expect(await toOutbox()).toBe(1)
})

test('nothing is written for nobody, and all for who listens to every listing, until the time is up', async () => {
  const holdfast = holdfastOn(held.db, { strategy: STRATEGIES.batched })
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const reserve = async () =>
    yes(await holdfast.reservations.create(listingId, { customer: 'ada', lines }))
  await reserve()
  await holdfast.pools.change(listingId, poolIds[0] ?? '', { capacity: 8 })
  expect(await kindsOf(listingId)).toEqual([])

  await setListener(held.db, { listingId: EVERY_LISTING, ...somebody }, 60)
  await reserve()
  await holdfast.pools.change(listingId, poolIds[0] ?? '', { capacity: 7 })
  expect((await kindsOf(listingId)).sort()).toEqual([
    '1 reservation.confirmed',
    '4 capacity.changed',
  ])

  await setListener(held.db, { listingId: EVERY_LISTING, ...somebody }, -1)
  await reserve()
  await removeListener(held.db, { listingId: EVERY_LISTING, ...somebody })
  await reserve()
  expect(await eventsOf(listingId)).toHaveLength(2)
})

test('what an application commits of its own transaction is told, and what it rolls back is not', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  await setListener(held.db, { listingId, ...somebody })
  const holdfast = holdfastOn(held.db, { strategy: STRATEGIES.batched })
  for (const end of ['rollback', 'commit']) {
    await withClient(held.url, async (client) => {
      await client.query('begin')
      yes(await holdfast.within(client).reservations.create(listingId, { customer: end, lines }))
      await client.query(end)
    })
  }
  expect((await eventsOf(listingId)).map(({ snapshot }) => snapshot)).toMatchObject([
    { customer: 'commit' },
  ])
})
