/** The checks of an overcommitted pool have to notice a strategy that gets it wrong. */
import { expect, test } from 'vitest'
import { poolIdsOf } from '../../src/domain/reservation/demand.js'
import { allot, explain, type TakenLine } from '../../src/domain/reservation/verdict.js'
import { type Contestant, createContestant } from '../../src/lab/race/contestants.js'
import type { Database } from '../../src/storage/driver/database.js'
import { readCounts } from '../../src/storage/tables/pools.js'
import { guarded } from '../../src/strategies/guarded.js'
import { oneByOne } from '../../src/strategies/strategy.js'
import { useDatabase } from '../support/database/test-database.js'
import { checkOvercommitted, checkOvercommittedRaces } from './overcommitted.js'

const held = useDatabase({ guard: false, connections: 8 })

/** guarded with another figure for `overcommitted` and another idea of what is free. */
function spoiled(name: string, overcommitted: string, free: string): Contestant {
  const move = `
    update pools
    set taken = taken + $3,
        version = version + 1,
        overcommitted = ${overcommitted}
    where listing_id = $1
      and pool_id = $2
      and ($3 < 0 or $3 <= ${free})
    returning version`
  return {
    ...guarded,
    name,
    safe: false,
    take: oneByOne(async (tx, listingId, { lines }) => {
      const taken: TakenLine[] = []
      for (const line of lines) {
        const values = [listingId, line.poolId, line.quantity]
        const [row] = await tx.query<{ version: number }>(move, values)
        if (row === undefined) return explain(lines, await readCounts(tx, listingId, [line.poolId]))
        taken.push({ ...line, version: row.version })
      }
      return { kind: 'taken', lines: taken }
    }),
  }
}

const FREE = 'capacity - taken'
const LOWERED = 'greatest(0, least(overcommitted, taken + $3 - capacity))'

const engineOf = (strategy: Contestant) => (db: Database) =>
  createContestant(strategy, db, { retry: { attemptsMax: 50 } })

test('accept the same statement when it is right', async () => {
  const engineOn = engineOf(spoiled('right', LOWERED, FREE))
  await checkOvercommitted(held.db, engineOn)
  await checkOvercommittedRaces(held.db, engineOn)
})

test.each([
  ['never lowers the figure', 'overcommitted', FREE],
  ['sells what is overcommitted as if it were free', LOWERED, `greatest(${FREE}, overcommitted)`],
  ['raises the figure with what it gives back', 'overcommitted + abs($3)', FREE],
  ['forgets the figure at once', '0 * $3', FREE],
])('notice a strategy that %s', async (name, overcommitted, free) => {
  const engineOn = engineOf(spoiled(name, overcommitted, free))
  const failing = checkOvercommitted(held.db, engineOn).then(() =>
    checkOvercommittedRaces(held.db, engineOn),
  )
  await expect(failing).rejects.toMatchObject({ name: 'AssertionError' })
})

test('notice in a race alone a strategy that writes the figure that it computed before', async () => {
  const write = `
    update pools
    set taken = taken + $3,
        version = version + 1,
        overcommitted = $4
    where listing_id = $1
      and pool_id = $2`
  const stale: Contestant = {
    ...guarded,
    name: 'stale',
    safe: false,
    async take(tx, listingId, demands) {
      const { verdicts, after, counterChanges } = allot(
        await readCounts(tx, listingId, poolIdsOf(demands)),
        demands,
      )
      for (const { poolId, units } of counterChanges) {
        const pool = after.find((each) => each.poolId === poolId)
        const overcommitted = Math.max(0, (pool?.taken ?? 0) - (pool?.capacity ?? 0))
        await tx.query(write, [listingId, poolId, units, overcommitted])
      }
      return verdicts
    },
  }
  await checkOvercommitted(held.db, engineOf(stale))
  const racing = checkOvercommittedRaces(held.db, engineOf(stale))
  await expect(racing).rejects.toMatchObject({ name: 'AssertionError' })
})
