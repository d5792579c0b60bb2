/** What is sold by time as it changes: slots, ranges and nights of the dates that were asked for. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { appOn } from '../../support/http/app-on.js'
import { type EventSource, openEvents } from '../../support/http/event-source.js'
import { operationsOf } from '../../support/http/operations.js'
import { useService } from '../../support/http/service.js'
import { givenNights } from '../../support/stock/nights.js'
import {
  BY_RANGE,
  givenSlots,
  givenTimeSold,
  HOURLY,
  type TimeSold,
} from '../../support/stock/turf.js'
import { until } from '../../support/until.js'

const service = useService({ made: { liveEveryMs: 20 } })
const open: EventSource[] = []
const looks = { count: 0 }
let address: string
let availabilityIs: (value: unknown) => void

beforeAll(async () => {
  const { Compile } = await import('typebox/schema')
  const look = operationsOf(service.app).find(({ id }) => id === 'getAvailability')
  const schema = Compile(look?.answers['200']?.content?.['application/json']?.schema as never)
  availabilityIs = (value) => expect(schema.Errors(value)).toEqual([true, []])
  const db: Database = {
    ...service.db,
    query: (statement, values) => {
      if (statement.includes('requested as materialized')) looks.count += 1
      return service.db.query(statement, values)
    },
  }
  const app = appOn(db, { made: { liveEveryMs: 20 } })
  address = await app.listen({ port: 0, host: '127.0.0.1' })
  return () => app.close()
})
afterEach(() => {
  for (const stream of open.splice(0)) stream.close()
})

const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const utc = { exclusive: true, time_zone: 'UTC' }

async function follow(query: string, headers = {}): Promise<EventSource> {
  const events = await openEvents(
    `${address}${at(`/live?${query}`)}`,
    service.keys.storefront,
    headers,
  )
  open.push(events)
  return events
}

async function followed(query: string, headers = {}) {
  const stream = await follow(query, headers)
  const first = await stream.next(() => true)
  let seen = stream.events.length
  return {
    stream,
    first,
    /** The next change: its data, whose only resource is under `resource`. */
    change: async () => {
      const event = await until('a change has come', () => stream.events[seen])
      seen += 1
      availabilityIs(event.data)
      expect([event.event, event.data.resources.length]).toEqual(['change', 1])
      return { ...event, resource: event.data.resources[0] }
    },
  }
}

async function book(line: object) {
  const body = { customer: 'ada', lines: [line] }
  const made = await service.call('POST', at('/reservations'), { body })
  expect(made.statusCode, made.body).toBe(201)
  return at(`/reservations/${made.json().id}`)
}

const cancel = (url: string) => service.call('POST', `${url}/cancel`)
const on = ({ resourceId }: TimeSold, from: string, to: string) =>
  `from=${from}&to=${to}&resource_id=${resourceId}`

