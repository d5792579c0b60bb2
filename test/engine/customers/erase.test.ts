/** A customer is told everything that is known, and is forgotten without a trace; the books stay whole. */
import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { type Holdfast, holdfastOn } from '../../../src/engine/holdfast.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { textOfAllRows } from '../../support/database/all-rows.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenPools } from '../../support/stock/factory.js'
import { passTime, told, yes } from '../../support/stock/reservations.js'

const held = useDatabase({ connections: 6 })
const addresses: string[] = []
let holdfast: Holdfast

/** What would give the person away, in any spelling that a table could have. */
const TRACE = /lovelace|ada@|0958|wheelchair|9f7c2/i

beforeAll(() => {
  holdfast = holdfastOn(held.db, {
    strategy: STRATEGIES.batched,
    onErased: async (erased) => void addresses.push(...erased),
  })
})

/** A life of a customer, which leaves something in every table that can hold a name. */
async function givenLife() {
  const { listingId, poolIds } = await givenPools(held.db, 5)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const { reservations, customers, listings } = holdfast
  await held.db.query(
    `insert into listeners (listing_id, channel, destination) values ($1, 'email', 'customer')`,
    [listingId],
  )
  await listings.change(listingId, { policy: { customerUnitsMax: 4 } })
  const contact = {
    name: 'Ada Lovelace',
    email: 'Ada@Home.example',
    phone: '+44 20 7946 0958',
    note: 'needs a wheelchair',
  }
  const wanted = { customer: 'Ada Lovelace', lines, contact, metadata: { order: '9f7c2' } }
  const key = newId()
  const first = yes(await reservations.create(listingId, wanted, { key }))
  await customers.change(listingId, 'Ada Lovelace', { becomes: 'ada@example.com' })
  const ada = 'ada@example.com'
  const paid = yes(await reservations.create(listingId, { customer: ada, lines, ttlMs: 60_000 }))
  const payment = { key: newId(), paymentRef: 'pay_1', reason: 'Ada Lovelace called' }
  await reservations.confirm(listingId, paid.reservationId, payment)
  await reservations.cancel(listingId, paid.reservationId, { key: newId() })
  const late = yes(await reservations.create(listingId, { customer: ada, lines, ttlMs: 60_000 }))
  await passTime(held.db, late.reservationId)
  await reservations.get(listingId, late.reservationId)
  const ended = { listingId, deliveryId: newId() }
  await held.db.query(
    `insert into deliveries
       (listing_id, delivery_id, event_id, subject_id, version, channel, destination, state, reason,
        answer, ended_at)
     select listing_id, $2, event_id, subject_id, version, 'email', 'email:customer', 'dead',
            'no mailbox ada@example.com', 'thank you, Ada Lovelace', clock_timestamp()
     from events
     where listing_id = $1
     order by event_id
     limit 1`,
    [ended.listingId, ended.deliveryId],
  )
  const other = yes(await reservations.create(listingId, { customer: 'grace', lines, contact: {} }))
  return { listingId, lines, wanted, key, first, paid, late, other }
}

test('is told everything: reservations, contacts, refunds, the journal, and who was told', async () => {
  const { listingId, first, paid, late } = await givenLife()
  const record = await holdfast.customers.export(listingId, ' ADA@example.com')
  const [part] = record?.parts ?? []
  expect(record?.customer).toBe('ada@example.com')
  expect(part?.reservations.map((each) => [each.reservationId, each.state])).toEqual([
    [first.reservationId, 'confirmed'],
    [paid.reservationId, 'cancelled'],
    [late.reservationId, 'expired'],
  ])
  expect(part?.details.get(first.reservationId)).toMatchObject({
    contact: { phone: '+44 20 7946 0958' },
    metadata: { order: '9f7c2' },
  })
  expect(part?.refunds).toMatchObject([{ paymentRef: 'pay_1', reason: 'cancelled' }])
  expect(part?.entries.map(({ kind }) => kind)).toEqual([
    ...['confirmed', 'customer_changed', 'held', 'confirmed', 'cancelled', 'held', 'expired'],
  ])
  expect(part?.notices).toMatchObject([{ destination: 'email:customer', state: 'dead' }])
  expect(await holdfast.customers.export(listingId, 'nobody')).toBeUndefined()
  await expect(holdfast.customers.export(listingId, `block:${newId()}`)).rejects.toThrow('a block')
  await holdfast.customers.erase(listingId, 'ada@example.com')
})

describe('who is erased', () => {
  test('leaves no trace in any table, and books that agree', async () => {
    const { listingId, lines, wanted, key, first, other } = await givenLife()
    const before = await textOfAllRows(held.db)
    const traced = Object.entries(before).filter(([, text]) => TRACE.test(text))
    expect(traced.map(([table]) => table)).toEqual([
      ...['answers', 'contacts', 'customers', 'deliveries', 'events', 'journal'],
      ...['reservation_metadata', 'reservations'],
    ])
    addresses.length = 0
    const outcome = await holdfast.customers.erase(listingId, 'ADA@example.com', {
      reason: 'Request 7',
    })
    expect(outcome).toEqual({
      kind: 'done',
      customer: expect.stringMatching(/^erased:[0-9a-f-]{36}$/),
      reservations: 3,
    })
    expect(addresses.sort()).toEqual(['Ada@Home.example', 'ada@example.com'])
    for (const [table, text] of Object.entries(await textOfAllRows(held.db))) {
      expect(TRACE.exec(text)?.[0], `${table} still tells who it was`).toBeUndefined()
    }
    const { reservations, customers, audit } = holdfast
    const found = await reservations.get(listingId, first.reservationId)
    expect(found).toMatchObject({
      reservation: { customer: outcome.kind === 'done' && outcome.customer, version: 3 },
      details: { contact: {}, metadata: {} },
    })
    const entries = await reservations.history(listingId, first.reservationId)
    expect(entries?.at(-1)).toMatchObject({ kind: 'customer_erased', reason: 'Request 7' })
    expect((await reservations.get(listingId, other.reservationId))?.reservation.customer).toBe(
      'grace',
    )
    expect((await audit(listingId)).drift).toEqual([])
    expect(told(await reservations.create(listingId, wanted, { key }))).toBe(
      'idempotency_key_reused',
    )
    expect(await customers.erase(listingId, 'ada@example.com')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'not_found' },
    })
    const again = yes(await reservations.create(listingId, { customer: 'ada@example.com', lines }))
    expect(again.customer, 'who comes back is somebody new').toBe('ada@example.com')
  })

  test('with many reservations goes in several transactions, under one pseudonym', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 2_000)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    const customer = 'walk-in'
    await Promise.all(
      Array.from({ length: 502 }, () =>
        holdfast.reservations.create(listingId, { customer, lines }),
      ),
    )
    const outcome = await holdfast.customers.erase(listingId, customer)
    expect(outcome).toMatchObject({ kind: 'done', reservations: 502 })
    const rows = await held.db.query(
      'select customer from reservations where listing_id = $1 group by customer',
      [listingId],
    )
    expect(rows).toHaveLength(1)
    expect((await holdfast.audit(listingId)).drift).toEqual([])
  })
})
