/**
 * Whatever moves a pool's counter meets whatever else does, step by step in orders that are forced.
 * Each meeting has a listing of its own, so that one audit of the database judges all of them and its
 * findings name the meeting.
 */
import { newId } from '../../src/domain/ids.js'
import { addDays } from '../../src/domain/time/date.js'
import type { Engine } from '../../src/engine/engine.js'
import { releaseBlock } from '../../src/engine/sale/block-release.js'
import { createBlock, makeDefinite } from '../../src/engine/sale/blocks.js'
import { setCapacity } from '../../src/engine/sale/capacity.js'
import { createListing, createResource } from '../../src/engine/sale/listings.js'
import { setNights } from '../../src/engine/sale/nights.js'
import { generateSlots, setSchedule } from '../../src/engine/sale/slots.js'
import { type Contestant, createContestant } from '../../src/lab/race/contestants.js'
import type { Database } from '../../src/storage/driver/database.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { interleave, type Turn } from '../support/database/interleaving.js'
import { givenPools } from '../support/stock/factory.js'
import { FIRST } from '../support/stock/nights.js'
import { passTime, yes } from '../support/stock/reservations.js'

/** What two movers meet over: a pool, of which a customer has a unit. */
export interface Ground {
  readonly listingId: string
  readonly poolId: string
  /** What has a unit of the pool, where somebody has. */
  readonly reservationId: string
  readonly resourceId: string
}

/** One way to move a counter, or to change what it may reach. */
export interface Mover {
  readonly name: string
  move(db: Database, ground: Ground): Promise<unknown>
}

/** A writer that is no strategy, with the ground that it needs. */
export interface Writer extends Mover {
  given(db: Database): Promise<Ground>
}

export const engineOf = (strategy: Contestant, db: Database): Engine =>
  createContestant(strategy, db, { retry: { attemptsMax: 50 } })

const customer = 'ada@example.com'
const ours = (db: Database) => engineOf(STRATEGIES.batched, db)
const unitOf = (poolId: string) => ({ customer, lines: [{ poolId, quantity: 1 }] })

export const takes = (strategy: Contestant): Mover => ({
  name: `${strategy.name} takes`,
  move: (db, { listingId, poolId }) => engineOf(strategy, db).reserve(listingId, unitOf(poolId)),
})

export const givesBack = (strategy: Contestant): Mover => ({
  name: `${strategy.name} gives back`,
  move: (db, { listingId, reservationId }) =>
    engineOf(strategy, db).cancel(listingId, reservationId),
})

/** Two units, of which one is somebody's. */
export async function givenPool(db: Database): Promise<Ground> {
  const { listingId, poolIds, resourceIds } = await givenPools(db, 2)
  const [poolId = ''] = poolIds
  return withOneTaken(db, { listingId, poolId, resourceId: resourceIds[0] ?? '' })
}

async function withOneTaken(db: Database, ground: Omit<Ground, 'reservationId'>): Promise<Ground> {
  const { reservationId } = yes(await ours(db).reserve(ground.listingId, unitOf(ground.poolId)))
  return { ...ground, reservationId }
}

async function givenHold(db: Database): Promise<Ground> {
  const { listingId, poolIds, resourceIds } = await givenPools(db, 2)
  const [poolId = '', resourceId = ''] = [poolIds[0], resourceIds[0]]
  const held = await ours(db).hold(listingId, { ...unitOf(poolId), ttlMs: 60_000 })
  const { reservationId } = yes(held)
  await passTime(db, reservationId)
  return { listingId, poolId, resourceId, reservationId }
}

async function givenNight(db: Database): Promise<Ground> {
  const listingId = newId()
  await createListing(db, { listingId, name: 'A hotel' })
  const { resourceId } = await createResource(db, listingId, { name: 'Rooms' })
  const night = { from: FIRST, to: addDays(FIRST, 1), capacity: 3 }
  const set = await setNights(db, listingId, resourceId, night)
  const poolId = set.kind === 'done' ? (set.nights[0]?.poolId ?? '') : ''
  return withOneTaken(db, { listingId, poolId, resourceId })
}

