/** Ranges of a court's time, wanted by many at once, over several servers and under every strategy. */
import { afterEach, describe, expect, test } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import type { RangeSchedule, Span } from '../../../src/domain/time/schedule.js'
import { overlaps } from '../../../src/domain/time/slots.js'
import { createEngine, type Engine } from '../../../src/engine/engine.js'
import { createListing, createResource } from '../../../src/engine/sale/listings.js'
import { setSchedule } from '../../../src/engine/sale/slots.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { createRandom } from '../../../src/lab/race/random.js'
import { type Database, openDatabase } from '../../../src/storage/driver/database.js'
import { insertSlots, readOverlapping } from '../../../src/storage/tables/slots.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { STRATEGY_NAMES, type StrategyName } from '../../../src/strategies/strategy.js'
import { useDatabase } from '../../support/database/test-database.js'
import { SEED } from '../../support/seed.js'
import {
  doubleBookings,
  HOUR_MS,
  randomRange,
  type Told,
  unjustified,
} from '../../support/stock/range-race.js'
import { passTime, yes } from '../../support/stock/reservations.js'

const held = useDatabase()
const opened: Database[] = []
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close()
})

/** Midnight of a Monday in May. */
const DAY = Date.UTC(2038, 4, 3)
const at = (from: number, to: number): Span => ({
  fromMs: DAY + from * HOUR_MS,
  toMs: DAY + to * HOUR_MS,
})

const ALL_DAY: RangeSchedule = {
  soldBy: 'ranges',
  weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1_440 }],
  exceptions: [],
  ...{ bufferMinutes: 0, minMinutes: 30, maxMinutes: 240, stepMinutes: 30 },
}

async function givenCourt(schedule: Partial<RangeSchedule> = {}) {
  const listingId = newId()
  await createListing(held.db, { listingId, name: 'Courts', resources: [] })
  const { resourceId } = await createResource(held.db, listingId, { name: 'C', exclusive: true })
  await setSchedule(held.db, listingId, resourceId, { ...ALL_DAY, ...schedule })
  const line = (span: Span) => ({ resourceId, ...span, quantity: 1 })
  return { listingId, resourceId, line }
}

/** A server of its own: another queue, other connections. */
function givenServer(name: StrategyName = 'batched'): Engine {
  const db = openDatabase({ url: held.url, connectionsMax: 4 })
  opened.push(db)
  return createEngine({ db, strategy: STRATEGIES[name] })
}

/** Reserves a range; @returns the refusal's code, or the reservation's id. */
async function reserve(
  engine: Engine,
  court: Awaited<ReturnType<typeof givenCourt>>,
  ...spans: Span[]
): Promise<{ code?: string; id: string }> {
  const lines = spans.map(court.line)
  const answer = await engine.reserve(court.listingId, { customer: 'ada', lines })
  return answer.kind === 'done'
    ? { id: answer.reservation.reservationId }
    : { code: answer.refusal.code, id: '' }
}

