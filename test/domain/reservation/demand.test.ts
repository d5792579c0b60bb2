import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HoldfastError } from '../../../src/domain/errors.js'
import { newId } from '../../../src/domain/ids.js'
import {
  checkLines,
  LINES_MAX,
  type Line,
  netOf,
  poolIdsOf,
  QUANTITY_MAX,
  sumPerPool,
} from '../../../src/domain/reservation/demand.js'

const POOL = '00000000-0000-7000-8000-00000000000a'
const OTHER = '00000000-0000-7000-8000-00000000000b'
const pools = fc.constantFrom(POOL, OTHER, POOL.toUpperCase(), OTHER.toUpperCase())
const someLines = fc.array(
  fc.record({ poolId: pools, quantity: fc.integer({ min: 1, max: QUANTITY_MAX }) }),
  { minLength: 1, maxLength: LINES_MAX },
)

describe('sumPerPool', () => {
  test('asks for each pool once, for exactly the sum of its lines, however its id is written', () => {
    fc.assert(
      fc.property(someLines, (lines) => {
        const wanted: Record<string, number> = {}
        for (const { poolId, quantity } of lines) {
          wanted[poolId.toLowerCase()] = (wanted[poolId.toLowerCase()] ?? 0) + quantity
        }
        const summed = sumPerPool(lines)
        expect(Object.fromEntries(summed.map((line) => [line.poolId, line.quantity]))).toEqual(
          wanted,
        )
        expect(summed).toHaveLength(Object.keys(wanted).length)
      }),
    )
  })

  test('puts pools in one order whatever order the customer’s lines had: carts cannot deadlock', () => {
    const ids = Array.from({ length: 20 }, () => newId()).sort()
    fc.assert(
      fc.property(fc.shuffledSubarray(ids, { minLength: 1 }), (shuffled) => {
        const summed = sumPerPool(shuffled.map((poolId) => ({ poolId, quantity: 1 })))
        expect(summed.map((line) => line.poolId)).toEqual([...shuffled].sort())
      }),
    )
  })
})

describe('checkLines', () => {
  test('takes as many lines, and as many units of a pool, as it says it does', () => {
    const many = Array.from({ length: LINES_MAX }, () => ({ poolId: newId(), quantity: 1 }))
    expect(() => checkLines(many)).not.toThrow()
    expect(() => checkLines([{ poolId: POOL, quantity: QUANTITY_MAX }])).not.toThrow()
  })

  const line = (change: Partial<Line>): Line[] => [{ poolId: POOL, quantity: 1, ...change }]
  const quantity = 'a quantity is a whole number from 1 to 1000000, not'
  const bad: [why: string, lines: Line[], sentence: string][] = [
    ['no line', [], 'a reservation has 1 to 50 lines, this one has 0'],
    [
      'a line too many',
      Array.from({ length: LINES_MAX + 1 }, () => ({ poolId: POOL, quantity: 1 })),
      'a reservation has 1 to 50 lines, this one has 51',
    ],
    ['nothing of a pool', line({ quantity: 0 }), `${quantity} 0`],
    ['less than nothing', line({ quantity: -1 }), `${quantity} -1`],
    ['half a room', line({ quantity: 1.5 }), `${quantity} 1.5`],
    ['no number', line({ quantity: Number.NaN }), `${quantity} NaN`],
    ['no end', line({ quantity: Number.POSITIVE_INFINITY }), `${quantity} Infinity`],
    ['one more than allowed', line({ quantity: QUANTITY_MAX + 1 }), `${quantity} 1000001`],
    [
      'more than allowed, split into lines',
      [...line({ quantity: QUANTITY_MAX }), ...line({})],
      `${quantity} 1000001`,
    ],
    ['digits as text', line({ quantity: '2' as unknown as number }), `${quantity} 2`],
    ['a pool without a name', line({ poolId: '' }), 'the pool id "" is no UUID'],
    [
      'a pool id with more behind',
      line({ poolId: `${POOL}\n` }),
      `the pool id "${POOL}\\n" is no UUID`,
    ],
  ]
  test.each(bad)('refuses %s, and says what is allowed', (_why, lines, sentence) => {
    expect(() => checkLines(lines)).toThrow(new HoldfastError('invalid_input', sentence))
  })

  test('finds a bad line behind good ones', () => {
    const lines = [...line({}), ...line({ poolId: OTHER, quantity: -5 })]
    expect(() => checkLines(lines)).toThrow(`${quantity} -5`)
  })
})

describe('poolIdsOf', () => {
  test('names every pool of all demands once, in the one order', () => {
    const demands = [
      { reservationId: newId(), lines: [{ poolId: OTHER, quantity: 1 }] },
      {
        reservationId: newId(),
        lines: [
          { poolId: OTHER, quantity: 2 },
          { poolId: POOL, quantity: 1 },
        ],
      },
    ]
    expect(poolIdsOf(demands)).toEqual([POOL, OTHER])
    expect(poolIdsOf([])).toEqual([])
  })
})

describe('netOf', () => {
  test('is what is taken less what is given back, without the pools that even out', () => {
    const third = '00000000-0000-7000-8000-00000000000c'
    const takes = [
      { poolId: OTHER, quantity: 5 },
      { poolId: third, quantity: 1 },
    ]
    const gives = [
      { poolId: POOL, quantity: 2 },
      { poolId: OTHER, quantity: 3 },
      { poolId: third, quantity: 1 },
    ]
    expect(netOf(takes, gives)).toEqual([
      { poolId: POOL, quantity: -2 },
      { poolId: OTHER, quantity: 2 },
    ])
  })
})