/** A definite block of two rooms; the pool is the block's own, the resource the block. */
async function givenBlock(db: Database): Promise<Ground> {
  const { listingId, resourceId } = await givenNight(db)
  const terms = { name: 'A party', resourceId, from: FIRST, to: addDays(FIRST, 1), cutOff: FIRST }
  const made = await createBlock(db, listingId, { ...terms, quantity: 2 })
  const blockId = made.kind === 'done' ? made.block.blockId : ''
  await makeDefinite({ db, engine: ours(db) }, listingId, blockId)
  const [pool] = await db.query<{ poolId: string }>(
    'select pool_id as "poolId" from pools where listing_id = $1 and resource_id = $2',
    [listingId, blockId],
  )
  return withOneTaken(db, { listingId, poolId: pool?.poolId ?? '', resourceId: blockId })
}

const EVERY_DAY = [{ days: [1, 2, 3, 4, 5, 6, 7], from: 8 * 60, to: 9 * 60 }]
const open = { weekly: EVERY_DAY, exceptions: [], bufferMinutes: 0 }
const DATES = { from: FIRST, to: addDays(FIRST, 1) }
const HOUR_MS = 3_600_000
const NINE_MS = Date.parse(`${FIRST}T09:00:00Z`)

async function givenSlot(db: Database, exclusive: boolean): Promise<Ground> {
  const listingId = newId()
  await createListing(db, { listingId, name: 'Courts' })
  const { resourceId } = await createResource(db, listingId, { name: 'Court', exclusive })
  const schedule = {
    ...open,
    soldBy: 'slots',
    slotMinutes: 60,
    capacity: exclusive ? 1 : 3,
  } as const
  await setSchedule(db, listingId, resourceId, schedule)
  await generateSlots(db, listingId, resourceId, DATES)
  const [pool] = await db.query<{ poolId: string }>(
    'select pool_id as "poolId" from pools where listing_id = $1',
    [listingId],
  )
  return { listingId, poolId: pool?.poolId ?? '', resourceId, reservationId: '' }
}

/** A free hour that was booked once, and somebody who wants half an hour of it. */
async function givenRange(db: Database): Promise<Ground> {
  const listingId = newId()
  await createListing(db, { listingId, name: 'Courts' })
  const { resourceId } = await createResource(db, listingId, { name: 'Court', exclusive: true })
  const range = { minMinutes: 30, maxMinutes: 60, stepMinutes: 30 }
  await setSchedule(db, listingId, resourceId, { ...open, soldBy: 'ranges', ...range })
  const engine = ours(db)
  const hour = { resourceId, fromMs: NINE_MS - HOUR_MS, toMs: NINE_MS, quantity: 1 }
  const made = yes(await engine.reserve(listingId, { customer, lines: [hour] }))
  await engine.cancel(listingId, made.reservationId)
  const poolId = made.lines[0]?.poolId ?? ''
  return { listingId, poolId, resourceId, reservationId: '' }
}

/** A court that is free, with half an hour between two customers. */
export async function givenBuffered(db: Database) {
  const listingId = newId()
  await createListing(db, { listingId, name: 'Courts' })
  const { resourceId } = await createResource(db, listingId, { name: 'Court', exclusive: true })
  const range = { minMinutes: 30, maxMinutes: 60, stepMinutes: 30, bufferMinutes: 30 }
  const weekly = [{ days: [1, 2, 3, 4, 5, 6, 7], from: 8 * 60, to: 12 * 60 }]
  await setSchedule(db, listingId, resourceId, { ...open, weekly, soldBy: 'ranges', ...range })
  return {
    listingId,
    /** The first hour of the morning, the second, and so on. */
    range: (hour: number) => {
      const fromMs = NINE_MS + (hour - 1) * HOUR_MS
      return { resourceId, fromMs, toMs: fromMs + HOUR_MS, quantity: 1 }
    },
  }
}

const schedule = (capacity: number, from: number) =>
  ({
    ...open,
    weekly: EVERY_DAY.map((day) => ({ ...day, from, to: from + 60 })),
    soldBy: 'slots',
    slotMinutes: 60,
    capacity,
  }) as const

