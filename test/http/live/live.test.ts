/** Availability as it changes: what a page that stays open is told. */
import { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import { newId } from '../../../src/domain/ids.js'
import { createEventStream } from '../../../src/http/live/event-stream.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { appOn } from '../../support/http/app-on.js'
import { type EventSource, openEvents } from '../../support/http/event-source.js'
import { operationsOf } from '../../support/http/operations.js'
import { givenHold, givenKey, givenPool, useService } from '../../support/http/service.js'
import { until } from '../../support/until.js'

const service = useService()
const open: { close(): unknown }[] = []
let availabilityIs: (value: unknown) => void

beforeAll(async () => {
  const { Compile } = await import('typebox/schema')
  const look = operationsOf(service.app).find(({ id }) => id === 'getAvailability')
  const schema = look?.answers['200']?.content?.['application/json']?.schema
  const compiled = Compile(schema as never)
  availabilityIs = (value) => expect(compiled.Errors(value)).toEqual([true, []])
})
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** A server that listens, with what it asks of the database counted. */
async function serve(options: Parameters<typeof appOn>[1] = {}) {
  let looks = 0
  const db: Database = {
    ...service.db,
    query: (statement, values) => {
      if (statement.includes('join resources')) looks += 1
      return service.db.query(statement, values)
    },
  }
  const app = appOn(db, { made: { liveEveryMs: 20 }, ...options })
  open.push(app)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const follow = async (headers = {}, key = service.keys.storefront): Promise<EventSource> => {
    const url = `${address}/v1/listings/${service.listingId}/live`
    const events = await openEvents(url, key, headers)
    open.push(events)
    return events
  }
  return { app, address, follow, looks: () => looks }
}

const pool = () => service.poolIds[2] ?? ''

describe('a stream', () => {
  test('begins with everything, then tells of each change, the pools that changed alone', async () => {
    const { follow } = await serve()
    const stream = await follow()
    expect(stream.status).toBe(200)
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(stream.headers['x-content-type-options']).toBe('nosniff')
    const first = await stream.next(() => true)
    const shown = await service.call('GET', `/v1/listings/${service.listingId}/availability`)
    expect(first.event).toBe('snapshot')
    expect(first.data).toEqual(shown.json())
    expect(first.id).toBe(String(shown.json().version))
    availabilityIs(first.data)
    const { url } = await givenHold(service, pool())
    const taken = await stream.next(({ event }) => event === 'change')
    availabilityIs(taken.data)
    expect(taken.data.pools).toEqual([
      expect.objectContaining({ pool_id: pool(), taken: 1, available: 999 }),
    ])
    await service.call('POST', `${url}/release`)
    const given = await stream.next(({ id }) => Number(id) > Number(taken.id))
    expect(given.data.pools).toEqual([expect.objectContaining({ pool_id: pool(), taken: 0 })])
    const { id } = await givenPool(service, 3)
    const added = await stream.next(({ id }) => Number(id) > Number(given.id))
    expect(added.data.pools).toEqual([expect.objectContaining({ pool_id: id, capacity: 3 })])
    const idsSent = stream.events.map((event) => Number(event.id))
    expect(idsSent).toEqual([...idsSent].sort((a, b) => a - b))
  })

  test('that comes back gets no snapshot if it has missed nothing, else a whole one', async () => {
    const { follow } = await serve()
    const before = await (await follow()).next(() => true)
    const current = await follow({ 'last-event-id': String(before.id) })
    await givenHold(service, pool())
    const change = await current.next(() => true)
    expect(change.event).toBe('change')
    const late = await follow({ 'last-event-id': String(before.id) })
    const caughtUp = await late.next(() => true)
    expect([caughtUp.event, caughtUp.id]).toEqual(['snapshot', change.id])
    const strange = await follow({ 'last-event-id': 'x' })
    expect((await strange.next(() => true)).event).toBe('snapshot')
  })

  test('is one look at the database for all that listen, and none when nobody does', async () => {
    const { app, follow, looks } = await serve({ made: { liveEveryMs: 50 } })
    const streams = []
    const startedMs = performance.now()
    for (let i = 0; i < 10; i += 1) streams.push(await follow())
    const opened = looks()
    await until('a few rounds are over', () => looks() >= opened + 8)
    // One look for each that joins, and one for each round: a timer may be a millisecond early.
    const rounds = (performance.now() - startedMs) / (50 - 1)
    expect(looks()).toBeLessThanOrEqual(10 + rounds + 1)
    await givenHold(service, pool())
    const changes = await Promise.all(
      streams.map((stream) => stream.next(({ event }) => event === 'change')),
    )
    expect(new Set(changes.map(({ id }) => id)).size).toBe(1)
    for (const stream of streams) stream.close()
    await until('nobody listens', async () => {
      return /holdfast_live_streams 0/.test((await app.inject('/metrics')).body)
    })
    await pause(100)
    const last = looks()
    await pause(200)
    expect(looks()).toBe(last)
  })

  test('shows that it is alive', async () => {
    const { follow } = await serve({ made: { liveEveryMs: 1_000 }, live: { heartbeatMs: 30 } })
    const stream = await follow()
    await until('it has', () => stream.raw.split(': heartbeat\n\n').length > 3)
    expect(stream.raw).toMatch(/^retry: \d+\n\n/)
  })

  test('ends when the server drains, and no other begins', async () => {
    const { app, address, follow } = await serve()
    const stream = await follow()
    await stream.next(() => true)
    app.drain()
    await until('it has ended', () => stream.ended)
    const refused = await openEvents(
      `${address}/v1/listings/${service.listingId}/live`,
      service.keys.storefront,
    )
    expect(refused.status).toBe(503)
    refused.close()
  })

  test('ends when its key is revoked, on the server that is told and on others, and no other does', async () => {
    const [here, elsewhere] = [await serve(), await serve()]
    const issued = await issueApiKey(service.db, {
      name: 'Soon gone',
      scope: 'storefront',
      listingIds: [service.listingId],
    })
    const key = issued?.key ?? ''
    const streams = [await here.follow({}, key), await elsewhere.follow({}, key)]
    const others = [await here.follow(), await elsewhere.follow()]
    for (const stream of [...streams, ...others]) await stream.next(() => true)
    const revoked = await here.app.inject({
      method: 'POST',
      url: `/v1/keys/${issued?.row.keyId}/revoke`,
      headers: { authorization: `Bearer ${service.keys.admin}` },
    })
    expect(revoked.statusCode).toBe(200)
    await until('both have ended', () => streams.every((stream) => stream.ended))
    expect((await elsewhere.follow({}, key)).status).toBe(401)
    await givenHold(service, pool())
    for (const other of others) await other.next(({ event }) => event === 'change')
  })

  test('does not keep a server from closing', async () => {
    const { app, follow } = await serve()
    const stream = await follow()
    await stream.next(() => true)
    await app.close()
    await until('it has ended', () => stream.ended)
  })

  test('ends by itself after a while', async () => {
    const { follow } = await serve({ live: { streamMsMax: 1_000 } })
    const stream = await follow()
    await until('it has ended', () => stream.ended)
    expect(stream.events).toHaveLength(1)
  })

  test('is one of as many as the server has room for', async () => {
    const { follow } = await serve({ limits: { streamsMax: 2 } })
    const first = await follow()
    await follow()
    const third = await follow()
    expect([third.status, third.headers['retry-after']]).toEqual([503, '1'])
    first.close()
    await until('there is room again', async () => (await follow()).status === 200)
  })

  test('leaves room for others, however many one address or one key would like to have', async () => {
    const limits = { streamsMax: 10, addressStreamsMax: 2, keyStreamsMax: 4 }
    const { follow } = await serve({ limits, trustProxy: 'loopback' })
    const from = (address: string, key?: string) => follow({ 'x-forwarded-for': address }, key)
    const statuses = async (streams: Promise<EventSource>[]) =>
      (await Promise.all(streams)).map(({ status }) => status).sort()
    const first = await from('192.0.2.1')
    expect(await statuses([from('192.0.2.1'), from('192.0.2.1')])).toEqual([200, 429])
    expect(await statuses([from('192.0.2.2'), from('192.0.2.3')])).toEqual([200, 200])
    const shut = await from('192.0.2.4')
    expect([shut.status, shut.headers['retry-after']]).toEqual([429, '10'])
    await until('it is told why', () =>
      shut.raw.includes('At most 4 streams are open at once with one'),
    )
    const other = await givenKey(service.db, 'storefront', service.listingId)
    expect((await from('192.0.2.4', other)).status).toBe(200)
    const { admin, seller } = service.keys
    const others = [admin, admin, admin, seller].map((key) => from('192.0.2.1', key))
    expect(await statuses(others)).toEqual([200, 200, 200, 200])
    // Nine are open: the tenth is not for shoppers.
    expect((await from('192.0.2.5', other)).status).toBe(503)
    const last = await from('192.0.2.5', admin)
    expect([last.status, (await from('192.0.2.5', admin)).status]).toEqual([200, 503])
    last.close()
    first.close()
    await until('there is room again', async () => (await from('192.0.2.1')).status === 200)
  })

  test('is for those who may look, and told of a listing that is theirs', async () => {
    const { address, follow } = await serve()
    expect((await follow({}, 'hf_wrong')).status).toBe(401)
    expect((await follow({}, service.keys.foreigner)).status).toBe(404)
    const nowhere = `${address}/v1/listings/${newId()}/live`
    expect((await openEvents(nowhere, service.keys.seller)).status).toBe(404)
  })

  test('does not count as a request that is under way', async () => {
    const { app, follow } = await serve({ limits: { inFlightMax: 2 } })
    for (let i = 0; i < 4; i += 1) expect((await follow()).status).toBe(200)
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })
})

describe('a reader that does not follow', () => {
  test('is dropped, and what it has not read with it', () => {
    const line = new Writable({ highWaterMark: 10, write: () => {} })
    line.on('error', () => {})
    const stream = createEventStream(
      Object.assign(line, { write: line.write.bind(line) }) as never,
      { heartbeatMs: 60_000, streamMsMax: 60_000, behindBytesMax: 1_000 },
    )
    let sent = 0
    while (!line.destroyed && sent < 1_000) {
      stream.send({ id: String(sent), name: 'change', data: 'x'.repeat(100) })
      sent += 1
    }
    expect(sent).toBeGreaterThan(5)
    expect(sent).toBeLessThan(15)
    stream.send({ id: String(sent), name: 'change', data: 'more' })
    stream.end()
    expect(line.destroyed).toBe(true)
  })
})
