import { expect, test } from 'vitest'
import { readMigrations } from '../../src/storage/driver/migrate.js'
import { FUNCTIONS_OF_A_LISTING, PLACES } from '../../src/storage/schema/places.js'

const statements = (await readMigrations()).flatMap((migration) => migration.statements)
const made = statements.flatMap((text) => {
  const [, table, columns = ''] = /^create table (\w+) \(([\s\S]*)\)/m.exec(text) ?? []
  return table === undefined ? [] : [{ table, columns }]
})
const places = Object.keys(PLACES)

test('every migration that makes a table says where its rows live', () => {
  const tables = made.map(({ table }) => table)
  expect(tables.length).toBeGreaterThan(20)
  expect(
    tables.filter((table) => PLACES[table] === undefined),
    'on a distributed PostgreSQL nobody could write to these: src/storage/schema/places.ts says where',
  ).toEqual([])
  expect(
    places.filter((table) => table !== 'schema_migrations' && !tables.includes(table)),
    'no migration makes these',
  ).toEqual([])
})

test.each(made)('$table can be where it is to be', ({ table, columns }) => {
  const isOfListing = PLACES[table] === 'with their listing'
  if (isOfListing) expect(columns, 'its rows name no listing').toMatch(/^\s*listing_id uuid/m)
  const parents = [...columns.matchAll(/\breferences\s+(\w+)/g)].map(([, parent = '']) => parent)
  for (const parent of parents) {
    expect(places.indexOf(parent), `${parent} comes first`).toBeLessThan(places.indexOf(table))
    // What is on every node cannot refer to what is on one of them.
    if (!isOfListing) expect(PLACES[parent]).toBe('on every node')
  }
})

test('a function that runs with a listing takes the listing, and is made by a migration', () => {
  for (const name of FUNCTIONS_OF_A_LISTING) {
    expect(statements.join()).toContain(`create function ${name}(listing_id uuid)`)
  }
})
