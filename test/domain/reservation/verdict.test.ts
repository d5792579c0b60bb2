import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Demand } from '../../../src/domain/reservation/demand.js'
import {
  allot,
  explain,
  type PoolCount,
  type Verdict,
} from '../../../src/domain/reservation/verdict.js'

const IDS = ['a', 'b', 'c', 'd']
const UNKNOWN = 'x'

// Counters may be past the capacity: in the lab an unsafe strategy brings them there.
const pools = fc.uniqueArray(
  fc.record({
    poolId: fc.constantFrom(...IDS),
    capacity: fc.nat(6),
    taken: fc.nat(7),
    version: fc.nat(5),
  }),
  { selector: (pool) => pool.poolId, minLength: 1 },
)
const demands = fc.array(
  fc.record({
    reservationId: fc.uuid(),
    lines: fc.uniqueArray(
      fc.record({
        poolId: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...IDS) },
          { weight: 1, arbitrary: fc.constant(UNKNOWN) },
        ),
        quantity: fc.integer({ min: 1, max: 4 }),
      }),
      { selector: (line) => line.poolId, minLength: 1 },
    ),
  }),
  { maxLength: 8 },
)

/** The same decision as one would make it at a counter: one customer after the other. */
function atTheCounter(seen: readonly PoolCount[], asked: readonly Demand[]): Verdict[] {
  const shelf = new Map(
    seen.map(({ poolId, capacity, taken, version }) => [
      poolId,
      { left: capacity - taken, capacity, version },
    ]),
  )
  return asked.map(({ lines }): Verdict => {
    const unknown = lines.filter((line) => !shelf.has(line.poolId)).map((line) => line.poolId)
    if (unknown.length > 0) return { kind: 'unknown', poolIds: unknown }
    const leftOf = (poolId: string) => Math.max(0, shelf.get(poolId)?.left ?? 0)
    const short = lines
      .filter((line) => leftOf(line.poolId) < line.quantity)
      .map((line) => ({
        ...line,
        left: leftOf(line.poolId),
        capacity: shelf.get(line.poolId)?.capacity ?? 0,
      }))
    if (short.length > 0) return { kind: 'short', lines: short }
    const taken = lines.map((line) => {
      const place = shelf.get(line.poolId) ?? { left: 0, capacity: 0, version: 0 }
      place.left -= line.quantity
      place.version += 1
      return { ...line, version: place.version }
    })
    return { kind: 'taken', lines: taken }
  })
}

const takenOf = (verdicts: readonly Verdict[], poolId: string) =>
  verdicts
    .flatMap((verdict) => (verdict.kind === 'taken' ? verdict.lines : []))
    .filter((line) => line.poolId === poolId)

describe('allot', () => {
  test('decides as one would at a counter, one customer after the other', () => {
    fc.assert(
      fc.property(pools, demands, (seen, asked) => {
        expect(allot(seen, asked).verdicts).toEqual(atTheCounter(seen, asked))
      }),
      { numRuns: 500 },
    )
  })

  test('never takes more than there is, and all lines of a demand or none', () => {
    fc.assert(
      fc.property(pools, demands, (seen, asked) => {
        const { verdicts } = allot(seen, asked)
        for (const { poolId, capacity, taken } of seen) {
          const units = takenOf(verdicts, poolId).reduce((sum, line) => sum + line.quantity, 0)
          if (units > 0) expect(taken + units).toBeLessThanOrEqual(capacity)
        }
        verdicts.forEach((verdict, i) => {
          if (verdict.kind !== 'taken') return
          expect(verdict.lines.map(({ poolId, quantity }) => ({ poolId, quantity }))).toEqual(
            asked[i]?.lines,
          )
        })
      }),
      { numRuns: 500 },
    )
  })

  test('gives each take of a pool the next version, so that the order of sales can be replayed', () => {
    fc.assert(
      fc.property(pools, demands, (seen, asked) => {
        const { verdicts } = allot(seen, asked)
        for (const { poolId, version } of seen) {
          const lines = takenOf(verdicts, poolId)
          expect(lines.map((line) => line.version)).toEqual(lines.map((_, i) => version + i + 1))
        }
      }),
    )
  })

  test('raises each pool by exactly what its verdicts took, and no other pool', () => {
    fc.assert(
      fc.property(pools, demands, (seen, asked) => {
        const { verdicts, counterChanges: rises } = allot(seen, asked)
        const expected = seen
          .map(({ poolId }) => ({ poolId, lines: takenOf(verdicts, poolId) }))
          .filter(({ lines }) => lines.length > 0)
          .map(({ poolId, lines }) => ({
            poolId,
            units: lines.reduce((sum, line) => sum + line.quantity, 0),
            steps: lines.length,
          }))
        expect(rises).toEqual(expected)
      }),
    )
  })

  test('names unknown pools before short ones, and lists every short line', () => {
    const seen = [
      { poolId: 'a', capacity: 2, taken: 1, version: 0 },
      { poolId: 'b', capacity: 1, taken: 1, version: 0 },
    ]
    const short = [
      { poolId: 'a', quantity: 2 },
      { poolId: 'b', quantity: 1 },
    ]
    expect(allot(seen, [{ reservationId: 'r', lines: short }]).verdicts).toEqual([
      {
        kind: 'short',
        lines: [
          { poolId: 'a', quantity: 2, left: 1, capacity: 2 },
          { poolId: 'b', quantity: 1, left: 0, capacity: 1 },
        ],
      },
    ])
    const lines = [...short, { poolId: UNKNOWN, quantity: 1 }]
    expect(allot(seen, [{ reservationId: 'r', lines }]).verdicts).toEqual([
      { kind: 'unknown', poolIds: [UNKNOWN] },
    ])
  })
})

describe('explain', () => {
  const line = { poolId: 'a', quantity: 2 }
  const seen = (taken: number) => [{ poolId: 'a', capacity: 3, taken, version: 7 }]

  test('says "sold out" with what was left when the units are really gone', () => {
    expect(explain([line], seen(2))).toEqual({
      kind: 'short',
      lines: [{ ...line, left: 1, capacity: 3 }],
    })
  })

  test('never says "sold out" of units that are free again: that is a conflict', () => {
    expect(explain([line], seen(1))).toEqual({ kind: 'conflict' })
  })

  test('says which pool does not exist', () => {
    expect(explain([line], [])).toEqual({ kind: 'unknown', poolIds: ['a'] })
  })

  test('counts an oversold pool as empty, not as less than empty', () => {
    expect(explain([line], seen(9))).toEqual({
      kind: 'short',
      lines: [{ ...line, left: 0, capacity: 3 }],
    })
  })
})
