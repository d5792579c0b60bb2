/**
 * A pool of which more is taken than it has, because somebody lowered its capacity and insisted.
 * Nothing of it is sold until enough has come back; what comes back lowers the figure, and nothing
 * that strategies do raises it again.
 */
import { expect } from 'vitest'
import type { CommandResult, Engine } from '../../src/engine/engine.js'
import { setCapacity } from '../../src/engine/sale/capacity.js'
import type { Database } from '../../src/storage/driver/database.js'
import { allOrders, interleave, type Turn } from '../support/database/interleaving.js'
import { givenPools } from '../support/stock/factory.js'
import { told, yes } from '../support/stock/reservations.js'

/** How the strategy under test is run on a database. */
type EngineOn = (db: Database) => Engine

/** Two callers, four turns: a look and a write of each, in every order. */
const TURNS = 4
const customer = 'ada@example.com'

/** One caller at a time. @throws an assertion's error for a strategy that gets it wrong */
export async function checkOvercommitted(db: Database, engineOn: EngineOn): Promise<void> {
  const { listingId, poolId, reserve } = await givenPool(db, engineOn)
  const [two, three] = [await reserve(2), await reserve(3)]
  await lowerCapacity(db, listingId, poolId, 2)
  const engine = engineOn(db)
  const countsAfter = async (command: Promise<CommandResult>) => [
    told(await command),
    ...(await countsOf(db, poolId)),
  ]
  const change = (quantity: number) =>
    engine.change(listingId, yes(three).reservationId, { lines: [{ poolId, quantity }] })
  const cancel = engine.cancel.bind(engine, listingId, yes(two).reservationId)

  expect(await countsAfter(reserve(1))).toEqual(['insufficient_capacity', 5, 3])
  expect(await countsAfter(cancel())).toEqual(['done', 3, 1])
  expect(await countsAfter(reserve(1))).toEqual(['insufficient_capacity', 3, 1])
  expect(await countsAfter(change(2))).toEqual(['done', 2, 0])
  expect(await countsAfter(reserve(1))).toEqual(['insufficient_capacity', 2, 0])
  expect(await countsAfter(change(1))).toEqual(['done', 1, 0])
  expect(await countsAfter(reserve(1))).toEqual(['done', 2, 0])
  expect(await countsAfter(reserve(1))).toEqual(['insufficient_capacity', 2, 0])
}

/** What meets: a cancel of some units, and a second caller that wants a unit or cancels, too. */
interface Race {
  readonly name: string
  /** Units of the two reservations, and the capacity once they are made. */
  readonly units: readonly [number, number]
  readonly capacity: number
  readonly second: 'reserve' | 'cancel'
  /** What the second caller may hear; the first hears `done`. */
  readonly answers: readonly string[]
}

const RACES: readonly Race[] = [
  {
    name: 'just enough comes back for one unit',
    units: [3, 3],
    capacity: 4,
    second: 'reserve',
    answers: ['done', 'insufficient_capacity'],
  },
  {
    name: 'too little comes back',
    units: [1, 3],
    capacity: 2,
    second: 'reserve',
    answers: ['insufficient_capacity'],
  },
  {
    name: 'both give back',
    units: [3, 1],
    capacity: 1,
    second: 'cancel',
    answers: ['done'],
  },
]

/**
 * Two callers step by step in every order.
 *
 * @throws an assertion's error for a strategy that gets it wrong
 */
export async function checkOvercommittedRaces(db: Database, engineOn: EngineOn): Promise<void> {
  for (const race of RACES) {
    for (const order of allOrders(TURNS)) await checkRace(db, engineOn, race, order)
  }
}

async function checkRace(
  db: Database,
  engineOn: EngineOn,
  { name, units, capacity, second, answers }: Race,
  order: readonly Turn[],
): Promise<void> {
  const { listingId, poolId, reserve } = await givenPool(db, engineOn)
  const made = [yes(await reserve(units[0])), yes(await reserve(units[1]))]
  await lowerCapacity(db, listingId, poolId, capacity)
  let callers = 0
  const results = await interleave(db, order, (face) => {
    callers += 1
    const engine = engineOn(face)
    return callers === 1 || second === 'cancel'
      ? engine.cancel(listingId, made[callers - 1]?.reservationId ?? '')
      : engine.reserve(listingId, { customer, lines: [{ poolId, quantity: 1 }] })
  })
  const [first, other] = results.map((result) =>
    result.status === 'fulfilled' ? told(result.value) : String(result.reason),
  )
  const context = `${order.join('')}: ${name}`
  expect(first, context).toBe('done')
  expect(answers, context).toContain(other)
  const reserved = second === 'reserve' && other === 'done' ? 1 : 0
  const taken = reserved + (second === 'reserve' ? units[1] : 0)
  expect(await countsOf(db, poolId), context).toEqual([taken, Math.max(0, taken - capacity)])
  expect(await activeUnits(db, poolId), context).toBe(taken)
}

async function givenPool(db: Database, engineOn: EngineOn) {
  const { listingId, poolIds } = await givenPools(db, 6)
  const [poolId = ''] = poolIds
  const reserve = (quantity: number) =>
    engineOn(db).reserve(listingId, { customer, lines: [{ poolId, quantity }] })
  return { listingId, poolId, reserve }
}

async function lowerCapacity(db: Database, listingId: string, poolId: string, capacity: number) {
  const overrideReason = 'a flooded floor'
  const outcome = await setCapacity(db, listingId, poolId, { capacity, overrideReason })
  expect(outcome.kind).toBe('done')
}

/** What is taken, and how much of it is overcommitted. */
async function countsOf(db: Database, poolId: string): Promise<[number, number]> {
  const [row] = await db.query<{ taken: number; overcommitted: number }>(
    'select taken, overcommitted from pools where pool_id = $1',
    [poolId],
  )
  return [row?.taken ?? -1, row?.overcommitted ?? -1]
}

/** The units of the lines that were not given back: a recount that trusts no counter. */
async function activeUnits(db: Database, poolId: string): Promise<number> {
  const [row] = await db.query<{ units: number }>(
    `select coalesce(sum(quantity), 0) as units
     from reservation_lines
     where pool_id = $1 and given_back_version is null`,
    [poolId],
  )
  return row?.units ?? 0
}
