/** The schema that people read is the schema that the migrations make, on every PostgreSQL. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PATH, schemaDump } from '../../scripts/schema-dump.js'
import { migrate } from '../../src/storage/driver/migrate.js'
import { withClient, withEmptyDatabase } from '../support/database/empty-database.js'

const written = readFileSync(new URL(`../../${PATH}`, import.meta.url), 'utf8')

const TRIGGER = `create trigger nothing before update on listings
  for each row execute function suppress_redundant_updates_trigger()`

/** The dump of a database that was migrated, and then changed. */
async function dumpAfter(change: string): Promise<string> {
  let dump = ''
  await withEmptyDatabase(async (url) => {
    await migrate(url)
    dump = await withClient(url, async (client) => {
      await client.query(change)
      return schemaDump(client)
    })
  })
  return dump
}

test('docs/schema.sql is what `npm run generate` makes of the migrations', async () => {
  expect(await dumpAfter('select'), 'run `npm run generate`').toBe(written)
})

describe('a difference of the schema shows', () => {
  test.each([
    ['a column that may be null', 'alter table listings alter name drop not null'],
    ['a default', `alter table listings alter name set default 'x'`],
    ['a constraint that is gone', 'alter table pools drop constraint pools_taken_within_capacity'],
    ['an index', 'create index on listings (name)'],
    ['how full pages are', 'alter table pools set (fillfactor = 71)'],
    ['another state', `alter type reservation_state add value 'lost'`],
    ['a trigger', TRIGGER],
    ['a view, which the dump cannot describe', 'create view v as select name from listings'],
  ])('%s', async (_what, change) => {
    expect(await dumpAfter(change)).not.toBe(written)
  })
})
