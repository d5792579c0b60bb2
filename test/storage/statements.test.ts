import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { commit, type Database, openDatabase } from '../../src/storage/driver/database.js'
import { readMigrations } from '../../src/storage/driver/migrate.js'
import { nameOf, sql, statements } from '../../src/storage/driver/statement.js'
import { inSchema, TABLES } from '../../src/storage/schema/in-schema.js'
import { PLACES } from '../../src/storage/schema/places.js'
import { lockPool } from '../../src/storage/tables/pools.js'
import { useDatabase } from '../support/database/test-database.js'
import { withClient } from '../support/database/with-client.js'
import { unboundTables } from '../support/sql/listing-bound.js'

const SOURCE = new URL('../../src/', import.meta.url)
const held = useDatabase()
/** What the program registers, without the statements of this test. */
const registered = new Map<string, string>()
const files: { readonly stem: string; readonly path: string; readonly source: string }[] = []

beforeAll(async () => {
  for (const folder of ['storage', 'strategies']) {
    const entries = await readdir(new URL(`${folder}/`, SOURCE), { recursive: true })
    for (const entry of entries.filter((name) => name.endsWith('.ts')).sort()) {
      const path = `${folder}/${entry}`
      await import(new URL(path, SOURCE).href)
      const source = await readFile(new URL(path, SOURCE), 'utf8')
      files.push({ path, source, stem: basename(entry, '.ts').replaceAll('-', '_') })
    }
  }
  const elsewhere = await namesElsewhere()
  for (const [fullName, text] of statements()) {
    const name = fullName.replace(/^holdfast\./, '')
    if (!elsewhere.has(name)) registered.set(name, text)
  }
})

/** Statements of the lab and of tests, which files before this one may have loaded into this process. */
async function namesElsewhere(): Promise<Set<string>> {
  const names: string[] = []
  for (const folder of [new URL('lab/', SOURCE), new URL('../', import.meta.url)]) {
    const entries = await readdir(folder, { recursive: true })
    for (const entry of entries.filter((name) => name.endsWith('.ts'))) {
      const source = await readFile(new URL(entry, folder), 'utf8')
      names.push(...[...source.matchAll(/\bsql\('([\w.]+)'\)/g)].map(([, name = '']) => name))
    }
  }
  return new Set(names)
}

/** Few rows, under the nil UUID for every listing as well: a sharded database has them on every node. */
const ON_EVERY_NODE = Object.keys(PLACES).filter((table) => PLACES[table] === 'on every node')

