/** Money that came is never lost sight of: it pays for a reservation, it is due back, or it was given back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { createEngine, type Engine } from '../../src/engine/engine.js'
import { listRefunds } from '../../src/engine/reads/refunds.js'
import { changeListing } from '../../src/engine/sale/listings.js'
import { audit } from '../../src/engine/upkeep/audit.js'
import { settleRefund } from '../../src/engine/upkeep/refunds.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { useDatabase } from '../support/database/test-database.js'
import { byName, type Owed, PaymentsModel } from '../support/model/payments.js'
import { givenPools } from '../support/stock/factory.js'
import { passTime, storedReservation, told, yes } from '../support/stock/reservations.js'

const held = useDatabase({ connections: 8 })
const MINUTE = 60_000
const engineOf = (name: 'batched' | 'pessimistic' | 'serializable') =>
  createEngine({ db: held.db, strategy: STRATEGIES[name], retry: { attemptsMax: 30 } })

/** What is on the list of refunds, whatever its order. */
async function owed(engine: Engine, listingId: string): Promise<readonly Owed[]> {
  const page = { after: undefined, limit: 200 }
  const { refunds } = await listRefunds({ db: held.db, engine }, listingId, page)
  return refunds
    .map(({ refund: { reservationId, paymentRef, reason } }) => {
      return { reservationId, paymentRef, reason }
    })
    .sort(byName)
}

/** `of` is a position among the reservations that were made; -1 is the newest. */
type Step =
  | { readonly kind: 'hold' }
  | { readonly kind: 'reserve' }
  | {
      readonly kind: 'confirm'
      readonly of: number
      readonly payment: string | undefined
      readonly key: string | undefined
      readonly version: number | undefined
    }
  | { readonly kind: 'release' | 'cancel' | 'expire' | 'change' | 'extend'; readonly of: number }
  | { readonly kind: 'settle'; readonly of: number; readonly payment: string | undefined }
  | { readonly kind: 'policy'; readonly refundOnCancel: 'always' | 'never' }

const of = fc.nat(3)
const payment = fc.constantFrom('p1', 'p2', 'p3')
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'hold' }, { kind: 'reserve' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('confirm' as const),
      of,
      payment: fc.option(payment, { freq: 6, nil: undefined }),
      // Few keys: notifications are repeated, and keys come again with other payments.
      key: fc.constantFrom(undefined, 'k1', 'k2'),
      version: fc.constantFrom(undefined, undefined, 1, 2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('release', 'cancel', 'expire', 'change', 'extend' as const),
      of,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      of,
      payment: fc.option(payment, { nil: undefined }),
    }),
  },
  fc.record({
    kind: fc.constant('policy' as const),
    refundOnCancel: fc.constantFrom('always', 'never'),
  }),
)

const paying = (of: number, payment: string): Step => {
  return { kind: 'confirm', of, payment, key: undefined, version: undefined }
}

/** A payment that comes when its hold is over, and others have come in between. */
function lateAfter(bookings: number, payments: readonly string[]): Step[] {
  return [
    { kind: 'hold' },
    { kind: 'expire', of: -1 },
    ...Array.from({ length: bookings }, () => ({ kind: 'reserve' }) as const),
    ...payments.map((one) => paying(-1 - bookings, one)),
  ]
}

const latePayment: fc.Arbitrary<readonly Step[]> = fc
  .record({ bookings: fc.nat(3), payments: fc.tuple(payment, payment) })
  .map(({ bookings, payments }) => lateAfter(bookings, payments))

/** Refusals that random orders may miss: the customer's limit, and money that was given back. */
const EXAMPLES: [number, number | null, readonly Step[]][] = [
  [2, 2, [{ kind: 'expire', of: 0 }, ...lateAfter(2, ['p1', 'p1', 'p2'])]],
  [1, null, [{ kind: 'expire', of: 0 }, ...lateAfter(1, ['p1', 'p1', 'p2'])]],
  [
    1,
    null,
    [
      { kind: 'release', of: 0 },
      paying(0, 'p1'),
      { kind: 'settle', of: 0, payment: 'p1' },
      { kind: 'hold' },
      paying(-1, 'p1'),
    ],
  ],
]

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: anyStep.map((step): readonly Step[] => [step]) },
      { weight: 1, arbitrary: latePayment },
    ),
    { minLength: 10, maxLength: 25, size: 'max' },
  )
  .map((stories) => stories.flat())

/** Which refusals have left money to give back. */
const reasons = new Set<string>()

