/** From a booking to a receiver: the outbox, the dispatcher, the channel and the log together. */
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Holdfast, openHoldfast } from '../../../src/engine/holdfast.js'
import { webhookChannel } from '../../../src/engine/notices/webhook.js'
import { useDatabase } from '../../support/database/test-database.js'
import { useReceiver } from '../../support/http/receiver.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'

const held = useDatabase()
const receiver = useReceiver()
const webhooks = { toLoopback: true }
let holdfast: Holdfast

beforeAll(async () => {
  const channels = [webhookChannel(webhooks)]
  holdfast = openHoldfast({ url: held.url, connectionsMax: 4, webhooks, channels })
  await holdfast.maintain()
})
afterAll(() => holdfast?.close())

test('a booking is told once it is committed, under one id until it is taken, and to nobody else', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 1)
  const made = await holdfast.webhooks.create({ url: receiver.url, listingId })
  if (made?.kind !== 'done') throw new Error('no webhook')
  const { secret, webhook } = made
  const [poolId = ''] = poolIds
  const book = (customer: string) =>
    holdfast.reservations.create(listingId, { customer, lines: [{ poolId, quantity: 1 }] })
  const log = async () => (await holdfast.webhooks.deliveries(webhook.webhookId)) ?? []
  // Its first answer gets lost: the receiver has worked on it, and hears of it again.
  receiver.answer = (response) => response.socket?.destroy()
  const booked = await book('ada')
  if (booked.kind !== 'done') throw new Error('no booking')
  expect((await book('eve')).kind).toBe('refused')
  const [lost] = await until('it is told', async () => {
    const deliveries = await log()
    return deliveries.some(({ reason }) => reason !== null) && deliveries
  })
  expect(lost).toMatchObject({ state: 'due', attempts: 1, reason: 'socket hang up', status: null })
  receiver.answer = (response) => response.writeHead(201).end('thanks')
  await holdfast.webhooks.replay(webhook.webhookId, { deliveryId: lost?.deliveryId ?? '' })
  await until('it is taken', async () => (await log()).at(0)?.state === 'delivered')
  expect(await log()).toMatchObject([{ state: 'delivered', status: 201, answer: 'thanks' }])
  const bodies = receiver.received.map(({ body, headers }) =>
    new Webhook(secret).verify(body, headers as never),
  )
  expect(bodies).toEqual([bodies[0], bodies[0]])
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(bodies[0]).toMatchObject({
    type: 'reservation.confirmed',
    data: {
      ...{ listing_id: listingId, reservation_id: booked.reservation.reservationId, version: 1 },
      ...{ state: 'confirmed', customer: 'ada', lines: [{ pool_id: poolId, quantity: 1 }] },
    },
  })
  await holdfast.webhooks.change(webhook.webhookId, { disabled: true })
  await holdfast.reservations.cancel(listingId, booked.reservation.reservationId)
  await holdfast.webhooks.change(webhook.webhookId, { disabled: false })
  await holdfast.webhooks.test(webhook.webhookId)
  await until('the test event comes', () => receiver.received.length === 3)
  expect(receiver.received[2]?.body).toContain('"type":"webhook.test"')
})

test('an endpoint that never answers, and one that fails, hold up no other', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 9)
  const paths = ['/hangs', '/fails', '/well']
  for (const path of paths) {
    await holdfast.webhooks.create({ url: `${receiver.url}${path}`, listingId })
  }
  receiver.answer = (response, { path }) => {
    if (path === '/fails') response.writeHead(503).end()
    if (path === '/well') response.writeHead(200).end()
  }
  const well = () => receiver.received.filter(({ path }) => path === '/well')
  for (let i = 0; i < 9; i += 1) {
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    await holdfast.reservations.create(listingId, { customer: 'ada', lines })
  }
  await until('the well one has heard all', () => well().length === 9)
  expect(receiver.received.some(({ path }) => path === '/hangs')).toBe(true)
})
