/**
 * Everything that is sold in every way that it is sold, through the door alone: what has to come out the
 * same wherever a database stands, whoever asks, and whatever its sessions are set to.
 */
import { expect } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import type { Reservation } from '../../../src/domain/reservation/reservation.js'
import type { CommandResult } from '../../../src/engine/engine.js'
import type { Holdfast } from '../../../src/engine/holdfast.js'
import { slotsIn } from '../../../src/storage/reads/calendar.js'
import { until } from '../until.js'
import { yes } from './reservations.js'

const MINUTES = 60_000
/** In New York, where these times are summer time. */
const TIME_ZONE = 'America/New_York'
const at = (hour: number) => Date.UTC(2031, 4, 1, 4) + hour * 60 * MINUTES
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const NAME = String.raw`A "house" in C:\new 'town' …`

/** @returns the listing that it was played on */
export async function wholeFlow(holdfast: Holdfast): Promise<string> {
  expect(await holdfast.schema()).toEqual({ state: 'current', missing: 0 })
  expect(await holdfast.permissions()).toEqual({ onlyReads: false, lacking: [] })
  const policy = { customerUnitsMax: 90, customerHoldsMax: 90 }
  const made = await holdfast.listings.create({
    ...{ name: NAME, timeZone: TIME_ZONE, policy },
    resources: [{ name: 'Seats', capacity: 200 }],
  })
  const { listingId, resources } = made
  const poolId = resources[0]?.poolId ?? ''
  const createdAtMs = expect.closeTo(Date.now(), -6)
  expect(await holdfast.listings.get(listingId)).toMatchObject({ name: NAME, createdAtMs })
  await sellSeats(holdfast, listingId, poolId)
  await sellManyAtOnce(holdfast, listingId, poolId)
  await sellTime(holdfast, listingId)
  await sellNights(holdfast, listingId)
  await lookBack(holdfast, listingId)
  return listingId
}

const refusal = (code: string) => ({ kind: 'refused', refusal: expect.objectContaining({ code }) })

/** Holds and what becomes of them: changes, payments, refunds. */
async function sellSeats(
  { reservations, refunds }: Holdfast,
  listingId: string,
  poolId: string,
): Promise<void> {
  const lines = [{ poolId, quantity: 2 }]
  const wanted = { customer: 'ada@example.com', lines, ttlMs: 10 * MINUTES }
  const held = yes(await reservations.hold(listingId, wanted, { key: 'one' }))
  expect(held.expiresAtMs).toBe(held.createdAtMs + wanted.ttlMs)
  expect(await reservations.hold(listingId, wanted, { key: 'one' })).toMatchObject({
    replayed: true,
    reservation: held,
  })
  const id = held.reservationId
  await reservations.extend(listingId, id, { ttlMs: 20 * MINUTES })
  yes(
    await reservations.change(listingId, id, {
      lines: [{ poolId, quantity: 3 }],
      reason: 'one more',
    }),
  )
  yes(await reservations.confirm(listingId, id, { paymentRef: String.raw`pay \1 "é"` }))
  yes(await reservations.cancel(listingId, id, { reason: 'rain' }))
  const [due] = (await refunds.list(listingId)).refunds
  expect(due?.refund).toMatchObject({
    ...{ reservationId: id, paymentRef: String.raw`pay \1 "é"`, settledAtMs: null },
    dueSinceMs: expect.closeTo(Date.now(), -6),
  })
  expect(await refunds.settle(listingId, id)).toMatchObject({ kind: 'done' })
  expect((await refunds.list(listingId)).refunds).toEqual([])
  await letOneLapse({ reservations, refunds }, listingId, poolId)
}

async function letOneLapse(
  { reservations, refunds }: Pick<Holdfast, 'reservations' | 'refunds'>,
  listingId: string,
  poolId: string,
): Promise<void> {
  const lines = [{ poolId, quantity: 1 }]
  const hold = () => reservations.hold(listingId, { customer: 'bob', lines, ttlMs: 1 })
  const [late, lost] = [yes(await hold()), yes(await hold())].map((each) => each.reservationId)
  for (const id of [late ?? '', lost ?? '']) {
    await until('the hold is over', async () => {
      const found = await reservations.get(listingId, id)
      return found?.reservation.state === 'expired'
    })
  }
  const paid = await reservations.confirm(listingId, late ?? '', { paymentRef: 'in time' })
  expect(yes(paid).state).toBe('confirmed')
  const all = { customer: 'eve', lines: [{ poolId, quantity: 89 }] }
  const rest = [await reservations.create(listingId, all)]
  rest.push(await reservations.create(listingId, { ...all, customer: 'fay' }))
  rest.push(
    await reservations.create(listingId, { customer: 'gil', lines: [{ poolId, quantity: 21 }] }),
  )
  const refused = await reservations.confirm(listingId, lost ?? '', { paymentRef: 'too late' })
  expect(refused).toMatchObject(refusal('capacity_gone'))
  expect((await refunds.list(listingId)).refunds).toMatchObject([
    { refund: { paymentRef: 'too late', reason: 'capacity_gone' } },
  ])
  for (const each of rest) yes(await reservations.cancel(listingId, yes(each).reservationId))
}

