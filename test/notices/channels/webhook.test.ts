/** Webhooks as a channel: who is told, what its answers mean, with which secrets it is signed. */
import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTokens } from '../../../src/access/tokens.js'
import type { EventKind, OutboxEvent } from '../../../src/domain/event.js'
import { newId } from '../../../src/domain/ids.js'
import { type Holdfast, holdfastOn } from '../../../src/engine/holdfast.js'
import type { Channel } from '../../../src/notices/channels/channel.js'
import { createWebhookChannel } from '../../../src/notices/channels/webhook.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { useReceiver } from '../../support/http/receiver.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase()
const receiver = useReceiver()
const rules = { toLoopback: true }
let holdfast: Holdfast
let channel: Channel
let listingId: string

beforeAll(async () => {
  const { db } = held
  holdfast = holdfastOn(db, { strategy: STRATEGIES.guarded, webhooks: rules })
  const { derive } = createTokens(db)
  channel = createWebhookChannel({ db, derive, rules, timeoutMs: 60_000 })
  listingId = (await givenPools(db, 1)).listingId
})

async function given(more: { listingId?: string; kinds?: EventKind[] } = { listingId }) {
  const made = await holdfast.webhooks.create({ url: `${receiver.url}/hooks`, ...more })
  if (made?.kind !== 'done') throw new Error('no webhook')
  const { webhookId } = made.webhook
  return { webhookId, secret: made.secret, destination: `webhook:${webhookId}` }
}

const event = (more: Partial<OutboxEvent> = {}): OutboxEvent => ({
  ...{ eventId: newId(), kind: 'reservation.confirmed', listingId, subjectId: newId() },
  ...{ version: 2, atMs: Date.parse('2038-06-01T18:00Z'), snapshot: { customer: 'Zoë 🎾' } },
  ...more,
})

const attempt = (signal = new AbortController().signal) => ({
  ...{ deliveryId: newId(), number: 1, signal },
})

const answering = (status: number, headers: Record<string, string> = {}) => {
  receiver.answer = (response) => response.writeHead(status, headers).end('thanks')
}

describe('an event', () => {
  test('goes to the endpoints of its listing and of every listing that want its kind', async () => {
    const other = (await givenPools(held.db, 1)).listingId
    const everything = await given()
    const refunds = await given({ listingId, kinds: ['refund.due', 'refund.settled'] })
    const everywhere = await given({ kinds: ['refund.due'] })
    const off = await given()
    await holdfast.webhooks.change(off.webhookId, { disabled: true })
    const told = (kind: EventKind, of = listingId) =>
      channel.destinationsOf(event({ kind, listingId: of }))
    expect(await told('refund.due')).toEqual([
      ...[everything.destination, refunds.destination, everywhere.destination],
    ])
    expect(await told('reservation.held')).toEqual([everything.destination])
    expect(await told('refund.due', other)).toEqual([everywhere.destination])
    expect(await told('reservation.held', other)).toEqual([])
    await holdfast.webhooks.delete(everywhere.webhookId)
    expect(await told('refund.due', other)).toEqual([])
  })

  test('is signed so that Standard Webhooks’ verifier takes it, under one id however often', async () => {
    const { destination, secret } = await given()
    answering(200)
    const confirmed = event()
    for (const number of [1, 2]) {
      const result = await channel.deliver(confirmed, destination, { ...attempt(), number })
      expect(result).toEqual({ kind: 'delivered', status: 200, answer: 'thanks' })
      const got = receiver.received.at(-1)
      expect(got).toMatchObject({ method: 'POST', path: '/hooks' })
      expect(got?.headers).toMatchObject({
        ...{ 'webhook-id': confirmed.eventId, 'content-type': 'application/json' },
      })
      const body = new Webhook(secret).verify(got?.body ?? '', got?.headers as never)
      expect(body).toEqual({
        type: 'reservation.confirmed',
        timestamp: '2038-06-01T18:00:00.000Z',
        data: {
          ...{ listing_id: listingId, reservation_id: confirmed.subjectId, version: 2 },
          customer: 'Zoë 🎾',
        },
      })
    }
  })
})

