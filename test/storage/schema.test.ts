/**
 * What the schema refuses by itself, whatever the program does: these tests speak SQL alone.
 */
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenPools } from '../support/stock/factory.js'

const held = useDatabase()

async function refusal(statement: string, values: unknown[]): Promise<unknown> {
  return held.db.query(statement, values).then(
    () => 'done',
    (error: { constraint?: string }) => error.constraint ?? error,
  )
}

describe('a pool', () => {
  const setTaken = 'update pools set taken = $2 where pool_id = $1'

  test('has as much taken as there is, and not one more', async () => {
    const { poolIds } = await givenPools(held.db, 3)
    expect(await refusal(setTaken, [poolIds[0], 3])).toBe('done')
    expect(await refusal(setTaken, [poolIds[0], 4])).toBe('pools_taken_within_capacity')
  })

  test('cannot be made smaller than what was sold of it', async () => {
    const { poolIds } = await givenPools(held.db, 3)
    await held.db.query(setTaken, [poolIds[0], 2])
    const shrink = 'update pools set capacity = $2 where pool_id = $1'
    expect(await refusal(shrink, [poolIds[0], 1])).toBe('pools_taken_within_capacity')
    expect(await refusal(shrink, [poolIds[0], 2])).toBe('done')
  })

  test('cannot be given back more than was taken', async () => {
    const { poolIds } = await givenPools(held.db, 3)
    expect(await refusal(setTaken, [poolIds[0], -1])).toBe('pools_taken_not_negative')
  })
})

describe('slots of one exclusive resource', () => {
  async function givenCourt(exclusive: boolean) {
    const { listingId, resourceIds } = await givenPools(held.db, 1)
    const resourceId = newId()
    await held.db.query(
      `insert into resources (listing_id, resource_id, name, exclusive) values ($1, $2, 'Court', $3)`,
      [listingId, resourceId, exclusive],
    )
    const slot = (from: string, to: string, claim = exclusive, court: unknown = resourceId) =>
      refusal(
        `insert into pools (listing_id, pool_id, resource_id, exclusive, during, capacity)
         values ($1, $2, $3, $4, tstzrange($5, $6), 1)`,
        [listingId, newId(), court, claim, `2026-05-01 ${from}Z`, `2026-05-01 ${to}Z`],
      )
    return { slot, other: resourceIds[0] }
  }

  test('may touch: who plays until eleven is gone when the next one comes', async () => {
    const { slot } = await givenCourt(true)
    expect(await slot('10:00', '11:00')).toBe('done')
    expect(await slot('11:00', '12:00')).toBe('done')
    expect(await slot('09:00', '10:00')).toBe('done')
  })

  test.each([
    ['the same hour', '10:00', '11:00'],
    ['half an hour later', '10:30', '11:30'],
    ['half an hour earlier', '09:30', '10:30'],
    ['a minute within', '10:29', '10:30'],
    ['the whole day', '00:00', '23:00'],
  ])('do not overlap: %s is refused', async (_which, from, to) => {
    const { slot } = await givenCourt(true)
    await slot('10:00', '11:00')
    expect(await slot(from, to)).toBe('pools_exclusive_slots_apart')
  })

  test('cannot be slipped in as not exclusive: a slot is what its resource is', async () => {
    const { slot } = await givenCourt(true)
    await slot('10:00', '11:00')
    expect(await slot('10:00', '11:00', false)).toMatch(/fkey$/)
  })

  test('are nobody else’s concern: other resources, and those that are not exclusive, overlap', async () => {
    const { slot, other } = await givenCourt(true)
    await slot('10:00', '11:00')
    expect(await slot('10:00', '11:00', false, other)).toBe('done')
    const shared = await givenCourt(false)
    expect([await shared.slot('10:00', '11:00'), await shared.slot('10:30', '11:30')]).toEqual([
      'done',
      'done',
    ])
  })

  test('that are closed make room, and nobody can have them until they are open again', async () => {
    const { slot } = await givenCourt(true)
    await slot('10:00', '11:00')
    const [row] = await held.db.query<{ pool_id: string }>(
      `select pool_id from pools where exclusive order by pool_id desc limit 1`,
    )
    const set = (what: string) =>
      refusal(`update pools set ${what} where pool_id = $1`, [row?.pool_id])
    expect(await set('closed = true')).toBe('pools_closed_has_nothing')
    expect(await set('closed = true, capacity = 0')).toBe('done')
    expect(await set('taken = 1')).toBe('pools_closed_has_nothing')
    expect(await set('taken = 1, overcommitted = 1')).toBe('pools_closed_has_nothing')
    expect(await slot('10:30', '11:30')).toBe('done')
    expect(await set('closed = false, capacity = 1')).toBe('pools_exclusive_slots_apart')
  })

  test('that somebody has cannot be closed, so that nobody else can stand there', async () => {
    const { slot } = await givenCourt(true)
    await slot('10:00', '11:00')
    const latest = `(select pool_id from pools where exclusive order by pool_id desc limit 1)`
    await held.db.query(`update pools set taken = 1 where pool_id = ${latest}`)
    const close = `update pools set closed = true, capacity = 0, overcommitted = 1 where pool_id = ${latest}`
    expect(await refusal(close, [])).toBe('pools_closed_has_nothing')
    expect(await slot('10:30', '11:30')).toBe('pools_exclusive_slots_apart')
  })

  test('have room for one, and are bound to a time', async () => {
    const { slot } = await givenCourt(true)
    await slot('10:00', '11:00')
    const latest = `(select pool_id from pools where exclusive order by pool_id desc limit 1)`
    for (const change of ['capacity = 2', 'during = null']) {
      expect(await refusal(`update pools set ${change} where pool_id = ${latest}`, [])).toBe(
        'pools_exclusive_slot_for_one',
      )
    }
  })

  test('overlap within a transaction alone, and only if it asks for that: COMMIT refuses the rest', async () => {
    const { slot } = await givenCourt(true)
    await slot('10:00', '11:00')
    const insert = (tx: { query: typeof held.db.query }) =>
      tx.query(
        `insert into pools (listing_id, pool_id, resource_id, exclusive, during, capacity)
         select listing_id, $1, resource_id, true, during, 1
         from pools where exclusive order by pool_id desc limit 1`,
        [newId()],
      )
    const attempt = held.db.transaction('read committed', async (tx) => {
      await tx.query('set constraints pools_exclusive_slots_apart deferred')
      await insert(tx)
      return { keep: true, value: undefined }
    })
    await expect(attempt).rejects.toMatchObject({ constraint: 'pools_exclusive_slots_apart' })
  })

  test('last longer than no time at all', async () => {
    const { slot } = await givenCourt(true)
    expect(await slot('10:00', '10:00')).toBe('bounded_range_check')
  })
})

