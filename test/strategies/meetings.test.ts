/**
 * Whatever moves a counter excludes whatever else moves it. Two servers may run different strategies,
 * and sellers and the maintainer write beside them: after any two have met, the books add up.
 */
import { describe, expect, test } from 'vitest'
import { poolIdsOf } from '../../src/domain/reservation/demand.js'
import type { CommandResult } from '../../src/engine/engine.js'
import { changeListing } from '../../src/engine/sale/listings.js'
import { audit } from '../../src/engine/upkeep/audit.js'
import type { Contestant } from '../../src/lab/race/contestants.js'
import type { Database } from '../../src/storage/driver/database.js'
import { sql } from '../../src/storage/driver/statement.js'
import { readThenWrite } from '../../src/strategies/read-then-write.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { STRATEGY_NAMES } from '../../src/strategies/strategy.js'
import { interleave } from '../support/database/interleaving.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenPools } from '../support/stock/factory.js'
import { told, yes } from '../support/stock/reservations.js'
import {
  engineOf,
  givenBuffered,
  givenPool,
  givesBack,
  type Met,
  meet,
  takes,
  WRITERS,
} from './meetings.js'

const held = useDatabase({ guard: false, connections: 24 })
const strategies = STRATEGY_NAMES.map((name) => STRATEGIES[name])
/** How many meetings are under way at once: with six connections for each nobody waits for one. */
const ABREAST = 4

/** Runs `work` on all, a few at a time. */
async function abreast<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = [...items]
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
    }),
  )
}

/** What the audit finds, by the meeting that it comes from. */
async function found(met: Met): Promise<string[]> {
  const { drift } = await audit(held.db)
  return drift.flatMap(({ listingId, check }) => {
    const meeting = met.get(listingId)
    return meeting === undefined ? [] : [`${check}: ${meeting}`]
  })
}

test('any two strategies', async () => {
  const met: Met = new Map()
  const pairs = strategies.flatMap((one) => strategies.map((other) => [one, other] as const))
  await abreast(pairs, async ([one, other]) => {
    await meet(held.db, givenPool, [takes(one), givesBack(other)], met)
    if (one.name <= other.name) await meet(held.db, givenPool, [takes(one), takes(other)], met)
  })
  expect(met.size).toBeGreaterThan(7 * 7 * 4)
  expect(await found(met)).toEqual([])
})

test('any strategy and any other writer', async () => {
  const met: Met = new Map()
  const pairs = strategies.flatMap((strategy) =>
    WRITERS.map((writer) => [strategy, writer] as const),
  )
  await abreast(pairs, ([strategy, writer]) =>
    meet(held.db, writer.given.bind(writer), [takes(strategy), writer], met),
  )
  expect(await found(met)).toEqual([])
})

const ADVISORY_LOCK = sql('test.advisory_lock')`
  select pg_advisory_xact_lock(hashtextextended('alone ' || pool_id, 0))
  from unnest($1::text[]) as wanted (pool_id)
  order by pool_id`

/** Excludes those who take the same advisory lock, and nobody else. */
const advisoryAlone: Contestant = {
  ...STRATEGIES.advisory,
  name: 'advisory-alone',
  safe: false,
  take(tx, listingId, demands) {
    tx.send(ADVISORY_LOCK, [poolIdsOf(demands)])
    return readThenWrite(tx, listingId, demands)
  },
}

test('a strategy that excludes its own kind alone is found out by every one that it meets', async () => {
  const met: Met = new Map()
  const others = [...strategies.map(takes), ...WRITERS.filter(({ given }) => given === givenPool)]
  await meet(held.db, givenPool, [takes(advisoryAlone), takes(advisoryAlone)], met)
  expect(await found(met)).toEqual([])
  await abreast(others, (other) => meet(held.db, givenPool, [takes(advisoryAlone), other], met))
  const drift = await found(met)
  const missed = others.filter(
    ({ name }) => !drift.some((each) => each.startsWith(`versions: advisory-alone takes; ${name}`)),
  )
  expect(missed.map(({ name }) => name)).toEqual([])
})

test('skip-locked sells again what another strategy has given back', async () => {
  const { listingId, poolIds } = await givenPools(held.db, 3)
  const [poolId = ''] = poolIds
  const wanted = (quantity: number) => ({ customer: 'ada', lines: [{ poolId, quantity }] })
  const skipping = engineOf(STRATEGIES['skip-locked'], held.db)
  const other = engineOf(STRATEGIES.batched, held.db)
  const [one, two] = [
    yes(await skipping.reserve(listingId, wanted(1))),
    yes(await skipping.reserve(listingId, wanted(2))),
  ]
  await other.cancel(listingId, one.reservationId)
  await other.change(listingId, two.reservationId, wanted(1))
  expect(told(await skipping.reserve(listingId, wanted(2)))).toBe('done')
  expect(told(await skipping.reserve(listingId, wanted(1)))).toBe('insufficient_capacity')
})

/** Both want something for Ada, one after the other's look; @returns how many got it. */
async function granted(
  want: (db: Database, strategy: Contestant, caller: number) => Promise<CommandResult>,
  pair: readonly [Contestant, Contestant],
): Promise<number> {
  let callers = 0
  const results = await interleave(held.db, ['a', 'b', 'b', 'b', 'b', 'b', 'b', 'b'], (db) => {
    const caller = callers
    callers += 1
    return want(db, pair[caller] ?? STRATEGIES.batched, caller)
  })
  return results.filter(({ status, ...rest }) => {
    return status === 'fulfilled' && 'value' in rest && rest.value.kind === 'done'
  }).length
}

describe.each(strategies.map((strategy) => [strategy.name, strategy] as const))(
  'under %s, beside a server under batched',
  (_name, strategy) => {
    test('a customer does not pass a limit', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 9)
      const policy = { customerUnitsMax: 1 }
      await changeListing(held.db, listingId, { policy })
      const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
      const want = (db: Database, each: Contestant) =>
        engineOf(each, db).reserve(listingId, { customer: 'ada', lines })
      const before = yes(await want(held.db, STRATEGIES.batched))
      await engineOf(STRATEGIES.batched, held.db).cancel(listingId, before.reservationId)
      expect(await granted(want, [strategy, STRATEGIES.batched])).toBe(1)
    })

    test('two ranges keep the buffer between them', async () => {
      const { listingId, range } = await givenBuffered(held.db)
      const want = (db: Database, each: Contestant, caller: number) =>
        engineOf(each, db).reserve(listingId, { customer: 'ada', lines: [range(caller)] })
      expect(await granted(want, [strategy, STRATEGIES.batched])).toBe(1)
    })
  },
)
