/** Commands inside a transaction that the application began, and ends. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { createHoldfast, type Holdfast } from '../../src/engine/holdfast.js'
import { useDatabase } from '../support/database/test-database.js'
import { later } from '../support/later.js'
import { counterOf, givenPools, soldOf } from '../support/stock/factory.js'
import { passTime, told, yes } from '../support/stock/reservations.js'
import { until } from '../support/until.js'

const held = useDatabase({ connections: 4 })
let pool: pg.Pool
let holdfast: Holdfast

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: held.url, max: 6 })
  holdfast = await createHoldfast({ databaseUrl: held.url, maintain: false })
  await pool.query('create table orders (reservation_id uuid primary key, customer text not null)')
})
afterAll(async () => {
  await holdfast?.close()
  await pool?.end()
})

/** Runs `work` on a connection of the application's, which begins and ends what it does. */
async function onClient<Value>(work: (client: pg.PoolClient) => Promise<Value>): Promise<Value> {
  const client = await pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}

const customer = 'ada@example.com'

async function ordersOf(reservationId: string): Promise<number> {
  const { rows } = await pool.query('select from orders where reservation_id = $1', [reservationId])
  return rows.length
}

describe('a reservation and the order that goes with it', () => {
  async function order(end: 'commit' | 'rollback') {
    const { listingId, poolIds } = await givenPools(held.db, 5)
    const [poolId = ''] = poolIds
    const id = await onClient(async (client) => {
      await client.query('begin')
      const lines = [{ poolId, quantity: 2 }]
      const within = holdfast.within(client).reservations
      const { reservationId } = yes(await within.create(listingId, { customer, lines }))
      await client.query('insert into orders values ($1, $2)', [reservationId, customer])
      // Nobody else sees either of them yet.
      expect(await holdfast.reservations.get(listingId, reservationId)).toBeUndefined()
      await client.query(end)
      return reservationId
    })
    return { listingId, poolId, id }
  }

  test('are both there after the application commits', async () => {
    const { listingId, poolId, id } = await order('commit')
    expect(await ordersOf(id)).toBe(1)
    const found = await holdfast.reservations.get(listingId, id)
    expect(found?.reservation).toMatchObject({ state: 'confirmed', version: 1 })
    expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 1 })
    expect((await holdfast.audit(listingId)).drift).toEqual([])
  })

  test('are both gone after it rolls back', async () => {
    const { listingId, poolId, id } = await order('rollback')
    expect(await ordersOf(id)).toBe(0)
    expect(await holdfast.reservations.get(listingId, id)).toBeUndefined()
    expect(await counterOf(held.db, poolId)).toEqual({ taken: 0, version: 0 })
    expect((await holdfast.audit(listingId)).drift).toEqual([])
  })
})

describe('a refusal', () => {
  test('leaves the transaction as it was: what the application wrote can be committed', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 1, 1)
    const [first = '', second = ''] = poolIds
    await holdfast.reservations.create(listingId, {
      customer,
      lines: [{ poolId: second, quantity: 1 }],
    })
    const orderId = newId()
    await onClient(async (client) => {
      await client.query('begin')
      await client.query('insert into orders values ($1, $2)', [orderId, customer])
      const lines = [first, second].map((poolId) => ({ poolId, quantity: 1 }))
      const refused = await holdfast.within(client).reservations.create(listingId, {
        customer,
        lines,
      })
      expect(told(refused)).toBe('insufficient_capacity')
      // Its locks are gone, too: somebody else takes the first pool while this goes on.
      const other = await holdfast.reservations.create(listingId, {
        customer: 'bob',
        lines: [{ poolId: first, quantity: 1 }],
      })
      expect(told(other)).toBe('done')
      await client.query('commit')
    })
    expect(await ordersOf(orderId)).toBe(1)
    expect((await holdfast.audit(listingId)).drift).toEqual([])
  })

  test('reclaims overdue holds in the transaction before it is given', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    const overdue = await holdfast.reservations.hold(listingId, { customer, lines, ttlMs: 60_000 })
    await passTime(held.db, yes(overdue).reservationId)
    await onClient(async (client) => {
      await client.query('begin')
      const result = await holdfast.within(client).reservations.create(listingId, {
        customer: 'bob',
        lines,
      })
      expect(told(result)).toBe('done')
      await client.query('commit')
    })
    expect((await holdfast.audit(listingId)).drift).toEqual([])
  })
})

test('a key given inside is known outside once it is committed, and the answer is the same', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 3)
  const wanted = { customer, lines: [{ poolId: poolIds[0] ?? '', quantity: 1 }] }
  const key = newId()
  const inside = await onClient(async (client) => {
    await client.query('begin')
    const result = await holdfast.within(client).reservations.create(listingId, wanted, { key })
    await client.query('commit')
    return yes(result)
  })
  const outside = await holdfast.reservations.create(listingId, wanted, { key })
  expect(outside.replayed).toBe(true)
  expect(yes(outside)).toEqual(inside)
  expect(await soldOf(held.db, poolIds[0] ?? '')).toBe(1)
})

