/** The past is not for sale, nor what is too soon or too far away; and nobody is shown what he cannot have. */
import { beforeAll, describe, expect, test } from 'vitest'
import { addDays } from '../../../src/domain/time/date.js'
import { useService } from '../../support/http/service.js'
import { BY_RANGE, givenSlots, givenTimeSold, type TimeSold } from '../../support/stock/turf.js'

const service = useService()

const HOUR = 3_600_000
const ALL_DAY = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
]
const HOURLY = { sold_by: 'slots', slot_minutes: 60, weekly: ALL_DAY }

/** The hour that has begun, and today where it is UTC. */
const hourNow = Math.floor(Date.now() / HOUR) * HOUR
const today = new Date(hourNow).toISOString().slice(0, 10)
const day = (days: number) => addDays(today, days)
const dates = { from: day(-2), to: day(4) }

/** The hour that begins so many hours after the one that has begun. */
const hour = (resourceId: string, hours: number) => ({
  resource_id: resourceId,
  from: new Date(hourNow + hours * HOUR).toISOString(),
  to: new Date(hourNow + (hours + 1) * HOUR).toISOString(),
})
const nights = (resourceId: string, from: number, to: number) => ({
  ...{ resource_id: resourceId, check_in: day(from), check_out: day(to) },
})

const url = (path: string) => `/v1/listings/${service.listingId}${path}`
let customers = 0

async function book(lines: object[], more: object = {}, as?: string) {
  customers += 1
  const body = { customer: `guest ${customers}`, hold_seconds: 60, lines, ...more }
  return service.call('POST', url('/reservations'), as === undefined ? { body } : { body, as })
}

async function told(lines: object[], more: object = {}, as?: string): Promise<string> {
  const answer = await book(lines, more, as)
  return answer.json().code ?? answer.json().state
}

async function givenHotel(terms: object = {}) {
  const body = { name: 'Rooms', ...terms }
  const id: string = (await service.call('POST', url('/resources'), { body })).json().id
  await setNights(id, { ...dates, capacity: 5 })
  return id
}

async function setNights(id: string, body: object) {
  const set = await service.call('PUT', url(`/resources/${id}/nights`), { body })
  if (set.statusCode !== 200) throw new Error(set.body)
}

async function availabilityOf(id: string) {
  const query = `from=${dates.from}&to=${dates.to}&resource_id=${id}`
  const shown = await service.call('GET', url(`/availability?${query}`))
  return shown.json().resources[0]
}

describe('without notice and horizon', () => {
  let court: TimeSold
  let ranges: TimeSold
  let hotel: string
  let pools: Map<string, string>
  beforeAll(async () => {
    court = await givenTimeSold(service, HOURLY, { exclusive: true })
    ranges = await givenTimeSold(service, BY_RANGE, { exclusive: true })
    hotel = await givenHotel()
    const slots = await givenSlots(service, court, dates)
    pools = new Map(slots.map((slot) => [slot.from, slot.pool_id]))
  })

  test('what has begun is over for everybody, by whatever name it is called', async () => {
    const poolOf = (hours: number) => ({ pool_id: pools.get(hour('', hours).from) })
    for (const as of [service.keys.seller, service.keys.storefront]) {
      const refused = (line: object) => told([line], {}, as)
      expect(await refused(hour(court.resourceId, -3))).toBe('not_offered')
      expect(await refused(hour(court.resourceId, 0)), 'it has begun').toBe('not_offered')
      expect(await refused({ ...poolOf(-3), quantity: 1 })).toBe('not_offered')
      expect(await refused(hour(ranges.resourceId, -3))).toBe('not_offered')
      expect(await refused(nights(hotel, -1, 2))).toBe('nights_not_on_sale')
      expect(await refused(nights(hotel, 0, 1)), 'tonight').toBe('held')
    }
    expect((await book([hour(court.resourceId, -3)])).json().detail).toBe('That time is over.')
    expect(await told([hour(court.resourceId, 2)])).toBe('held')
    expect(await told([hour(ranges.resourceId, 2)])).toBe('held')
  })

  test('a seller enters it on purpose, a storefront does not', async () => {
    const past = [hour(court.resourceId, -4), hour(ranges.resourceId, -4), nights(hotel, -2, -1)]
    expect(await told(past, { allow_past: true })).toBe('held')
    expect(await told(past, { allow_past: true }, service.keys.storefront)).toBe('forbidden')
    expect(await told(past, { allow_past: false }, service.keys.storefront)).toBe(
      'nights_not_on_sale',
    )
  })

  test('a change keeps what is over, and adds no more of it', async () => {
    const kept = [hour(court.resourceId, -6), hour(ranges.resourceId, -6), nights(hotel, -2, 1)]
    const made = (await book(kept, { allow_past: true, hold_seconds: undefined })).json()
    const change = async (lines: object[], more: object = {}) => {
      const path = url(`/reservations/${made.id}`)
      const answer = await service.call('PATCH', path, { body: { lines, ...more } })
      return answer.json().code ?? answer.json().lines.length
    }
    expect(await change([...kept, hour(court.resourceId, 5)])).toBe(6)
    const [slot, range] = kept
    expect(
      await change([slot, range, nights(hotel, -2, 0)].filter((line) => line !== undefined)),
    ).toBe(4)
    const more = [...kept, hour(court.resourceId, -7)]
    expect(await change(more)).toBe('not_offered')
    expect(await change(more, { allow_past: true })).toBe(6)
  })

  test('a weekly series that began in the past has the weeks that are to come', async () => {
    const lastWeek = hour(ranges.resourceId, -7 * 24 + 9)
    const series = { repeat: { weeks: 3, when_taken: 'skip' } }
    const made = (await book([lastWeek], series)).json()
    expect(made.skipped).toMatchObject([{ code: 'not_offered', from: lastWeek.from }])
    expect(made.lines).toHaveLength(2)
  })

  test('availability has what begins from now on, and tonight', async () => {
    const askedMs = Date.now()
    const slots = await availabilityOf(court.resourceId)
    const begins = slots.pools.map(({ from }: { from: string }) => Date.parse(from))
    expect(Math.min(...begins)).toBeGreaterThanOrEqual(askedMs)
    expect(Math.min(...begins)).toBeLessThanOrEqual(Date.now() + HOUR)
    const { free } = await availabilityOf(ranges.resourceId)
    expect(Date.parse(free[0].from)).toBeGreaterThanOrEqual(
      Math.floor(Date.now() / 60_000) * 60_000,
    )
    expect(Date.parse(free[0].from)).toBeLessThan(Date.now() + 60_000)
    await setNights(hotel, { from: day(2), to: day(3), capacity: 5, on_sale: false })
    const rooms = await availabilityOf(hotel)
    const shown = rooms.pools.map(({ from }: { from: string }) => from.slice(0, 10))
    expect(shown, 'a night that is off sale is not shown').toEqual([day(0), day(1), day(3)])
    const path = url(`/resources/${hotel}/nights?from=${dates.from}&to=${dates.to}`)
    const list = (await service.call('GET', path)).json().nights
    const left = list.map(({ available }: { available: number }) => available > 0)
    expect(left).toEqual([false, false, true, true, true, true])
  })

  test('nobody gets a night by its hours: the rules of stays would not hold', async () => {
    const night = { resource_id: hotel, from: `${day(1)}T00:00Z`, to: `${day(2)}T00:00Z` }
    const answer = await book([night], {}, service.keys.storefront)
    expect([answer.json().code, answer.json().detail]).toEqual([
      'not_offered',
      'The resource is sold by the night, as stays.',
    ])
  })
})

