/** Databases as they are found: the whole flow under each of them. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHoldfast, type HoldfastOptions } from '../../src/engine/holdfast.js'
import { commit, openDatabase } from '../../src/storage/driver/database.js'
import { TABLES } from '../../src/storage/schema/in-schema.js'
import { HAS_PGBOUNCER, startPgBouncer } from '../support/database/pgbouncer.js'
import { useDatabase } from '../support/database/test-database.js'
import { withClient } from '../support/database/with-client.js'
import { wholeFlow } from '../support/stock/whole-flow.js'

/** Every setting that changes what a session reads or writes as text, at another value than usual. */
const ALTERED = {
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'iso_8601',
  TimeZone: 'Asia/Kathmandu',
  array_nulls: 'off',
  backslash_quote: 'on',
  bytea_output: 'escape',
  client_encoding: 'LATIN1',
  client_min_messages: 'error',
  default_text_search_config: 'pg_catalog.german',
  default_transaction_isolation: 'serializable',
  escape_string_warning: 'off',
  extra_float_digits: '-15',
  lc_messages: 'POSIX',
  lc_monetary: 'POSIX',
  lc_numeric: 'POSIX',
  lc_time: 'POSIX',
  quote_all_identifiers: 'on',
  row_security: 'off',
  standard_conforming_strings: 'off',
  synchronize_seqscans: 'off',
  timezone_abbreviations: 'India',
  transform_null_equals: 'on',
  xmlbinary: 'hex',
  xmloption: 'document',
}
/** Where they stand in the server's own list: a new one has to be thought about. */
const CATEGORIES = ['Locale and Formatting', 'Previous PostgreSQL Versions', 'Other Platforms']

const NO_TEXT = ['icu_validation_level', 'lo_compat_privileges']

const held = useDatabase()
const ROLE = `holdfast_shop_${randomBytes(6).toString('hex')}`
const SCHEMA = `Ferien-"haus"`
const onServer = (work: (client: pg.Client) => Promise<unknown>) => withClient(held.url, work)
let url: string

/** A shop's database: its own tables, under our names too, and the table of the tool that makes them. */
beforeAll(async () => {
  const shop = new URL(held.url)
  Object.assign(shop, { username: ROLE, password: 'secret' })
  url = shop.href
  const database = shop.pathname.slice(1)
  await onServer(async (client) => {
    await client.query(`create role ${ROLE} login password 'secret'`)
    await client.query(`grant create on database ${database} to ${ROLE}`)
    await client.query(`grant create on schema public to ${ROLE}`)
    for (const [name, value] of Object.entries(ALTERED)) {
      await client.query(`alter role ${ROLE} in database ${database} set ${name} = '${value}'`)
    }
    await client.query(`alter role ${ROLE} in database ${database} set search_path = 'public'`)
    for (const table of TABLES) await client.query(`create table public.${table} (version text)`)
    await client.query(`insert into public.schema_migrations values ('20260101000000')`)
    await client.query(`create type public.reservation_state as enum ('theirs')`)
    await client.query(`grant all on all tables in schema public to ${ROLE}`)
  })
})

afterAll(() =>
  onServer(async (client) => {
    await client.query(`drop owned by ${ROLE} cascade`)
    await client.query(`drop role ${ROLE}`)
  }),
)

async function withHoldfast(
  options: HoldfastOptions,
  work: (holdfast: Awaited<ReturnType<typeof createHoldfast>>) => Promise<unknown>,
): Promise<void> {
  const holdfast = await createHoldfast({ maintain: false, schema: SCHEMA, ...options })
  try {
    await work(holdfast)
  } finally {
    await holdfast.close()
  }
}

async function withPool(work: (pool: pg.Pool) => Promise<unknown>): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  try {
    await work(pool)
  } finally {
    await pool.end()
  }
}

test('the list of settings that alter text is whole', async () => {
  const rows = await held.db.query<{ name: string }>(
    `select name from pg_settings
     where category ~ any($1::text[]) and context in ('user', 'superuser')
       and name <> all($2)`,
    [CATEGORIES, NO_TEXT],
  )
  const missing = rows.filter(({ name }) => !Object.hasOwn(ALTERED, name))
  expect(missing).toEqual([])
  const altered = await withClient(url, (client) =>
    client.query(`select name from pg_settings where setting <> boot_val and name = any($1)`, [
      Object.keys(ALTERED),
    ]),
  )
  expect(altered.rows.length).toBeGreaterThan(15)
})

