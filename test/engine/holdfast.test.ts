import pg from 'pg'
import { expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { createHoldfast, type Holdfast } from '../../src/engine/holdfast.js'
import { useDatabase } from '../support/database/test-database.js'
import { told, yes } from '../support/stock/reservations.js'

const held = useDatabase()

async function sellOut(holdfast: Holdfast): Promise<void> {
  const [listingId, resourceId, poolId] = [newId(), newId(), newId()]
  await holdfast.createListing({
    listingId,
    name: 'A concert',
    resources: [{ resourceId, name: 'Stalls', poolId, capacity: 30 }],
  })
  const wanted = { customer: 'ada@example.com', lines: [{ poolId, quantity: 1 }], ttlMs: 60_000 }
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => holdfast.hold(listingId, wanted, { key: `k${i}` })),
  )
  const yeses = answers.filter((answer) => answer.kind === 'done')
  expect(yeses).toHaveLength(30)
  const confirms = await Promise.all(
    yeses.map((answer) => holdfast.confirm(listingId, yes(answer).reservationId)),
  )
  expect(new Set(confirms.map(told))).toEqual(new Set(['done']))
  expect(await holdfast.availability(listingId)).toMatchObject([{ capacity: 30, taken: 30 }])
  expect((await holdfast.audit(listingId)).drift).toEqual([])
  await holdfast.close()
}

test('with a URL sells what there is and adds up', async () => {
  await sellOut(await createHoldfast({ databaseUrl: held.url }))
})

test('with a pool of the application’s own does the same, and leaves the pool open', async () => {
  const pool = new pg.Pool({ connectionString: held.url, max: 3 })
  await sellOut(await createHoldfast({ pool, strategy: 'guarded' }))
  await sellOut(await createHoldfast({ pool }))
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('refuses a strategy that it does not have, and a database given twice', async () => {
  const create = (options: object) => createHoldfast(options)
  await expect(create({ databaseUrl: held.url, strategy: 'naive' })).rejects.toThrow(
    'no strategy "naive"',
  )
  await expect(create({})).rejects.toThrow('either a databaseUrl or a pool')
})
