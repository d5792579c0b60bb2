/** Requests that mail by themselves: what they tell of was refused at the end, or nobody is told of it. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { OutboxEvent } from '../../../src/domain/event.js'
import { mailAfterCommit } from '../../../src/lab/controls/mail-after-commit.js'
import { mailBeforeCommit } from '../../../src/lab/controls/mail-before-commit.js'
import type { MailNow } from '../../../src/lab/controls/mailing.js'
import { type Contestant, createContestant } from '../../../src/lab/race/contestants.js'
import { EVERY_LISTING } from '../../../src/storage/tables/notices/events.js'
import { setListener } from '../../../src/storage/tables/notices/listeners.js'
import { pessimistic } from '../../../src/strategies/pessimistic.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenPools, soldOf } from '../../support/stock/factory.js'

const held = useDatabase({ guard: false })
const ADA = 'ada@example.com'
const UNLUCKY = 'unlucky@example.com'

beforeAll(async () => {
  const somebody = { channel: 'email', destination: 'email:customer' }
  await setListener(held.db, { listingId: EVERY_LISTING, ...somebody })
  await held.db.query(`
    create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'the disk is full'; end $$`)
  await held.db.query(`
    create constraint trigger refuse_at_commit
    after insert on reservations
    deferrable initially deferred
    for each row when (new.customer = '${UNLUCKY}')
    execute function refuse()`)
})
beforeEach(() => held.db.query('delete from events'))

/** One customer asks for a room: the answer, who was mailed, and what is there. */
async function asked(contestant: Contestant, customer: string) {
  const { listingId, poolIds } = await givenPools(held.db, 1)
  const [poolId = ''] = poolIds
  const mailed: OutboxEvent[] = []
  const mailNow: MailNow = async (event) => {
    mailed.push(event)
  }
  const answer = await createContestant(contestant, held.db, {}, mailNow)
    .reserve(listingId, { customer, lines: [{ poolId, quantity: 1 }] })
    .then(
      ({ kind }) => kind,
      (error: Error) => error.message,
    )
  const waiting = await held.db.query('select from events where dispatched_at is null')
  return {
    answer,
    mailed: mailed.map(({ kind, snapshot }) => `${kind} ${snapshot.customer}`),
    sold: await soldOf(held.db, poolId),
    inOutbox: waiting.length,
  }
}

const TOLD = [`reservation.confirmed ${ADA}`]

test.each([mailBeforeCommit, mailAfterCommit])(
  '$name mails whoever booked, once, and leaves nobody else anything to send',
  async (control) => {
    expect(await asked(control, ADA)).toEqual({
      ...{ answer: 'done', mailed: TOLD, sold: 1, inOutbox: 0 },
    })
  },
)

test('before COMMIT: a customer has a mail about a booking that the database refuses', async () => {
  expect(await asked(mailBeforeCommit, UNLUCKY)).toEqual({
    ...{ answer: 'the disk is full', mailed: [`reservation.confirmed ${UNLUCKY}`] },
    ...{ sold: 0, inOutbox: 0 },
  })
})

test('after COMMIT and with the outbox nobody is told of what the database refuses', async () => {
  const nobody = { answer: 'the disk is full', mailed: [], sold: 0, inOutbox: 0 }
  expect(await asked(mailAfterCommit, UNLUCKY)).toEqual(nobody)
  expect(await asked(pessimistic, UNLUCKY)).toEqual(nobody)
})

/** Ada's server is gone before the mail is; her program asks another one again, under the same key. */
async function askedAgain(contestant: Contestant) {
  const { listingId, poolIds } = await givenPools(held.db, 1)
  const wanted = { customer: ADA, lines: [{ poolId: poolIds[0] ?? '', quantity: 1 }] }
  let mails = 0
  let die: () => void = () => {}
  const dying = new Promise<void>((resolve) => {
    die = resolve
  })
  const dead: MailNow = () => {
    die()
    return new Promise(() => {})
  }
  const first = createContestant(contestant, held.db, {}, dead)
  const answered = first.reserve(listingId, wanted, { key: 'one' })
  await Promise.race([dying, answered])
  const second = createContestant(contestant, held.db, {}, async () => {
    mails += 1
  })
  const { kind } = await second.reserve(listingId, wanted, { key: 'one' })
  const waiting = await held.db.query('select from events where dispatched_at is null')
  return { kind, mails, inOutbox: waiting.length }
}

test('after COMMIT: a server that dies leaves a booking of which nobody will ever be told', async () => {
  expect(await askedAgain(mailAfterCommit)).toEqual({ kind: 'done', mails: 0, inOutbox: 0 })
})

test('with the outbox the same booking waits there to be told', async () => {
  expect(await askedAgain(pessimistic)).toEqual({ kind: 'done', mails: 0, inOutbox: 1 })
})
