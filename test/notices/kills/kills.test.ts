/**
 * Servers that book and tell are killed with SIGKILL while the mail server and the receiver of webhooks
 * refuse, hang and break off. Afterwards everybody has been told of what there is, under one id, and nobody
 * of anything else.
 *
 * HOLDFAST_TEST_TOLD sets how many customers book (default 40; 2,000 takes some minutes), of whom every
 * fourth cancels; HOLDFAST_TEST_TOLD_KILLS how often a server is killed (default 3; 60 goes with 2,000).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHoldfast } from '../../../src/engine/holdfast.js'
import { listEveryDeadLetter } from '../../../src/storage/every-listing-notices.js'
import { resendDelivery } from '../../../src/storage/tables/notices/deliveries.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { SEED } from '../../support/seed.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'
import { openBadPostOffice } from './bad-post-office.js'
import { openBadReceiver } from './bad-receiver.js'
import { Fleet } from './fleet.js'

const held = useDatabase({ connections: 4, guard: false })
const BOOKINGS = Number(process.env['HOLDFAST_TEST_TOLD'] ?? 40)
const KILLS = Number(process.env['HOLDFAST_TEST_TOLD_KILLS'] ?? 3)
const CUSTOMERS_AT_ONCE = 12
const TIMEOUT_MS = 500
const CARE_EVERY_MS = 200
const DEADLINE_MS = 600_000
/** So many bookings are no part of a suite any more. */
const REPORTED_FROM = 1_000

/** Of ten customers one wants more than there is, and one is refused by the database at COMMIT. */
const wantsTooMuch = (i: number) => i % 10 === 8
const isUnlucky = (i: number) => i % 10 === 9
const ASKING = Math.ceil((BOOKINGS * 10) / 8)

beforeAll(async () => {
  await held.db.query(`
    create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'the disk is full'; end $$`)
  await held.db.query(`
    create constraint trigger refuse_at_commit
    after insert on reservations
    deferrable initially deferred
    for each row when (new.customer like 'unlucky%')
    execute function refuse()`)
})

const offices = {
  mail: await openBadPostOffice(SEED),
  hooks: await openBadReceiver(SEED + 1),
}
afterAll(async () => {
  offices.hooks.close()
  await offices.mail.close()
})

const COUNT_WAITING = `
  select (select count(*) from events where dispatched_at is null)
         + (select count(*) from deliveries where state in ('due', 'dead')) as waiting`
/** Leases of servers that were killed are over, and so are pauses. */
const PASS_TIME = `
  update deliveries
  set due_at = clock_timestamp(),
      leased_until = null
  where state = 'due'
    and attempted_at < clock_timestamp() - interval '${2 * TIMEOUT_MS} ms'`

/** Somebody looks after what was given up, and time passes. */
async function lookAfter(): Promise<boolean> {
  const dead = await listEveryDeadLetter(held.db, { after: undefined, limit: 1_000 })
  for (const { listingId, deliveryId } of dead) await resendDelivery(held.db, listingId, deliveryId)
  await held.db.query(PASS_TIME)
  const [row] = await held.db.query<{ waiting: number }>(COUNT_WAITING)
  return row?.waiting === 0
}

async function customersOf(fleet: Fleet, listingId: string, poolId: string) {
  const refused = new Set<string>()
  let next = 0
  const customer = async () => {
    for (let i = next++; i < ASKING; i = next++) {
      const name = `${isUnlucky(i) ? 'unlucky' : 'guest'}-${i}@example.com`
      const lines = [{ poolId, quantity: wantsTooMuch(i) ? 1_000_000 : 1 }]
      const answer = await fleet.persist('reserve', listingId, { customer: name, lines })
      if (answer?.kind !== 'done') refused.add(name)
      else if (i % 4 === 0) {
        const { reservationId } = answer.reservation
        await fleet.persist('cancel', listingId, reservationId)
      }
    }
  }
  await Promise.all(Array.from({ length: CUSTOMERS_AT_ONCE }, customer))
  return refused
}

interface Row {
  readonly reservationId: string
  readonly customer: string
  readonly state: 'confirmed' | 'cancelled'
}