test('every command of a reservation can be given, one after the other in one transaction', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 3, 3)
  const [one = '', two = ''] = poolIds
  await onClient(async (client) => {
    await client.query('begin')
    const { reservations } = holdfast.within(client)
    const lines = [{ poolId: one, quantity: 1 }]
    const { reservationId } = yes(
      await reservations.hold(listingId, { customer, lines, ttlMs: 60_000 }),
    )
    const states = [
      yes(await reservations.extend(listingId, reservationId, { ttlMs: 90_000 })),
      yes(
        await reservations.change(listingId, reservationId, {
          lines: [{ poolId: two, quantity: 2 }],
        }),
      ),
      yes(await reservations.confirm(listingId, reservationId, { paymentRef: 'pay-1' })),
      yes(await reservations.cancel(listingId, reservationId)),
    ]
    expect(states.map(({ state, version }) => [state, version])).toEqual([
      ['held', 2],
      ['held', 3],
      ['confirmed', 4],
      ['cancelled', 5],
    ])
    await client.query('commit')
  })
  expect((await holdfast.audit(listingId)).drift).toEqual([])
})

test('a refused payment is noted if the application commits, and not if it rolls back', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 1)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const { reservations, refunds } = holdfast
  const { reservationId } = yes(await reservations.create(listingId, { customer, lines }))
  for (const [end, paymentRef] of [
    ['rollback', 'pay-1'],
    ['commit', 'pay-2'],
  ] as const) {
    await onClient(async (client) => {
      await client.query('begin')
      const within = holdfast.within(client).reservations
      const refused = await within.confirm(listingId, reservationId, { paymentRef })
      expect(refused).toMatchObject({ refundOf: paymentRef })
      await client.query(end)
    })
  }
  const due = (await refunds.list(listingId)).refunds.map(({ refund }) => refund.paymentRef)
  expect(due).toEqual(['pay-2'])
})

describe('what cannot go on', () => {
  test('without a transaction, a sentence says to begin one', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    await onClient(async (client) => {
      const asked = holdfast.within(client).reservations.create(listingId, { customer, lines })
      await expect(asked).rejects.toMatchObject({
        code: 'invalid_input',
        message: 'the connection has no transaction: send `begin` before calling `within`',
      })
    })
    expect(await soldOf(held.db, poolIds[0] ?? '')).toBe(0)
  })

  test('a strategy gets the isolation that it needs, or a sentence', async () => {
    const serializable = holdfast.under('serializable')
    const { listingId, poolIds } = await givenPools(held.db, 2)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    await onClient(async (client) => {
      await client.query('begin')
      await expect(
        serializable.within(client).reservations.create(listingId, { customer, lines }),
      ).rejects.toThrow('serializable needs a transaction at serializable, and this one is at read')
      await client.query('rollback')
      await client.query('begin isolation level serializable')
      const result = await serializable.within(client).reservations.create(listingId, {
        customer,
        lines,
      })
      expect(told(result)).toBe('done')
      await client.query('commit')
    })
  })

  test('a faster transaction is a fault, after which the application rolls back', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 2)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    await onClient(async (client) => {
      await client.query('begin isolation level repeatable read')
      await client.query('select from pools')
      yes(await holdfast.reservations.create(listingId, { customer: 'bob', lines }))
      const late = holdfast.within(client).reservations.create(listingId, { customer, lines })
      await expect(late).rejects.toMatchObject({
        code: 'contention',
        message: 'another transaction was faster: roll this one back and begin again',
      })
      await client.query('rollback')
    })
    expect(await soldOf(held.db, poolIds[0] ?? '')).toBe(1)
  })
})

test('waits for whoever has the pool, and sees what is left', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 1)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  await onClient(async (client) => {
    await client.query('begin')
    yes(await holdfast.within(client).reservations.create(listingId, { customer, lines }))
    const other = later(holdfast.reservations.create(listingId, { customer: 'bob', lines }))
    await until('the other one waits', async () => {
      const rows = await held.db.query(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    })
    await client.query('commit')
    expect(told(await other)).toBe('insufficient_capacity')
  })
})

test('a thousand such transactions pass batched ones with the same pools in opposing orders', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 100_000, 100_000)
  const [one = '', two = ''] = poolIds
  const forwards = [one, two].map((poolId) => ({ poolId, quantity: 1 }))
  const backwards = [...forwards].reverse()
  const rounds = 250
  const lendOne = async (i: number) =>
    onClient(async (client) => {
      for (let round = 0; round < rounds; round += 1) {
        await client.query('begin')
        const lines = (round + i) % 2 === 0 ? forwards : backwards
        yes(await holdfast.within(client).reservations.create(listingId, { customer, lines }))
        await client.query(round % 5 === 0 ? 'rollback' : 'commit')
      }
    })
  const batched = async (i: number) => {
    for (let round = 0; round < rounds; round += 1) {
      const lines = (round + i) % 2 === 0 ? backwards : forwards
      yes(await holdfast.reservations.create(listingId, { customer: `c${i}`, lines }))
    }
  }
  const four = [0, 1, 2, 3]
  await Promise.all([...four.map(lendOne), ...four.map(batched)])
  const sold = four.length * (rounds + rounds * 0.8)
  expect(await soldOf(held.db, one)).toBe(sold)
  expect(await soldOf(held.db, two)).toBe(sold)
  expect((await holdfast.audit(listingId)).drift).toEqual([])
})
