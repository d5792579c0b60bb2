/** Contact and metadata go with their reservation: through every strategy, and within a transaction. */
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { holdfastOn } from '../../src/engine/holdfast.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { STRATEGY_NAMES } from '../../src/strategies/strategy.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenPools } from '../support/stock/factory.js'
import { passTime, told, yes } from '../support/stock/reservations.js'

const held = useDatabase({ connections: 8 })
const holdfast = (name: (typeof STRATEGY_NAMES)[number] = 'batched') =>
  holdfastOn(held.db, { strategy: STRATEGIES[name], retry: { attemptsMax: 30 } })

const CONTACT = { name: 'Ada Lovelace', email: 'ada@example.com', locale: 'en' }

/** How many rows the listing has of each. */
async function rowsOf(listingId: string) {
  const [row] = await held.db.query<{ contacts: number; pairs: number }>(
    `select (select count(*)::integer from contacts where listing_id = $1) as contacts,
            (select count(*)::integer from reservation_metadata where listing_id = $1) as pairs`,
    [listingId],
  )
  return row
}

describe.each(STRATEGY_NAMES)('under %s', (name) => {
  test('each reservation has its own details, and who was refused or sent none has none', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 6)
    const [poolId = ''] = poolIds
    const { reservations, audit } = holdfast(name)
    const results = await Promise.all(
      Array.from({ length: 9 }, (_, i) =>
        reservations.create(listingId, {
          customer: `guest ${i}`,
          lines: [{ poolId, quantity: 1 }],
          ...(i % 3 === 0
            ? {}
            : { contact: { ...CONTACT, note: `note ${i}` }, metadata: { order: `${i}` } }),
        }),
      ),
    )
    const made = results.flatMap((each, i) => (each.kind === 'done' ? [{ ...each, i }] : []))
    expect(made).toHaveLength(6)
    const described = made.filter(({ i }) => i % 3 !== 0)
    expect(await rowsOf(listingId)).toEqual({
      contacts: described.length,
      pairs: described.length,
    })
    for (const { i, reservation, details } of made) {
      const found = await reservations.get(listingId, reservation.reservationId)
      const expected = {
        contact: { ...CONTACT, note: `note ${i}` },
        metadata: { order: `${i}` },
      }
      expect(details).toEqual(i % 3 === 0 ? undefined : expected)
      expect(found?.details).toEqual(i % 3 === 0 ? { contact: {}, metadata: {} } : expected)
    }
    const [first] = described
    const id = first?.reservation.reservationId ?? ''
    const changed = await reservations.describe(listingId, id, { contact: { locale: null } })
    expect(yes(changed).version).toBe(2)
    expect(changed.kind === 'done' && changed.details?.contact).not.toHaveProperty('locale')
    const cancelled = await reservations.cancel(listingId, id)
    expect(cancelled.kind === 'done' && cancelled.details?.metadata).toEqual({
      order: `${first?.i}`,
    })
    expect((await audit(listingId)).drift).toEqual([])
  })
})

test('a key answers with the details of now, and another contact is another request', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 6)
  const { reservations } = holdfast()
  const wanted = { customer: 'ada', lines: [{ poolId: poolIds[0] ?? '', quantity: 1 }] }
  const options = { key: newId() }
  const create = (contact: object) =>
    reservations.create(listingId, { ...wanted, contact }, options)
  const { reservationId } = yes(await create(CONTACT))
  await reservations.describe(listingId, reservationId, { contact: { name: 'Ada King' } })
  const again = await create(CONTACT)
  expect([again.replayed, again.kind === 'done' && again.details?.contact]).toEqual([
    true,
    { ...CONTACT, name: 'Ada King' },
  ])
  expect(told(await create({ ...CONTACT, name: 'Grace' }))).toBe('idempotency_key_reused')
  const corrected = { contact: { name: 'Ada Byron' }, key: newId() }
  expect(told(await reservations.describe(listingId, reservationId, corrected))).toBe('done')
  const kept = await held.db.query(
    `select outcome::text || reservations::text as kept from answers, reservations
     where answers.listing_id = $1 and reservations.listing_id = $1
     union all
     select journal::text from journal where listing_id = $1`,
    [listingId],
  )
  expect(JSON.stringify(kept), 'nothing but the contact has the name').not.toMatch(
    /Lovelace|King|Byron|ada@example/,
  )
})

test('details are changed in any state, at the version that the caller has seen, and only if they differ', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 6)
  const { reservations, audit } = holdfast()
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const wanted = { customer: 'ada', lines, ttlMs: 60_000 }
  const { reservationId: id } = yes(await reservations.create(listingId, wanted))
  const contact = { name: 'Ada' }
  const describe = async (options: Parameters<typeof reservations.describe>[2]) => {
    const answer = await reservations.describe(listingId, id, options)
    return answer.kind === 'done' ? answer.reservation.version : answer.refusal.code
  }
  expect(await describe({ contact, expectedVersion: 2 })).toBe('version_mismatch')
  expect(await describe({ contact, expectedVersion: 1 })).toBe(2)
  expect(await describe({ contact })).toBe(2)
  await passTime(held.db, id)
  expect(await describe({ metadata: { order: '7' } })).toBe(3)
  const found = await reservations.get(listingId, id)
  expect([found?.reservation.state, found?.reservation.version]).toEqual(['expired', 4])
  expect(await describe({ contact: null, metadata: { order: null } })).toBe(5)
  expect(await rowsOf(listingId)).toEqual({ contacts: 0, pairs: 0 })
  expect((await audit(listingId)).drift).toEqual([])
  await expect(describe({ contact: { email: 'a b' } })).rejects.toThrow('the email of a contact')
})

test('within a transaction the contact is there if the application commits', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 6)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const client = new pg.Client({ connectionString: held.url })
  await client.connect()
  const { within } = holdfast()
  const create = () =>
    within(client).reservations.create(
      listingId,
      { customer: 'ada', lines, contact: CONTACT },
      { key: newId() },
    )
  await client.query('begin')
  expect((await create()).kind).toBe('done')
  await client.query('rollback')
  expect(await rowsOf(listingId)).toEqual({ contacts: 0, pairs: 0 })
  await client.query('begin')
  const made = await create()
  await client.query('commit')
  await client.end()
  expect(made.kind === 'done' && made.details?.contact).toEqual(CONTACT)
  expect(await rowsOf(listingId)).toEqual({ contacts: 1, pairs: 0 })
})
