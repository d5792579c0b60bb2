/** Every door tells the same time, where a hotel or a court is; also after its time zone has changed. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { addDays } from '../../../src/domain/time/date.js'
import { freeWithin } from '../../../src/domain/time/ranges.js'
import type { RangeSchedule, SlotSchedule, Span } from '../../../src/domain/time/schedule.js'
import { calendar } from '../../../src/engine/reads/availability.js'
import { slotsIn } from '../../../src/engine/reads/rows.js'
import { createBlock, makeDefinite } from '../../../src/engine/sale/blocks.js'
import { changeListing, createListing, createResource } from '../../../src/engine/sale/listings.js'
import { generateSlots, readSlotsOn, setSchedule } from '../../../src/engine/sale/slots.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenNights } from '../../support/stock/nights.js'
import { engineOn, yes } from '../../support/stock/reservations.js'
import { EVERY_ZONE, offsets, settingsIn } from '../../support/wall-clock.js'
import { kept } from './given-block.js'

const held = useDatabase({ connections: 8 })

const YEAR = 2031
const HOUR = 3_600_000
const weekly = [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1_440 }]
const opening = { weekly, exceptions: [], bufferMinutes: 0 }
const HOURLY: SlotSchedule = { soldBy: 'slots', ...opening, slotMinutes: 60, capacity: 1 }
const BY_RANGE: RangeSchedule = {
  ...{ soldBy: 'ranges', ...opening },
  ...{ minMinutes: 30, maxMinutes: 120, stepMinutes: 30 },
}

/** A listing with a court that is sold by the hour, one that is sold by ranges, and a hotel. */
async function givenPlace(timeZone: string) {
  const listingId = newId()
  await createListing(held.db, { listingId, name: timeZone, timeZone })
  const resource = async (name: string, exclusive: boolean, own: { timeZone?: string } = {}) =>
    (await createResource(held.db, listingId, { name, exclusive, ...own })).resourceId
  const [slots, ranges, hotel] = await Promise.all([
    resource('By the hour', true),
    resource('By ranges', true),
    resource('Rooms', false),
  ])
  await setSchedule(held.db, listingId, slots, HOURLY)
  await setSchedule(held.db, listingId, ranges, BY_RANGE)
  const givenBlock = (from: string, to: string, cutOff: string, resourceId = hotel) =>
    createBlock(held.db, listingId, {
      ...{ name: 'A party', resourceId, from, to, quantity: 1, cutOff },
    }).then(kept)
  return { listingId, resource, slots, ranges, hotel, givenBlock }
}

async function cutOffOf(blockId: string): Promise<number> {
  const [row] = await held.db.query<{ at: Date }>(
    'select cut_off_at as at from blocks where block_id = $1',
    [blockId],
  )
  return row?.at.getTime() ?? 0
}

/** One zone for each way in which clocks are set this year, and one whose clocks are never set. */
const STRANGE_DAYS = [
  ...new Map(
    EVERY_ZONE.flatMap((zone) =>
      settingsIn(zone, YEAR).map(
        (each) => [Object.values(each).join(), { zone, ...each }] as const,
      ),
    ),
  ).values(),
  { zone: 'Asia/Kolkata', atMs: Date.UTC(YEAR, 5, 15) },
]

/** What slots, availability, nights and blocks say of the day. */
async function daysOf(zone: string, date: string) {
  const place = await givenPlace(zone)
  const { listingId, slots, ranges, hotel } = place
  const dates = { from: date, to: addDays(date, 1) }
  await Promise.all([
    generateSlots(held.db, listingId, slots, { from: addDays(date, -1), to: addDays(date, 2) }),
    givenNights(held.db, listingId, hotel, { ...dates, capacity: 2 }),
  ])
  const { blockId } = await place.givenBlock(date, addDays(date, 1), date)
  const [listed, shown, cutOffMs] = await Promise.all([
    readSlotsOn(held.db, listingId, slots, dates),
    calendar(held.db, listingId, dates),
    cutOffOf(blockId),
  ])
  const rowOf = (id: string) => shown.find(({ resourceId }) => resourceId === id)
  const [free] = freeWithin(BY_RANGE, zone, [], rowOf(ranges)?.bookable ?? { fromMs: 0, toMs: 0 })
  const [night] = slotsIn({ slots: rowOf(hotel)?.slots ?? null })
  const spans = (each: readonly Span[] = []) => each.map(({ fromMs, toMs }) => [fromMs, toMs])
  return {
    listed: spans(listed?.slots),
    shown: spans(slotsIn({ slots: rowOf(slots)?.slots ?? null })),
    free,
    night,
    cutOffMs,
  }
}