describe('a reservation', () => {
  const insert = `
    insert into reservations (listing_id, reservation_id, state, customer, expires_at, line_count)
    values ($1, $2, $3, 'ada', $4::timestamptz, 1)`

  test('is not held without an end: nobody would ever get those rooms back', async () => {
    expect(await refusal(insert, [newId(), newId(), 'held', null])).toMatch(/check/)
    expect(await refusal(insert, [newId(), newId(), 'held', '2026-05-01'])).toBe('done')
    expect(await refusal(insert, [newId(), newId(), 'confirmed', null])).toBe('done')
  })

  test('is in a state that exists', async () => {
    const paid = held.db.query(insert, [newId(), newId(), 'paid', null])
    await expect(paid).rejects.toThrow('invalid input value for enum reservation_state: "paid"')
  })

  test('has an end only while it is held: what is confirmed does not run out', async () => {
    expect(await refusal(insert, [newId(), newId(), 'confirmed', '2026-05-01'])).toMatch(/check/)
  })

  test('is answered once under its key, in its listing', async () => {
    const answer = `
      insert into answers (listing_id, idempotency_key, request_hash, outcome)
      values ($1, $2, '\\x00', '{}')`
    const listing = newId()
    expect(await refusal(answer, [listing, 'k'])).toBe('done')
    expect(await refusal(answer, [listing, 'k'])).toBe('answers_pkey')
    expect(await refusal(answer, [newId(), 'k'])).toBe('done')
  })

  test('has no line that takes nothing', async () => {
    const line = `
      insert into reservation_lines (listing_id, reservation_id, line_no, pool_id, quantity, taken_version)
      values ($1, $2, 1, $3, $4, 1)`
    expect(await refusal(line, [newId(), newId(), newId(), 0])).toBe('positive_count_check')
  })
})