/** Enough at once that rows are written as arrays, with and without the values that may be missing. */
async function sellManyAtOnce(
  { reservations }: Holdfast,
  listingId: string,
  poolId: string,
): Promise<void> {
  const numbers = Array.from({ length: 24 }, (_, i) => i)
  const all = (ask: (i: number) => Promise<CommandResult>): Promise<Reservation[]> =>
    Promise.all(numbers.map(async (i) => yes(await ask(i))))
  const made = await all((i) =>
    reservations.create(
      listingId,
      {
        ...{ customer: `guest ${i % 5}`, lines: [{ poolId, quantity: 1 }] },
        ...(i % 2 === 0 ? { ttlMs: 10 * MINUTES } : {}),
      },
      { ...(i % 3 === 0 ? { key: newId() } : {}), ...(i % 4 === 0 ? { reason: 'a crowd' } : {}) },
    ),
  )
  const settled = await all((i) => {
    const id = made[i]?.reservationId ?? ''
    if (i % 2 === 1) return reservations.cancel(listingId, id)
    return reservations.confirm(listingId, id, i % 4 === 0 ? { paymentRef: `pay ${i}` } : {})
  })
  expect(
    settled.map(({ state, paymentRef, expiresAtMs }) => ({ state, paymentRef, expiresAtMs })),
  ).toEqual(
    numbers.map((i) => ({
      state: i % 2 === 1 ? 'cancelled' : 'confirmed',
      paymentRef: i % 4 === 0 ? `pay ${i}` : null,
      expiresAtMs: null,
    })),
  )
  const read = await Promise.all(
    settled.map((each) => reservations.get(listingId, each.reservationId)),
  )
  expect(read.map((each) => each?.reservation)).toEqual(settled)
}

/** Slots and free ranges, by New York's clocks. */
async function sellTime(holdfast: Holdfast, listingId: string): Promise<void> {
  const { resources, slots, reservations } = holdfast
  const court = await resources.create(listingId, { name: 'Court', exclusive: true })
  const turf = await resources.create(listingId, { name: 'Turf', exclusive: true })
  const opening = {
    weekly: [{ days: EVERY_DAY, from: 8 * 60, to: 11 * 60 }],
    ...{ exceptions: [], bufferMinutes: 0 },
  }
  await slots.setSchedule(listingId, court.resourceId, {
    ...{ ...opening, soldBy: 'slots', slotMinutes: 60, capacity: 1 },
  })
  await slots.setSchedule(listingId, turf.resourceId, {
    ...{ ...opening, soldBy: 'ranges', minMinutes: 30, maxMinutes: 120, stepMinutes: 30 },
  })
  const dates = { from: '2031-05-01', to: '2031-05-02' }
  await slots.generate(listingId, court.resourceId, dates)
  const listed = await slots.list(listingId, court.resourceId, dates)
  const hours = [8, 9, 10].map((hour) => ({ fromMs: at(hour), toMs: at(hour + 1) }))
  expect(listed?.slots).toMatchObject(hours)
  const take = (resourceId: string, fromMs: number, toMs: number) => {
    const lines = [{ resourceId, fromMs, toMs, quantity: 1 }]
    return reservations.create(listingId, { customer: 'cyd', lines })
  }
  yes(await take(court.resourceId, at(9), at(10)))
  yes(await take(turf.resourceId, at(8), at(9.5)))
  expect((await take(court.resourceId, at(9), at(10))).kind).toBe('refused')
  expect((await take(turf.resourceId, at(9), at(10))).kind).toBe('refused')
  expect((await take(turf.resourceId, at(7), at(8))).kind).toBe('refused')
  const calendar = await holdfast.availability(listingId, dates)
  const soldOn = (resourceId: string) =>
    calendar
      .filter((row) => row.resourceId === resourceId)
      .map((row) => [row.dates.fromMs, row.dates.toMs, slotsIn(row)])
  const [fromMs, toMs] = [at(0), at(24)]
  expect(soldOn(court.resourceId)).toMatchObject([
    [fromMs, toMs, hours.map((hour, i) => ({ ...hour, left: i === 1 ? 0 : 1 }))],
  ])
  expect(soldOn(turf.resourceId)).toMatchObject([
    [fromMs, toMs, [{ fromMs: at(8), toMs: at(9.5), left: 0 }]],
  ])
}

