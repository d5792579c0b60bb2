import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Command } from '../../../src/domain/reservation/command.js'
import type { Line } from '../../../src/domain/reservation/demand.js'
import { ACTIVE_STATES, type ListingPolicy } from '../../../src/domain/reservation/reservation.js'
import { decide, type LockedState } from '../../support/model/decide.js'
import { type Owed, PaymentsModel, replayed } from '../../support/model/payments.js'

const POOLS = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b']
const IDS = ['r1', 'r2', 'r3', 'r4', 'r5'] as const
const OPEN: ListingPolicy = {
  customerUnitsMax: null,
  customerHoldsMax: null,
  holdTtlMsMax: 1000,
  holdAgeMsMax: 300,
  refundOnCancel: 'always',
}

const someLines: fc.Arbitrary<Line[]> = fc.array(
  fc.record({ poolId: fc.constantFrom(...POOLS), quantity: fc.integer({ min: 1, max: 4 }) }),
  {
    minLength: 1,
    maxLength: 3,
  },
)

/** What a caller may do next; a new reservation gets its id by its position. */
type Step =
  | { kind: 'reserve' | 'hold'; customer: string; lines: Line[]; ttlMs: number }
  | { kind: 'confirm'; of: number; paymentRef: string | undefined }
  | { kind: 'release' | 'cancel' | 'expire'; of: number }
  | { kind: 'settle_refund'; of: number; paymentRef: string | undefined }
  | { kind: 'extend'; of: number; ttlMs: number }
  | { kind: 'change'; of: number; lines: Line[] }
  | { kind: 'describe'; of: number; name: string | null }
  | { kind: 'wait'; ms: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('reserve' as const, 'hold' as const),
    customer: fc.constantFrom('ada', 'bob'),
    lines: someLines,
    ttlMs: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({
    kind: fc.constant('confirm' as const),
    of: fc.nat(IDS.length - 1),
    paymentRef: fc.constantFrom(undefined, 'p1', 'p2'),
  }),
  fc.record({
    kind: fc.constantFrom('release', 'cancel', 'expire' as const),
    of: fc.nat(IDS.length - 1),
  }),
  fc.record({
    kind: fc.constant('settle_refund' as const),
    of: fc.nat(IDS.length - 1),
    paymentRef: fc.constantFrom(undefined, 'p1', 'p2'),
  }),
  fc.record({
    kind: fc.constant('extend' as const),
    of: fc.nat(IDS.length - 1),
    ttlMs: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({
    kind: fc.constant('change' as const),
    of: fc.nat(IDS.length - 1),
    lines: someLines,
  }),
  fc.record({
    kind: fc.constant('describe' as const),
    of: fc.nat(IDS.length - 1),
    name: fc.constantFrom('Ada', null),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 120 }) }),
)

/** The obvious model: a list of bookings, and everything else counted anew each time. */
class Model {
  readonly bookings = new Map<
    string,
    {
      state: string
      lines: Map<string, number>
      expiresAtMs: number
      createdAtMs: number
    }
  >()
  readonly payments = new PaymentsModel()

  free(poolId: string, capacity: number, without?: string): number {
    let taken = 0
    for (const [id, booking] of this.bookings) {
      if (id === without || !(ACTIVE_STATES as readonly string[]).includes(booking.state)) continue
      taken += booking.lines.get(poolId) ?? 0
    }
    return capacity - taken
  }

  fits(lines: Map<string, number>, capacities: Map<string, number>, without?: string): boolean {
    return [...lines].every(
      ([poolId, quantity]) => quantity <= this.free(poolId, capacities.get(poolId) ?? 0, without),
    )
  }
}

function summed(lines: readonly Line[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { poolId, quantity } of lines) sums.set(poolId, (sums.get(poolId) ?? 0) + quantity)
  return sums
}

/**
 * The answer by the model, which carries the command out at the same time.
 *
 * long: one case for each command, and the reader compares them with the rules one by one.
 */
