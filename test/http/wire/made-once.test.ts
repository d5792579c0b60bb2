/** What is made under an Idempotency-Key is made once, whatever becomes of the server or the answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { type FailPoint, openDatabase } from '../../../src/storage/driver/database.js'
import { appOn } from '../../support/http/app-on.js'
import { callerOf, useService } from '../../support/http/service.js'

const service = useService()
const servers: ReturnType<typeof appOn>[] = []
beforeAll(() => {
  servers.push(...Array.from({ length: 4 }, () => appOn(service.db)))
})
afterAll(() => Promise.all(servers.map((app) => app.close())))

const ours = () => `/v1/listings/${service.listingId}`

interface Making {
  readonly table: string
  readonly url: () => string
  readonly body: () => Record<string, unknown>
  /** What another request differs in. */
  readonly other: Record<string, unknown>
}

const RANGE = { from: '2038-05-01', to: '2038-05-03', cut_off: '2038-05-01' }
const resourceId = () => service.resourceIds[0]

const MAKINGS: readonly Making[] = [
  {
    ...{ table: 'listings', url: () => '/v1/listings' },
    ...{ body: () => ({ name: 'Fest' }), other: { time_zone: 'Europe/Paris' } },
  },
  {
    ...{ table: 'resources', url: () => `${ours()}/resources` },
    ...{ body: () => ({ name: 'Ritz' }), other: { exclusive: true } },
  },
  {
    ...{ table: 'pools', url: () => `${ours()}/pools` },
    ...{ body: () => ({ resource_id: resourceId(), capacity: 3 }), other: { capacity: 4 } },
  },
  {
    ...{ table: 'blocks', url: () => `${ours()}/blocks`, other: { quantity: 3 } },
    body: () => ({ ...RANGE, name: 'A party', resource_id: resourceId(), quantity: 2 }),
  },
  {
    ...{ table: 'api_keys', url: () => '/v1/keys' },
    ...{ body: () => ({ name: 'A key', scope: 'admin' }), other: { scope: 'seller' } },
  },
  {
    ...{ table: 'webhooks', url: () => '/v1/webhooks', other: { kinds: ['refund.due'] } },
    body: () => ({ url: 'https://hooks.example.com/', listing_id: service.listingId }),
  },
]

/** Every key of these calls is the admin's, who may make all of it. */
const make = ({ url, body }: Making, key: string, more = {}, call = service.call) =>
  call('POST', url(), { as: service.keys.admin, key, body: { ...body(), ...more } })

async function countOf({ table }: Making): Promise<number> {
  const [row] = await service.db.query<{ rows: number }>(
    `select count(*)::int as rows from ${table}`,
  )
  return row?.rows ?? 0
}

