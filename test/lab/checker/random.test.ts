/** The checkers against a judge that tries everything, on histories small enough for it. */
import { describe, expect, test } from 'vitest'
import { checkAnswers } from '../../../src/lab/checker/black-box.js'
import { checkExactly } from '../../../src/lab/checker/exact/exact.js'
import { ledgerOf } from '../../../src/lab/checker/exact/join.js'
import type { Findings } from '../../../src/lab/checker/findings.js'
import { judge } from '../../../src/lab/checker/judge.js'
import type { AnomalyName } from '../../../src/lab/checker/judgement.js'
import { createRandom } from '../../../src/lab/race/random.js'
import { SEED } from '../../support/seed.js'
import { explainable } from './brute-force.js'
import { type Made, makeHistory } from './histories.js'

const HISTORIES = Number(process.env['HOLDFAST_TEST_HISTORIES'] ?? 5000)
const EVENTS_MAX = 14

/** What the order of events has to do with; the rest is about single reservations. */
const OF_ORDER: readonly AnomalyName[] = [
  'double_booking',
  'lost_update',
  'unjustified_refusal',
  'counter_drift',
  'version_gap',
  'stale_order',
]

interface Kind {
  readonly pools: number
  readonly severalPools: boolean
}

function randomHistory(seed: number, { pools, severalPools }: Kind): Made {
  const random = createRandom(seed)
  const wrong = random() < 0.6
  return makeHistory({
    random,
    operations: 3 + Math.floor(random() * 8),
    pools,
    severalPools,
    capacityMax: 1 + Math.floor(random() * 5),
    wrongly: wrong ? 0.5 * random() : 0,
    ticksMax: 1 + Math.floor(random() * 10),
    swap: wrong && random() < 0.4,
  })
}

const finds = ({ counts }: Findings) => OF_ORDER.some((name) => counts.has(name))

/** Runs `look` on every history, with what the brute force says of it. */
function each(kind: Kind, look: (made: Made, fine: boolean, seed: number) => void): void {
  for (let seed = SEED; seed < SEED + HISTORIES; seed += 1) {
    const made = randomHistory(seed, kind)
    if (made.events.length > EVENTS_MAX) throw new Error('too many events for brute force')
    look(made, explainable(made.events, made.capacities), seed)
  }
}

describe(`${HISTORIES} random histories`, () => {
  test.each([
    { pools: 1, severalPools: false },
    { pools: 3, severalPools: false },
  ])('of $pools pools: the exact checker says what trying every order says', (kind) => {
    let wrong = 0
    each(kind, ({ history }, fine, seed) => {
      const { findings } = checkExactly(ledgerOf(history))
      const found = [...findings.counts.keys()].join()
      expect(finds(findings), `seed ${seed}: found "${found}"`).toBe(!fine)
      if (!fine) wrong += 1
    })
    expect(wrong, 'too few wrong histories to say anything').toBeGreaterThan(HISTORIES / 10)
    expect(wrong, 'too few right histories to say anything').toBeLessThan(HISTORIES * 0.9)
  })

  test('of reservations on two pools at once: the exact checker raises no false alarm', () => {
    let [wrong, caught] = [0, 0]
    each({ pools: 2, severalPools: true }, ({ history }, fine, seed) => {
      const { findings } = checkExactly(ledgerOf(history))
      if (fine) expect([...findings.counts.keys()], `seed ${seed}`).toEqual([])
      else wrong += 1
      if (!fine && finds(findings)) caught += 1
    })
    expect(caught / wrong, `caught ${caught} of ${wrong}`).toBeGreaterThan(0.95)
    report('exact, several pools', caught, wrong)
  })

  test('the black-box checker raises no false alarm, and catches many all the same', () => {
    let [wrong, caught] = [0, 0]
    each({ pools: 2, severalPools: true }, ({ history }, fine, seed) => {
      const { findings } = checkAnswers(history)
      if (fine) expect([...findings.counts.keys()], `seed ${seed}`).toEqual([])
      else wrong += 1
      if (!fine && finds(findings)) caught += 1
    })
    expect(caught / wrong, `caught ${caught} of ${wrong}`).toBeGreaterThan(0.1)
    report('black box', caught, wrong)
  })

  test('of an engine that decides rightly: nobody finds anything', () => {
    for (let seed = SEED; seed < SEED + HISTORIES; seed += 1) {
      const random = createRandom(seed)
      const { history } = makeHistory({
        random,
        operations: 12,
        pools: 2,
        severalPools: true,
        capacityMax: 1 + Math.floor(random() * 6),
        wrongly: 0,
        ticksMax: 6,
        swap: false,
      })
      const { verdict, anomalies } = judge(history)
      const told = anomalies.map(({ name, sentence }) => `${name}: ${sentence}`)
      expect(told, `seed ${seed}`).toEqual([])
      expect(verdict).not.toBe('violation')
    }
  })
})

/** The share is a figure for the docs, and nothing to fail by. */
function report(who: string, caught: number, wrong: number): void {
  const share = ((100 * caught) / wrong).toFixed(1)
  process.stdout.write(`${who}: ${caught} of ${wrong} wrong histories caught (${share} %)\n`)
}
