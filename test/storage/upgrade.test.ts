/** A database of an earlier version keeps what it knew when it is brought up to date. */
import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { normalCustomer } from '../../src/domain/reservation/customer.js'
import { createHoldfast, openHoldfast } from '../../src/engine/holdfast.js'
import { migrate } from '../../src/storage/driver/migrate.js'
import { withClient, withEmptyDatabase } from '../support/database/empty-database.js'

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** Brings a database up to the files before `name`, in the schema where their version kept its tables. */
async function migrateBefore(url: string, name: string, schema = 'public'): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-migrations-'))
  try {
    for (const file of (await readdir(FOLDER)).filter((each) => each < name)) {
      await copyFile(join(FOLDER, file), join(folder, file))
    }
    await migrate(url, { folder, schema })
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('refunds that were due or settled before there was a list of them are on it', async () => {
  await withEmptyDatabase(async (url) => {
    await migrateBefore(url, '0006')
    const listingId = newId()
    const [due, settled, cancelled] = [newId(), newId(), newId()]
    await withClient(url, async (client) => {
      await client.query(`insert into listings (listing_id, name) values ($1, 'Old')`, [listingId])
      await client.query(
        `insert into reservations
           (listing_id, reservation_id, state, customer, line_count, payment_ref, refund_due)
         values ($1, $2, 'expired', 'ada', 0, 'p1', true),
                ($1, $3, 'expired', 'ada', 0, 'p2', false),
                ($1, $4, 'cancelled', 'ada', 0, 'p3', false)`,
        [listingId, due, settled, cancelled],
      )
      for (const id of [due, settled, cancelled]) {
        await client.query(
          `insert into reservation_lines
             (listing_id, reservation_id, line_no, pool_id, quantity, taken_version, given_back_version)
           values ($1, $2, 1, $3, 1, 1, 2)`,
          [listingId, id, newId()],
        )
      }
      await client.query(
        `insert into journal (listing_id, entry_id, kind, pool_id, detail)
         values ($1, $2, 'capacity_changed', $2,
                 '{"version": 1, "from": 2, "to": 1, "reason": "before"}')`,
        [listingId, newId()],
      )
    })
    const holdfast = await createHoldfast({ databaseUrl: url, maintain: false })
    const { refunds, journal, reservations } = holdfast
    const list = await refunds.list(listingId)
    expect(list.refunds).toMatchObject([
      { refund: { reservationId: due, paymentRef: 'p1', reason: 'capacity_gone' } },
    ])
    expect(await refunds.settle(listingId, settled)).toMatchObject({
      kind: 'done',
      refund: { paymentRef: 'p2' },
    })
    expect(await reservations.confirm(listingId, due, { paymentRef: 'p1' })).toMatchObject({
      refusal: { code: 'capacity_gone', refundDue: true },
    })
    const late = await reservations.confirm(listingId, cancelled, { paymentRef: 'p3' })
    expect(late).toMatchObject({ refusal: { code: 'invalid_transition' } })
    expect((await refunds.list(listingId)).refunds).toHaveLength(1)
    expect(await journal.list(listingId, undefined, { kind: 'capacity_changed' })).toMatchObject([
      { reason: 'before', actor: null, detail: { from: 2, to: 1 } },
    ])
    await holdfast.close()
  })
})

/** Each schema's tables and types of its own. */
const namesIn = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ schema: string; names: string[] }>(
      `select nspname as schema, array_agg(relname::text order by relname) as names
       from pg_class
       join pg_namespace on pg_namespace.oid = relnamespace
       where nspname in ('public', 'holdfast') and relkind in ('r', 'v')
       group by nspname`,
    )
    return Object.fromEntries(rows.map(({ schema, names }) => [schema, names]))
  })

test('what stands in public moves into the schema, with its rows and with who may use it', async () => {
  const role = `holdfast_upgrade_${randomBytes(6).toString('hex')}`
  await withEmptyDatabase(async (url) => {
    await migrateBefore(url, '0006')
    const listingId = newId()
    await withClient(url, async (client) => {
      await client.query(`create role ${role} login password 'secret'`)
      await client.query(
        `grant select, insert, update, delete on all tables in schema public to ${role}`,
      )
      await client.query(`insert into listings (listing_id, name) values ($1, 'Old')`, [listingId])
      await client.query(
        'create table public.orders (listing_id uuid references public.listings, refunds integer)',
      )
      await client.query(`create view public.names as select name from public.listings`)
      // A later version has a table of this name, which is the application's own here.
      await client.query('create table public.refunds (theirs integer)')
    })
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)])
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    const { public: theirs, holdfast: ours } = await namesIn(url)
    expect(theirs).toEqual(['names', 'orders', 'refunds'])
    expect(ours).toEqual(expect.arrayContaining(['listings', 'refunds', 'schema_migrations']))
    const asRole = new URL(url)
    Object.assign(asRole, { username: role, password: 'secret' })
    const holdfast = openHoldfast({ url: asRole.href })
    expect(await holdfast.listings.get(listingId)).toMatchObject({ name: 'Old' })
    await holdfast.close()
    await withClient(url, async (client) => {
      expect((await client.query('select * from public.names')).rows).toEqual([{ name: 'Old' }])
      await client.query(`drop owned by ${role}`)
      await client.query(`drop role ${role}`)
    })
  })
})