/** Tables whose every row belongs to a listing. */
async function listingTables(): Promise<Set<string>> {
  const texts = (await readMigrations()).flatMap((migration) => migration.statements)
  const created = texts.flatMap((text) =>
    [...text.matchAll(/create table (\w+) \(\s+listing_id\b/g)].map(([, table = '']) => table),
  )
  return new Set(created.filter((table) => !ON_EVERY_NODE.includes(table)))
}

describe('every statement', () => {
  test('names the listing of every table that it touches, unless it is in every-listing….ts', async () => {
    const tables = await listingTables()
    expect([...tables]).toEqual(expect.arrayContaining(['pools', 'nights', 'blocks', 'units']))
    const unbound: string[] = []
    const listingFree: string[] = []
    for (const [name, text] of registered) {
      const found = unboundTables(text, tables)
      if (/^every_listing(_notices|_webhooks)?\./.test(name)) {
        const isFree = unboundTables(text, new Set([...tables, ...ON_EVERY_NODE])).length === 0
        if (isFree) listingFree.push(name)
      } else if (found.length > 0) unbound.push(`${name}: ${found.join(', ')}`)
    }
    expect(registered.size).toBeGreaterThan(100)
    expect(unbound, 'on a sharded database these ask every shard').toEqual([])
    expect(listingFree, 'these name their listing and belong elsewhere').toEqual([])
  })

  test('finds its tables without a search path: each is named in full', async () => {
    const created = (await readMigrations())
      .flatMap((migration) => migration.statements)
      .flatMap((text) => /^create table (\w+)/m.exec(text)?.[1] ?? [])
    expect(TABLES, 'the list of tables is that of the migrations').toEqual(
      [...created, 'schema_migrations'].sort(),
    )
    const lost: string[] = []
    await withClient(held.url, async (client) => {
      await client.query(`set search_path = ''`)
      for (const [name, text] of registered) {
        const query = inSchema(text, 'holdfast').replace(/^declare .*? cursor for /s, '')
        if (!/^\W*(select|with|insert|update|delete)\b/.test(query)) continue
        await client
          .query(`prepare "${name}" as ${query}`)
          .catch((error: Error) => lost.push(`${name}: ${error.message}`))
      }
    })
    expect(lost).toEqual([])
  })

  test('begins its name with the name of its file', () => {
    const astray = files.flatMap(({ path, stem, source }) =>
      [...source.matchAll(/^[^*\n]*\bsql\('([^'.]+)[.']/gm)]
        .filter(([, first]) => first !== stem)
        .map(([text]) => `${path}: ${text}`),
    )
    expect(astray).toEqual([])
    const stems = new Set(files.map(({ stem }) => stem))
    const unknown = [...registered.keys()].filter((name) => !stems.has(name.split('.')[0] ?? ''))
    expect(unknown).toEqual([])
  })

  test('that storage or a strategy sends has a name', () => {
    const nameless = files.flatMap(({ path, source }) =>
      [...source.matchAll(/\b(?:tx|db)\.(?:query|send)(?:<[\s\S]*?>)?\(\s*([^,)\s]+)/g)]
        .map(([, argument = '']) => argument)
        .filter((argument) => !new RegExp(`const ${argument} = (sql|[A-Z]+\\.get)\\(`).test(source))
        .map((argument) => `${path}: ${argument}`),
    )
    expect(nameless).toEqual([])
  })

  test('has a name that no other has, or the program does not start', () => {
    expect(new Set(registered.values()).size).toBe(registered.size)
    sql('test.only_once')`select 1`
    expect(() => sql('test.only_once')`select 2`).toThrow('two statements have the name')
    for (const name of ['', 'nofile', 'Test.x', 'test.', "test.'", `test.${'x'.repeat(60)}`]) {
      expect(() => sql(name)`select 1`, name).toThrow('cannot be the name')
    }
  })
})

describe('the reader of statements', () => {
  const tables = new Set(['pools', 'nights'])

  test.each([
    'select from pools where listing_id = $1',
    'update pools set taken = 1 where pools.listing_id = $2',
    'select from pools as p join nights on nights.listing_id = p.listing_id where p.listing_id = $1',
    'insert into pools (listing_id, pool_id) values ($1, $2)',
    'insert into pools (listing_id, pool_id) select nights.listing_id, $2 from nights where nights.listing_id = $1',
    'with x as (delete from pools where listing_id = $1 returning 1) select from x',
    'select from elsewhere',
  ])('is content with: %s', (text) => {
    expect(unboundTables(text, tables)).toEqual([])
  })

  test.each([
    ['select from pools', ['pools']],
    ['select from pools where $1::uuid is null or pools.listing_id > $1', ['pools']],
    ['select from pools where listing_id = any($1)', ['pools']],
    [
      'select from pools as p join nights on nights.listing_id = p.listing_id',
      ['pools as p', 'nights'],
    ],
    ['select from pools where listing_id = $1 union select from nights', ['nights']],
    ['select (select from pools), (select from nights where listing_id = $1)', ['pools']],
    ['insert into pools (pool_id) values ($1)', ['pools']],
    ['insert into pools (listing_id) select nights.listing_id from nights', ['pools', 'nights']],
    ['delete from pools where pool_id = $1', ['pools']],
  ])('finds what is unbound in: %s', (text, expected) => {
    expect(unboundTables(text, tables)).toEqual(expected)
  })
})

describe('a name', () => {
  const opened: Database[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((db) => db.close()))
  })

  test.each([
    [true, ['holdfast.pools.lock']],
    [false, []],
  ])(
    'is what the database shows while the statement runs; prepared: %s',
    async (prepared, names) => {
      const db = openDatabase({ url: held.url, connectionsMax: 1, prepared })
      opened.push(db)
      await db.transaction('read committed', async (tx) => {
        const [session] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
        await lockPool(tx, newId(), newId())
        const [shown] = await held.db.query<{ query: string }>(
          'select query from pg_stat_activity where pid = $1',
          [session?.pid],
        )
        expect(shown?.query).toMatch(/^select \/\* holdfast\.pools\.lock \*\/ /)
        const kept = await tx.query<{ name: string }>(
          `select name from pg_prepared_statements where name like '%pools%'`,
        )
        expect(kept.map(({ name }) => name)).toEqual(names)
        return commit(undefined)
      })
    },
  )

  test('belongs to one text: another statement under it on an application’s connection is not run', async () => {
    const ours = sql('test.shared_name')`select 'ours' as whose`
    const pool = new pg.Pool({ connectionString: held.url, max: 1 })
    try {
      await pool.query({ name: nameOf(ours), text: `select 'theirs' as whose` })
      const db = openDatabase({ pool })
      await expect(db.query(ours)).rejects.toThrow('cannot be sent')
    } finally {
      await pool.end()
    }
  })

  test('is missing from a text that nobody registered: it is parsed each time', async () => {
    const db = openDatabase({ url: held.url, connectionsMax: 1 })
    opened.push(db)
    for (let i = 0; i < 3; i += 1) await db.query('select 1')
    const [row] = await db.query('select count(*) as names from pg_prepared_statements')
    expect(row).toEqual({ names: 0 })
  })
})