/** Gives the commands one by one; the model is told every answer and knows what must be on the list. */
class Story {
  readonly model = new PaymentsModel()
  readonly #ids: string[] = []
  #refundOnCancel: 'always' | 'never' = 'always'

  constructor(
    readonly engine: Engine,
    readonly listingId: string,
    readonly poolId: string,
  ) {}

  async run(step: Step): Promise<void> {
    if (step.kind === 'hold' || step.kind === 'reserve') return this.#book(step.kind)
    if (step.kind === 'policy') {
      const { refundOnCancel } = step
      await changeListing(held.db, this.listingId, { policy: { refundOnCancel } })
      this.#refundOnCancel = refundOnCancel
      return
    }
    const id = this.#ids.at(step.of % Math.max(1, this.#ids.length))
    if (id === undefined) return
    if (step.kind === 'confirm') await this.#confirm(id, step)
    else if (step.kind === 'settle') await this.#settle(id, step.payment)
    else await this.#otherwise(id, step.kind)
  }

  async #book(kind: 'hold' | 'reserve'): Promise<void> {
    const wanted = { customer: 'ada', lines: [{ poolId: this.poolId, quantity: 1 }] }
    const answer =
      kind === 'hold'
        ? await this.engine.hold(this.listingId, { ...wanted, ttlMs: 10 * MINUTE })
        : await this.engine.reserve(this.listingId, wanted)
    if (answer.kind === 'done') this.#ids.push(answer.reservation.reservationId)
  }

  async #confirm(id: string, step: Extract<Step, { kind: 'confirm' }>): Promise<void> {
    const { payment: paymentRef, key, version } = step
    const before = await storedReservation(held.db, this.listingId, id)
    const answer = await this.engine.confirm(this.listingId, id, {
      ...(paymentRef === undefined ? {} : { paymentRef }),
      ...(key === undefined ? {} : { key }),
      ...(version === undefined ? {} : { expectedVersion: version }),
    })
    // An answer that was given before says nothing of now, and changes nothing.
    if (paymentRef === undefined || answer.replayed) return
    if (answer.kind === 'done') {
      const isNew = before?.state !== 'confirmed'
      const bought = isNew && this.model.wasSettled(paymentRef)
      expect(bought, 'money that was given back buys something').toBe(false)
      if (isNew) this.model.accepted(id, paymentRef)
      return
    }
    reasons.add(answer.refusal.code)
    this.model.refused(id, paymentRef, answer.refusal.code)
    const isDue = this.model.due.some((one) => one.paymentRef === paymentRef)
    expect(answer.refundOf, 'what the caller is told').toBe(isDue ? paymentRef : undefined)
    if (answer.refusal.code !== 'version_mismatch') return
    const now = await storedReservation(held.db, this.listingId, id)
    expect(answer.refusal.version, 'the version to try again with').toBe(now?.version)
  }

  async #settle(id: string, paymentRef: string | undefined): Promise<void> {
    const wasDue = this.model.due.filter((one) => one.reservationId === id)
    const answer = await settleRefund(this.engine, this.listingId, id, paymentRef)
    if (answer.kind === 'done') this.model.settled(id, answer.refund?.paymentRef ?? '')
    else if (answer.refusal.code === 'refund_not_due') {
      const named = wasDue.filter((one) => (paymentRef ?? one.paymentRef) === one.paymentRef)
      expect(named, 'a refund that is due cannot be settled').toEqual([])
    }
  }

  async #otherwise(
    id: string,
    kind: 'release' | 'cancel' | 'expire' | 'change' | 'extend',
  ): Promise<void> {
    const { engine, listingId, poolId } = this
    const before = await storedReservation(held.db, listingId, id)
    if (kind === 'release') await engine.release(listingId, id)
    if (kind === 'extend') await engine.extend(listingId, id, { ttlMs: 20 * MINUTE })
    if (kind === 'change') {
      await engine.change(listingId, id, { lines: [{ poolId, quantity: 2 }] })
    }
    if (kind === 'expire' && before?.state === 'held') {
      await passTime(held.db, id)
      await engine.expire(listingId, id)
    }
    if (kind !== 'cancel') return
    const answer = await engine.cancel(listingId, id)
    const isOver = answer.kind === 'done' && before?.state === 'confirmed'
    if (isOver && this.#refundOnCancel === 'always') this.model.cancelled(id)
  }
}