test('tables that somebody has led into a schema of another name are not left behind there', async () => {
  await withEmptyDatabase(async (url) => {
    const led = new URL(url)
    led.searchParams.set('options', '-c search_path=booking')
    await migrateBefore(led.href, '0006', 'booking')
    await expect(migrate(led.href)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('HOLDFAST_SCHEMA=booking'),
    })
    expect(await migrate(led.href, { schema: 'booking' })).not.toEqual([])
  })
})

test('customers of before have the normal form, and what was set has a history', async () => {
  const cased = [...Array(0x2000).keys(), ...Array.from({ length: 26 }, (_, i) => 0xff21 + i)]
    .map((point) => String.fromCodePoint(point))
    .filter((letter) => /\p{Lu}|\p{Lt}/u.test(letter))
  const unseen = [...Array(0x10000).keys(), 0xe0041, 0x1d173]
    .map((point) => String.fromCodePoint(point))
    .filter((sign) => /\p{Default_Ignorable_Code_Point}/u.test(sign))
  const spellings = [
    ...[...cased, ...unseen].map((sign) => `${sign}a@example.test`),
    ...['Zoe\u0308', ' Ada \u2003 Lovelace\u3000', 'Ada', 'block:X', '\u{1f469}\u200d\u{1f467}'],
  ]
  await withEmptyDatabase(async (url) => {
    await migrateBefore(url, '0011')
    const [listingId, resourceId, poolId] = [newId(), newId(), newId()]
    await withClient(url, async (client) => {
      await client.query(
        `insert into listings (listing_id, name, customer_units_max) values ($1, 'Old', 7)`,
        [listingId],
      )
      await client.query(
        `insert into resources (listing_id, resource_id, name) values ($1, $2, 'Rooms')`,
        [listingId, resourceId],
      )
      await client.query(
        `insert into schedules (listing_id, resource_id, spec) values ($1, $2, '{"soldBy": "slots"}')`,
        [listingId, resourceId],
      )
      await client.query(
        `insert into pools (listing_id, pool_id, resource_id, capacity) values ($1, $2, $3, 0)`,
        [listingId, poolId, resourceId],
      )
      await client.query(
        `insert into nights (listing_id, resource_id, night, pool_id, minimum_stay)
         values ($1, $2, '2031-05-01', $3, 2)`,
        [listingId, resourceId, poolId],
      )
      await client.query(
        `insert into journal (listing_id, entry_id, kind, pool_id, detail)
         values ($1, $2, 'pool_opened', $3,
           jsonb_build_object('version', 0, 'resource_id', $4::text, 'capacity', 0, 'night', '2031-05-01'))`,
        [listingId, newId(), poolId, resourceId],
      )
      await client.query(
        `insert into reservations (listing_id, reservation_id, state, customer, line_count)
         select $1, gen_random_uuid(), 'released', customer, 0 from unnest($2::text[]) as customer`,
        [listingId, spellings],
      )
    })
    await migrate(url)
    await withClient(url, async (client) => {
      const { rows } = await client.query('select customer from reservations')
      expect(rows.map(({ customer }) => customer).sort()).toEqual(
        spellings.map(normalCustomer).sort(),
      )
      await client.query('delete from reservations')
    })
    const holdfast = await createHoldfast({ databaseUrl: url, maintain: false })
    expect((await holdfast.audit()).drift).toEqual([])
    await holdfast.listings.change(listingId, { policy: { customerUnitsMax: 8 } })
    expect(
      await holdfast.journal.list(listingId, undefined, { kind: 'listing_changed' }),
    ).toMatchObject([
      { detail: { version: 2, from: { customer_units_max: 7 }, to: { customer_units_max: 8 } } },
    ])
    await holdfast.close()
  })
})
