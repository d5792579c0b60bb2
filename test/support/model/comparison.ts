/**
 * Runs the same commands on the model and on an engine with a database, and compares the answer, the
 * pools and the reservations after each. The model gets its time and the ids of new reservations
 * from the engine's answers; everything else it has to know by itself.
 */
import { expect } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import type { Command } from '../../../src/domain/reservation/command.js'
import type { Line } from '../../../src/domain/reservation/demand.js'
import type { Outcome } from '../../../src/domain/reservation/outcome.js'
import type { Refund } from '../../../src/domain/reservation/refund.js'
import type { ListingPolicy, Reservation } from '../../../src/domain/reservation/reservation.js'
import type { CommandResult, Engine } from '../../../src/engine/engine.js'
import { setCapacity } from '../../../src/engine/sale/capacity.js'
import { createListing } from '../../../src/engine/sale/listings.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { settleRefund } from '../../../src/engine/upkeep/refunds.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { setListener } from '../../../src/storage/tables/notices/listeners.js'
import { readCounts } from '../../../src/storage/tables/pools.js'
import { findRefunds } from '../../../src/storage/tables/refunds.js'
import { findReservations } from '../../../src/storage/tables/reservations.js'
import { passTime } from '../stock/reservations.js'
import { expectAnnounced } from './announced.js'
import { decideWithReclaim, type LockedState } from './decide.js'

/** A command without its ids: `of` and `pool` are positions among what exists; -1 is the newest. */
export type Step =
  | {
      readonly kind: 'reserve' | 'hold'
      readonly customer: string
      readonly lines: readonly StepLine[]
      readonly ttlMs: number
    }
  | {
      readonly kind: 'confirm'
      readonly of: number
      readonly paymentRef: string | undefined
      readonly version: number | undefined
    }
  | {
      readonly kind: 'release' | 'cancel'
      readonly of: number
      readonly version: number | undefined
    }
  | { readonly kind: 'expire'; readonly of: number }
  | { readonly kind: 'settle_refund'; readonly of: number; readonly paymentRef: string | undefined }
  | { readonly kind: 'extend'; readonly of: number; readonly ttlMs: number }
  | { readonly kind: 'change'; readonly of: number; readonly lines: readonly StepLine[] }
  /** The time of a hold passes. */
  | { readonly kind: 'pass_time'; readonly of: number }
  /** Somebody insists on another capacity. */
  | { readonly kind: 'set_capacity'; readonly pool: number; readonly capacity: number }

export interface StepLine {
  readonly pool: number
  readonly quantity: number
}

interface Parties {
  readonly db: Database
  readonly engine: Engine
}

/**
 * @returns which answers came up: `done`, `reacquired` or the code of a refusal
 * @throws an assertion's error at the first step after which the engine and the model disagree
 */
export async function compareSteps(
  parties: Parties,
  policy: ListingPolicy,
  capacities: readonly number[],
  steps: readonly Step[],
): Promise<ReadonlySet<string>> {
  const listingId = newId()
  const poolIds = capacities.map(() => newId()).sort()
  const resources = capacities.map((capacity, i) => ({
    ...{ resourceId: newId(), name: `Resource ${i + 1}`, capacity },
    poolId: poolIds[i] ?? '',
  }))
  await setListener(parties.db, { listingId, channel: 'model', destination: 'model' })
  await createListing(parties.db, { listingId, name: 'A listing', policy, resources })
  const comparison = new Comparison(parties, listingId, {
    ...{ nowMs: 0, policy, reservations: [], refunds: [] },
    pools: resources.map(({ poolId, capacity }) => ({ poolId, capacity, taken: 0, version: 0 })),
  })
  for (const [index, step] of steps.entries()) await comparison.run(step, index)
  expect((await audit(parties.db, listingId)).drift, 'what the rows say of each other').toEqual([])
  await expectAnnounced(parties.db, listingId)
  return comparison.answers
}

class Comparison {
  readonly answers = new Set<string>()
  readonly #db: Database
  readonly #engine: Engine
  readonly #listingId: string
  #state: LockedState

