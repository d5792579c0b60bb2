import { expect, test } from 'vitest'
import { cancelTwice } from '../../../src/lab/controls/cancel-twice.js'
import { type Contestant, createContestant } from '../../../src/lab/race/contestants.js'
import { pessimistic } from '../../../src/strategies/pessimistic.js'
import { conformance } from '../../strategies/conformance.js'
import { interleave } from '../../support/database/interleaving.js'
import { useDatabase } from '../../support/database/test-database.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'

// Its takes are pessimistic's; only what it gives back is too much.
conformance(cancelTwice, true)

const held = useDatabase({ guard: false })
const SELECT_ACTIVE = `
  select count(*) as reservations
  from reservations
  where listing_id = $1
    and state = 'confirmed'`

/** Ada cancels twice at once in a hotel with two rooms, of which Bob has the other. */
async function cancelledByTwoClicks(contestant: Contestant) {
  const { listingId, poolIds } = await givenPools(held.db, 2)
  const [poolId = ''] = poolIds
  const engine = createContestant(contestant, held.db)
  const reserve = (customer: string) =>
    engine.reserve(listingId, { customer, lines: [{ poolId, quantity: 1 }] })
  const ada = await reserve('ada@example.com')
  await reserve('bob@example.com')
  const id = ada.kind === 'done' ? ada.reservation.reservationId : ''
  // A click looks at the reservation and its lines; then the other one comes and goes.
  await interleave(held.db, ['a', 'a', 'b', 'b', 'b', 'b', 'b'], (db) =>
    createContestant(contestant, db).cancel(listingId, id),
  )
  const { taken } = await counterOf(held.db, poolId)
  for (const customer of ['cleo@example.com', 'dan@example.com']) await reserve(customer)
  const [row] = await held.db.query<{ reservations: number }>(SELECT_ACTIVE, [listingId])
  return { taken, rooms: 2, guests: row?.reservations }
}

test('two clicks on cancel give one room back twice, and two rooms have three guests', async () => {
  expect(await cancelledByTwoClicks(cancelTwice)).toEqual({ taken: 0, rooms: 2, guests: 3 })
})

test('with the lock that it leaves out, the same two clicks give the room back once', async () => {
  expect(await cancelledByTwoClicks(pessimistic)).toEqual({ taken: 1, rooms: 2, guests: 2 })
})
