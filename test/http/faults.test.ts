/** What keeps the engine from a definite answer, as a client hears of it: never a word too much. */
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { HoldfastError } from '../../src/domain/errors.js'
import { newId } from '../../src/domain/ids.js'
import { holdfastOn } from '../../src/engine/holdfast.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { appOn } from '../support/http/app-on.js'
import { operationsOf, undeclared } from '../support/http/operations.js'
import { callerOf, useService } from '../support/http/service.js'

const service = useService()
const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const app of closing.splice(0)) await app.close()
})

const url = () => `/v1/listings/${service.listingId}/reservations`
const body = () => ({
  customer: 'ada',
  lines: [{ pool_id: service.poolIds[2], quantity: 1 }],
})
const SECRET = 'select * from reservations at 10.0.0.7'

describe('a fault', () => {
  test.each([
    [new HoldfastError('contention', SECRET), 503, 'contention'],
    [new HoldfastError('overloaded', SECRET), 503, 'overloaded'],
    [new HoldfastError('database_unavailable', SECRET), 503, 'database_unavailable'],
    [new HoldfastError('outcome_unknown', SECRET), 503, 'outcome_unknown'],
    [new HoldfastError('lab_failed', SECRET), 500, 'internal'],
    [new TypeError(SECRET), 500, 'internal'],
    [Object.assign(new Error(SECRET), { code: '57P01' }), 503, 'database_unavailable'],
    [Object.assign(new Error(SECRET), { code: 'ECONNRESET' }), 503, 'database_unavailable'],
    [Object.assign(new Error(SECRET), { code: '55P03' }), 503, 'contention'],
    [Object.assign(new Error(SECRET), { code: '40P01' }), 503, 'contention'],
    [Object.assign(new Error(SECRET), { code: '40003' }), 503, 'outcome_unknown'],
    [Object.assign(new Error(SECRET), { code: '53300' }), 503, 'overloaded'],
    [Object.assign(new Error(SECRET), { code: '23514' }), 500, 'internal'],
  ])('of the engine is told by its code alone: %#', async (fault, status, code) => {
    const holdfast = holdfastOn(service.db, { strategy: STRATEGIES.guarded })
    const create = async () => {
      throw fault
    }
    const reservations = { ...holdfast.reservations, create }
    const app = appOn(service.db, { holdfast: { ...holdfast, reservations } })
    closing.push(app)
    const call = callerOf(app, () => service.keys.seller)
    const response = await call('POST', url(), { body: body() })
    expect([response.statusCode, response.json().code]).toEqual([status, code])
    expect(response.body).not.toContain('select')
    expect(response.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
    expect(response.json().retryable).toBe(status === 503)
    if (code === 'outcome_unknown') {
      expect(response.json().detail).toContain('retry with the same key')
    }
    const operation = operationsOf(app).find(({ id }) => id === 'createReservation')
    expect(operation && undeclared(operation, response)).toBe(undefined)
  })

  test('advises the same key to those alone who have sent one', async () => {
    for (const [code, listing, reservation] of [
      ['contention', 'Send the request again', 'Retry with the same key'],
      ['overloaded', 'Send the request again', 'Retry with the same key'],
      ['database_unavailable', 'Send the request again', 'Retry with the same key'],
      ['outcome_unknown', 'look at what there is', 'retry with the same key'],
    ] as const) {
      const holdfast = holdfastOn(service.db, { strategy: STRATEGIES.guarded })
      const create = async () => {
        throw new HoldfastError(code, SECRET)
      }
      const reservations = { ...holdfast.reservations, create }
      const listings = { ...holdfast.listings, create }
      const app = appOn(service.db, { holdfast: { ...holdfast, reservations, listings } })
      closing.push(app)
      const call = callerOf(app, () => service.keys.seller)
      const told = [
        await call('POST', '/v1/listings', { body: { name: 'Fest' }, key: null }),
        await call('POST', url(), { body: body() }),
      ].map((response) => response.json().detail)
      expect(told).toEqual([expect.stringContaining(listing), expect.stringContaining(reservation)])
      expect(told[0]).not.toContain('key')
    }
  })

  test('of the database just before the secret of a reservation is read leaves no reservation', async () => {
    let broken = true
    const app = appOn({
      ...service.db,
      async query(statement, values) {
        if (broken && statement.includes('deployment_secrets')) {
          broken = false
          throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
        }
        return service.db.query(statement, values)
      },
    })
    closing.push(app)
    const call = callerOf(app, () => service.keys.seller)
    const customer = 'somebody-who-was-told-no'
    const told = await call('POST', url(), { body: { ...body(), customer } })
    expect([told.statusCode, told.json().code]).toEqual([503, 'database_unavailable'])
    const made = await service.db.query('select from reservations where customer = $1', [customer])
    expect(made, 'told that nothing was written, and it was').toEqual([])
  })

  test.each([
    ['a read-only server', '25006'],
    ['a role without the privilege', '42501'],
    ['a full disk', '53100'],
    ['no memory left', '53200'],
    ['an operator', '57000'],
    ['a disk that cannot be read', '58030'],
    ['a damaged page', 'XX001'],
  ])('of the surroundings, %s (%s), is told as such, and over with it', async (_what, sqlstate) => {
    await service.db.query(`
      create or replace function fail_here() returns trigger language plpgsql as $$
      begin raise exception 'select * from reservations' using errcode = '${sqlstate}'; end $$`)
    await service.db.query(
      'create trigger fail_here before insert on journal execute function fail_here()',
    )
    const key = newId()
    const broken = await service.call('POST', url(), { key, body: body() })
    const capacity = await service.call(
      'PATCH',
      `/v1/listings/${service.listingId}/pools/${service.poolIds[1]}`,
      { body: { capacity: 2 }, headers: { 'if-match': '*' } },
    )
    await service.db.query('drop trigger fail_here on journal')
    for (const answer of [broken, capacity]) {
      expect([answer.statusCode, answer.json().code, answer.json().retryable]).toEqual([
        503,
        'database_unavailable',
        true,
      ])
      expect(answer.body).not.toContain('select')
    }
    const again = await service.call('POST', url(), { key, body: body() })
    expect(again.statusCode).toBe(201)
    expect(again.headers, 'nothing was written').not.toHaveProperty('idempotent-replayed')
  })

  test('that was only a moment’s is not pinned: the same key succeeds once it is over', async () => {
    const client = new pg.Client({ connectionString: service.url })
    await client.connect()
    await client.query('begin')
    await client.query('select from pools where pool_id = $1 for update', [service.poolIds[2]])
    const key = newId()
    const busy = await service.call('POST', url(), { key, body: body() })
    await client.query('rollback')
    await client.end()
    expect([busy.statusCode, busy.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'contention', retryable: true, retry_after_ms: 1_000 }),
    ])
    const again = await service.call('POST', url(), { key, body: body() })
    expect(again.statusCode).toBe(201)
    expect(again.headers).not.toHaveProperty('idempotent-replayed')
  })
})
