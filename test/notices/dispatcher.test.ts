/** Who listens is told at least once, in order, under one id; what fails is nobody else's concern. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxEvent } from '../../src/domain/event.js'
import { createEngine } from '../../src/engine/engine.js'
import type {
  Channel,
  DeliveryAttempt,
  DeliveryResult,
} from '../../src/notices/channels/channel.js'
import {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
} from '../../src/notices/dispatcher.js'
import { pauseMsAfter } from '../../src/notices/pace.js'
import {
  dismissDelivery,
  listDeadLetters,
  resendDelivery,
} from '../../src/storage/tables/notices/deliveries.js'
import { EVERY_LISTING } from '../../src/storage/tables/notices/events.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenPools } from '../support/stock/factory.js'
import { yes } from '../support/stock/reservations.js'
import { until } from '../support/until.js'

const held = useDatabase({ connections: 8 })
const running: Dispatcher[] = []

beforeEach(async () => {
  for (const table of ['deliveries', 'events', 'listeners']) {
    await held.db.query(`delete from ${table}`)
  }
  await createDispatcher({ db: held.db, channels: [channelOf(() => DELIVERED)] }).listen()
})
afterEach(async () => {
  for (const dispatcher of running.splice(0)) await dispatcher.stop()
})

const DELIVERED: DeliveryResult = { kind: 'delivered', status: 200 }
const FAILED: DeliveryResult = { kind: 'failed', again: true, reason: 'busy', status: 503 }
const never = () => new Promise<DeliveryResult>(() => {})

type Answer = (
  event: OutboxEvent,
  destination: string,
  attempt: DeliveryAttempt,
) => DeliveryResult | Promise<DeliveryResult>

function channelOf(answer: Answer, destinations: readonly string[] = ['test:one']): Channel {
  return {
    name: 'test',
    everyListing: 'test:all',
    destinationsOf: async () => destinations,
    deliver: async (event, destination, attempt) => answer(event, destination, attempt),
  }
}

function start(channel: Channel, more: Partial<DispatcherOptions> = {}): Dispatcher {
  const dispatcher = createDispatcher({ db: held.db, channels: [channel], graceMs: 0, ...more })
  running.push(dispatcher)
  return dispatcher
}

/** Nothing is late any more: what was postponed is due now. */
const passPauses = () => held.db.query('update deliveries set due_at = clock_timestamp()')

async function givenReservations(count: number) {
  const engine = createEngine({ db: held.db, strategy: STRATEGIES.batched })
  const { listingId, poolIds } = await givenPools(held.db, 10_000)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const made = await Promise.all(
    Array.from({ length: count }, async (_, i) =>
      yes(await engine.reserve(listingId, { customer: `c${i}`, lines })),
    ),
  )
  return { engine, listingId, ids: made.map(({ reservationId }) => reservationId) }
}

