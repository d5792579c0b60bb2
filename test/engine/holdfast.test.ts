/** The door as an application opens it. */
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { type CommittedChange, createHoldfast, type Holdfast } from '../../src/engine/holdfast.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { useDatabase } from '../support/database/test-database.js'
import { told, yes } from '../support/stock/reservations.js'

const held = useDatabase()

async function sellOut(holdfast: Holdfast): Promise<void> {
  const { listings, reservations } = holdfast
  const { listingId, resources } = await listings.create({
    name: 'A concert',
    resources: [{ name: 'Stalls', capacity: 30 }],
  })
  const poolId = resources[0]?.poolId ?? ''
  const wanted = { customer: 'ada@example.com', lines: [{ poolId, quantity: 1 }], ttlMs: 60_000 }
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => reservations.hold(listingId, wanted, { key: `k${i}` })),
  )
  const yeses = answers.filter((answer) => answer.kind === 'done')
  expect(yeses).toHaveLength(30)
  const confirms = await Promise.all(
    yeses.map((answer) => reservations.confirm(listingId, yes(answer).reservationId)),
  )
  expect(new Set(confirms.map(told))).toEqual(new Set(['done']))
  const left = await holdfast.availability(listingId)
  expect(left?.pools).toMatchObject([{ capacity: 30, taken: 30, resourceName: 'Stalls' }])
  expect((await holdfast.audit(listingId)).drift).toEqual([])
}

test('with a URL sells what there is and adds up', async () => {
  const holdfast = await createHoldfast({ databaseUrl: held.url })
  await sellOut(holdfast)
  await holdfast.close()
})

test('with a pool of the application’s own does the same, and leaves the pool open', async () => {
  const pool = new pg.Pool({ connectionString: held.url, max: 3 })
  for (const options of [{ pool, strategy: 'guarded' as const }, { pool }]) {
    const holdfast = await createHoldfast(options)
    await sellOut(holdfast)
    await holdfast.close()
  }
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('refuses a strategy that it does not have, and a database given twice', async () => {
  const create = (options: object) => createHoldfast(options)
  await expect(create({ databaseUrl: held.url, strategy: 'naive' })).rejects.toThrow(
    'there is no strategy "naive"; allowed: pessimistic,',
  )
  await expect(create({})).rejects.toThrow('either a databaseUrl or a pool')
})

test('has one queue for each strategy on the same connections', async () => {
  const holdfast = await createHoldfast({ databaseUrl: held.url })
  expect(holdfast.under('batched')).toBe(holdfast)
  expect(holdfast.under('guarded').strategy).toBe(STRATEGIES.guarded)
  await sellOut(holdfast.under('guarded'))
  await holdfast.close()
})

describe('onChange', () => {
  test('is told every change after its COMMIT, and no refusal', async () => {
    const changes: CommittedChange[] = []
    const seen: unknown[] = []
    const holdfast = await createHoldfast({
      databaseUrl: held.url,
      onChange: (change) => {
        changes.push(change)
        throw new Error('a mistake of the application')
      },
      onError: (error, what) => seen.push([what, (error as Error).message]),
    })
    const { listingId, resources } = await holdfast.listings.create({
      name: 'A room',
      resources: [{ name: 'Room', capacity: 1 }],
    })
    const lines = [{ poolId: resources[0]?.poolId ?? '', quantity: 1 }]
    const { reservations } = holdfast
    const first = await reservations.hold(listingId, { customer: 'ada', lines, ttlMs: 60_000 })
    const second = await reservations.create(listingId, { customer: 'bob', lines })
    await reservations.release(listingId, yes(first).reservationId)
    expect(second.kind).toBe('refused')
    expect(changes.map(({ kind, reservation }) => [kind, reservation.version])).toEqual([
      ['held', 1],
      ['released', 2],
    ])
    expect(seen).toEqual([
      ['onChange', 'a mistake of the application'],
      ['onChange', 'a mistake of the application'],
    ])
    await holdfast.close()
  })
})
