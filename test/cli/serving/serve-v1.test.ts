/** `holdfast serve` has the whole service behind it: /v1, keys, the sweeper, the limits, the end. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createClient } from '../../../src/client/client.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenKey, passTheTimeOf } from '../../support/http/service.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'
import { logOf, outputOf, type Serving, startServing, stop } from './serving.js'

const held = useDatabase()

async function clientOf({ address }: Serving, ...listingIds: string[]) {
  const apiKey = await givenKey(held.db, 'seller', ...listingIds)
  return createClient({ baseUrl: address, apiKey })
}

describe('a server', () => {
  test('without keys says how to make one, and answers nobody until there is one', async () => {
    const serving = await startServing(held.url)
    const hint = 'there is no API key, so /v1 answers 401 to everybody: run `holdfast keys create`'
    expect(logOf(serving.command).map(({ msg }) => msg)).toContain(hint)
    const look = (key: string) =>
      fetch(`${serving.address}/v1/listings`, { headers: { authorization: `Bearer ${key}` } })
    expect((await look(`hf_${'0'.repeat(12)}_${'x'.repeat(43)}`)).status).toBe(401)
    const key = await outputOf(held.url, 'keys', 'create', '--scope', 'admin', '--name', 'first')
    expect((await look(key)).status).toBe(200)
    expect(await stop(serving)).toBe(0)

    const again = await startServing(held.url)
    expect(logOf(again.command).map(({ msg }) => msg)).not.toContain(hint)
    await stop(again)
  })

  test('has neither Evento’s face nor a database that forgets, unless it is told to, and then says so', async () => {
    const { listingId } = await givenPools(held.db, 3)
    const forgetful = new URL(held.url)
    forgetful.searchParams.set('options', '-c synchronous_commit=off')
    const env = { HOLDFAST_ALLOW_UNSAFE_DURABILITY: 'off' }
    await expect(startServing(forgetful.href, env)).rejects.toThrow(
      'holdfast: the database may lose what it has acknowledged: synchronous_commit is off. Turn ' +
        'that on, or set HOLDFAST_ALLOW_UNSAFE_DURABILITY=on',
    )
    const faces: number[] = []
    const told: unknown[] = []
    for (const [url, onOrOff] of [
      [held.url, 'off'],
      [forgetful.href, 'on'],
    ] as const) {
      const serving = await startServing(url, {
        HOLDFAST_EVENTO: onOrOff,
        HOLDFAST_ALLOW_UNSAFE_DURABILITY: onOrOff,
      })
      faces.push((await fetch(`${serving.address}/${listingId}/available`)).status)
      told.push(await (await fetch(`${serving.address}/readyz`)).json())
      const warnings = logOf(serving.command).filter(({ level }) => level === 40)
      expect(warnings.some(({ msg }) => String(msg).startsWith('Evento'))).toBe(onOrOff === 'on')
      expect(serving.command.stderr.includes('may be lost')).toBe(onOrOff === 'on')
      await stop(serving)
    }
    expect(faces).toEqual([404, 200])
    expect(told).toEqual([
      { status: 'ok' },
      { status: 'ok', durability: 'synchronous_commit is off' },
    ])
  })

  test('whose role may not change the schema serves all the same, when it is up to date', async () => {
    const role = `holdfast_test_${randomBytes(6).toString('hex')}`
    await held.db.query(`create role ${role} login password 'x'`)
    await held.db.query(`grant usage on schema holdfast to ${role}`)
    const url = new URL(held.url)
    url.username = role
    url.password = 'x'
    // Without rights to look there is nothing that it could serve.
    await expect(startServing(url.href)).rejects.toThrow(
      'permission denied for table schema_migrations',
    )
    const all = 'select, insert, update, delete on all tables in schema holdfast'
    await held.db.query(`grant ${all} to ${role}`)
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const serving = await startServing(url.href)
    const client = await clientOf(serving, listingId)
    const lines = [{ pool_id: poolIds[0] ?? '', quantity: 1 }]
    const made = await client.reservations.create(listingId, { customer: 'a', lines })
    expect(made.ok).toBe(true)
    await stop(serving)
    await held.db.query(`drop owned by ${role}`)
    await held.db.query(`drop role ${role}`)
  })

  test('tells how many wait for a database connection, among its other figures', async () => {
    const serving = await startServing(held.url)
    const answer = await fetch(`${serving.address}/metrics`, {
      headers: { authorization: `Bearer ${await givenKey(held.db, 'admin')}` },
    })
    expect(await answer.text()).toMatch(/^holdfast_database_connections_waiting \d+$/m)
    await stop(serving)
  })

  test('takes many holds in one transaction, unless another strategy is asked for', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 1000)
    const transactionsOf = async (strategy: string) => {
      const serving = await startServing(held.url, { HOLDFAST_STRATEGY: strategy })
      const client = await clientOf(serving, listingId)
      const customers = Array.from({ length: 60 }, (_, i) => `customer ${strategy} ${i}`)
      const lines = [{ pool_id: poolIds[0] ?? '', quantity: 1 }]
      const hold = (customer: string) =>
        client.reservations.hold(listingId, { customer, lines, hold_seconds: 60 })
      const results = await Promise.all(customers.map(hold))
      expect(results.every((result) => result.ok)).toBe(true)
      await stop(serving)
      // What was written by one transaction has one transaction's number.
      const [row] = await held.db.query<{ transactions: number }>(
        `select count(distinct reservation_lines.xmin::text)::integer as transactions
         from reservation_lines
         join reservations using (listing_id, reservation_id)
         where customer like $1`,
        [`customer ${strategy} %`],
      )
      return row?.transactions ?? 0
    }
    expect(await transactionsOf('guarded')).toBe(60)
    expect(await transactionsOf('batched')).toBeLessThan(30)
  })

  test('tidies holds away whose time is up, though nobody asks', async () => {
    const { listingId, poolIds } = await givenPools(held.db, 5)
    const serving = await startServing(held.url)
    const client = await clientOf(serving, listingId)
    const lines = [{ pool_id: poolIds[0] ?? '', quantity: 2 }]
    const hold = await client.reservations.hold(listingId, {
      customer: 'a',
      lines,
      hold_seconds: 60,
    })
    if (!hold.ok) throw new Error('no hold')
    await passTheTimeOf(held.db, hold.value.id)
    await until('the hold was swept', async () => {
      const [row] = await held.db.query<{ state: string }>(
        'select state from reservations where reservation_id = $1',
        [hold.value.id],
      )
      return row?.state === 'expired'
    })
    expect(await stop(serving)).toBe(0)
  })

  test('keeps to the limits that the environment sets', async () => {
    const serving = await startServing(held.url, { HOLDFAST_KEY_REQUESTS_MAX: '2' })
    const { listingId } = await givenPools(held.db, 1)
    const key = await givenKey(held.db, 'seller', listingId)
    const look = async () => {
      const headers = { authorization: `Bearer ${key}` }
      return (await fetch(`${serving.address}/v1/listings`, { headers })).status
    }
    expect([await look(), await look(), await look()]).toEqual([200, 200, 429])
    await stop(serving)
  })

  test('believes a proxy that it was told to believe, and no other', async () => {
    const failing = async (trust: string) => {
      const env = { HOLDFAST_TRUST_PROXY: trust, HOLDFAST_FAILED_KEYS_MAX: '1' }
      const serving = await startServing(held.url, env)
      const statuses: number[] = []
      for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
        const headers = { authorization: 'Bearer nonsense', 'x-forwarded-for': address }
        statuses.push((await fetch(`${serving.address}/v1/listings`, { headers })).status)
      }
      await stop(serving)
      return statuses
    }
    expect(await failing('loopback')).toEqual([401, 401, 401])
    expect(await failing('off')).toContain(429)
  })

  test('goes on serving for a while after SIGTERM, and says that it is going to stop', async () => {
    // Longer than any test lasts: how quickly the machine asks must not matter.
    const serving = await startServing(held.url, { HOLDFAST_DRAIN_DELAY_MS: '300000' })
    serving.command.kill('SIGTERM')
    const ready = () => fetch(`${serving.address}/readyz`, { headers: { connection: 'close' } })
    const says = (status: number, ask: () => Promise<Response>) => () =>
      ask().then(
        (response) => response.status === status,
        () => false,
      )
    await until('it says that it drains', says(503, ready))
    const healthy = () => fetch(`${serving.address}/healthz`, { headers: { connection: 'close' } })
    await until('it still answers', says(200, healthy))
    // A second signal ends the wait.
    serving.command.kill('SIGTERM')
    expect((await serving.command.ended).status).toBe(1)
  })

  test.each([
    [{}, { lock_timeout: '2s', prepared: true }],
    [{ HOLDFAST_SESSION_SETTINGS: 'off' }, { lock_timeout: '0', prepared: true }],
    [{ HOLDFAST_PREPARED_STATEMENTS: 'off' }, { lock_timeout: '2s', prepared: false }],
  ])('opens database sessions as it is told: %j', async (env, session) => {
    const { listingId, poolIds } = await givenPools(held.db, 1)
    // What a session is like is for the session itself to see.
    await held.db.query(`
      create or replace function note_session() returns trigger language plpgsql as $$
      begin
        new.payment_ref := jsonb_build_object(
          'lock_timeout', current_setting('lock_timeout'),
          'prepared', exists (select from pg_prepared_statements)
        )::text;
        return new;
      end $$`)
    await held.db.query(`
      create or replace trigger note_session before insert on reservations
      for each row execute function note_session()`)
    const serving = await startServing(held.url, env)
    const client = await clientOf(serving, listingId)
    const lines = [{ pool_id: poolIds[0] ?? '', quantity: 1 }]
    const made = await client.reservations.create(listingId, { customer: 'a', lines })
    await held.db.query('drop trigger note_session on reservations')
    if (!made.ok) throw new Error('no reservation')
    const found = await client.reservations.get(listingId, made.value.id)
    expect(JSON.parse((found.ok && found.value.payment_ref) || '{}')).toEqual(session)
    await stop(serving)
  })
})