/** Everything beside strategies that writes to pools or gives their units back. */
export const WRITERS: readonly Writer[] = [
  {
    name: 'a seller raises the capacity',
    given: givenPool,
    move: (db, { listingId, poolId }) => setCapacity(db, listingId, poolId, { capacity: 5 }),
  },
  {
    name: 'a seller lowers the capacity',
    given: givenPool,
    move: (db, { listingId, poolId }) =>
      setCapacity(db, listingId, poolId, { capacity: 0, overrideReason: 'a flood' }),
  },
  {
    name: 'a hotel sets its nights',
    given: givenNight,
    move: (db, { listingId, resourceId }) =>
      setNights(db, listingId, resourceId, { ...DATES, capacity: 7 }),
  },
  {
    name: 'a block is closed',
    given: givenBlock,
    move: (db, { listingId, resourceId }) =>
      releaseBlock({ db, engine: ours(db) }, listingId, resourceId),
  },
  {
    name: 'slots are made again and one is closed',
    given: async (db) => {
      const ground = await givenSlot(db, true)
      await setSchedule(db, ground.listingId, ground.resourceId, schedule(1, 10 * 60))
      return ground
    },
    move: (db, { listingId, resourceId }) => generateSlots(db, listingId, resourceId, DATES),
  },
  {
    name: 'slots are made again and one gets another capacity',
    given: async (db) => {
      const ground = await givenSlot(db, false)
      await setSchedule(db, ground.listingId, ground.resourceId, schedule(5, 8 * 60))
      return ground
    },
    move: (db, { listingId, resourceId }) => generateSlots(db, listingId, resourceId, DATES),
  },
  {
    name: 'a range takes the place of another',
    given: givenRange,
    move: (db, { listingId, resourceId }) => {
      const half = { resourceId, fromMs: NINE_MS - HOUR_MS / 2, toMs: NINE_MS, quantity: 1 }
      return ours(db).reserve(listingId, { customer, lines: [half] })
    },
  },
  {
    name: 'the sweeper expires a hold',
    given: givenHold,
    move: (db, { listingId, reservationId }) => ours(db).expire(listingId, reservationId),
  },
  {
    name: 'a payment comes late and takes the units again',
    given: async (db) => {
      const ground = await givenHold(db)
      await ours(db).expire(ground.listingId, ground.reservationId)
      return ground
    },
    move: (db, { listingId, reservationId }) =>
      ours(db).confirm(listingId, reservationId, { paymentRef: 'a payment' }),
  },
]

/** As many as any mover has steps. */
const TURNS_MAX = 12

/**
 * One looks, or writes as well, and the other comes and goes before it ends: both ways round. With
 * two steps those that lock first have looked, and those that look first have written.
 */
const ORDERS: readonly (readonly Turn[])[] = [1, 2].flatMap((steps): Turn[][] => [
  [...Array<Turn>(steps).fill('a'), ...Array<Turn>(TURNS_MAX).fill('b')],
  [...Array<Turn>(steps).fill('b'), ...Array<Turn>(TURNS_MAX).fill('a')],
])

/** Which two met over a listing, and in which order of steps. */
export type Met = Map<string, string>

/**
 * Lets two movers meet in each order, each time over ground of its own.
 *
 * @throws Error when a mover comes to no answer
 */
export async function meet(
  db: Database,
  given: (db: Database) => Promise<Ground>,
  movers: readonly [Mover, Mover],
  met: Met,
): Promise<void> {
  for (const order of ORDERS) {
    const ground = await given(db)
    const what = `${movers[0].name}; ${movers[1].name} (${order.join('')})`
    met.set(ground.listingId, what)
    let callers = 0
    const results = await interleave(db, order, (face) => {
      callers += 1
      return (callers === 1 ? movers[0] : movers[1]).move(face, ground)
    })
    for (const result of results) {
      if (result.status === 'rejected') throw new Error(what, { cause: result.reason })
    }
  }
}
