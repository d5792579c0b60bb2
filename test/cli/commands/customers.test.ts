/** `holdfast customers`: everything about a person as one document, and then nothing. */
import { expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { createEngine } from '../../../src/engine/engine.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { run } from '../../support/process/command.js'
import { givenPools } from '../../support/stock/factory.js'
import { yes } from '../../support/stock/reservations.js'

const held = useDatabase()
const customers = (...words: string[]) => run(['customers', ...words], { DATABASE_URL: held.url })

test('a customer of two listings is told everything, and erased in both', async () => {
  const engine = createEngine({ db: held.db, strategy: STRATEGIES.pessimistic })
  const made: { readonly listing: string; readonly id: string }[] = []
  for (const [name] of [['Ada'], ['Ada Lovelace']]) {
    const { listingId, poolIds } = await givenPools(held.db, 5)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    const wanted = { customer: 'ada@example.com', lines, contact: { name: name ?? '' } }
    made.push({
      listing: listingId,
      id: yes(await engine.reserve(listingId, wanted)).reservationId,
    })
  }
  const told = await customers('export', 'ADA@example.com')
  expect([told.status, told.stderr]).toEqual([0, ''])
  const { listings } = JSON.parse(told.stdout)
  expect(listings).toHaveLength(2)
  expect(listings).toMatchObject(
    made.map(({ listing, id }) => ({ listing_id: listing, reservations: [{ id }] })),
  )
  expect(listings[1].reservations[0].contact).toEqual({ name: 'Ada Lovelace' })
  const words = ['erase', 'ada@example.com', '--reason', 'Request 7', '--json']
  const erased = await customers(...words)
  expect(erased.status).toBe(0)
  expect(erased.stdout).not.toContain('ada')
  expect(JSON.parse(erased.stdout).listings).toMatchObject(
    made.map(({ listing }) => ({ listing_id: listing, reservations: 1 })),
  )
  const gone = await customers('export', 'ada@example.com')
  expect([gone.status, gone.stdout, gone.stderr]).toEqual([
    2,
    '',
    'holdfast: nobody of this name has a reservation there\n',
  ])
  const nowhere = await customers('erase', 'ada@example.com', '--listing', newId())
  expect([nowhere.status, nowhere.stderr]).toEqual([2, expect.stringContaining('no listing')])
})
