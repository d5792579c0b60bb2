/** What endpoints were told: the log, the test event, replays, and a listener that forwards. */
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { holdfastOn } from '../../../src/engine/holdfast.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { givenWebhook, useService } from '../../support/http/service.js'
import { later } from '../../support/later.js'

const service = useService()
const HOUR_MS = 3_600_000
const NOW_MS = Date.parse('2038-06-01T18:00Z')
const at = (hours: number) => new Date(NOW_MS + hours * HOUR_MS).toISOString()

const given = () => givenWebhook(service, service.listingId, service.keys.seller)
const ask = async (method: string, id: string, path: string, body?: object) => {
  const call = body === undefined ? {} : { body }
  return service.call(method, `/v1/webhooks/${id}/${path}`, call)
}

interface Past {
  readonly kind?: string
  readonly listingId?: string
  /** Hours from now; default 0. */
  readonly hours?: number
  /** The state of its delivery to `webhookId`; default it was never to be told. */
  readonly state?: string
  readonly webhookId?: string
}

/** An event of the past, and perhaps what became of it. */
async function givenEvent({ kind = 'reservation.held', hours = 0, ...past }: Past = {}) {
  const { listingId = service.listingId, state, webhookId } = past
  const [eventId, deliveryId] = [newId(), newId()]
  await service.db.query(
    `insert into events (listing_id, event_id, kind, subject_id, version, at, snapshot, dispatched_at)
     values ($1, $2, $3, $2, 3, $4, '{"customer": "ada"}', clock_timestamp())`,
    [listingId, eventId, kind, at(hours)],
  )
  if (state === undefined) return { eventId, deliveryId }
  await service.db.query(
    `insert into deliveries (listing_id, delivery_id, event_id, subject_id, version, channel,
       destination, state, attempts, attempted_at, ended_at, status, answer, reason)
     values ($1, $2, $3, $3, 3, 'webhook', $4, $5, 4, $6,
       case when $5 <> 'due' then clock_timestamp() end, 500, 'Oops', 'it answered 500')`,
    [listingId, deliveryId, eventId, `webhook:${webhookId}`, state, at(hours)],
  )
  return { eventId, deliveryId }
}

const statesOf = async (webhookId: string) => {
  const { items } = (await ask('GET', webhookId, 'deliveries?limit=200')).json()
  return Object.fromEntries(
    items.map((item: Record<string, string>) => [item['event_id'], item['state']]),
  )
}

describe('the log', () => {
  test('has what an endpoint was told, the newest first, page by page and by its state', async () => {
    const webhookId = await given()
    const states = ['delivered', 'dead', 'due', 'delivered']
    const events: string[] = []
    for (const state of states) events.push((await givenEvent({ state, webhookId })).eventId)
    await givenEvent({ state: 'dead', webhookId: await given() })
    const first = (await ask('GET', webhookId, 'deliveries?limit=3')).json()
    const rest = (
      await ask('GET', webhookId, `deliveries?limit=3&cursor=${first.next_cursor}`)
    ).json()
    const all = [...first.items, ...rest.items]
    expect(all.map(({ event_id }) => event_id)).toEqual(events.reverse())
    expect(rest.next_cursor).toBe(null)
    expect(all[2]).toMatchObject({
      ...{ kind: 'reservation.held', listing_id: service.listingId, state: 'dead', attempts: 4 },
      ...{ status: 500, answer: 'Oops', reason: 'it answered 500', attempted_at: at(0) },
    })
    const dead = (await ask('GET', webhookId, 'deliveries?delivery_state=dead')).json().items
    expect(dead.map(({ event_id }: { event_id: string }) => event_id)).toEqual([events[2]])
    const bad = await ask('GET', webhookId, 'deliveries?delivery_state=lost')
    expect([bad.statusCode, bad.json().code]).toEqual([422, 'validation'])
  })

  test('is gone with its endpoint', async () => {
    const webhookId = await given()
    await givenEvent({ state: 'due', webhookId })
    await service.call('DELETE', `/v1/webhooks/${webhookId}`)
    const rows = await service.db.query('select from deliveries where destination = $1', [
      `webhook:${webhookId}`,
    ])
    expect(rows).toEqual([])
  })
})

test('a test event waits to be sent like any other, unless the endpoint is disabled', async () => {
  const webhookId = await given()
  const sent = await ask('POST', webhookId, 'test', {})
  expect([sent.statusCode, sent.json()]).toEqual([
    201,
    expect.objectContaining({ kind: 'webhook.test', state: 'due', attempts: 0 }),
  ])
  expect(await statesOf(webhookId)).toEqual({ [sent.json().event_id]: 'due' })
  await service.call('PATCH', `/v1/webhooks/${webhookId}`, { body: { disabled: true } })
  for (const [path, body] of [
    ['test', {}],
    ['replay', { from: at(0) }],
  ] as const) {
    const refused = await ask('POST', webhookId, path, body)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'webhook_disabled'])
  }
})

