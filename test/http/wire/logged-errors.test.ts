/** What the log may keep of an error: nothing of a customer's row. */
import { Writable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { appOn } from '../../support/http/app-on.js'
import { callerOf, useService } from '../../support/http/service.js'

const service = useService()
const closing: { close(): Promise<unknown> }[] = []
afterAll(async () => {
  for (const app of closing) await app.close()
})

test.each([
  [
    'a row that a check refuses',
    `insert into reservations (listing_id, reservation_id, state, customer, line_count)
     values ($1, $1, 'held', 'ada@example.com', 1)`,
    '23514',
  ],
  [
    'a row that is there already',
    `insert into customers (listing_id, customer)
     values ($1, 'ada@example.com'), ($1, 'ada@example.com')`,
    '23505',
  ],
  ['a value that cannot be read', `select $1::uuid, 'ada@example.com "quoted"'::integer`, '22P02'],
  [
    'a value that is named where it happened',
    `select $1::uuid, ('{"customer": "ada@example.com", oops}')::json`,
    '22P02',
  ],
] as const)('of %s the log has the code, and not the customer', async (_what, statement, code) => {
  let log = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const holdfast = holdfastOn(service.db, { strategy: STRATEGIES.guarded })
  const get = async (listingId: string) => {
    await service.db.query(statement, [listingId])
    return undefined
  }
  const listings = { ...holdfast.listings, get } as typeof holdfast.listings
  const app = appOn(service.db, {
    holdfast: { ...holdfast, listings },
    logger: { level: 'trace', stream },
  })
  closing.push(app)
  const call = callerOf(app, () => service.keys.seller)
  const response = await call('GET', `/v1/listings/${service.listingId}`)
  expect(response.statusCode).toBe(500)
  expect(log).toContain('an unexpected error')
  expect(log).toContain(`"code":"${code}"`)
  expect(log).toContain('"stack":"')
  expect(log).not.toContain('ada@example')
  expect(log).not.toContain('Failing row')
})