describe('whatever commands and notifications come in what order', () => {
  test.each(['batched', 'serializable'] as const)(
    'each payment is where it must be, under %s',
    async (name) => {
      const engine = engineOf(name)
      const property = fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(null, 2),
        steps,
        async (capacity, customerUnitsMax, drawn) => {
          const { listingId, poolIds } = await givenPools(held.db, capacity)
          await changeListing(held.db, listingId, { policy: { customerUnitsMax } })
          const story = new Story(engine, listingId, poolIds[0] ?? '')
          for (const [index, step] of [{ kind: 'hold' } as const, ...drawn].entries()) {
            await story.run(step)
            const context = `after step ${index}: ${JSON.stringify(step)}`
            expect(await owed(engine, listingId), context).toEqual(story.model.due)
          }
          expect((await audit(held.db, listingId)).drift).toEqual([])
        },
      )
      await fc.assert(property, { numRuns: 10, examples: EXAMPLES })
    },
    120_000,
  )

  test('and the orders above have met every refusal that a payment can meet', () => {
    expect([...reasons].sort()).toEqual([
      'capacity_gone',
      'customer_limit',
      'idempotency_key_reused',
      'invalid_transition',
      'payment_given_back',
      'version_mismatch',
    ])
  })
})

/** Three reservations of which the first is held, the second released, the third gone with its units. */
async function givenThree(engine: Engine) {
  const { listingId, poolIds } = await givenPools(held.db, 3)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const hold = async () => {
    const wanted = { customer: newId(), lines, ttlMs: MINUTE }
    return yes(await engine.hold(listingId, wanted)).reservationId
  }
  const [one, two, three] = [await hold(), await hold(), await hold()]
  await passTime(held.db, three)
  await engine.expire(listingId, three)
  await hold()
  await engine.release(listingId, two)
  await hold()
  return { listingId, ids: [one, two, three] }
}

test.each(['batched', 'pessimistic', 'serializable'] as const)(
  'of many notifications at once, a payment is in one place, under %s',
  async (name) => {
    const engine = engineOf(name)
    const { listingId, ids } = await givenThree(engine)
    const payments = Array.from({ length: 8 }, (_, i) => `p${i}`)
    const notify = (id: string, paymentRef: string) => engine.confirm(listingId, id, { paymentRef })
    const answers = await Promise.all(
      payments.flatMap((paymentRef) => ids.map((id) => notify(id, paymentRef))),
    )
    const accepted = answers.filter((answer) => answer.kind === 'done')
    expect(accepted).toHaveLength(1)
    const pays = accepted.flatMap((answer) => yes(answer).paymentRef ?? [])
    const due = (await owed(engine, listingId)).map(({ paymentRef }) => paymentRef)
    expect([...pays, ...due].sort()).toEqual(payments.sort())
    expect((await audit(held.db, listingId)).drift).toEqual([])
  },
)

describe('a payment that was refused', () => {
  test('pays for another reservation after all, and is not due any more', async () => {
    const engine = engineOf('batched')
    const { listingId, ids } = await givenThree(engine)
    const [one = '', two = ''] = ids
    const refused = await engine.confirm(listingId, two, { paymentRef: 'p' })
    expect([told(refused), refused.kind === 'refused' && refused.refundOf]).toEqual([
      'invalid_transition',
      'p',
    ])
    yes(await engine.confirm(listingId, one, { paymentRef: 'p' }))
    expect(await owed(engine, listingId)).toEqual([])
    const settled = await settleRefund(engine, listingId, two, 'p')
    expect(told(settled)).toBe('refund_not_due')
  })

  test('in a batch with others is noted, and they get what they came for', async () => {
    const engine = engineOf('batched')
    const { listingId, ids } = await givenThree(engine)
    const [one = '', two = '', three = ''] = ids
    const answers = await Promise.all([
      engine.confirm(listingId, one, { paymentRef: 'p1', key: 'k1' }),
      engine.confirm(listingId, two, { paymentRef: 'p2', key: 'k2' }),
      engine.confirm(listingId, three, { paymentRef: 'p3', key: 'k3' }),
    ])
    expect(answers.map(told)).toEqual(['done', 'invalid_transition', 'capacity_gone'])
    const again = await engine.confirm(listingId, two, { paymentRef: 'p2', key: 'k2' })
    expect({ ...again, replayed: false }).toEqual({ ...answers[1], attempts: again.attempts })
    const due = (await owed(engine, listingId)).map(({ paymentRef }) => paymentRef)
    expect(due).toEqual(['p2', 'p3'])
  })
})