describe('a replay', () => {
  test('of one delivery sends that one again, and none that is another endpoint’s', async () => {
    const [webhookId, otherId] = [await given(), await given()]
    const mine = await givenEvent({ state: 'dead', webhookId })
    const theirs = await givenEvent({ state: 'dead', webhookId: otherId })
    const replayed = await ask('POST', webhookId, 'replay', { delivery_id: mine.deliveryId })
    expect(replayed.json()).toEqual({ deliveries: 1 })
    for (const delivery_id of [theirs.deliveryId, newId(), 'x']) {
      expect((await ask('POST', webhookId, 'replay', { delivery_id })).statusCode).toBe(404)
    }
    expect(await statesOf(webhookId)).toEqual({ [mine.eventId]: 'due' })
    expect(await statesOf(otherId)).toEqual({ [theirs.eventId]: 'dead' })
    const { items } = (await ask('GET', webhookId, 'deliveries')).json()
    expect(items[0]).toMatchObject({ attempts: 0, next_attempt_at: expect.any(String) })
  })

  test('of a span brings what was missed too, of the kinds and listings that are asked for', async () => {
    const webhookId = await given()
    const kinds = ['reservation.held', 'refund.due']
    await service.call('PATCH', `/v1/webhooks/${webhookId}`, { body: { kinds } })
    const told = { webhookId, hours: 100 }
    const dead = await givenEvent({ ...told, state: 'dead' })
    const delivered = await givenEvent({ ...told, state: 'delivered' })
    const missed = await givenEvent({ hours: 101, kind: 'refund.due' })
    const late = await givenEvent({ hours: 102, state: 'dead', webhookId })
    await givenEvent({ hours: 100, kind: 'capacity.changed' })
    await givenEvent({ hours: 100, listingId: service.foreignId })
    const onlyDead = { from: at(100), to: at(102), only_dead: true }
    expect((await ask('POST', webhookId, 'replay', onlyDead)).json()).toEqual({ deliveries: 1 })
    expect(await statesOf(webhookId)).toEqual({
      ...{ [dead.eventId]: 'due', [delivered.eventId]: 'delivered', [late.eventId]: 'dead' },
    })
    const span = { from: at(100), to: at(102) }
    expect((await ask('POST', webhookId, 'replay', span)).json()).toEqual({ deliveries: 2 })
    expect(await statesOf(webhookId)).toEqual({
      ...{ [dead.eventId]: 'due', [delivered.eventId]: 'due', [late.eventId]: 'dead' },
      [missed.eventId]: 'due',
    })
  })

  test('to an endpoint of every listing is of every listing', async () => {
    const { admin } = service.keys
    const webhookId = await givenWebhook(service, undefined, admin)
    await givenEvent({ hours: 200 })
    await givenEvent({ hours: 200, listingId: service.foreignId })
    const call = { as: admin, body: { from: at(200) } }
    const replayed = await service.call('POST', `/v1/webhooks/${webhookId}/replay`, call)
    expect(replayed.json()).toEqual({ deliveries: 2 })
  })

  test.each([
    {},
    { to: '2038-06-01T18:00Z' },
    { only_dead: true },
    { delivery_id: newId(), from: '2038-06-01T18:00Z' },
    { delivery_id: newId(), only_dead: true },
    { from: '2038-02-30T18:00Z' },
    { from: 'yesterday' },
  ])('of %j is refused with 422', async (body) => {
    const answer = await ask('POST', await givenOnce(), 'replay', body)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'validation'])
  })

  let once: Promise<string> | undefined
  const givenOnce = () => {
    once ??= later(given())
    return once
  }
})

test('a listener hears what its endpoint was told, signed, and leaves nothing behind', async () => {
  const { webhooks } = holdfastOn(service.db, { strategy: STRATEGIES.guarded })
  const ending = new AbortController()
  const { foreignId: listingId } = service
  const listening = await webhooks.listen({ listingId }, ending.signal)
  if (listening?.kind !== 'listening') throw new Error('nobody listens')
  const [row] = await webhooks.list(undefined, { listingId })
  const webhookId = row?.webhookId ?? ''
  expect(row).toMatchObject({ url: null, expired: false })
  const events: string[] = []
  for (let i = 0; i < 3; i += 1) {
    const { eventId } = await givenEvent({ listingId, webhookId, state: 'delivered', hours: i })
    events.push(eventId)
  }
  const heard: string[] = []
  for await (const { id, body, headers, done } of listening.messages) {
    expect(new Webhook(listening.secret).verify(body, headers)).toMatchObject({
      ...{ type: 'reservation.held', data: { customer: 'ada', version: 3 } },
    })
    heard.push(id)
    await done()
    if (heard.length === 3) ending.abort()
  }
  expect(heard).toEqual(events)
  expect(await webhooks.get(webhookId)).toBe(undefined)
})