/** What each customer ought to have been told of each booking: names are told as often as they differ. */
function differences(rows: readonly Row[]): string[] {
  const known = new Map(rows.map((row) => [row.reservationId, row]))
  const mails = new Map<string, Set<string>>()
  const hooks = new Map<string, Map<string, Set<string>>>()
  const found: string[] = []
  for (const { reservationId = '', to, messageId } of offices.mail.arrived) {
    if (known.get(reservationId)?.customer !== to) found.push(`${to} has a mail ${messageId}`)
    mails.set(reservationId, (mails.get(reservationId) ?? new Set()).add(messageId))
  }
  for (const { reservationId, id, type, customer } of offices.hooks.arrived) {
    if (known.get(reservationId)?.customer !== customer) found.push(`${customer} has a ${type}`)
    const kinds = hooks.get(reservationId) ?? new Map<string, Set<string>>()
    hooks.set(reservationId, kinds.set(type, (kinds.get(type) ?? new Set()).add(id)))
  }
  for (const { reservationId, customer, state } of rows) {
    const kinds = [
      'reservation.confirmed',
      ...(state === 'cancelled' ? ['reservation.cancelled'] : []),
    ]
    const names = mails.get(reservationId)?.size ?? 0
    if (names !== kinds.length) found.push(`${customer} is ${state} and has ${names} mails`)
    const told = [...(hooks.get(reservationId) ?? [])].map(([kind, ids]) => `${kind} ${ids.size}`)
    const expected = kinds.map((kind) => `${kind} 1`)
    if (told.sort().join() !== expected.sort().join()) found.push(`${customer}: ${told.join()}`)
  }
  return found
}

async function careUntil(over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await lookAfter()
    await pause(CARE_EVERY_MS)
  }
}

/** Kills a server each time that enough was told; the last mails are for servers that live. */
async function killWhileTelling(fleet: Fleet): Promise<void> {
  const mails = BOOKINGS + BOOKINGS / 4
  while (fleet.kills < KILLS) {
    const due = ((fleet.kills + 1) * mails * 0.9) / (KILLS + 1)
    await until('enough was told', () => offices.mail.arrived.length >= due, DEADLINE_MS)
    await fleet.killOne()
  }
}

/** The figures of a long run, for whoever started it. */
function report(fleet: Fleet, rows: number, refused: number): void {
  const { mail, hooks } = offices
  console.info({
    ...{ bookings: rows, refused, kills: fleet.kills },
    ...{ mails: mail.arrived.length, differentMails: idsOf(mail.arrived, 'messageId') },
    ...{ webhooks: hooks.arrived.length, differentWebhooks: idsOf(hooks.arrived, 'id') },
    ...{ mailFaults: Object.fromEntries(mail.faults) },
    ...{ webhookFaults: Object.fromEntries(hooks.faults) },
  })
}

function idsOf<Name extends string>(
  arrived: readonly { readonly [Key in Name]: string }[],
  name: Name,
): number {
  return new Set(arrived.map((each) => each[name])).size
}

test(`of ${BOOKINGS} bookings and ${KILLS} kills everybody is told under one id, and nobody else`, async () => {
  const { listingId, poolIds } = await givenPools(held.db, BOOKINGS)
  const holdfast = openHoldfast({ url: held.url, webhooks: { toLoopback: true } })
  await holdfast.webhooks.create({ url: offices.hooks.url, listingId })
  const { url: mailUrl } = offices.mail
  const fleet = new Fleet({ url: held.url, mailUrl, timeoutMs: TIMEOUT_MS })
  await Promise.all([fleet.grow(), fleet.grow()])
  const killing = later(killWhileTelling(fleet))
  const over = new AbortController()
  const caring = later(careUntil(over.signal))
  const refused = await customersOf(fleet, listingId, poolIds[0] ?? '')
  await killing
  over.abort()
  await caring
  offices.mail.recover()
  offices.hooks.recover()
  await until('nothing is left to tell', lookAfter, DEADLINE_MS)
  await fleet.stop()
  await holdfast.close()

  const rows = await held.db.query<Row>(
    `select reservation_id as "reservationId", customer, state from reservations where listing_id = $1`,
    [listingId],
  )
  if (BOOKINGS >= REPORTED_FROM) report(fleet, rows.length, refused.size)
  expect(differences(rows)).toEqual([])
  expect([rows.length, refused.size]).toEqual([BOOKINGS, ASKING - BOOKINGS])
  expect(fleet.kills).toBe(KILLS)
  expect(offices.mail.faults.size + offices.hooks.faults.size, 'nothing broke').toBeGreaterThan(4)
}, 1_200_000)
