/** The engine on a real database answers as the model does, whatever commands come in what order. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ListingPolicy } from '../../src/domain/reservation/reservation.js'
import { createEngine } from '../../src/engine/engine.js'
import type { Database, Tx } from '../../src/storage/driver/database.js'
import { nameOf } from '../../src/storage/driver/statement.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { STRATEGY_NAMES } from '../../src/strategies/strategy.js'
import { useDatabase } from '../support/database/test-database.js'
import { compareSteps, type Step, type StepLine } from '../support/model/comparison.js'
import { amount } from '../support/run/amount.js'

const held = useDatabase({ connections: 6 })
const MINUTE_MS = 60_000
/** A machine that others load runs a few thousand commands slowly, and a failure is shrunk. */
const TIMEOUT_MS = 300_000

const of = fc.nat(5)
const ttlMs = fc.constantFrom(10 * MINUTE_MS, 40 * MINUTE_MS, 70 * MINUTE_MS)
const lines: fc.Arbitrary<readonly StepLine[]> = fc.array(
  fc.record({ pool: fc.nat(1), quantity: fc.integer({ min: 1, max: 4 }) }),
  { minLength: 1, maxLength: 3 },
)
const paymentRef = fc.constantFrom(undefined, 'payment 1', 'payment 2')
const version = fc.constantFrom(undefined, undefined, 1, 2)

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('reserve', 'hold', 'hold' as const),
      customer: fc.constantFrom('ada', 'bob'),
      ...{ lines, ttlMs },
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('confirm' as const), of, paymentRef, version }),
  },
  fc.record({ kind: fc.constantFrom('release', 'cancel' as const), of, version }),
  fc.record({ kind: fc.constant('expire' as const), of }),
  fc.record({ kind: fc.constant('settle_refund' as const), of, paymentRef }),
  fc.record({ kind: fc.constant('extend' as const), of, ttlMs }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change' as const), of, lines }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass_time' as const), of }) },
  fc.record({
    kind: fc.constant('set_capacity' as const),
    pool: fc.nat(1),
    capacity: fc.nat(7),
  }),
)

const anyPolicy: fc.Arbitrary<ListingPolicy> = fc.record({
  customerUnitsMax: fc.constantFrom(null, null, 5),
  customerHoldsMax: fc.constantFrom(null, 1, 2),
  holdTtlMsMax: fc.constant(60 * MINUTE_MS),
  holdAgeMsMax: fc.constant(30 * MINUTE_MS),
  refundOnCancel: fc.constantFrom('always', 'never'),
})

const capacities = fc.tuple(fc.nat(7), fc.nat(7))

/** A payment that comes late: the units are free again, or were sold, or are no more. */
const latePayment: fc.Arbitrary<readonly Step[]> = fc
  .record({ lines, capacity: fc.nat(7), isSwept: fc.boolean(), isTwice: fc.boolean() })
  .map(({ lines, capacity, isSwept, isTwice }): Step[] => [
    { kind: 'hold', customer: 'cyd', lines, ttlMs: 10 * MINUTE_MS },
    { kind: 'pass_time', of: -1 },
    ...(isSwept ? [{ kind: 'expire', of: -1 } as const] : []),
    { kind: 'set_capacity', pool: 0, capacity },
    { kind: 'confirm', of: -1, paymentRef: 'payment 1', version: undefined },
    ...(isTwice ? [{ kind: 'settle_refund', of: -1, paymentRef: undefined } as const] : []),
    { kind: 'confirm', of: -1, paymentRef: 'payment 2', version: undefined },
    { kind: 'settle_refund', of: -1, paymentRef: undefined },
  ])

/** A hold that is overdue when the next customer wants its units. */
const overdueHold: fc.Arbitrary<readonly Step[]> = fc
  .record({ quantity: fc.integer({ min: 1, max: 4 }), capacity: fc.integer({ min: 2, max: 7 }) })
  .map(({ quantity, capacity }): Step[] => {
    const lines = [{ pool: 0, quantity }]
    return [
      { kind: 'set_capacity', pool: 0, capacity },
      { kind: 'hold', customer: 'dan', lines, ttlMs: 10 * MINUTE_MS },
      { kind: 'pass_time', of: -1 },
      { kind: 'reserve', customer: 'eve', lines, ttlMs: MINUTE_MS },
    ]
  })

