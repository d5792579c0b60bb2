import { beforeAll, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { commit } from '../../../src/storage/driver/database.js'
import { insertion, timestamp } from '../../../src/storage/driver/insertion.js'
import { useDatabase } from '../../support/database/test-database.js'

const held = useDatabase()

interface Row {
  readonly id: string
  readonly state: string
  readonly customer: string
  readonly expiresAtMs: number | null
  readonly detail: object
  readonly hash: Buffer
}

const insertRows = insertion<Row>('kept', [
  ['id', 'uuid', (row) => row.id],
  ['state', 'reservation_state', (row) => row.state],
  ['customer', 'text', (row) => row.customer],
  ['expires_at', 'timestamptz', (row) => timestamp(row.expiresAtMs)],
  ['detail', 'jsonb', (row) => JSON.stringify(row.detail)],
  ['hash', 'bytea', (row) => row.hash],
])

const AWKWARD = ['', 'null', 'NULL', '{}', '{a,b}', '"', '\\', '\\"', "';--", 'é 好 🏨', ' a\tb\n']

const rows = AWKWARD.map(
  (customer, i): Row => ({
    // In the order of their ids, although they are made at one moment.
    id: newId(i),
    state: i % 2 === 0 ? 'held' : 'confirmed',
    customer,
    expiresAtMs: i % 2 === 0 ? 1_800_000_000_000 + i : null,
    detail: { customer, of: [customer, null, i], at: { [customer]: true } },
    hash: Buffer.from(customer),
  }),
)

beforeAll(async () => {
  await held.db.query(`
    create table kept (
      listing_id uuid, id uuid, state reservation_state, customer text,
      expires_at timestamptz, detail jsonb, hash bytea
    )`)
})

test('one row and many are written as they are, however awkward their texts', async () => {
  const [alone, together] = [newId(), newId()]
  await held.db.query(`insert into listings (listing_id, name) values ($1, 'Many')`, [together])
  await held.db.transaction('read committed', async (tx) => {
    for (const row of rows) insertRows(tx, alone, [row])
    insertRows(tx, together, rows)
    insertRows(tx, together, [])
    return commit(undefined)
  })
  const written = (listingId: string) =>
    held.db.query(
      `select id, state, customer, detail, hash,
              floor(extract(epoch from expires_at) * 1000)::bigint as "expiresAtMs"
       from kept
       where listing_id = $1
       order by id`,
      [listingId],
    )
  expect(await written(alone)).toEqual(rows)
  expect(await written(together)).toEqual(rows)
})
