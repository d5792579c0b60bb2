/** A witness on a terminal: readable on any width, and honest about what it leaves out. */
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { colorsOf } from '../../../src/cli/terminal/spans.js'
import { renderTimeline } from '../../../src/cli/terminal/verdict/timeline.js'
import { timelineOf } from '../../../src/lab/checker/exact/timeline.js'
import type { OperationRecord } from '../../../src/lab/history/history.js'
import { pool, request, scene, step } from '../../lab/checker/scene.js'

const paint = colorsOf(false)
const draw = (operations: readonly OperationRecord[], columns = 100) =>
  renderTimeline(
    timelineOf(scene({ operations, movements: [step(1, 1, 'confirmed', 1)], pools: [pool(1, 1)] })),
    { columns, paint },
  )

describe('a timeline', () => {
  test('shows who did what when, and what was under way at the same time', () => {
    expect(draw([request(1, 'reserve', [0, 10]), request(2, 'reserve', [5, 20])])).toEqual([
      '    client 1  ├───────────────┤                  reserve 1 of the hotel → ok, version 1 of the hotel',
      '    client 2          ├───────────────────────┤  reserve 1 of the hotel → ok',
      '              0                           20 ms',
      '    the hotel ends with 1 of 1 taken, at version 1',
    ])
  })

  test('leaves a request without an answer open', () => {
    const lost = request(3, 'reserve', [5, 5], { outcome: 'unknown', returnedNs: null })
    const [, line] = draw([request(1, 'reserve', [0, 10]), lost])
    expect(line).toMatch(/client 3 +├╌+ {2}reserve 1 of the hotel → unknown/)
  })

  test.each([20, 40, 60, 80, 120])('fits %d columns', (columns) => {
    const operations = [1, 2, 3].map((client) => request(client, 'reserve', [client, client + 5]))
    for (const line of draw(operations, columns))
      expect(stringWidth(line)).toBeLessThanOrEqual(columns)
  })

  test('shows the last requests of many, and says how many came before', () => {
    const lines = draw(Array.from({ length: 50 }, (_, i) => request(i, 'reserve', [i, i + 1])))
    expect(lines[0]).toBe('    40 requests before these, and')
    expect(lines[10]).toMatch(/client 49/)
  })

  test('draws requests of no length and witnesses without requests', () => {
    expect(draw([request(1, 'reserve', [5, 5])])[0]).toMatch(/├┤/)
    expect(draw([])).toHaveLength(2)
  })
})