function expected(
  model: Model,
  command: Command,
  nowMs: number,
  capacities: Map<string, number>,
): string {
  if (command.kind === 'reserve' || command.kind === 'hold') {
    const lines = summed(command.lines)
    if (
      [...lines].some(
        ([poolId, quantity]) =>
          quantity > (capacities.get(poolId) ?? 0) &&
          quantity > model.free(poolId, capacities.get(poolId) ?? 0),
      )
    ) {
      return 'exceeds_capacity'
    }
    if (!model.fits(lines, capacities)) return 'insufficient_capacity'
    const held = command.kind === 'hold'
    model.bookings.set(command.reservationId, {
      state: held ? 'held' : 'confirmed',
      lines,
      createdAtMs: nowMs,
      expiresAtMs: held ? nowMs + command.ttlMs : Number.POSITIVE_INFINITY,
    })
    return 'done'
  }
  const booking = model.bookings.get(command.reservationId)
  if (booking === undefined) return 'not_found'
  const overdue = booking.state === 'held' && booking.expiresAtMs <= nowMs
  const state = overdue ? 'expired' : booking.state
  const tooLate = state === 'expired' ? 'hold_expired' : 'invalid_transition'
  switch (command.kind) {
    case 'confirm': {
      const { reservationId, paymentRef } = command
      const { payments } = model
      const answer = confirmed(model, command, { state, overdue, capacities })
      if (answer === 'done') {
        booking.state = 'confirmed'
        if (paymentRef !== undefined) payments.accepted(reservationId, paymentRef)
      } else if (paymentRef !== undefined) payments.refused(reservationId, paymentRef, answer)
      return answer
    }
    case 'release':
      if (state === 'released') return 'done'
      if (state !== 'held') return tooLate
      booking.state = 'released'
      return 'done'
    case 'cancel':
      if (state === 'cancelled') return 'done'
      if (state !== 'confirmed') return 'invalid_transition'
      booking.state = 'cancelled'
      model.payments.cancelled(command.reservationId)
      return 'done'
    case 'expire':
      if (state !== 'expired') return 'invalid_transition'
      booking.state = 'expired'
      return 'done'
    case 'settle_refund':
      return settled(model.payments, command)
    case 'describe':
      return 'done'
    case 'extend':
      if (state !== 'held') return tooLate
      if (nowMs + command.ttlMs > booking.createdAtMs + OPEN.holdAgeMsMax) return 'extension_limit'
      booking.expiresAtMs = nowMs + command.ttlMs
      return 'done'
    case 'change': {
      if (state !== 'held' && state !== 'confirmed') return tooLate
      const lines = summed(command.lines)
      for (const [poolId, quantity] of lines) {
        const had = booking.lines.get(poolId) ?? 0
        if (quantity !== had && quantity > (capacities.get(poolId) ?? 0)) return 'exceeds_capacity'
      }
      if (!model.fits(lines, capacities, command.reservationId)) return 'insufficient_capacity'
      booking.lines = lines
      return 'done'
    }
  }
}

/** What a confirm comes to, without carrying it out. */
function confirmed(
  model: Model,
  { reservationId, paymentRef }: Extract<Command, { kind: 'confirm' }>,
  now: { state: string; overdue: boolean; capacities: Map<string, number> },
): string {
  const { payments } = model
  const { state, overdue, capacities } = now
  const same = paymentRef === undefined || paymentRef === payments.pays.get(reservationId)
  if (state === 'confirmed') return same ? 'done' : 'invalid_transition'
  if (state !== 'held' && state !== 'expired') return 'invalid_transition'
  if (paymentRef === undefined) return state === 'held' ? 'done' : 'hold_expired'
  const wasGone = payments
    .refundsOf(reservationId)
    .some((one) => one.paymentRef === paymentRef && one.reason === 'capacity_gone')
  if (wasGone) return 'capacity_gone'
  if (payments.wasSettled(paymentRef)) return 'payment_given_back'
  if (state === 'held' || overdue) return 'done'
  const lines = model.bookings.get(reservationId)?.lines ?? new Map()
  return model.fits(lines, capacities) ? 'done' : 'capacity_gone'
}

function settled(
  payments: PaymentsModel,
  { reservationId, paymentRef }: Extract<Command, { kind: 'settle_refund' }>,
): string {
  const all = payments.refundsOf(reservationId)
  const due = all.filter((one) => payments.due.includes(one))
  if (paymentRef === undefined && due.length > 0 && all.length > 1) return 'refund_ambiguous'
  const named = all.filter((one) => (paymentRef ?? one.paymentRef) === one.paymentRef)
  if (named.length === 0) return 'refund_not_due'
  for (const one of named) payments.settled(reservationId, one.paymentRef)
  return 'done'
}