describe('beside an application’s tables, for a role that is no superuser, under other settings', () => {
  test('the whole flow goes as ever', async () => {
    await withHoldfast({ databaseUrl: url }, async (holdfast) => {
      await wholeFlow(holdfast)
      expect(await holdfast.audit()).toMatchObject({ ok: true })
    })
  })

  test('on the application’s own pool, whose sessions keep their settings, it does as well', async () => {
    await withHoldfast({ databaseUrl: url }, async () => {})
    await withPool((pool) => withHoldfast({ pool }, wholeFlow))
  })

  test('the application’s transaction finds our tables, its own, and its settings', async () => {
    await withHoldfast({ databaseUrl: url }, async (holdfast) => {
      const { listingId, resources } = await holdfast.listings.create({
        ...{ name: 'A shop', resources: [{ name: 'Seats', capacity: 2 }] },
      })
      const lines = [{ poolId: resources[0]?.poolId ?? '', quantity: 1 }]
      await withClient(url, async (client) => {
        await client.query('begin')
        const { reservations } = holdfast.within(client)
        const wanted = { customer: 'ada', lines, ttlMs: 60_000 }
        const kept = await reservations.create(listingId, wanted)
        expect(kept.kind).toBe('done')
        const id = kept.kind === 'done' ? kept.reservation.reservationId : ''
        expect((await reservations.confirm(listingId, id)).kind).toBe('done')
        const tooMany = { customer: 'bob', lines: [{ ...lines[0], quantity: 9 }] }
        expect((await reservations.create(listingId, tooMany as typeof wanted)).kind).toBe(
          'refused',
        )
        await client.query(`insert into reservations values ('theirs')`)
        const { rows } = await client.query(
          `select current_setting('search_path') as path, current_setting('array_nulls') as nulls`,
        )
        expect(rows).toEqual([{ path: 'public', nulls: 'off' }])
        await client.query('rollback')
      })
      expect(await holdfast.audit(listingId)).toMatchObject({ ok: true, reservations: 0 })
    })
  })

  test('a transaction is of the isolation that it was begun with', async () => {
    await withPool(async (pool) => {
      for (const db of [openDatabase({ pool }), openDatabase({ url, connectionsMax: 1 })]) {
        const isolation = await db.transaction('read committed', async (tx) =>
          commit(await tx.query(`select current_setting('transaction_isolation') as name`)),
        )
        expect(isolation).toEqual([{ name: 'read committed' }])
        await db.close()
      }
    })
  })

  test('two Holdfasts share a connection, each with its own schema', async () => {
    await withPool(async (pool) => {
      await withHoldfast({ databaseUrl: url }, async () => {})
      await withHoldfast({ databaseUrl: url, schema: 'second' }, async () => {})
      const options = { pool, maintain: false }
      const one = await createHoldfast({ ...options, schema: SCHEMA })
      const other = await createHoldfast({ ...options, schema: 'second' })
      const { listingId } = await other.listings.create({ name: 'Elsewhere' })
      expect(await one.listings.get(listingId)).toBeUndefined()
      expect(await other.listings.get(listingId)).toMatchObject({ name: 'Elsewhere' })
    })
  })

  test('nothing of the application’s was touched', async () => {
    for (const table of TABLES) {
      const rows = await held.db.query<{ version: string }>(`select version from public.${table}`)
      expect(
        rows.map((row) => row.version),
        table,
      ).toEqual(table === 'schema_migrations' ? ['20260101000000'] : [])
    }
  })
})

describe.runIf(HAS_PGBOUNCER)('through PgBouncer in transaction mode', () => {
  test('the whole flow goes as ever, the migration too', async () => {
    const pooler = await startPgBouncer(url)
    try {
      const options = { databaseUrl: pooler.url, schema: 'pooled', sessionSettings: false }
      await withHoldfast({ ...options, prepared: false }, wholeFlow)
      await withHoldfast({ ...options }, async (holdfast) => {
        const listing = () => holdfast.listings.create({ name: 'Named statements' })
        const made = await Promise.allSettled(Array.from({ length: 9 }, listing))
        const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
        expect(refused).not.toEqual([])
        for (const error of refused) {
          expect(error).toMatchObject({
            code: 'database_unavailable',
            message: expect.stringContaining('HOLDFAST_PREPARED_STATEMENTS=off'),
          })
        }
      })
    } finally {
      await pooler.close()
    }
  })
})
