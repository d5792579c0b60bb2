/** A large answer lets others be answered in between; what is counted is their turns, not the time. */
import { describe, expect, test } from 'vitest'
import type { CalendarRow } from '../../../src/engine/reads/availability.js'
import { calendarText } from '../../../src/http/views/calendar.js'
import { jsonItems, SLICE_BYTES, writeInSlices } from '../../../src/http/wire/slices.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { appOn } from '../../support/http/app-on.js'
import { useService } from '../../support/http/service.js'
import { later } from '../../support/later.js'

const SLOTS = 2_000
const HOUR_MS = 3_600_000

/** What the database says of a court with two thousand slots. */
function court(i: number): CalendarRow {
  const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
  const slots = Array.from({ length: SLOTS }, (_, n) => {
    return `${id} ${n * HOUR_MS} ${(n + 1) * HOUR_MS} 1 ${n % 2}`
  })
  const span = { fromMs: 0, toMs: SLOTS * HOUR_MS }
  const named = { resourceId: id, name: `Court ${i}`, timeZone: 'UTC', dates: span, bookable: null }
  return { ...named, schedule: null, stock: null, slots: slots.join(',') }
}

const COURTS = Array.from({ length: 50 }, (_, i) => court(i))
const DATES = { from: '1970-01-01', to: '1970-02-01' }

describe('an answer of a hundred thousand slots', () => {
  const service = useService()

  test('is made in slices, between which others are answered', async () => {
    let asked: () => void = () => {}
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const db: Database = {
      ...service.db,
      query: async <Row>(statement: string, values?: readonly unknown[]) => {
        if (!statement.includes('slots_max')) return service.db.query<Row>(statement, values ?? [])
        asked()
        const terms = { noticeMinutes: 0, horizonDays: null, nowMs: 0, complete: true }
        return COURTS.map((row) => ({ ...row, ...terms })) as Row[]
      },
    }
    const app = appOn(db)
    const headers = { authorization: `Bearer ${service.keys.seller}` }
    const url = `/v1/listings/${service.listingId}/availability?from=${DATES.from}&to=${DATES.to}`
    let isMade = false
    const large = later(
      app.inject({ url, headers }).finally(() => {
        isMade = true
      }),
    )
    await isAsked
    let answered = 0
    while (!isMade) {
      expect((await app.inject('/healthz')).statusCode).toBe(200)
      await new Promise((resolve) => setImmediate(resolve))
      answered += 1
    }
    const response = await large
    await app.close()
    expect(response.json().resources).toHaveLength(COURTS.length)
    expect(Number(response.headers['content-length'])).toBe(response.rawPayload.length)
    // The tag is one more pass over what was read.
    const slices = Math.floor(response.rawPayload.length / SLICE_BYTES)
    expect(slices).toBeGreaterThan(100)
    expect(answered, 'others waited for all of it').toBeGreaterThan(slices / 2)
  })

  test('consists of pieces that are less than a slice, and is what was read', () => {
    const pieces = [...calendarText('a-listing', DATES, COURTS.slice(0, 2))]
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(SLICE_BYTES / 2)
    const { resources } = JSON.parse(pieces.join(''))
    expect(resources.map(({ pools }: { pools: object[] }) => pools.length)).toEqual([SLOTS, SLOTS])
    expect(resources[1].pools[1]).toEqual({
      pool_id: COURTS[1]?.resourceId,
      from: '1970-01-01T01:00:00.000Z',
      to: '1970-01-01T02:00:00.000Z',
      ...{ capacity: 1, available: 1 },
    })
  })
})

test.each([0, 1, 199, 200, 201, 1_000])('a list of %i is one list, however it is cut', (length) => {
  const items = Array.from({ length }, (_, i) => ({ i }))
  expect(JSON.parse(`[${[...jsonItems(items, (item) => item)].join('')}]`)).toEqual(items)
})

test('text that is not in ASCII is as long as it is', async () => {
  expect(String(await writeInSlices(['"é', '日本"'], '}'))).toBe('"é日本"}')
})