describe('with a notice of two hours and a horizon of tomorrow', () => {
  const terms = { notice_minutes: 120, horizon_days: 1 }
  let court: TimeSold
  let ranges: TimeSold
  let hotel: string
  beforeAll(async () => {
    court = await givenTimeSold(service, HOURLY, { exclusive: true, ...terms })
    ranges = await givenTimeSold(service, BY_RANGE, { exclusive: true, ...terms })
    hotel = await givenHotel(terms)
    await givenSlots(service, court, dates)
  })

  /** The first hour of the day after tomorrow. */
  const tooFar = () => (Date.parse(day(2)) - hourNow) / HOUR

  test('a resource says so', async () => {
    const listed = (await service.call('GET', url('/resources?limit=200'))).json().items
    const shown = listed.find(({ id }: { id: string }) => id === court.resourceId)
    expect(shown).toMatchObject(terms)
  })

  test('time that is sooner or later is not on offer, in no form', async () => {
    for (const { resourceId } of [court, ranges]) {
      expect(await told([hour(resourceId, 1)])).toBe('not_offered')
      expect(await told([hour(resourceId, 4)])).toBe('held')
      expect(await told([hour(resourceId, tooFar() - 1)])).toBe('held')
      expect(await told([hour(resourceId, tooFar())])).toBe('not_offered')
    }
    const soon = await book([hour(court.resourceId, 1)])
    expect(soon.json().detail).toMatch(/at least 120 minutes/)
    expect(await told([nights(hotel, 1, 2)])).toBe('held')
    expect(await told([nights(hotel, 1, 3)])).toBe('nights_not_on_sale')
    expect(await told([nights(hotel, 2, 3)], { allow_past: true })).toBe('nights_not_on_sale')
  })

  test('availability and suggestions keep to it', async () => {
    const askedMs = Date.now()
    const { pools } = await availabilityOf(court.resourceId)
    const ends = pools.map(({ to }: { to: string }) => Date.parse(to))
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(askedMs + 3 * HOUR)
    expect(Math.min(...ends)).toBeLessThanOrEqual(Date.now() + 4 * HOUR)
    expect(Math.max(...ends)).toBe(Date.parse(day(2)))
    const { free } = await availabilityOf(ranges.resourceId)
    expect(Date.parse(free[0].from)).toBeGreaterThanOrEqual(Date.now() + 2 * HOUR - 60_000)
    expect(Date.parse(free.at(-1).to)).toBeLessThanOrEqual(Date.parse(day(2)))
    const rooms = await availabilityOf(hotel)
    expect(rooms.pools.at(-1).from.slice(0, 10)).toBe(day(1))
    for (const { resourceId } of [court, ranges]) {
      const { code, suggestions } = (await book([hour(resourceId, 4)])).json()
      expect(code).toBe('slot_taken')
      const begins = suggestions.map(({ from }: { from: string }) => Date.parse(from))
      expect(Math.min(...begins)).toBeGreaterThanOrEqual(Date.now() + 2 * HOUR - 60_000)
    }
  })
})
