/** Strategies that do not batch: callers of a locked pool leave a connection for everybody else. */
import { describe, expect, test } from 'vitest'
import { PoolTurns } from '../../../src/engine/transaction/pool-turns.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { givenPools } from '../../support/stock/factory.js'
import { engineOn, told } from '../../support/stock/reservations.js'
import { until } from '../../support/until.js'

const held = useDatabase({ connections: 3 })

test.each(['pessimistic', 'guarded', 'advisory'] as const)(
  '%s: twenty callers of a locked pool do not keep callers of another one waiting',
  async (strategy) => {
    const engine = engineOn(held.db, strategy)
    const { listingId, poolIds } = await givenPools(held.db, 100, 100)
    const [locked = '', free = ''] = poolIds
    const reserve = (poolId: string) =>
      engine.reserve(listingId, { customer: 'ada', lines: [{ poolId, quantity: 1 }] })
    const behind = await withClient(held.url, async (client) => {
      await client.query('begin')
      await client.query('select from pools where pool_id = $1 for update', [locked])
      const kept = later(Array.from({ length: 20 }, () => reserve(locked)))
      for (let i = 0; i < 10; i += 1) expect(told(await reserve(free))).toBe('done')
      await client.query('rollback')
      return [kept]
    })
    expect((await Promise.all(behind.flat())).map(told)).toEqual(Array(20).fill('done'))
  },
)

describe('the turns of a pool', () => {
  const gate = () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    return { opened, open }
  }

  test('are taken in the order of asking, so many at once as there may be', async () => {
    const turns = new PoolTurns(2, 60_000)
    const begun: number[] = []
    const gates = Array.from({ length: 4 }, gate)
    const all = later(
      gates.map(({ opened }, i) =>
        turns.inTurn(['a', 'b'], async () => {
          begun.push(i)
          await opened
        }),
      ),
    )
    await turns.inTurn(['c'], async () => {})
    await until('two have begun', () => begun.length === 2)
    for (const { open } of gates) open()
    await Promise.all(all)
    expect(begun).toEqual([0, 1, 2, 3])
  })

  test('begin for nobody while the pool is tidied up', async () => {
    const turns = new PoolTurns(2, 60_000)
    const { opened, open } = gate()
    const seen: string[] = []
    const tidying = turns.alone(['a'], async () => {
      await opened
      seen.push('tidy')
    })
    const caller = turns.inTurn(['a'], async () => seen.push('caller'))
    open()
    await Promise.all([tidying, caller])
    expect(seen).toEqual(['tidy', 'caller'])
  })

  test('are not waited for longer than is allowed, and the next one gets its own', async () => {
    const turns = new PoolTurns(1, 0)
    const { opened, open } = gate()
    const first = later(turns.inTurn(['a'], () => opened))
    await expect(turns.inTurn(['a'], async () => {})).rejects.toMatchObject({ code: 'overloaded' })
    open()
    await first
    expect(await turns.inTurn(['a'], async () => 'served')).toBe('served')
  })
})