describe('a range', () => {
  test('ends where the next one begins: from ten to eleven and from eleven to twelve both fit', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    expect((await reserve(engine, court, at(10, 11))).code).toBe(undefined)
    expect((await reserve(engine, court, at(11, 12))).code).toBe(undefined)
    for (const [from, to] of [
      [10, 11],
      [10.5, 11.5],
      [9, 12.5],
      [10.5, 11],
    ] as const) {
      expect((await reserve(engine, court, at(from, to))).code).toBe('slot_taken')
    }
    expect((await reserve(engine, court, at(9, 10))).code).toBe(undefined)
  })

  test('leaves the buffer on both sides of what somebody has', async () => {
    const court = await givenCourt({ bufferMinutes: 30 })
    const engine = givenServer()
    await reserve(engine, court, at(10, 11))
    expect((await reserve(engine, court, at(11, 12))).code).toBe('slot_taken')
    expect((await reserve(engine, court, at(9, 10))).code).toBe('slot_taken')
    expect((await reserve(engine, court, at(11.5, 12.5))).code).toBe(undefined)
    expect((await reserve(engine, court, at(8.5, 9.5))).code).toBe(undefined)
  })

  test.each([
    ['shorter than the shortest', at(10, 10.25), /at least 30 minutes/],
    ['longer than the longest', at(10, 15), /at most 240 minutes/],
    ['of half a step', at(10, 10.75), /whole steps of 30 minutes/],
    ['between two steps', at(10.25, 11.25), /after the opening/],
    ['before the opening', at(7, 9), /opening hours/],
    ['after closing time', at(21, 23), /opening hours/],
    ['over the lunch break', at(11.5, 13.5), /opening hours/],
  ])('%s is not on offer, and says why', async (_what, span, reason) => {
    const days = [1, 2, 3, 4, 5, 6, 7]
    const weekly = [
      { days, from: 8 * 60, to: 12 * 60 },
      { days, from: 13 * 60, to: 22 * 60 },
    ]
    const court = await givenCourt({ weekly })
    const answer = await givenServer().reserve(court.listingId, {
      customer: 'ada',
      lines: [court.line(span)],
    })
    expect(answer).toMatchObject({
      kind: 'refused',
      refusal: { code: 'not_offered', reason: expect.stringMatching(reason) },
    })
  })

  test('that nobody has any more is in nobody’s way, whatever it overlapped', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    const first = await reserve(engine, court, at(10, 12))
    await engine.cancel(court.listingId, first.id)
    expect((await reserve(engine, court, at(11, 13))).code).toBe(undefined)
    expect((await reserve(engine, court, at(10, 12))).code).toBe('slot_taken')
    expect((await reserve(engine, court, at(9, 11))).code).toBe(undefined)
  })

  test('that an overdue hold keeps is free for the next one', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    const lines = [court.line(at(10, 12))]
    const hold = await engine.hold(court.listingId, { customer: 'bob', lines, ttlMs: 60_000 })
    expect((await reserve(engine, court, at(11, 13))).code).toBe('slot_taken')
    await passTime(held.db, yes(hold).reservationId)
    expect((await reserve(engine, court, at(11, 13))).code).toBe(undefined)
  })

  test('whose payment comes late is had again if it is free again, whatever was there meanwhile', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    const lines = [court.line(at(10, 12))]
    const hold = await engine.hold(court.listingId, { customer: 'bob', lines, ttlMs: 60_000 })
    const id = hold.kind === 'done' ? hold.reservation.reservationId : ''
    await passTime(held.db, id)
    const between = await reserve(engine, court, at(11, 13))
    await engine.cancel(court.listingId, between.id)
    const paid = await engine.confirm(court.listingId, id, { paymentRef: 'pay-1' })
    expect(paid).toMatchObject({ kind: 'done', reacquired: true })
    expect((await reserve(engine, court, at(11, 13))).code).toBe('slot_taken')
    expect((await audit(held.db, court.listingId)).drift).toEqual([])
  })

  test('whose payment comes too late is gone, and the money is due back', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    const lines = [court.line(at(10, 12))]
    const hold = await engine.hold(court.listingId, { customer: 'bob', lines, ttlMs: 60_000 })
    const id = hold.kind === 'done' ? hold.reservation.reservationId : ''
    await passTime(held.db, id)
    await reserve(engine, court, at(11, 13))
    const paid = await engine.confirm(court.listingId, id, { paymentRef: 'pay-1' })
    expect(paid).toMatchObject({ refusal: { code: 'capacity_gone', refundDue: true } })
  })

  test('that is taken comes with the nearest that are free and as long', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    await reserve(engine, court, at(10, 12))
    const lines = [court.line(at(10.5, 11.5))]
    const answer = await engine.reserve(court.listingId, { customer: 'bob', lines })
    const { resourceId } = court
    expect(answer).toMatchObject({
      refusal: {
        code: 'slot_taken',
        slots: [{ poolId: null, resourceId, ...at(10.5, 11.5) }],
        suggestions: [at(9, 10), at(12, 13), at(8.5, 9.5)].map((span) => ({ resourceId, ...span })),
      },
    })
  })

  test('is moved to one that overlaps it, for its customer alone', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    const mine = await reserve(engine, court, at(10, 11))
    await reserve(engine, court, at(12, 13))
    const move = (span: Span) =>
      engine.change(court.listingId, mine.id, { lines: [court.line(span)] })
    expect((await move(at(10.5, 12))).kind).toBe('done')
    expect((await reserve(engine, court, at(10, 10.5))).code).toBe(undefined)
    expect(await move(at(11, 12.5))).toMatchObject({ refusal: { code: 'slot_taken' } })
    expect((await reserve(engine, court, at(10.5, 11))).code).toBe('slot_taken')
    expect((await audit(held.db, court.listingId)).drift).toEqual([])
  })

  test('stays as it was when the rest of the change does not fit', async () => {
    const court = await givenCourt()
    const other = await createResource(held.db, court.listingId, { name: 'Rackets' })
    const poolId = newId()
    await held.db.query(
      `insert into pools (listing_id, pool_id, resource_id, capacity) values ($1, $2, $3, 1)`,
      [court.listingId, poolId, other.resourceId],
    )
    const engine = givenServer()
    const mine = await reserve(engine, court, at(10, 11))
    await engine.reserve(court.listingId, { customer: 'bob', lines: [{ poolId, quantity: 1 }] })
    const lines = [court.line(at(10.5, 11.5)), { poolId, quantity: 1 }]
    const key = newId()
    const change = await engine.change(court.listingId, mine.id, { lines, key })
    expect(change).toMatchObject({ refusal: { code: 'insufficient_capacity' } })
    expect((await reserve(engine, court, at(11, 12))).code).toBe(undefined)
    expect((await reserve(engine, court, at(10, 11))).code).toBe('slot_taken')
  })

  test('asked for twice under one key is booked once, and told the same', async () => {
    const court = await givenCourt()
    const engine = givenServer()
    const key = newId()
    const ask = (span: Span) => {
      const wanted = { customer: 'ada', lines: [court.line(span)] }
      return engine.reserve(court.listingId, wanted, { key })
    }
    const first = await ask(at(10, 11))
    const second = await ask(at(10, 11))
    expect([second.replayed, second.kind === 'done' && second.reservation]).toEqual([
      true,
      first.kind === 'done' && first.reservation,
    ])
    expect(await ask(at(10, 12))).toMatchObject({ refusal: { code: 'idempotency_key_reused' } })
  })
})