async function states(): Promise<Record<string, number>> {
  const rows = await held.db.query<{ state: string; count: number }>(
    'select state, count(*) from deliveries group by state',
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

test('each event reaches each destination once when all goes well', async () => {
  const { ids } = await givenReservations(300)
  const told: string[] = []
  const dispatcher = start(
    channelOf(
      (event, destination) => {
        told.push(`${event.subjectId} ${destination}`)
        return DELIVERED
      },
      ['test:one', 'test:two'],
    ),
    { atOncePerDestination: 30 },
  )
  await dispatcher.round()
  await until('all are told', () => told.length >= 600)
  await until('it is noted', async () => (await states())['delivered'] === 600)
  const expected = ids.flatMap((id) => [`${id} test:one`, `${id} test:two`])
  expect(told.sort()).toEqual(expected.sort())
})

test('a poison event, a destination that hangs and one that throws keep nobody waiting', async () => {
  const { ids } = await givenReservations(200)
  const [poison = ''] = ids
  const faults: unknown[] = []
  let hanging = 0
  const channel = channelOf(
    (_event, destination) => {
      if (destination === 'test:hangs') {
        hanging += 1
        return never()
      }
      if (destination === 'test:throws') throw new Error('a fault of ours')
      return DELIVERED
    },
    ['test:hangs', 'test:throws', 'test:good'],
  )
  const dispatcher = start(
    {
      ...channel,
      destinationsOf: async (event) => {
        if (event.subjectId === poison) throw new Error('poison')
        return channel.destinationsOf(event)
      },
    },
    { onError: (error) => faults.push(error) },
  )
  await dispatcher.round()
  await until('the others are told', async () => (await states())['delivered'] === 199)
  const [event] = await held.db.query<{ failures: number }>(
    'select failures from events where subject_id = $1',
    [poison],
  )
  expect(event?.failures).toBeGreaterThan(0)
  expect(faults.map(String)).toContain('Error: poison')
  expect(hanging).toBe(8)
})

test('what comes later of a reservation waits for what comes before, at each destination for itself', async () => {
  const { engine, listingId, ids } = await givenReservations(1)
  const [id = ''] = ids
  await engine.cancel(listingId, id)
  const told: string[] = []
  let isBusy = true
  const dispatcher = start(
    channelOf(
      ({ kind }, destination) => {
        if (destination === 'test:busy' && isBusy) return FAILED
        told.push(`${destination} ${kind}`)
        return DELIVERED
      },
      ['test:busy', 'test:good'],
    ),
  )
  await dispatcher.round()
  await until('the good one knows all', () => told.length === 2)
  await until('the busy one was tried', async () => {
    const rows = await held.db.query(
      'select from deliveries where status = 503 and leased_until is null',
    )
    return rows.length === 1
  })
  await passPauses()
  await dispatcher.round()
  expect(told).toEqual(['test:good reservation.confirmed', 'test:good reservation.cancelled'])
  isBusy = false
  await until('the busy one knows all', async () => {
    await passPauses()
    await dispatcher.round()
    return told.length === 4
  })
  expect(told.slice(2)).toEqual([
    'test:busy reservation.confirmed',
    'test:busy reservation.cancelled',
  ])
})

test('whoever had a delivery for too long may not say what came of it, and it is told under the same id', async () => {
  await givenReservations(1)
  const told: string[] = []
  let letGo: (result: DeliveryResult) => void = () => {}
  const slow = start(
    channelOf((event) => {
      told.push(event.eventId)
      return new Promise((resolve) => {
        letGo = resolve
      })
    }),
  )
  await slow.round()
  await until('the slow one tells', () => told.length === 1)
  await held.db.query("update deliveries set leased_until = clock_timestamp() - interval '1 s'")
  const other = start(
    channelOf((event) => {
      told.push(event.eventId)
      return DELIVERED
    }),
  )
  await other.round()
  await until('the other one has told', async () => (await states())['delivered'] === 1)
  letGo({ kind: 'failed', again: false, reason: 'too late to say so' })
  await slow.stop()
  expect(await states()).toEqual({ delivered: 1 })
  expect(new Set(told).size).toBe(1)
  expect(told).toHaveLength(2)
})

/** A dispatcher that has begun to tell; `letGo` ends its attempt. */
async function startSlow() {
  const slow = { letGo: (_result: DeliveryResult): void => {}, begun: 0 }
  const dispatcher = start(
    channelOf(
      () =>
        new Promise((resolve) => {
          slow.begun += 1
          slow.letGo = resolve
        }),
    ),
    { graceMs: 10_000 },
  )
  await dispatcher.round()
  await until('it has begun to tell', () => slow.begun === 1)
  return { slow, dispatcher }
}

test('while somebody else is telling it, whoever had it before may not say what came of it', async () => {
  await givenReservations(1)
  const before = await startSlow()
  await held.db.query("update deliveries set leased_until = clock_timestamp() - interval '1 s'")
  const now = await startSlow()
  before.slow.letGo({ kind: 'failed', again: false, reason: 'too late to say so' })
  await before.dispatcher.stop()
  expect(await states()).toEqual({ due: 1 })
  now.slow.letGo(DELIVERED)
  await now.dispatcher.stop()
  expect(await states()).toEqual({ delivered: 1 })
})

test('what somebody dismisses while it is told is not due again when the attempt fails', async () => {
  const { listingId } = await givenReservations(1)
  const { slow, dispatcher } = await startSlow()
  const [row] = await held.db.query<{ id: string }>('select delivery_id as id from deliveries')
  await dismissDelivery(held.db, listingId, row?.id ?? '')
  slow.letGo(FAILED)
  await dispatcher.stop()
  expect(await states()).toEqual({ needless: 1 })
})

test('several dispatchers share the work, and stopping some in the middle loses nothing', async () => {
  const { ids } = await givenReservations(300)
  const told = new Map<string, string>()
  const channel = channelOf(async (event) => {
    told.set(event.eventId, event.subjectId)
    await new Promise((resolve) => setImmediate(resolve))
    return DELIVERED
  })
  const dispatchers = [1, 2, 3].map(() => start(channel, { atOncePerDestination: 20 }))
  await Promise.all(dispatchers.map((each) => each.round()))
  await Promise.all(dispatchers.slice(1).map((each) => each.stop()))
  await held.db.query('update deliveries set leased_until = null')
  await until('all are told', async () => {
    await dispatchers[0]?.round()
    return (await states())['delivered'] === 300
  })
  expect([...told.values()].sort()).toEqual([...ids].sort())
})

test('what fails for three days or for good is a dead letter, and is sent again when somebody says so', async () => {
  const { listingId } = await givenReservations(2)
  const answers: DeliveryResult[] = [
    FAILED,
    { kind: 'failed', again: false, reason: 'no such user' },
  ]
  const dispatcher = start(
    channelOf(() => answers.shift() ?? DELIVERED),
    { patienceMs: 0 },
  )
  await dispatcher.round()
  await until('both are given up', async () => (await states())['dead'] === 2)
  const dead = await listDeadLetters(held.db, listingId, { after: undefined, limit: 10 })
  expect(dead.map(({ reason }) => reason).sort()).toEqual(['busy', 'no such user'])
  expect(dead[0]).toMatchObject({
    kind: 'reservation.confirmed',
    destination: 'test:one',
    attempts: 1,
  })
  const [first] = dead
  expect(await resendDelivery(held.db, EVERY_LISTING, first?.deliveryId ?? '')).toBeUndefined()
  expect(await resendDelivery(held.db, listingId, first?.deliveryId ?? '')).toMatchObject({
    ...{ state: 'due', deliveryId: first?.deliveryId },
  })
  await dispatcher.round()
  await until('it is told', async () => (await states())['delivered'] === 1)
})

test('the pauses grow from two seconds to six hours, within three days some 25 times', () => {
  let passedMs = 0
  let attempts = 0
  while (passedMs < 3 * 86_400_000) passedMs += pauseMsAfter(++attempts, () => 0.5)
  expect(attempts).toBeGreaterThan(20)
  expect(attempts).toBeLessThan(30)
  expect(pauseMsAfter(1, () => 0)).toBe(2_000)
  expect(pauseMsAfter(100, () => 1)).toBe(27_000_000)
})
