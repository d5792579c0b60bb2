/**
 * Every kind of row is damaged in every way, each in a copy of the same listing, and the audit has to
 * find it, or docs/books/audit.md has to say that no audit can.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { JOURNAL_KINDS } from '../../../src/domain/journal.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { createRandom } from '../../../src/lab/race/random.js'
import { type Database, rollback, type Tx } from '../../../src/storage/driver/database.js'
import { migrate } from '../../../src/storage/driver/migrate.js'
import { useDatabase } from '../../support/database/test-database.js'
import { amount } from '../../support/run/amount.js'
import { SEED } from '../../support/seed.js'
import { type Damage, damagesOf, readColumns } from './damage.js'
import { givenWholeHouse } from './whole-house.js'

const held = useDatabase()
/** As many copies of the listing are damaged before one audit looks at all of them. */
const AT_ONCE = 250
const DRIFT_MAX = 1_000_000
/** Of the kinds of row to which the same is done, so many. */
const KINDS = amount({ always: 2, searching: 1_000 })

let listingId = ''
beforeAll(async () => {
  listingId = await givenWholeHouse(held.db)
})

/** The audit inside of a transaction that is under way. */
const within = (tx: Tx): Pick<Database, 'transaction' | 'query' | 'hasShards'> => ({
  query: tx.query,
  hasShards: async () => false,
  transaction: async (_isolation, work) => (await work(tx)).value,
})

/** What the schema would refuse, it does not refuse in this transaction; what is looked up is still fast. */
async function dropConstraints(tx: Tx): Promise<void> {
  await tx.query('set local session_replication_role = replica')
  const indexes = await tx.query<{ text: string }>(
    `select regexp_replace(indexdef, '^CREATE UNIQUE INDEX \\S+', 'create index') as text
     from pg_indexes where schemaname = 'holdfast' and indexdef like 'CREATE UNIQUE%'`,
  )
  const constraints = await tx.query<{ table: string; name: string }>(
    `select conrelid::regclass::text as "table", conname as name
     from pg_constraint
     where connamespace = 'holdfast'::regnamespace and conrelid <> 0 and contype <> 'n'
     order by contype <> 'f'`,
  )
  for (const { table, name } of constraints) {
    await tx.query(`alter table ${table} drop constraint if exists "${name}" cascade`)
  }
  for (const { text } of indexes) await tx.query(text)
}

/** Copies of the listing: all of its rows, under other ids of the listing alone. */
async function copy(tx: Tx, copies: readonly string[]): Promise<void> {
  const columns = await readColumns(tx)
  for (const table of new Set(columns.map((column) => column.table))) {
    const own = columns.filter((column) => column.table === table).map(({ name }) => name)
    const values = own.map((name) => (name === 'listing_id' ? 'copy.id' : `t.${name}`))
    await tx.query(
      `insert into ${table} (${own.join(', ')})
       select ${values.join(', ')} from ${table} as t cross join unnest($2::uuid[]) as copy (id)
       where t.listing_id = $1`,
      [listingId, copies],
    )
  }
}

