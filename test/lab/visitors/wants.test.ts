/** What clients want is drawn from the seed alone: the same seed is the same crowd. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../src/lab/race/random.js'
import { SCENARIOS } from '../../../src/lab/scenarios/registry.js'
import { poolsOf, SCENARIO_NAMES, type Wants } from '../../../src/lab/scenarios/scenario.js'
import { drawLines } from '../../../src/lab/visitors/wants.js'

const LAB_PAGE = new URL('../../../docs/lab.md', import.meta.url)
const poolIds = ['a', 'b', 'c', 'd', 'e']
const drawn = (wants: Wants, visit: number, seed = 7) =>
  drawLines(wants, { poolIds, firstLeft: 'c', visit, random: createRandom(seed) })

describe('drawLines', () => {
  const cart: Wants = {
    pools: 'any',
    lines: { min: 2, max: 4 },
    quantity: { min: 1, max: 2 },
    opposing: true,
  }

  test('draws the same from the same seed, and other lines from others', () => {
    expect(drawn(cart, 0)).toEqual(drawn(cart, 0))
    const carts = Array.from({ length: 50 }, (_, seed) => JSON.stringify(drawn(cart, 0, seed)))
    expect(new Set(carts).size).toBeGreaterThan(20)
  })

  test('lists the pools of even visits upwards and those of odd ones downwards, none twice', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const up = drawn(cart, 0, seed).map((line) => line.poolId)
      const down = drawn(cart, 1, seed).map((line) => line.poolId)
      expect(up).toEqual([...new Set(up)].sort())
      expect(down).toEqual([...new Set(down)].sort().reverse())
      expect(up.length).toBeGreaterThanOrEqual(2)
    }
  })

  test('gives both visits of a pair the same pool, and the next pair another one', () => {
    const wants: Wants = { pools: 'of the visit', quantity: { min: 1, max: 1 } }
    const pools = [0, 1, 2, 3, 10].map((visit) => drawn(wants, visit)[0]?.poolId)
    expect(pools).toEqual(['a', 'a', 'b', 'b', 'a'])
  })

  test('asks for what was seen to be left, or for nothing', () => {
    const wants: Wants = { pools: 'first left', quantity: { min: 1, max: 5 } }
    expect(drawn(wants, 0)).toMatchObject([{ poolId: 'c' }])
    const random = createRandom(1)
    expect(drawLines(wants, { poolIds, firstLeft: undefined, visit: 0, random })).toEqual([])
  })
})

describe.each(SCENARIO_NAMES)('the scenario %s', (name) => {
  const scenario = SCENARIOS[name]

  test('goes by its own name, and puts pools on sale that differ', () => {
    expect(scenario.name).toBe(name)
    const ids = poolsOf(scenario.sale(3)).map((pool) => pool.poolId)
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids].sort(), 'upwards is the order of locks').toEqual(ids)
  })

  test('has a row in docs/lab.md', () => {
    expect(readFileSync(LAB_PAGE, 'utf8')).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'))
  })

  test('has clients in pairs only where their number is even', () => {
    if (scenario.pairs) expect(scenario.defaults.clients % 2).toBe(0)
    if (scenario.pairs) expect((scenario.visits?.(7) ?? 1) % 2).toBe(0)
  })
})
