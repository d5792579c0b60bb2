/**
 * What an application calls. The engine runs the transaction, tries again when somebody else was
 * faster, and writes the reservation, its lines and the journal beside the units that a strategy
 * took; it never decides itself whether units are free.
 */
import { demandOf } from '../domain/demand.js'
import { HoldfastError } from '../domain/errors.js'
import { isUuid, newId } from '../domain/ids.js'
import {
  CUSTOMER_LENGTH_MAX,
  isCustomer,
  type Refusal,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
} from '../domain/reservation.js'
import type { TakenLine, Verdict } from '../domain/verdict.js'
import { commit, type Database, rollback, type Tx } from '../storage/database.js'
import { sendEntry } from '../storage/journal.js'
import { sendReservation } from '../storage/reservations.js'
import type { Strategy } from '../strategies/strategy.js'
import { type Attempt, RETRY_DEFAULTS, type RetryOptions, retrying } from './retry.js'

export interface EngineOptions {
  readonly db: Database
  readonly strategy: Strategy
  /** Bounds of the retry loop; what is left out keeps its default. */
  readonly retry?: Partial<RetryOptions>
}

export interface Engine {
  readonly strategy: Strategy
  /**
   * Reserves every line, or none. What it answers with `reserved` has been committed.
   *
   * @throws HoldfastError `invalid_input` for a request that breaks a rule, `contention` when
   * others were faster too often, `overloaded` or `database_unavailable` when nothing was written,
   * `outcome_unknown` when COMMIT got no answer
   */
  reserve(request: ReserveRequest): Promise<ReserveOutcome>
}

type Answer =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export function createEngine({ db, strategy, retry }: EngineOptions): Engine {
  const bounds = { ...RETRY_DEFAULTS, ...retry }

  async function reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    checkRequest(request)
    const listingId = request.listingId.toLowerCase()
    const reservationId = newId()
    const demand = demandOf(reservationId, request.lines)
    const { value, attempts } = await retrying(bounds, () =>
      db.transaction<Attempt<Answer>>(strategy.isolation, async (tx) => {
        const [verdict = CONFLICT] = await strategy.take(tx, listingId, [demand])
        if (verdict.kind === 'conflict') return rollback({ done: false })
        if (verdict.kind !== 'taken') {
          return rollback({ done: true, value: { kind: 'refused', refusal: refusalOf(verdict) } })
        }
        const reservation: Reservation = {
          listingId,
          reservationId,
          state: 'confirmed',
          customer: request.customer,
          lines: demand.lines,
        }
        write(tx, reservation, verdict.lines)
        return commit({ done: true, value: { kind: 'reserved', reservation } })
      }),
    )
    return { ...value, attempts }
  }

  return { strategy, reserve }
}

const CONFLICT: Verdict = { kind: 'conflict' }

function write(tx: Tx, reservation: Reservation, taken: readonly TakenLine[]): void {
  sendReservation(tx, reservation, taken)
  sendEntry(tx, {
    listingId: reservation.listingId,
    entryId: newId(),
    kind: 'confirmed',
    reservationId: reservation.reservationId,
    detail: { customer: reservation.customer, lines: taken },
  })
}

function refusalOf(verdict: Extract<Verdict, { kind: 'short' | 'unknown' }>): Refusal {
  return verdict.kind === 'short'
    ? { code: 'insufficient_capacity', lines: verdict.lines }
    : { code: 'unknown_pool', poolIds: verdict.poolIds }
}

function checkRequest({ listingId, customer }: ReserveRequest): void {
  if (!isUuid(listingId)) {
    throw new HoldfastError(
      'invalid_input',
      `the listing id ${JSON.stringify(listingId)} is no UUID`,
    )
  }
  if (!isCustomer(customer)) {
    throw new HoldfastError(
      'invalid_input',
      `a customer is at most ${CUSTOMER_LENGTH_MAX} printable characters`,
    )
  }
}