/** A listing's rows can live together on one shard only if this holds for every table. */
describe('sharding by listing', () => {
  // Who may call the deployment belongs to no listing.
  const ofThisProgram = `relation.relnamespace = 'holdfast'::regnamespace
    and relation.relkind in ('r', 'p')
    and relation.relname not in ('schema_migrations', 'api_keys', 'api_key_listings',
                                 'deployment_secrets')`

  test('every table has a primary key that begins with listing_id', async () => {
    const tables = await held.db.query<{ name: string; first: string | null }>(
      `select relation.relname as name, attribute.attname as first
       from pg_class as relation
       left join pg_constraint as key on key.conrelid = relation.oid and key.contype = 'p'
       left join pg_attribute as attribute
         on attribute.attrelid = relation.oid and attribute.attnum = key.conkey[1]
       where ${ofThisProgram}`,
    )
    expect(tables.length).toBeGreaterThanOrEqual(6)
    expect(tables.filter((table) => table.first !== 'listing_id')).toEqual([])
  })

  test('every unique, foreign and exclusion constraint includes listing_id', async () => {
    const constraints = await held.db.query<{ name: string; kind: string; columns: string[] }>(
      `select constraint_.conname as name, constraint_.contype::text as kind,
              array(select attname::text from pg_attribute
                    where attrelid = constraint_.conrelid and attnum = any(conkey)) as columns
       from pg_constraint as constraint_
       join pg_class as relation on relation.oid = constraint_.conrelid
       where ${ofThisProgram}
         and contype in ('p', 'u', 'f', 'x')`,
    )
    expect(new Set(constraints.map((constraint) => constraint.kind))).toEqual(
      new Set(['p', 'u', 'f', 'x']),
    )
    expect(constraints.filter(({ columns }) => !columns.includes('listing_id'))).toEqual([])
  })

  test('every unique index includes listing_id, those that no constraint owns as well', async () => {
    const indexes = await held.db.query<{ name: string; columns: string[] }>(
      `select index_.indexrelid::regclass::text as name,
              array(select attname::text from pg_attribute
                    where attrelid = index_.indrelid and attnum = any(index_.indkey)) as columns
       from pg_index as index_
       join pg_class as relation on relation.oid = index_.indrelid
       where ${ofThisProgram}
         and index_.indisunique`,
    )
    expect(indexes.map((index) => index.name)).toContain('answers_pkey')
    expect(indexes.filter(({ columns }) => !columns.includes('listing_id'))).toEqual([])
  })

  test('a foreign key ties listing_id to listing_id', async () => {
    const strays = await held.db.query<{ name: string }>(
      `select key.conname as name
       from pg_constraint as key
       join pg_class as relation on relation.oid = key.conrelid
       where ${ofThisProgram}
         and key.contype = 'f'
         and not exists (
           select
           from unnest(key.conkey, key.confkey) as pair (here, there)
           join pg_attribute as mine on mine.attrelid = key.conrelid and mine.attnum = pair.here
           join pg_attribute as theirs
             on theirs.attrelid = key.confrelid and theirs.attnum = pair.there
           where mine.attname = 'listing_id' and theirs.attname = 'listing_id')`,
    )
    expect(strays).toEqual([])
  })
})

test('a key that is secret is for no web page', async () => {
  const insert = `
    insert into api_keys (key_id, name, scope, prefix, secret_hash, origins)
    values ($1, 'a key', $2, $3, sha256('x'), '{*}')`
  const prefix = () => newId().replaceAll('-', '').slice(-12)
  const made = (scope: string) => refusal(insert, [newId(), scope, prefix()])
  expect(await made('storefront')).toBe('done')
  for (const scope of ['seller', 'admin']) {
    expect(await made(scope)).toBe('api_keys_origins_of_storefronts')
  }
})

test('a take rewrites the pool’s row in its page: no index has a column that a take changes', async () => {
  const indexed = await held.db.query<{ column: string }>(
    `select distinct attname as column
     from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
     where indrelid = 'pools'::regclass`,
  )
  const columns = indexed.map((row) => row.column)
  expect(columns).toContain('pool_id')
  for (const hot of ['taken', 'version']) expect(columns).not.toContain(hot)
})
