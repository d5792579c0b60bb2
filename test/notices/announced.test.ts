/** A listing in which everything happens once: its events are what its journal says. */
import { expect, test } from 'vitest'
import { EVERY_LISTING } from '../../src/storage/tables/notices/events.js'
import { setListener } from '../../src/storage/tables/notices/listeners.js'
import { givenWholeHouse } from '../engine/upkeep/whole-house.js'
import { useDatabase } from '../support/database/test-database.js'
import { ANNOUNCED_KINDS, expectAnnounced } from '../support/model/announced.js'

const held = useDatabase()

test('every kind of event is written, for every change that the journal has of it', async () => {
  await setListener(held.db, { listingId: EVERY_LISTING, channel: 'house', destination: 'house' })
  const listingId = await givenWholeHouse(held.db)
  expect([...(await expectAnnounced(held.db, listingId))].sort()).toEqual(
    [...ANNOUNCED_KINDS].sort(),
  )
})
