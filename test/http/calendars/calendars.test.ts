/** Feeds under secret URLs: who sees what, until when, and what a client that has it already is told. */
import ICAL from 'ical.js'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { useService } from '../../support/http/service.js'
import { givenSlots, givenTimeSold, type TimeSold } from '../../support/stock/turf.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`
const DAY_MS = 86_400_000
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

let hotel: string
let court: TimeSold

async function send(method: string, path: string, body: object) {
  const answer = await service.call(method, at(path), { body })
  if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.body}`)
  return answer.json()
}

async function givenFeed(audience: 'staff' | 'public', resourceId?: string) {
  const body = resourceId === undefined ? { audience } : { audience, resource_id: resourceId }
  const { id, path } = await send('POST', '/calendars', body)
  return { id: id as string, path: path as string }
}

const read = (path: string, headers: Record<string, string> = {}) =>
  service.app.inject({ method: 'GET', url: path, headers })

/** The feed as another library reads it. */
async function opened(path: string): Promise<ICAL.Component> {
  const answer = await read(path)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'text/calendar; charset=utf-8',
  ])
  return new ICAL.Component(ICAL.parse(answer.body))
}

beforeAll(async () => {
  hotel = (await send('POST', '/resources', { name: 'Rooms, east; wing' })).id
  await send('PUT', `/resources/${hotel}/nights`, { from: day(10), to: day(20), capacity: 1 })
  court = await givenTimeSold(service)
  const contact = { name: 'Ada Lovelace', phone: '+44 20 7946 0958' }
  await send('POST', '/reservations', {
    ...{ customer: 'ada@example.com', contact },
    lines: [{ resource_id: hotel, check_in: day(11), check_out: day(14) }],
  })
})

test('staff see who has booked what: a stay as whole days, a slot in UTC, in their states', async () => {
  const feed = await givenFeed('staff', hotel)
  const [stay, ...others] = (await opened(feed.path)).getAllSubcomponents('vevent')
  expect(others).toEqual([])
  const event = new ICAL.Event(stay as ICAL.Component)
  expect(event.summary).toBe('Rooms, east; wing, Ada Lovelace (confirmed)')
  expect(event.description).toContain('ada@example.com\n+44 20 7946 0958')
  expect([event.startDate.isDate, `${event.startDate}`, `${event.endDate}`]).toEqual([
    true,
    day(11),
    day(14),
  ])
  const [slot] = await givenSlots(service, court, { from: day(1), to: day(9) })
  const line = { resource_id: court.resourceId, from: slot?.from, to: slot?.to }
  const body = { customer: 'grace', lines: [line], hold_seconds: 600 }
  const held = await send('POST', '/reservations', body)
  const all = (await opened((await givenFeed('staff')).path))
    .getAllSubcomponents('vevent')
    .map((each) => new ICAL.Event(each))
  const ofSlot = all.find(({ uid }) => uid.startsWith(held.id))
  expect(all).toHaveLength(2)
  expect(ofSlot?.startDate.toJSDate().toISOString()).toBe(slot?.from)
  expect(ofSlot?.component.getFirstPropertyValue('status')).toBe('TENTATIVE')
  await send('POST', `/reservations/${held.id}/release`, {})
  const after = await opened((await givenFeed('staff', court.resourceId)).path)
  expect(after.getAllSubcomponents('vevent')).toEqual([])
})

test('the public sees when nothing is left, and never by whom', async () => {
  const { path } = await givenFeed('public')
  const answer = await read(path)
  expect(answer.body).not.toMatch(/Lovelace|ada@|0958|VEVENT/)
  const [busy, ...others] = (await opened(path)).getAllSubcomponents('vfreebusy')
  expect(others).toEqual([])
  expect(busy?.getFirstPropertyValue('comment')).toBe('Rooms, east; wing')
  const [period, ...more] = busy?.getAllProperties('freebusy') ?? []
  expect(more, 'nights in a row are one time').toEqual([])
  const span = period?.getFirstValue() as ICAL.Period | undefined
  const [start, end] = [span?.start, span?.end].map((each) => each?.toJSDate().getTime() ?? 0)
  expect((end ?? 0) - (start ?? 0)).toBe(3 * DAY_MS)
})

test('a client that has it already is told so, by tag and by time, until something changes', async () => {
  const { path } = await givenFeed('staff', hotel)
  const first = await read(path)
  const [etag, modified] = [first.headers['etag'], first.headers['last-modified']].map(String)
  const second = await read(path)
  expect([second.headers['etag'], second.headers['last-modified']]).toEqual([etag, modified])
  const known = { 'if-none-match': String(etag) }
  const since = { 'if-modified-since': String(modified) }
  for (const headers of [known, since]) {
    const answer = await read(path, headers)
    expect([answer.statusCode, answer.body]).toEqual([304, ''])
  }
  await send('POST', '/reservations', {
    customer: 'grace',
    lines: [{ resource_id: hotel, check_in: day(15), check_out: day(16) }],
  })
  for (const headers of [known, since]) {
    const answer = await read(path, headers)
    expect([answer.statusCode, answer.body.includes('grace')]).toEqual([200, true])
  }
  const other = await read(path, { ...since, 'if-none-match': '"another"' })
  expect(other.statusCode, 'the tag counts before the time').toBe(200)
})

test('the URL is a secret that is shown once, and ends when it is revoked', async () => {
  const key = newId()
  const body = { audience: 'staff' }
  const made = await service.call('POST', at('/calendars'), { body, key })
  const again = await service.call('POST', at('/calendars'), { body, key })
  expect([again.headers['idempotent-replayed'], again.body]).toEqual(['true', made.body])
  const { id, path } = made.json()
  const list = await service.call('GET', at('/calendars'))
  expect(list.json().items.map((each: { id: string }) => each.id)).toContain(id)
  const secret = path.split('_')[1].replace('.ics', '')
  expect(list.body).not.toContain(secret)
  const kept = await service.db.query<{ text: string }>(
    'select calendars::text || answers::text as text from calendars, answers',
  )
  expect(JSON.stringify(kept)).not.toContain(secret)
  const forged = path.replace(/_.{43}/, `_${'A'.repeat(43)}`)
  const strange = ['/calendars/x.ics', '/calendars/x', forged, path.replace('.ics', '')]
  await service.call('POST', at(`/calendars/${id}/revoke`))
  for (const each of [...strange, path]) {
    const answer = await read(each)
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found'])
  }
  const unknown = await service.call('POST', at('/calendars'), {
    body: { audience: 'staff', resource_id: newId() },
  })
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'unknown_resource'])
})
