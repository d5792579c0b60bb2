/** What fails, hangs or answers nonsense keeps neither others waiting nor itself alive. */
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { NewEvent, OutboxEvent } from '../../src/domain/event.js'
import { newId } from '../../src/domain/ids.js'
import type { Channel, DeliveryResult } from '../../src/notices/channels/channel.js'
import {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
} from '../../src/notices/dispatcher.js'
import { commit, openDatabase } from '../../src/storage/driver/database.js'
import { sendEvents } from '../../src/storage/tables/notices/events.js'
import { useDatabase } from '../support/database/test-database.js'
import { until } from '../support/until.js'

const held = useDatabase({ connections: 8 })
const running: Dispatcher[] = []
const listingId = newId()

beforeAll(async () => {
  await held.db.query(`insert into listings (listing_id, name) values ($1, 'a house')`, [listingId])
})
beforeEach(async () => {
  for (const table of ['deliveries', 'events']) await held.db.query(`delete from ${table}`)
})
afterEach(async () => {
  for (const dispatcher of running.splice(0)) await dispatcher.stop()
})

const DELIVERED: DeliveryResult = { kind: 'delivered', status: 200 }
const FAILED: DeliveryResult = { kind: 'failed', again: true, reason: 'busy', status: 503 }
const never = () => new Promise<DeliveryResult>(() => {})

function channelOf(
  destinationsOf: (event: OutboxEvent) => readonly string[],
  answer: (destination: string, event: OutboxEvent) => DeliveryResult | Promise<DeliveryResult>,
): Channel {
  return {
    name: 'test',
    destinationsOf: async (event) => destinationsOf(event),
    deliver: async (event, destination) => answer(destination, event),
  }
}

function start(channel: Channel, more: Partial<DispatcherOptions> = {}): Dispatcher {
  const dispatcher = createDispatcher({ db: held.db, channels: [channel], graceMs: 0, ...more })
  running.push(dispatcher)
  return dispatcher
}

/** Events of these versions of as many subjects: `[2, 1]` is two of one subject and one of another. */
async function givenEvents(...counts: number[]): Promise<NewEvent[]> {
  const events = counts.flatMap((versions) => {
    const subjectId = newId()
    return Array.from({ length: versions }, (_, i) => ({
      ...{ eventId: newId(), kind: 'reservation.changed' as const, subjectId, version: i + 1 },
      snapshot: {},
    }))
  })
  await held.db.transaction('read committed', async (tx) => {
    sendEvents(tx, listingId, events, true)
    return commit(undefined)
  })
  return events
}

