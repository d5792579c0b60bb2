import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { createListing, type NewListing } from '../../../src/engine/sale/listings.js'
import { hashOfAllRows } from '../../support/database/all-rows.js'
import { useDatabase } from '../../support/database/test-database.js'

const held = useDatabase()

function listingOf(capacity: number) {
  const resource = { resourceId: newId(), name: 'Hotel', poolId: newId(), capacity }
  return { listingId: newId(), name: 'Event', resources: [resource] } satisfies NewListing
}

describe('createListing', () => {
  test('leaves what was sold alone when a server puts the same listing on sale at its next start', async () => {
    const listing = listingOf(5)
    await createListing(held.db, listing)
    await held.db.query('update pools set taken = 3, version = 3 where listing_id = $1', [
      listing.listingId,
    ])
    const before = await hashOfAllRows(held.db)
    await createListing(held.db, listing)
    await createListing(held.db, { ...listing, name: 'Another name' })
    expect(await hashOfAllRows(held.db)).toEqual(before)
  })

  test('creates it once when many servers start at once', async () => {
    const listing = listingOf(5)
    await Promise.all(Array.from({ length: 10 }, () => createListing(held.db, listing)))
    const rows = await held.db.query('select capacity from pools where listing_id = $1', [
      listing.listingId,
    ])
    expect(rows).toEqual([{ capacity: 5 }])
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 31])('refuses a capacity of %s', async (capacity) => {
    const before = await hashOfAllRows(held.db)
    await expect(createListing(held.db, listingOf(capacity))).rejects.toMatchObject({
      code: 'invalid_input',
      message: `a capacity is a whole number from 0 to 2147483647, not ${capacity}`,
    })
    expect(await hashOfAllRows(held.db)).toEqual(before)
  })

  test('creates all of it or nothing: no event without its hotels is left behind', async () => {
    const before = await hashOfAllRows(held.db)
    const refuse = `add constraint none check (capacity <> 5) not valid`
    await held.db.query(`alter table pools ${refuse}`)
    await expect(createListing(held.db, listingOf(5))).rejects.toMatchObject({ code: '23514' })
    await held.db.query('alter table pools drop constraint none')
    expect(await hashOfAllRows(held.db)).toEqual(before)
  })
})