describe.each(MAKINGS)('a key with which $table are made', (making) => {
  test('has one effect and one answer, and is refused with another request', async () => {
    const key = newId()
    const first = await make(making, key)
    const rows = await countOf(making)
    const again = await make(making, key)
    expect([first.statusCode, first.headers['idempotent-replayed']]).toEqual([201, undefined])
    expect([again.statusCode, again.body]).toEqual([201, first.body])
    expect(again.headers['idempotent-replayed']).toBe('true')
    for (const name of ['etag', 'location', 'content-type']) {
      expect(again.headers[name], name).toBe(first.headers[name])
    }
    const other = await make(making, key, making.other)
    expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_key_reused'])
    expect(await countOf(making)).toBe(rows)
  })

  test('makes one of it on four servers at once, and on one server is told to be under way', async () => {
    const rows = await countOf(making)
    const key = newId()
    const answers = await Promise.all(
      servers.map((app) =>
        make(
          making,
          key,
          {},
          callerOf(app, () => ''),
        ),
      ),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(servers.map(() => 201))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(await countOf(making)).toBe(rows + 1)
    const own = newId()
    const both = await Promise.all([make(making, own), make(making, own)])
    const late = both.find(({ statusCode }) => statusCode !== 201)
    expect([late?.statusCode, late?.json().code]).toEqual([409, 'idempotency_in_progress'])
    expect(late?.headers).toHaveProperty('retry-after')
    expect(await countOf(making)).toBe(rows + 2)
  })

  test.each(['before-commit', 'commit-acknowledged'] as const)(
    'makes it once although a server failed at %s',
    async (point) => {
      const rows = await countOf(making)
      const key = newId()
      await failingAt(point, (call) => make(making, key, {}, call))
      expect(await countOf(making)).toBe(rows + (point === 'before-commit' ? 0 : 1))
      const again = await make(making, key)
      expect(again.statusCode).toBe(201)
      expect(again.headers['idempotent-replayed']).toBe(
        point === 'before-commit' ? undefined : 'true',
      )
      expect(await countOf(making)).toBe(rows + 1)
    },
  )
})

/** A server that ends its work on a request at a moment of the transaction. */
async function failingAt(point: FailPoint, ask: (call: typeof service.call) => Promise<unknown>) {
  const reach = (reached: FailPoint) => {
    if (reached === point) throw new Error(`failed at ${point}`)
  }
  const db = openDatabase({ url: service.url, connectionsMax: 1, reach })
  const app = appOn(db)
  await ask(callerOf(app, () => ''))
  await app.close()
  await db.close()
}

describe('a key of requests that make something', () => {
  test('belongs to its caller, is one for all of a listing, and need not be there', async () => {
    const key = newId()
    const body = { name: 'Savoy' }
    const url = `${ours()}/resources`
    const own = await service.call('POST', url, { key, body })
    const others = await service.call('POST', url, { as: service.keys.admin, key, body })
    expect([own.statusCode, others.statusCode]).toEqual([201, 201])
    expect(others.json().id).not.toBe(own.json().id)
    const lines = [{ pool_id: service.poolIds[2], quantity: 1 }]
    const booking = { key, body: { customer: 'ada', lines } }
    const reserved = await service.call('POST', `${ours()}/reservations`, booking)
    expect(reserved.json().code).toBe('idempotency_key_reused')
    const without = [1, 2].map(() => service.call('POST', url, { key: null, body }))
    const ids = (await Promise.all(without)).map((answer) => answer.json().id)
    expect(new Set(ids).size).toBe(2)
    for (const malformed of ['', 'two words', 'x'.repeat(256)]) {
      const answer = await service.call('POST', url, { key: malformed, body })
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'idempotency_key_malformed'])
    }
  })

  test('keeps a refusal, and nothing where there was nothing to add to', async () => {
    const key = newId()
    const body = { ...RANGE, name: 'A party', resource_id: newId(), quantity: 1 }
    const asked = [1, 2].map(() => () => service.call('POST', `${ours()}/blocks`, { key, body }))
    for (const [i, ask] of asked.entries()) {
      const answer = await ask()
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'unknown_resource'])
      expect(answer.headers['idempotent-replayed']).toBe(i === 0 ? undefined : 'true')
    }
    const lost = { key: newId(), body: { resource_id: newId(), capacity: 1 } }
    expect((await service.call('POST', `${ours()}/pools`, lost)).statusCode).toBe(404)
    const found = { ...lost, body: { ...lost.body, resource_id: resourceId() } }
    expect((await service.call('POST', `${ours()}/pools`, found)).statusCode).toBe(201)
  })

  test('has to be random where an API key is made, and neither it nor the secret is kept', async () => {
    const making = { as: service.keys.admin, body: { name: 'A key', scope: 'seller' } }
    const guessable = await service.call('POST', '/v1/keys', { ...making, key: 'order-17' })
    expect([guessable.statusCode, guessable.json().code]).toEqual([
      400,
      'idempotency_key_guessable',
    ])
    const key = newId()
    const made = await service.call('POST', '/v1/keys', { ...making, key })
    const secret: string = made.json().key
    expect(secret).toMatch(/^hf_[0-9a-f]{12}_[\w-]{43}$/)
    expect((await service.call('GET', '/v1/listings', { as: secret })).statusCode).toBe(200)
    const kept = await service.db.query<{ text: string }>(
      `select answers::text as text from answers union all select api_keys::text from api_keys`,
    )
    const text = kept.map((row) => row.text).join('\n')
    expect(text).toContain(made.json().id)
    for (const hidden of [key, secret, secret.slice(16)]) expect(text).not.toContain(hidden)
  })

  test('leaves books that agree', async () => {
    expect(await audit(service.db)).toMatchObject({ ok: true, drift: [] })
  })
})