describe('on every strange day, in every zone', () => {
  test('slots, availability, ranges, nights and cut-offs are those of the clock on the wall', async () => {
    expect(STRANGE_DAYS.length).toBeGreaterThan(25)
    await Promise.all(
      STRANGE_DAYS.map(async ({ zone, atMs }) => {
        const aheadOf = offsets(zone)
        const wall = (ms: number) => new Date(ms + aheadOf(ms)).toISOString()
        const date = wall(atMs).slice(0, 10)
        const day = await daysOf(zone, date)
        const hours: number[] = []
        for (let ms = atMs - 30 * HOUR; ms < atMs + 30 * HOUR; ms += HOUR / 4) {
          if (wall(ms).startsWith(date)) hours.push(ms)
        }
        const fromMs = hours[0] ?? 0
        const toMs = (hours.at(-1) ?? 0) + HOUR / 4
        expect(day.night, zone).toMatchObject({ fromMs, toMs })
        expect(day.free, zone).toEqual({ fromMs, toMs })
        expect(day.cutOffMs, zone).toBe(fromMs)
        expect(day.shown, zone).toEqual(day.listed)
        const begins = hours.filter((ms) => wall(ms).slice(14, 16) === '00' && ms + HOUR <= toMs)
        const sold = day.listed.map(([begin = 0]) => begin)
        // An hour of which half comes twice has room for itself once.
        const overlapping = begins.filter((ms, i) => ms < (begins[i - 1] ?? 0) + HOUR)
        expect(sold, zone).toEqual(begins.filter((ms) => !overlapping.includes(ms)))
      }),
    )
  })
})

describe('a time zone that is put right later', () => {
  const MAY = ['2031-05-01', '2031-05-02', '2031-05-03', '2031-05-04'] as const
  const [FIRST, SECOND, , LAST] = MAY

  test('moves nights, cut-offs and free slots, keeps what is booked, and the books add up', async () => {
    const place = await givenPlace('Europe/Berlin')
    const { listingId, slots, hotel } = place
    const abroad = await place.resource('Rooms abroad', false, { timeZone: 'Asia/Tokyo' })
    for (const resourceId of [hotel, abroad]) {
      await givenNights(held.db, listingId, resourceId, { from: FIRST, to: LAST, capacity: 5 })
    }
    await generateSlots(held.db, listingId, slots, { from: FIRST, to: SECOND })
    const [block, definite, other] = await Promise.all([
      place.givenBlock(FIRST, LAST, FIRST),
      place.givenBlock(FIRST, LAST, SECOND),
      place.givenBlock(FIRST, LAST, FIRST, abroad),
    ])
    const engine = engineOn(held.db)
    kept(await makeDefinite({ db: held.db, engine }, listingId, definite.blockId))
    const begin = Date.parse('2031-05-01T10:00+02:00')
    const hour = { fromMs: begin, toMs: begin + HOUR }
    const lines = [{ resourceId: slots, ...hour, quantity: 1 }]
    const customer = 'ada@example.com'
    const ada = yes(await engine.reserve(listingId, { customer, lines }))
    const stay = { resourceId: hotel, checkIn: FIRST, checkOut: LAST, quantity: 1 }
    yes(await engine.reserve(listingId, { customer, lines: [stay] }))

    await changeListing(held.db, listingId, { timeZone: 'Asia/Kolkata' })

    const at = (text: string) => Date.parse(text)
    expect(await cutOffOf(block.blockId)).toBe(at('2031-05-01T00:00+05:30'))
    expect(await cutOffOf(definite.blockId)).toBe(at('2031-05-02T00:00+05:30'))
    expect(await cutOffOf(other.blockId), 'a zone of its own').toBe(at('2031-05-01T00:00+09:00'))
    const nights = await held.db.query<{ resourceId: string; night: string; atMs: number }>(
      `select nights.resource_id as "resourceId", night::text,
              floor(extract(epoch from lower(during)) * 1000)::bigint as "atMs"
       from nights join pools using (listing_id, pool_id)
       where nights.listing_id = $1`,
      [listingId],
    )
    expect(nights).toHaveLength(9)
    for (const { resourceId, night, atMs } of nights) {
      expect(atMs).toBe(at(`${night}T00:00${resourceId === abroad ? '+09:00' : '+05:30'}`))
    }
    const { slots: now = [] } =
      (await readSlotsOn(held.db, listingId, slots, { from: FIRST, to: SECOND })) ?? {}
    const open = now.filter(({ closed }) => !closed)
    expect(open.filter(({ taken }) => taken === 0)).toHaveLength(22)
    expect(open.filter(({ taken }) => taken > 0)).toMatchObject([
      { ...hour, poolId: ada.lines[0]?.poolId },
    ])
    const whole = open.filter(({ taken }) => taken === 0).map(({ fromMs }) => (fromMs / HOUR) % 1)
    expect(new Set(whole), 'slots begin with an hour of the wall').toEqual(new Set([0.5]))
    expect((await audit(held.db, listingId)).drift).toEqual([])
    const [late] = await held.db.query<{ count: number }>(
      `select count(*) from journal where listing_id = $1 and kind = 'time_changed'`,
      [listingId],
    )
    expect(late?.count, 'six nights of the hotel and its block').toBe(6)
  })

  test('is a name that everybody knows, or nothing is written', async () => {
    const { listingId } = await givenPlace('Europe/Berlin')
    for (const timeZone of ['IST', '+05:30', 'Europe/Atlantis', '']) {
      const change = changeListing(held.db, listingId, { timeZone })
      await expect(change, timeZone).rejects.toThrow(/there is no time zone/)
    }
    const own = createResource(held.db, listingId, { name: 'A court', timeZone: 'PST' })
    await expect(own).rejects.toThrow('there is no time zone "PST"')
    const changed = await changeListing(held.db, listingId, { timeZone: 'america/port-au-prince' })
    expect(changed?.timeZone).toBe('America/Port-au-Prince')
  })
})