function commandOf(step: Exclude<Step, { kind: 'wait' }>, nth: number): Command {
  switch (step.kind) {
    case 'reserve':
      return {
        kind: 'reserve',
        reservationId: IDS[nth % IDS.length] ?? '',
        customer: step.customer,
        lines: step.lines,
      }
    case 'hold':
      return {
        kind: 'hold',
        reservationId: IDS[nth % IDS.length] ?? '',
        customer: step.customer,
        lines: step.lines,
        ttlMs: step.ttlMs,
      }
    case 'confirm':
      return {
        kind: 'confirm',
        reservationId: IDS[step.of] ?? '',
        ...(step.paymentRef === undefined ? {} : { paymentRef: step.paymentRef }),
      }
    case 'settle_refund':
      return {
        kind: 'settle_refund',
        reservationId: IDS[step.of] ?? '',
        ...(step.paymentRef === undefined ? {} : { paymentRef: step.paymentRef }),
      }
    case 'extend':
      return { kind: 'extend', reservationId: IDS[step.of] ?? '', ttlMs: step.ttlMs }
    case 'change':
      return { kind: 'change', reservationId: IDS[step.of] ?? '', lines: step.lines }
    case 'describe': {
      const change = { contact: { name: step.name } }
      return { kind: 'describe', reservationId: IDS[step.of] ?? '', change }
    }
    default:
      return { kind: step.kind, reservationId: IDS[step.of] ?? '' }
  }
}

// long: the property and what it keeps are read together.
test('any sequence of commands gets the answers of the obvious model, and everything adds up', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 8 }),
      fc.array(anyStep, { maxLength: 60 }),
      (capacityA, capacityB, steps) => {
        const capacities = new Map([
          [POOLS[0] ?? '', capacityA],
          [POOLS[1] ?? '', capacityB],
        ])
        const model = new Model()
        let state: LockedState = {
          nowMs: 1000,
          policy: OPEN,
          pools: [...capacities].map(([poolId, capacity]) => ({
            poolId,
            capacity,
            taken: 0,
            version: 0,
          })),
          reservations: [],
          refunds: [],
        }
        const moves = new Map(
          POOLS.map((poolId) => [poolId, [] as { version: number; units: number }[]]),
        )
        /** What the entries of the journal say is due, by themselves. */
        let due: readonly Owed[] = []
        let made = 0
        for (const step of steps) {
          if (step.kind === 'wait') {
            state = { ...state, nowMs: state.nowMs + step.ms }
            continue
          }
          const isNew = step.kind === 'reserve' || step.kind === 'hold'
          if (isNew && made === IDS.length) continue
          const command = commandOf(step, made)
          const decisions = decide(state, [command])
          const [outcome] = decisions.outcomes
          const answer = outcome?.kind === 'refused' ? outcome.refusal.code : outcome?.kind
          expect(answer).toBe(expected(model, command, state.nowMs, capacities))
          if (isNew && answer === 'done') made += 1
          for (const change of decisions.changes) {
            due = replayed(due, change.refunds)
            const net = new Map<string, { version: number; units: number }>()
            for (const [lines, sign] of [
              [change.taken, 1],
              [change.givenBack, -1],
            ] as const) {
              for (const { poolId, quantity, version } of lines) {
                net.set(poolId, { version, units: (net.get(poolId)?.units ?? 0) + sign * quantity })
              }
            }
            for (const [poolId, move] of net) moves.get(poolId)?.push(move)
          }
          state = decisions.after
          expect(due, 'what is due by the journal').toEqual(model.payments.due)
          for (const { reservationId, refundDue } of state.reservations) {
            const owes = due.some((one) => one.reservationId === reservationId)
            expect(refundDue, 'what the reservation says of it').toBe(owes)
          }
          for (const { poolId, capacity, taken, version } of state.pools) {
            expect(taken).toBeGreaterThanOrEqual(0)
            expect(taken).toBeLessThanOrEqual(capacity)
            expect(capacity - taken).toBe(model.free(poolId, capacity))
            const history = moves.get(poolId) ?? []
            expect(history.map((move) => move.version)).toEqual(history.map((_, i) => i + 1))
            expect(version).toBe(history.length)
            expect(taken).toBe(history.reduce((sum, move) => sum + move.units, 0))
          }
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('a batch is decided as its commands one after the other', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const commands: Command[] = []
      let made = 0
      for (const step of steps) {
        if (step.kind === 'wait') continue
        if (step.kind === 'reserve' || step.kind === 'hold') {
          if (made === IDS.length) continue
          made += 1
          commands.push(commandOf(step, made - 1))
        } else commands.push(commandOf(step, 0))
      }
      const start: LockedState = {
        nowMs: 1000,
        policy: OPEN,
        pools: POOLS.map((poolId) => ({ poolId, capacity: 5, taken: 0, version: 0 })),
        reservations: [],
        refunds: [],
      }
      const together = decide(start, commands)
      let state = start
      const apart = commands.map((command) => {
        const one = decide(state, [command])
        state = one.after
        return one.outcomes[0]
      })
      expect(together.outcomes).toEqual(apart)
      expect(together.after).toEqual(state)
    }),
  )
})
