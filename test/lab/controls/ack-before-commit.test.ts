/** What a killed server makes of it is in test/engine/crash.test.ts. */
import { beforeAll, expect, test } from 'vitest'
import { ackBeforeCommit } from '../../../src/lab/controls/ack-before-commit.js'
import { type Contestant, createContestant } from '../../../src/lab/race/contestants.js'
import { pessimistic } from '../../../src/strategies/pessimistic.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenPools, soldOf } from '../../support/stock/factory.js'

const held = useDatabase({ guard: false })

beforeAll(async () => {
  await held.db.query(`
    create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'the disk is full'; end $$`)
  await held.db.query(`
    create constraint trigger refuse_at_commit
    after insert on reservations
    deferrable initially deferred
    for each row execute function refuse()`)
})

/** Asks for a room that the database refuses to keep when COMMIT comes. */
async function told(contestant: Contestant) {
  const { listingId, poolIds } = await givenPools(held.db, 1)
  const [poolId = ''] = poolIds
  const asked = createContestant(contestant, held.db).reserve(listingId, {
    customer: 'ada@example.com',
    lines: [{ poolId, quantity: 1 }],
  })
  const answer = await asked.then(
    ({ kind }) => kind,
    (error: Error) => error.message,
  )
  return { answer, sold: await soldOf(held.db, poolId) }
}

test('a customer is told yes although COMMIT is refused, and nothing is there', async () => {
  expect(await told(ackBeforeCommit)).toEqual({ answer: 'done', sold: 0 })
})

test('the engine that it spoils tells the fault instead', async () => {
  expect(await told(pessimistic)).toEqual({ answer: 'the disk is full', sold: 0 })
})