  constructor({ db, engine }: Parties, listingId: string, state: LockedState) {
    this.#db = db
    this.#engine = engine
    this.#listingId = listingId
    this.#state = state
  }

  async run(step: Step, index: number): Promise<void> {
    const context = `step ${index}: ${JSON.stringify(step)}`
    if (step.kind === 'pass_time') await this.#passTime(step.of)
    else if (step.kind === 'set_capacity') await this.#setCapacity(step)
    else await this.#command(this.#commandOf(step), context)
    const rows = await this.#rows()
    expect(comparable(rows), context).toEqual(comparable(this.#state))
    this.#adoptTimes(rows)
  }

  async #command(command: Command, context: string): Promise<void> {
    const before = this.#reservation(command.reservationId)
    const clockMs = await this.#clockMs()
    const outcome = await this.#ask(command)
    const isDone = outcome.kind === 'done'
    const wrote = isDone && outcome.reservation.version !== before?.version
    const nowMs = wrote ? outcome.reservation.updatedAtMs : clockMs
    const isNew = command.kind === 'reserve' || command.kind === 'hold'
    const reservationId =
      isNew && isDone ? outcome.reservation.reservationId : command.reservationId
    const decided = decideWithReclaim({ ...this.#state, nowMs }, { ...command, reservationId })
    expect(outcome, context).toEqual(decided.outcomes[0])
    this.#state = decided.after
    if (isDone) this.answers.add(outcome.reacquired ? 'reacquired' : 'done')
    else this.answers.add(outcome.refusal.code)
  }

  async #ask(command: Command): Promise<Outcome> {
    const key = newId()
    const first = await this.#send(command, key)
    if (command.kind === 'expire' || command.kind === 'settle_refund') return outcomeOf(first)
    const again = await this.#send(command, key)
    expect(again.replayed, 'the same key once more').toBe(true)
    expect(outcomeOf(again)).toEqual(outcomeOf(first))
    return outcomeOf(first)
  }

  #send(command: Command, key: string): Promise<CommandResult> {
    const { reservationId, kind, ...rest } = command
    const args = { ...rest, key }
    const engine = this.#engine
    if (command.kind === 'reserve') return engine.reserve(this.#listingId, command, { key })
    if (command.kind === 'hold') return engine.hold(this.#listingId, command, { key })
    if (kind === 'expire') return engine.expire(this.#listingId, reservationId)
    if (command.kind === 'settle_refund') {
      return settleRefund(engine, this.#listingId, reservationId, command.paymentRef)
    }
    const transition = engine[kind as 'confirm'] as (
      listingId: string,
      reservationId: string,
      options: object,
    ) => Promise<CommandResult>
    return transition(this.#listingId, reservationId, args)
  }

  #commandOf(step: Exclude<Step, { kind: 'pass_time' | 'set_capacity' }>): Command {
    if ('customer' in step) {
      const { kind, customer, ttlMs } = step
      const wanted = { reservationId: newId(), customer, lines: this.#lines(step.lines) }
      return kind === 'hold' ? { kind, ...wanted, ttlMs } : { kind, ...wanted }
    }
    const reservationId = this.#idOf(step.of)
    switch (step.kind) {
      case 'change':
        return { kind: 'change', reservationId, lines: this.#lines(step.lines) }
      case 'extend':
        return { kind: 'extend', reservationId, ttlMs: step.ttlMs }
      case 'confirm': {
        const { paymentRef } = step
        const paid = paymentRef === undefined ? {} : { paymentRef }
        const seen = step.version === undefined ? {} : { expectedVersion: step.version }
        return { kind: 'confirm', reservationId, ...paid, ...seen }
      }
      case 'settle_refund': {
        const { paymentRef } = step
        const paid = paymentRef === undefined ? {} : { paymentRef }
        return { kind: 'settle_refund', reservationId, ...paid }
      }
      case 'release':
      case 'cancel': {
        const seen = step.version === undefined ? {} : { expectedVersion: step.version }
        return { kind: step.kind, reservationId, ...seen }
      }
      default:
        return { kind: step.kind, reservationId }
    }
  }

  async #passTime(of: number): Promise<void> {
    const reservation = this.#reservation(this.#idOf(of))
    if (reservation?.state !== 'held') return
    await passTime(this.#db, reservation.reservationId)
    const [row] = await findReservations(this.#db, this.#listingId, [reservation.reservationId])
    this.#replace({ ...reservation, expiresAtMs: row?.expiresAtMs ?? null })
  }

  async #setCapacity({ pool, capacity }: Extract<Step, { kind: 'set_capacity' }>): Promise<void> {
    const { pools } = this.#state
    const position = pool % pools.length
    const poolId = pools[position]?.poolId ?? ''
    const overrideReason = 'the house is smaller than we thought'
    await setCapacity(this.#db, this.#listingId, poolId, { capacity, overrideReason })
    const changed = pools.map((each, i) =>
      i === position && each.capacity !== capacity
        ? { ...each, capacity, version: each.version + 1 }
        : each,
    )
    this.#state = { ...this.#state, pools: changed }
  }

  #replace(reservation: Reservation): void {
    const { reservations } = this.#state
    const next = reservations.map((each) =>
      each.reservationId === reservation.reservationId ? reservation : each,
    )
    this.#state = { ...this.#state, reservations: next }
  }

  #reservation(id: string): Reservation | undefined {
    return this.#state.reservations.find((each) => each.reservationId === id)
  }

  /** The id of one of the reservations, or one that nobody has while there is none. */
  #idOf(of: number): string {
    const ids = this.#state.reservations.map((each) => each.reservationId).sort()
    return (of < 0 ? ids.at(of) : ids[of % Math.max(1, ids.length)]) ?? newId()
  }

  #lines(lines: readonly StepLine[]): Line[] {
    const { pools } = this.#state
    return lines.map(({ pool, quantity }) => ({
      poolId: pools[pool % pools.length]?.poolId ?? '',
      quantity,
    }))
  }

  async #clockMs(): Promise<number> {
    const [row] = await this.#db.query<{ nowMs: number }>(
      `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`,
    )
    return row?.nowMs ?? 0
  }

  /** What the database has of all that the model knows. */
  async #rows(): Promise<Rows> {
    const { pools, reservations } = this.#state
    const poolIds = pools.map(({ poolId }) => poolId)
    const ids = reservations.map(({ reservationId }) => reservationId)
    return {
      pools: await readCounts(this.#db, this.#listingId, poolIds),
      reservations: await findReservations(this.#db, this.#listingId, ids),
      refunds: await findRefunds(this.#db, this.#listingId, ids, []),
    }
  }

  /** Only an answer tells the model its time; what was written without one has a time of its own. */
  #adoptTimes(rows: Rows): void {
    const times = new Map(rows.reservations.map((row) => [row.reservationId, row.updatedAtMs]))
    const reservations = this.#state.reservations.map((each) => ({
      ...each,
      updatedAtMs: times.get(each.reservationId) ?? each.updatedAtMs,
    }))
    this.#state = { ...this.#state, reservations, refunds: rows.refunds }
  }
}

type Rows = Pick<LockedState, 'pools' | 'reservations' | 'refunds'>

function comparable({ pools, reservations, refunds }: Rows): object {
  const sorted = reservations
    .map(({ updatedAtMs, ...rest }) => rest)
    .sort((a, b) => (a.reservationId < b.reservationId ? -1 : 1))
  const owed = refunds
    .map(({ dueSinceMs, settledAtMs, ...rest }) => ({ ...rest, isDue: settledAtMs === null }))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return { pools, reservations: sorted, refunds: owed }
}

function nameOf({ reservationId, paymentRef }: Pick<Refund, 'reservationId' | 'paymentRef'>) {
  return `${reservationId}/${paymentRef}`
}

function outcomeOf({ replayed, attempts, places, ...outcome }: CommandResult): Outcome {
  return outcome
}