async function statesOf(destination: string): Promise<Record<string, number>> {
  const rows = await held.db.query<{ state: string; count: number }>(
    'select state, count(*) from deliveries where destination = $1 group by state',
    [destination],
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

test('a thousand events are told while one is poison, one destination hangs and one always fails', async () => {
  const events = await givenEvents(...Array<number>(1000).fill(1))
  const [poison] = events
  const told = new Map<string, number>()
  let inVain = 0
  const dispatcher = start(
    channelOf(
      ({ eventId }) => {
        if (eventId === poison?.eventId) throw new Error('poison')
        return ['test:good', 'test:hangs', 'test:fails']
      },
      (destination, { eventId }) => {
        if (destination === 'test:good') told.set(eventId, (told.get(eventId) ?? 0) + 1)
        else inVain += 1
        if (destination === 'test:hangs') return never()
        return destination === 'test:fails' ? FAILED : DELIVERED
      },
    ),
    { atOnce: 160, atOncePerDestination: 50 },
  )
  await dispatcher.round()
  await until('the good one knows all but the poison', () => told.size === 999)
  expect(Math.max(...told.values()), 'each is told once').toBe(1)
  expect(inVain, 'what fails takes no more than its share').toBeLessThan(999 + 50)
})

test('a hundred destinations whose next word is not due yet leave a healthy one its turn', async () => {
  await givenEvents(2)
  const failing = Array.from({ length: 100 }, (_, i) => `test:down-${i}`)
  let told = 0
  let tried = 0
  const channel = channelOf(
    () => [...failing, 'test:up'],
    (destination) => {
      tried += 1
      if (destination !== 'test:up') return FAILED
      told += 1
      return DELIVERED
    },
  )
  await start(channel).round()
  // The second event of each waits for the first, which waits for its pause to end.
  await until('each was tried', () => tried >= 102)
  expect(told).toBe(2)
  const later = await givenEvents(1)
  await start(channel).round()
  await until('the healthy one knows the next event as well', () => told === 3)
  expect(later).toHaveLength(1)
})

test('of one subject events go out one by one: by version, and of one version by id', async () => {
  const [low, middle, high] = [newId(1), newId(2), newId(3)]
  const subjectId = newId()
  const kind = 'reservation.changed'
  const events: NewEvent[] = [
    { eventId: high, kind, subjectId, version: 1, snapshot: {} },
    { eventId: low, kind, subjectId, version: 2, snapshot: {} },
    { eventId: middle, kind, subjectId, version: 2, snapshot: {} },
  ]
  await held.db.transaction('read committed', async (tx) => {
    sendEvents(tx, listingId, events, true)
    return commit(undefined)
  })
  const told: string[] = []
  let atOnce = 0
  let atOnceMost = 0
  const dispatcher = start(
    channelOf(
      () => ['test:one'],
      async (_destination, { eventId }) => {
        told.push(eventId)
        atOnce += 1
        atOnceMost = Math.max(atOnceMost, atOnce)
        await new Promise((resolve) => setImmediate(resolve))
        atOnce -= 1
        return DELIVERED
      },
    ),
  )
  await until('all are told', async () => {
    await dispatcher.round()
    return told.length === 3
  })
  expect(told).toEqual([high, low, middle])
  expect(atOnceMost).toBe(1)
})

test('what comes later of a subject waits for an event that cannot be dispatched, and others do not', async () => {
  const [first, , other] = await givenEvents(2, 1)
  let isPoison = true
  let tried = 0
  const told: string[] = []
  const dispatcher = start(
    channelOf(
      ({ eventId }) => {
        if (eventId === first?.eventId) tried += 1
        if (isPoison && eventId === first?.eventId) throw new Error('poison')
        return ['test:one']
      },
      (_destination, { subjectId, version }) => {
        told.push(`${subjectId} ${version}`)
        return DELIVERED
      },
    ),
  )
  await dispatcher.round()
  await held.db.query(
    `update events set again_at = clock_timestamp() + interval '1 hour' where again_at is not null`,
  )
  await dispatcher.round()
  expect(tried, 'before its pause is over it is left alone').toBe(1)
  await until('the other one is told', () => told.length === 1)
  expect(told).toEqual([`${other?.subjectId} 1`])
  isPoison = false
  await held.db.query('update events set again_at = clock_timestamp() where again_at is not null')
  await dispatcher.round()
  await until('all are told', async () => {
    await dispatcher.round()
    return told.length === 3
  })
  expect(told.slice(1)).toEqual([`${first?.subjectId} 1`, `${first?.subjectId} 2`])
})

test('an answer that PostgreSQL cannot store does not make a delivery come again', async () => {
  await givenEvents(1, 1)
  const answers: DeliveryResult[] = [
    { kind: 'delivered', status: 123_456, answer: `a \0 and \ud800 ${'x'.repeat(70_000)}` },
    { kind: 'failed', again: false, reason: 'no \0', status: Number.NaN },
  ]
  const faults: unknown[] = []
  const channel = channelOf(
    () => ['test:odd'],
    () => answers.pop() ?? FAILED,
  )
  await start(channel, { onError: (error) => faults.push(error) }).round()
  await until('both have ended', async () => {
    const { delivered, dead } = await statesOf('test:odd')
    return delivered === 1 && dead === 1
  })
  expect(faults).toEqual([])
})

test('a dispatcher that stops lets go of what hangs: it is due at once, and its attempt does not count', async () => {
  await givenEvents(1)
  let begun = 0
  const hanging = start(
    channelOf(
      () => ['test:slow'],
      () => {
        begun += 1
        return never()
      },
    ),
  )
  await hanging.round()
  await until('it is under way', () => begun === 1)
  await hanging.stop()
  const rows = await held.db.query(
    `select state, attempts, leased_until, due_at <= clock_timestamp() as "isDue" from deliveries`,
  )
  expect(rows).toEqual([{ state: 'due', attempts: 0, leased_until: null, isDue: true }])
})

test('channels look things up on the only connection that there is', async () => {
  await givenEvents(3, 1)
  const db = openDatabase({ url: held.url, connectionsMax: 1 })
  let told = 0
  const channel: Channel = {
    ...channelOf(
      () => [],
      () => DELIVERED,
    ),
    destinationsOf: async () => {
      const rows = await db.query<{ destination: string }>(`select 'test:one' as destination`)
      return rows.map(({ destination }) => destination)
    },
    deliver: async () => {
      told += 1
      return DELIVERED
    },
  }
  const dispatcher = start(channel, { db })
  await dispatcher.round()
  await until('all are told', () => told === 4)
  await dispatcher.stop()
  await db.close()
})

test('what was told two weeks ago is deleted however much it is, and what was given up stays', async () => {
  await held.db.query(
    `with told as (
       insert into events (listing_id, event_id, kind, subject_id, version, snapshot, dispatched_at)
       select $1, gen_random_uuid(), 'reservation.held', gen_random_uuid(), i, '{}',
              clock_timestamp() - interval '14 days 1 hour'
       from generate_series(1, 2100) as i
       returning *
     )
     insert into deliveries
       (listing_id, delivery_id, event_id, subject_id, version, channel, destination, state, ended_at)
     select listing_id, gen_random_uuid(), event_id, subject_id, version, 'test', 'test:one',
            case when version = 1 then 'dead' else 'delivered' end, dispatched_at
     from told`,
    [listingId],
  )
  const [recent] = await givenEvents(1)
  await start(
    channelOf(
      () => [],
      () => DELIVERED,
    ),
  ).round()
  expect(await statesOf('test:one')).toEqual({ dead: 1 })
  const left = await held.db.query<{ id: string }>('select event_id as id from events')
  expect(left.map(({ id }) => id)).toContain(recent?.eventId)
  expect(left).toHaveLength(2)
})