/** One customer holds more and more, and longer than the listing allows. */
const longHolds: fc.Arbitrary<readonly Step[]> = fc.constant([
  { kind: 'set_capacity', pool: 1, capacity: 20 },
  ...Array.from({ length: 3 }, (): Step => {
    const lines = [{ pool: 1, quantity: 1 }]
    return { kind: 'hold', customer: 'fay', lines, ttlMs: 10 * MINUTE_MS }
  }),
  { kind: 'extend', of: -1, ttlMs: 40 * MINUTE_MS },
])

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: anyStep.map((step): readonly Step[] => [step]) },
      latePayment,
      overdueHold,
      longHolds,
    ),
    { minLength: 15, maxLength: 40, size: 'max' },
  )
  .map((stories) => stories.flat())

/** Which answers came up under any strategy. */
const answers = new Set<string>()

for (const name of STRATEGY_NAMES) {
  test(
    `under ${name} every answer, counter, version and reservation is the model's`,
    async () => {
      const engine = createEngine({ db: held.db, strategy: STRATEGIES[name] })
      const property = fc.asyncProperty(
        anyPolicy,
        capacities,
        steps,
        async (policy, pools, drawn) => {
          const came = await compareSteps({ db: held.db, engine }, policy, pools, drawn)
          for (const answer of came) answers.add(answer)
        },
      )
      await fc.assert(property, { numRuns: amount({ always: 8, searching: 24 }) })
    },
    TIMEOUT_MS,
  )
}

test('the commands above brought about every answer that they can', () => {
  expect([...answers].sort()).toEqual([
    'capacity_gone',
    'customer_limit',
    'done',
    'exceeds_capacity',
    'extension_limit',
    'hold_expired',
    'hold_limit',
    'insufficient_capacity',
    'invalid_transition',
    'not_found',
    'payment_given_back',
    'reacquired',
    'refund_ambiguous',
    'refund_not_due',
    'ttl_out_of_range',
    'version_mismatch',
  ])
})

type Statement = (...args: Parameters<Tx['query']>) => Parameters<Tx['query']> | undefined

/** The database as an engine with a mistake would use it: `change` sees each statement on its way. */
function spoiled(db: Database, change: Statement): Database {
  const query: Tx['query'] = async (text, values) => {
    const next = change(text, values)
    return next === undefined ? [] : db.query(...next)
  }
  return {
    ...db,
    query,
    transaction: (isolation, work, options) =>
      db.transaction(
        isolation,
        (tx) =>
          work({
            query: async (text, values) => {
              const next = change(text, values)
              return next === undefined ? [] : tx.query(...next)
            },
            send: (text, values) => {
              const next = change(text, values)
              if (next !== undefined) tx.send(...next)
            },
          }),
        options,
      ),
  }
}

const without =
  (name: string): Statement =>
  (text, values) =>
    nameOf(text) === `holdfast.${name}` ? undefined : [text, values]

test.each([
  ['gives units back without noting it on the line', without('reservations.give_lines_back')],
  ['never looks for overdue holds in the way', without('reservations.read_reclaimable')],
  ['forgets what a customer has', without('reservations.read_usage')],
  ['forgets the answers that it gave', without('answers.insert_one')],
  [
    'loses the payment',
    (text, values) => {
      if (nameOf(text) !== 'holdfast.reservations.update') return [text, values]
      return [text, values?.map((value, i) => (i === 7 ? [null] : value))]
    },
  ],
  [
    'gives back one unit too few',
    (text, values) => {
      const [listingId, poolId, units, steps] = values ?? []
      if (nameOf(text) !== 'holdfast.pools.move_one' || Number(units) >= 0) return [text, values]
      return [text, [listingId, poolId, Number(units) + 1, steps]]
    },
  ],
] satisfies [string, Statement][])('an engine that %s is found out', async (_what, change) => {
  const db = spoiled(held.db, change)
  const engine = createEngine({ db, strategy: STRATEGIES.pessimistic })
  const property = fc.asyncProperty(anyPolicy, capacities, steps, (policy, pools, drawn) =>
    compareSteps({ db: held.db, engine }, policy, pools, drawn).then(() => {}),
  )
  const found = await fc.check(property, { numRuns: 100, endOnFailure: true })
  expect(found.errorInstance).toMatchObject({ name: 'AssertionError' })
})