describe('another secret', () => {
  test('and the one before both open what is sent, until the old one’s time is up', async () => {
    const { destination, webhookId, secret } = await given()
    answering(204)
    const opened = async () => {
      await channel.deliver(event(), destination, attempt())
      const got = receiver.received.at(-1)
      return (each: string) => {
        try {
          return new Webhook(each).verify(got?.body ?? '', got?.headers as never) !== undefined
        } catch {
          return false
        }
      }
    }
    const second = (await holdfast.webhooks.rotate(webhookId))?.secret ?? ''
    expect([secret, second].map(await opened())).toEqual([true, true])
    // The database's clock cannot be turned, so the row is.
    const pass = `update webhooks set old_secret_until = clock_timestamp() where webhook_id = $1`
    await held.db.query(pass, [webhookId])
    expect([secret, second].map(await opened())).toEqual([false, true])
    await holdfast.webhooks.rotate(webhookId)
    const fourth = (await holdfast.webhooks.rotate(webhookId, { keepOldMs: 0 }))?.secret ?? ''
    expect([secret, second, fourth].map(await opened())).toEqual([false, false, true])
  })
})

describe('an answer', () => {
  test.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'given up'],
    [307, 'given up'],
    [400, 'tried again'],
    [401, 'tried again'],
    [404, 'tried again'],
    [408, 'tried again'],
    [410, 'given up'],
    [429, 'tried again'],
    [500, 'tried again'],
    [503, 'tried again'],
  ])('of %i means: %s', async (status, meaning) => {
    const { destination } = await given()
    answering(status, { location: `${receiver.url}/elsewhere` })
    const before = receiver.received.length
    const result = await channel.deliver(event(), destination, attempt())
    const again = result.kind === 'failed' && (result.again ? 'tried again' : 'given up')
    expect(result.kind === 'delivered' ? result.kind : again).toBe(meaning)
    expect(result).toMatchObject({ status, answer: status === 204 ? '' : 'thanks' })
    expect(receiver.received).toHaveLength(before + 1)
  })

  test('of 410 turns the endpoint off, until somebody turns it on', async () => {
    const { destination, webhookId } = await given()
    answering(410)
    await channel.deliver(event(), destination, attempt())
    const found = await holdfast.webhooks.get(webhookId)
    expect(found?.disabledBecause).toBe('gone')
    const before = receiver.received.length
    expect(await channel.deliver(event(), destination, attempt())).toEqual({ kind: 'needless' })
    expect(await channel.destinationsOf(event())).not.toContain(destination)
    expect(receiver.received).toHaveLength(before)
    await holdfast.webhooks.change(webhookId, { disabled: false })
    answering(200)
    expect(await channel.deliver(event(), destination, attempt())).toMatchObject({
      kind: 'delivered',
    })
  })

  test('that never comes is tried again, and keeps no one waiting who ends the program', async () => {
    const { destination } = await given()
    receiver.answer = () => {}
    const ending = new AbortController()
    const result = channel.deliver(event(), destination, attempt(ending.signal))
    ending.abort()
    expect(await result).toEqual({ kind: 'failed', again: true, reason: 'ended early' })
  })
})

test('nobody is told when the endpoint is gone, or its address is no longer allowed', async () => {
  const { destination, webhookId } = await given()
  const strict = createWebhookChannel({ db: held.db, derive: createTokens(held.db).derive })
  const before = receiver.received.length
  expect(await strict.deliver(event(), destination, attempt())).toMatchObject({
    ...{ kind: 'failed', again: true, reason: expect.stringContaining('none that a webhook') },
  })
  await holdfast.webhooks.delete(webhookId)
  expect(await channel.deliver(event(), destination, attempt())).toEqual({ kind: 'needless' })
  expect(receiver.received).toHaveLength(before)
})
