/** Each anomaly by itself, as small as it comes, under its own name and with a witness. */
import { describe, expect, test } from 'vitest'
import { timelineOf } from '../../../src/lab/checker/exact/timeline.js'
import { judge } from '../../../src/lab/checker/judge.js'
import { ANOMALIES, type AnomalyName, type JudgeName } from '../../../src/lab/checker/judgement.js'
import type { History } from '../../../src/lab/history/history.js'
import { HOTEL, OTHER, pool, request, row, scene, step } from './scene.js'

interface Case {
  readonly name: AnomalyName
  readonly what: string
  readonly history: History
  readonly judges: readonly JudgeName[]
  /** Its witness has as many requests. */
  readonly requests: number
}

const twoSold = [request(1, 'reserve', [0, 10]), request(2, 'reserve', [5, 15])]
const twoRows = [row(1, 'confirmed'), row(2, 'confirmed')]
const both = [
  { poolId: HOTEL, quantity: 1 },
  { poolId: OTHER, quantity: 1 },
]
const hold = request(1, 'hold', [0, 10], { expiresAtMs: 60_000 })

const CASES: readonly Case[] = [
  {
    name: 'double_booking',
    what: 'one room, two guests, one after the other',
    history: scene({
      operations: [request(1, 'reserve', [0, 10]), request(2, 'reserve', [20, 30])],
      movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
    }),
    judges: ['exact', 'black-box', 'recount'],
    requests: 2,
  },
  {
    name: 'lost_update',
    what: 'two takes of the same version',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'write_skew',
    what: 'two takes at once, each counted, neither seen by the other',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'phantom',
    what: 'a row that the pool has never counted',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(1, 1)],
    }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'unjustified_refusal',
    what: 'sent away from an empty hotel',
    history: scene({
      operations: [
        request(1, 'reserve', [0, 10], { outcome: 'refused', code: 'insufficient_capacity' }),
        request(2, 'reserve', [20, 30]),
      ],
      movements: [step(1, 2, 'confirmed', 1)],
      reservations: [row(2, 'confirmed')],
      pools: [pool(1, 1)],
    }),
    judges: ['exact', 'black-box'],
    requests: 1,
  },
  {
    name: 'lost_acknowledgement',
    what: 'told yes, and there is no row',
    history: scene({ operations: [request(1, 'reserve', [0, 10])], pools: [pool(0, 0)] }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'duplicate_effect',
    what: 'one key, two reservations',
    history: scene(
      {
        operations: [
          request(1, 'reserve', [0, 10]),
          request(1, 'reserve', [20, 30], { reservationId: 'r2' }),
        ],
        movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
        reservations: [row(1, 'confirmed'), row(2, 'confirmed', { customer: 'customer 1' })],
        pools: [pool(2, 2, 9)],
      },
      9,
    ),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'duplicate_effect',
    what: 'one key in two rows',
    history: scene(
      {
        operations: [request(1, 'reserve', [0, 10])],
        movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
        reservations: [
          row(1, 'confirmed', { key: 'reserve of client 1' }),
          row(2, 'confirmed', { key: 'reserve of client 1' }),
        ],
        pools: [pool(2, 2, 9)],
      },
      9,
    ),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'contradiction',
    what: 'told yes, and then no',
    history: scene({
      operations: [
        request(1, 'reserve', [0, 10]),
        request(1, 'reserve', [20, 30], { outcome: 'refused', code: 'insufficient_capacity' }),
      ],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(1, 1)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'duplicate_effect',
    what: 'one cancel, given back twice',
    history: scene({
      operations: [request(1, 'reserve', [0, 10]), request(1, 'cancel', [20, 30])],
      movements: [
        step(1, 1, 'confirmed', 1),
        step(2, 1, 'cancelled', -1),
        step(3, 1, 'cancelled', -1),
      ],
      reservations: [row(1, 'cancelled')],
      pools: [pool(-1, 3)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'contradiction',
    what: 'told no, and booked',
    history: scene({
      operations: [request(1, 'reserve', [0, 10], { outcome: 'refused', code: 'not_found' })],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed', { key: 'reserve of client 1' })],
      pools: [pool(1, 1)],
    }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'untraced_effect',
    what: 'a row that nobody asked for',
    history: scene({
      operations: [request(1, 'reserve', [0, 10], { outcome: 'refused', code: 'not_found' })],
      movements: [step(1, 7, 'confirmed', 1)],
      reservations: [row(7, 'confirmed')],
      pools: [pool(1, 1)],
    }),
    judges: ['recount'],
    requests: 0,
  },
  {
    name: 'partial_reservation',
    what: 'one of two lines was taken',
    history: scene({
      operations: [request(1, 'reserve', [0, 10], { lines: both })],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [
        row(1, 'confirmed', { lines: both.map((line) => ({ ...line, replaced: false })) }),
      ],
      pools: [pool(1, 1)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'stale_confirm',
    what: 'confirmed after it had expired',
    history: scene({
      operations: [hold, request(1, 'confirm', [100, 110])],
      movements: [step(1, 1, 'held', 1), step(2, 1, 'expired', -1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(0, 2)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'stale_confirm',
    what: 'confirmed after it had been released',
    history: scene({
      operations: [hold, request(1, 'release', [20, 30]), request(1, 'confirm', [100, 110])],
      movements: [step(1, 1, 'held', 1), step(2, 1, 'released', -1)],
      reservations: [row(1, 'released')],
      pools: [pool(0, 2)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'early_expiry',
    what: 'a hold that ended before its time',
    history: scene({
      operations: [hold],
      movements: [step(1, 1, 'held', 1), step(2, 1, 'expired', -1, { atMs: 59_000 })],
      reservations: [row(1, 'expired')],
      pools: [pool(0, 2)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'early_expiry',
    what: 'told that it had expired, before its time',
    history: scene({
      clocks: { monotonicNs: 0, databaseMs: 0 },
      operations: [
        hold,
        request(1, 'confirm', [100, 110], { outcome: 'refused', code: 'hold_expired' }),
      ],
      movements: [step(1, 1, 'held', 1)],
      reservations: [row(1, 'held')],
      pools: [pool(1, 1)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'counter_drift',
    what: 'a counter that lies',
    history: scene({
      operations: [request(1, 'reserve', [0, 10])],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(0, 1)],
    }),
    judges: ['recount'],
    requests: 0,
  },
  {
    name: 'version_gap',
    what: 'a version that is nobody’s',
    history: scene({
      operations: [request(1, 'reserve', [0, 10])],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(1, 2)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'stale_order',
    what: 'the first to be served counts as the second',
    history: scene(
      {
        operations: [request(1, 'reserve', [0, 10]), request(2, 'reserve', [20, 30])],
        movements: [step(2, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
        reservations: twoRows,
        pools: [pool(2, 2, 2)],
      },
      2,
    ),
    judges: ['exact'],
    requests: 2,
  },
]

describe.each(CASES)('$name: $what', ({ name, history, judges, requests }) => {
  const judgement = judge(history)
  const found = judgement.anomalies.filter((anomaly) => anomaly.name === name)

  test('is a violation under that name, seen by who can see it', () => {
    expect(judgement.verdict).toBe('violation')
    expect(judgement.counts[name]).toBe(1)
    expect(found.map(({ judge: who }) => who)).toEqual(judges)
  })

  test('has a witness with no more requests than it takes', () => {
    const [first] = found
    expect(first?.witness.operations).toHaveLength(requests)
    expect(timelineOf(first?.witness ?? history).bars).toHaveLength(requests)
    expect(first?.sentence).toMatch(/\S/)
    expect(first?.sentence).not.toMatch(/undefined|NaN|Infinity/)
  })
})

test('there is a case for every name', () => {
  const names = new Set(CASES.map((each) => each.name))
  expect([...names].sort()).toEqual(Object.keys(ANOMALIES).sort())
})

describe('a witness alone, judged again', () => {
  // A version or a row that is missing is only missing from the whole.
  const whole: readonly AnomalyName[] = [
    'counter_drift',
    'version_gap',
    'lost_acknowledgement',
    'phantom',
  ]
  const alone = CASES.filter(({ name }) => !whole.includes(name))

  test.each(alone)('still shows $name: $what', ({ name, history }) => {
    for (const { witness, name: found } of judge(history).anomalies) {
      if (found === name) expect(judge(witness).counts).toHaveProperty(name)
    }
  })

  const several: readonly AnomalyName[] = [
    'double_booking',
    'lost_update',
    'write_skew',
    'stale_order',
  ]
  const shrunk = CASES.filter(({ name }) => several.includes(name))
  test.each(shrunk)('$name: without any one of its requests it shows nothing', (each) => {
    const [first] = judge(each.history).anomalies.filter(({ name }) => name === each.name)
    const witness = first?.witness ?? each.history
    for (const left of witness.operations) {
      const id = left.reservationId
      const rest = {
        ...witness,
        operations: witness.operations.filter((one) => one !== left),
        movements: witness.movements.filter((one) => one.reservationId !== id),
        reservations: witness.reservations.filter((one) => one.reservationId !== id),
      }
      expect(judge(rest).counts).not.toHaveProperty(each.name)
    }
  })

  test('of a hotel sold far beyond what it has, shows no more guests than it takes', () => {
    const guests = Array.from({ length: 40 }, (_, i) => i)
    const quantity = (guest: number) => (guest % 3) + 1
    const history = scene(
      {
        operations: guests.map((guest) =>
          request(guest, 'reserve', [guest * 20, guest * 20 + 10], {
            lines: [{ poolId: HOTEL, quantity: quantity(guest) }],
            outcome: 'ok',
            reservationId: `r${guest}`,
          }),
        ),
        movements: guests.map((guest) => step(guest + 1, guest, 'confirmed', quantity(guest))),
      },
      9,
    )
    const { anomalies, figures, counts } = judge(history)
    // 79 units for 40 guests; the first five of them fill the hotel.
    expect(counts.double_booking).toBe(35)
    expect(figures.oversoldUnits).toBe(79 - 9)
    for (const { witness } of anomalies) {
      expect(witness.operations.length).toBeLessThanOrEqual(6)
      expect(judge(witness).counts).toHaveProperty('double_booking')
    }
  })
})