/** Rooms by the night, and some that are set aside for a party. */
async function sellNights(holdfast: Holdfast, listingId: string): Promise<void> {
  const { resources, nights, blocks, reservations } = holdfast
  const { resourceId } = await resources.create(listingId, { name: 'Rooms' })
  const dates = { from: '2031-05-01', to: '2031-05-04' }
  await nights.set(listingId, resourceId, { ...dates, capacity: 5 })
  const terms = { name: 'Wedding', resourceId, ...dates, quantity: 2, cutOff: '2031-04-20' }
  const block = await blocks.create(listingId, terms)
  if (block.kind !== 'done') throw new Error('no block')
  const { blockId } = block.block
  await blocks.makeDefinite(listingId, blockId)
  const stay = { checkIn: dates.from, checkOut: dates.to, quantity: 1 }
  const book = (line: object) => {
    const lines = [{ ...stay, ...line } as typeof stay & { resourceId: string }]
    return reservations.create(listingId, { customer: 'dan', lines })
  }
  const own = yes(await book({ resourceId }))
  yes(await book({ blockId }))
  expect(await book({ resourceId, quantity: 3 })).toMatchObject({
    refusal: { lines: [{}, {}, {}] },
  })
  yes(
    await reservations.change(listingId, own.reservationId, {
      lines: [{ ...stay, resourceId, checkOut: '2031-05-03' }],
    }),
  )
  const taken = (await nights.get(listingId, resourceId, dates))?.map((each) => [
    each.night,
    each.taken,
  ])
  expect(taken).toEqual([
    ['2031-05-01', 3],
    ['2031-05-02', 3],
    ['2031-05-03', 2],
  ])
  const places = await holdfast.pools.places(
    listingId,
    own.lines.map((line) => line.poolId),
  )
  expect(own.lines.map(({ poolId }) => places.get(poolId)?.night).sort()).toEqual([
    ...['2031-05-01', '2031-05-02', '2031-05-03'],
  ])
  await blocks.release(listingId, blockId)
  expect(await blocks.get(listingId, blockId)).toMatchObject({
    block: { ...dates, cutOff: '2031-04-20', state: 'released', toGiveBack: false },
  })
  const left = (await nights.get(listingId, resourceId, dates))?.map((each) => each.taken)
  expect(left).toEqual([2, 2, 1])
}

/** The journal, the keys, what is live, and the audit. */
async function lookBack(holdfast: Holdfast, listingId: string): Promise<void> {
  const reasons = { after: undefined, limit: 100 }
  const entries = await holdfast.journal.list(listingId, reasons, { kind: 'cancelled' })
  expect(entries.map(({ reason }) => reason)).toContain('rain')
  expect(entries.map(({ reason }) => reason)).toContain(null)
  for (const { atMs } of entries) expect(atMs).toBeCloseTo(Date.now(), -6)
  const today = { fromMs: Date.now() - 10 * MINUTES, toMs: Date.now() + 10 * MINUTES }
  expect(await holdfast.journal.list(listingId, reasons, { ...today, kind: 'cancelled' })).toEqual(
    entries,
  )
  const issued = await holdfast.keys.create({
    scope: 'seller',
    name: NAME,
    listingIds: [listingId],
  })
  const keyed = (await holdfast.keys.list()).find((row) => row.listingIds.includes(listingId))
  expect(keyed).toMatchObject({
    name: NAME,
    createdAtMs: expect.closeTo(Date.now(), -6),
    revokedAtMs: null,
  })
  expect(await holdfast.keyring.recognise(issued?.key ?? '')).toMatchObject({ scope: 'seller' })
  const token = await holdfast.tokens.tokenOf(listingId, listingId)
  expect(await holdfast.tokens.isTokenOf(listingId, listingId, token)).toBe(true)
  for await (const update of holdfast.live(listingId)) {
    expect(update.pools).toMatchObject([{ capacity: 200, taken: 13 }])
    break
  }
  expect(await holdfast.audit(listingId)).toMatchObject({ ok: true, drift: [] })
}