describe('two ranges of one reservation', () => {
  test('are both taken, though there is no buffer between them; they cannot overlap', async () => {
    const court = await givenCourt({ bufferMinutes: 30 })
    const engine = givenServer()
    expect((await reserve(engine, court, at(10, 11), at(11, 12))).code).toBe(undefined)
    await expect(reserve(engine, court, at(14, 15), at(14.5, 15.5))).rejects.toThrow('overlap')
  })
})

interface Booked {
  /** Default: what was asked for. */
  readonly span?: Span
  cancel(): Promise<unknown>
}

/** Clients that reserve random ranges and give some back; what they were told, in the order of asking. */
async function race(
  clients: number,
  rounds: number,
  book: (client: number, span: Span) => Promise<Booked | 'nothing' | undefined>,
): Promise<{ history: Told[]; contended: number }> {
  const history: Told[] = []
  let contended = 0
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const random = createRandom(SEED + client)
      for (let round = 0; round < rounds; round += 1) {
        const span = randomRange(DAY, random)
        const askedAt = performance.now()
        const booked = await book(client, span).catch((error: unknown) => {
          if (!isFault(error, 'contention')) throw error
          contended += 1
          return 'nothing' as const
        })
        if (booked === 'nothing') continue
        const never = Number.POSITIVE_INFINITY
        const told = {
          ...{
            ...(booked?.span ?? span),
            yes: booked !== undefined,
            askedAt,
            answeredAt: performance.now(),
          },
          ...{ cancelAskedAt: never, cancelledAt: never },
        }
        history.push(told)
        if (booked === undefined || random() < 0.3) continue
        told.cancelAskedAt = performance.now()
        await booked.cancel()
        told.cancelledAt = performance.now()
      }
    }),
  )
  return { history, contended }
}