/** Where a row of this listing is that was moved to a listing that there is not. */
function elsewhere(id: string): string {
  const hash = createHash('md5').update(id).digest('hex')
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** @returns the damages that could be done, each with whether it was found */
async function planted(tx: Tx, damages: readonly Damage[]) {
  const results: (Damage & { readonly found: boolean })[] = []
  for (let i = 0; i < damages.length; i += AT_ONCE) {
    const some = damages.slice(i, i + AT_ONCE).map((damage) => ({ ...damage, id: newId() }))
    await tx.query('savepoint clean')
    await copy(
      tx,
      some.map(({ id }) => id),
    )
    const done = []
    for (const damage of some) {
      const [row] = await tx.query(`${damage.statement} returning 1 as damaged`, [damage.id])
      if (row !== undefined) done.push(damage)
    }
    await tx.query('analyze')
    const { drift } = await audit(within(tx), undefined, DRIFT_MAX)
    const drifting = new Set(drift.map((each) => each.listingId))
    const isFound = (id: string) => drifting.has(id) || drifting.has(elsewhere(id))
    results.push(...done.map((damage) => ({ ...damage, found: isFound(damage.id) })))
    await tx.query('rollback to savepoint clean')
  }
  return results
}

/** Of each damage the one to so many kinds of row, drawn by the seed, and whatever no audit is said to find. */
function sampled(damages: readonly Damage[], known: readonly string[]): Damage[] {
  const alike = new Map<string, Damage[]>()
  for (const damage of damages) {
    const same = `${damage.what} ${damage.how.replace(/^.* := /, '')}`
    alike.set(same, [...(alike.get(same) ?? []), damage])
  }
  return [...alike.values()].flatMap((some) => {
    if (some.length <= KINDS || known.includes(some[0]?.what ?? '')) return some
    const random = createRandom(SEED + some.length)
    const drawn = some.map((damage) => ({ damage, place: random() }))
    drawn.sort((a, b) => a.place - b.place)
    return drawn.slice(0, KINDS).map(({ damage }) => damage)
  })
}

/** What docs/books/audit.md says that no audit finds: the first cell of each row of its table. */
function documented(): string[] {
  const page = readFileSync(new URL('../../../docs/books/audit.md', import.meta.url), 'utf8')
  const [, list = ''] = page.split('## What no audit can find')
  const rows = list.split('\n').filter((line) => /^\| `/.test(line))
  return rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, what = '']) => what),
  )
}

test('every damage to every kind of row is found, or is documented as not to be found', async () => {
  expect((await audit(held.db)).drift, 'a house that nobody has damaged').toEqual([])
  const known = documented()
  const results = await held.db.transaction('repeatable read', async (tx) => {
    await dropConstraints(tx)
    expect((await audit(within(tx))).drift).toEqual([])
    return rollback(await planted(tx, sampled(await damagesOf(tx, listingId), known)))
  })
  const missed = results.filter(({ found }) => !found)
  const surprises = missed.filter(({ what }) => !known.includes(what))
  expect(surprises.map(({ what, how }) => `${what} (${how})`)).toEqual([])
  const kinds = new Set(missed.map(({ what }) => what))
  expect(
    known.filter((what) => !kinds.has(what)),
    'documented, and found all the same',
  ).toEqual([])
  expect(results.length).toBeGreaterThan(300)
})

test('a database of before the audit replayed anything adds up once it is migrated', async () => {
  await held.db.query(`delete from journal where kind = 'pool_opened'`)
  await held.db.query(
    'delete from journal where resource_id is not null or block_id is not null or kind = any($1)',
    [JOURNAL_KINDS.filter((kind) => kind === 'night_terms_changed' || kind.startsWith('listing_'))],
  )
  await held.db.query('alter table journal drop column resource_id, drop column block_id')
  await held.db.query('alter table nights drop column version')
  for (const table of ['listings', 'resources']) {
    const columns = ['version', 'archived', 'metadata'].map((name) => `drop column ${name}`)
    await held.db.query(`alter table ${table} ${columns.join()}`)
  }
  await held.db.query(`update journal set detail = detail - 'closed'`)
  await held.db.query('alter table answers drop column command')
  await held.db.query(`delete from schema_migrations
                       where name like '%\\_audit.sql' or name like '%\\_customers.sql'`)
  await migrate(held.url)
  expect((await audit(held.db)).drift).toEqual([])
  const [pool] = await held.db.query<{ id: string }>(
    `update pools set capacity = capacity + 1 where capacity > taken and overcommitted = 0
     and pool_id = (select pool_id from pools where capacity > 3 limit 1)
     returning pool_id as id`,
  )
  expect((await audit(held.db)).drift).toMatchObject([{ key: pool?.id, column: 'capacity' }])
})