describe('a stream on dates', () => {
  test('begins with what availability shows, then tells of slots: taken, given back, new, closed', async () => {
    const turf = await givenTimeSold(service, { ...HOURLY, capacity: 3 }, { time_zone: 'UTC' })
    const slots = await givenSlots(service, turf, { from: '2038-05-03', to: '2038-05-05' })
    const query = on(turf, '2038-05-03', '2038-05-04')
    const { stream, first, change } = await followed(query)
    const shown = await service.call('GET', at(`/availability?${query}`))
    expect([first.event, first.data]).toEqual(['snapshot', shown.json()])
    availabilityIs(first.data)
    const { pool_id } = slots[2] ?? { pool_id: '' }
    await book({ pool_id: slots[20]?.pool_id })
    const reservation = await book({ pool_id })
    const taken = await change()
    expect(taken.data).toMatchObject({ from: '2038-05-03', to: '2038-05-04', pools: [] })
    const pool = { pool_id, from: '2038-05-03T10:00:00.000Z', to: '2038-05-03T11:00:00.000Z' }
    expect(taken.resource).toEqual({
      ...{ id: turf.resourceId, name: 'Turf' },
      pools: [{ ...pool, capacity: 3, available: 2 }],
    })
    await cancel(reservation)
    expect((await change()).resource.pools).toEqual([{ ...pool, capacity: 3, available: 3 }])
    const weekly = [{ days: ['mon'], from: '09:00', to: '23:00' }]
    await service.call('PUT', `${turf.url}/schedule`, { body: { ...HOURLY, weekly, capacity: 3 } })
    await givenSlots(service, turf, { from: '2038-05-03', to: '2038-05-04' })
    const made = await change()
    expect(made.resource.gone).toEqual([slots[0]?.pool_id])
    expect(made.resource.pools).toMatchObject([{ from: '2038-05-03T22:00:00.000Z', available: 3 }])
    expect(stream.events).toHaveLength(4)
  })

  test('tells of ranges: what somebody has, and all that is free', async () => {
    const court = await givenTimeSold(service, BY_RANGE, utc)
    const { first, change } = await followed(on(court, '2038-05-03', '2038-05-04'))
    const day = { from: '2038-05-03T00:00:00.000Z', to: '2038-05-04T00:00:00.000Z' }
    expect(first.data.resources[0]).toMatchObject({ pools: [], free: [day] })
    const range = { from: '2038-05-03T10:00:00.000Z', to: '2038-05-03T11:00:00.000Z' }
    const reservation = await book({ resource_id: court.resourceId, ...range })
    const { resource } = await change()
    expect(resource.pools).toMatchObject([{ ...range, available: 0 }])
    expect(resource.free).toEqual([
      { from: day.from, to: range.from },
      { from: range.to, to: day.to },
    ])
    await cancel(reservation)
    expect((await change()).resource).toMatchObject({
      pools: [],
      gone: [resource.pools[0].pool_id],
      free: [day],
    })
  })

  test('tells of nights, and of what is bound to no time, beside them', async () => {
    const [hotel = ''] = service.resourceIds
    const nights = { from: '2031-05-01', to: '2031-05-08' }
    await givenNights(service.db, service.listingId, hotel, { ...nights, capacity: 5 })
    const { first, change } = await followed(`from=${nights.from}&to=${nights.to}`)
    expect(first.data.pools.length).toBeGreaterThan(2)
    await book({ resource_id: hotel, check_in: '2031-05-02', check_out: '2031-05-04', quantity: 2 })
    const stay = (await change()).resource
    const night = (date: string) => ({ from: `${date}T00:00:00.000Z`, capacity: 5, available: 3 })
    expect(stay.pools).toMatchObject([night('2031-05-02'), night('2031-05-03')])
    await book({ pool_id: service.poolIds[0] })
    expect((await change()).data).toMatchObject({
      pools: [{ pool_id: service.poolIds[0], taken: 1 }],
      resources: [{ id: hotel, pools: [] }],
    })
  })

  test('that comes back gets no snapshot if it has missed nothing, from another server either', async () => {
    const turf = await givenTimeSold(service, HOURLY, utc)
    const [slot] = await givenSlots(service, turf, { from: '2038-06-01', to: '2038-06-02' })
    const query = on(turf, '2038-06-01', '2038-06-02')
    const elsewhere = await service.app.listen({ port: 0, host: '127.0.0.1' })
    const url = `${elsewhere}${at(`/live?${query}`)}`
    const there = await openEvents(url, service.keys.storefront)
    open.push(there)
    const { id } = await there.next(() => true)
    const current = await follow(query, { 'last-event-id': id })
    expect(current.status).toBe(200)
    await book({ pool_id: slot?.pool_id })
    const change = await current.next(() => true)
    expect([change.event, change.id === id]).toEqual(['change', false])
    const late = await followed(query, { 'last-event-id': id })
    expect([late.first.event, late.first.id]).toEqual(['snapshot', change.id])
  })

  test('is one look at the database for all who follow the same dates', async () => {
    const turf = await givenTimeSold(service, HOURLY, utc)
    const [slot] = await givenSlots(service, turf, { from: '2038-06-01', to: '2038-06-02' })
    const query = on(turf, '2038-06-01', '2038-06-02')
    const all = await Promise.all([followed(query), followed(query), followed(query)])
    const opened = looks.count
    const startedMs = performance.now()
    await until('a few rounds are over', () => looks.count >= opened + 8)
    // A timer may be a millisecond early. Three who looked for themselves would have three looks a round.
    const rounds = (performance.now() - startedMs) / (20 - 1)
    expect(looks.count - opened).toBeLessThanOrEqual(rounds + 1)
    await book({ pool_id: slot?.pool_id })
    const changes = await Promise.all(all.map(({ change }) => change()))
    expect(new Set(changes.map(({ id }) => id)).size).toBe(1)
    for (const { stream } of all) stream.close()
    await until('nobody looks any more', async () => {
      const before = looks.count
      await new Promise((resolve) => setTimeout(resolve, 100))
      return looks.count === before
    })
  })

  test('is bounded as a look at the same dates is', async () => {
    const status = async (query: string) => (await follow(query)).status
    expect(await status('from=2038-05-03&to=2038-06-14')).toBe(200)
    expect(await status('from=2038-05-03&to=2038-06-15')).toBe(422)
    expect(await status('from=2038-05-03')).toBe(422)
    expect(await status(`resource_id=${newId()}`)).toBe(422)
    expect(await status('since=1')).toBe(400)
    expect(await status(`from=2038-05-03&to=2038-05-04&resource_id=${newId()}`)).toBe(404)
  })
})