/** Books a range that somebody had before by its pool, past everything that looks at the court. */
async function byPool(
  engine: Engine,
  { listingId, resourceId }: Awaited<ReturnType<typeof givenCourt>>,
  span: Span,
): Promise<Booked | 'nothing'> {
  const near = await readOverlapping(held.db, listingId, resourceId, span)
  const idle = near.find((row) => !row.closed && row.taken === 0)
  if (idle === undefined) return 'nothing'
  const lines = [{ poolId: idle.poolId, quantity: 1 }]
  const answer = await engine.reserve(listingId, { customer: 'bob', lines })
  if (answer.kind === 'refused') return 'nothing'
  const { reservationId } = answer.reservation
  return { span: idle, cancel: () => engine.cancel(listingId, reservationId) }
}

describe('a race for random ranges of one court, from three servers', () => {
  const safe = STRATEGY_NAMES

  test.each(safe)(
    'under %s books no time twice and refuses nobody whose time was free',
    async (name) => {
      const court = await givenCourt()
      const servers = [givenServer(name), givenServer(name), givenServer(name)]
      const { history, contended } = await race(24, 12, async (client, span) => {
        const engine = servers[client % servers.length] ?? givenServer(name)
        if (client % 4 === 0) return byPool(engine, court, span)
        const { code, id } = await reserve(engine, court, span)
        if (code !== undefined) {
          expect(code).toBe('slot_taken')
          return undefined
        }
        return { cancel: () => engine.cancel(court.listingId, id) }
      })
      expect(doubleBookings(history)).toEqual([])
      expect(unjustified(history)).toEqual([])
      expect(history.filter((each) => each.yes).length).toBeGreaterThan(24)
      expect(history.filter((each) => !each.yes).length).toBeGreaterThan(24)
      // "Try again" is an honest answer, but not to everybody.
      expect(contended).toBeLessThan((24 * 12 * 3) / 4)

      const kept = history.filter(
        (each) => each.yes && each.cancelAskedAt === Number.POSITIVE_INFINITY,
      )
      const day = { fromMs: DAY, toMs: DAY + 24 * HOUR_MS }
      const rows = await readOverlapping(held.db, court.listingId, court.resourceId, day)
      const had = rows.filter((row) => row.taken > 0)
      expect(had).toHaveLength(kept.length)
      had.forEach((one, i) => {
        for (const other of had.slice(i + 1)) expect(overlaps(one, other)).toBe(false)
      })
      expect((await audit(held.db, court.listingId)).drift).toEqual([])
    },
  )

  test('would be seen to go wrong: looking first and booking then books the same time twice', async () => {
    const court = await givenCourt()
    const engine = givenServer('guarded')
    await held.db.query('alter table pools drop constraint pools_exclusive_slots_apart')
    const { history } = await race(24, 12, async (_client, span) => {
      const { listingId, resourceId } = court
      const there = await readOverlapping(held.db, listingId, resourceId, span)
      if (there.some((row) => row.taken > 0)) return undefined
      const poolId = newId()
      await held.db.transaction('read committed', async (tx) => {
        const resource = { resourceId, exclusive: true }
        await insertSlots(tx, listingId, resource, [{ poolId, ...span }], 1)
        return { keep: true, value: undefined }
      })
      const lines = [{ poolId, quantity: 1 }]
      const answer = await engine.reserve(listingId, { customer: 'ada', lines })
      const id = answer.kind === 'done' ? answer.reservation.reservationId : ''
      return { cancel: () => engine.cancel(listingId, id) }
    })
    expect(doubleBookings(history).length).toBeGreaterThan(0)
  })

  test('would be seen to refuse without a reason', () => {
    const told = (from: number, to: number, more: Partial<Told>): Told => ({
      ...at(from, to),
      ...{ yes: false, askedAt: 0, answeredAt: 1, cancelAskedAt: 99, cancelledAt: 99, ...more },
    })
    const had = told(10, 11, { yes: true, cancelAskedAt: 4, cancelledAt: 5 })
    const early = told(10, 11, { askedAt: 4, answeredAt: 6 })
    const late = told(10, 11, { askedAt: 6, answeredAt: 7 })
    const beside = told(11, 12, { askedAt: 1, answeredAt: 2 })
    expect(unjustified([had, early, late, beside])).toEqual([late, beside])
  })
})
