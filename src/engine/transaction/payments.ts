/**
 * Payments within a transaction: what is known of those that the commands are about, and the note of
 * those that were refused. A refusal rolls nothing back of this: the note is committed with it.
 */
import type { Attribution } from '../../domain/journal.js'
import type { Command } from '../../domain/reservation/command.js'
import type { Outcome } from '../../domain/reservation/outcome.js'
import { paymentOf, refusedPayment, withRefund } from '../../domain/reservation/payments.js'
import { NO_PAYMENTS, type PaymentRecord, type Refund } from '../../domain/reservation/refund.js'
import type { Reservation } from '../../domain/reservation/reservation.js'
import { type ChangeSet, refundEntry } from '../../domain/reservation/settle.js'
import type { Tx } from '../../storage/driver/database.js'
import { findPaying, findRefunds } from '../../storage/tables/refunds.js'
import { tryLockReservations } from '../../storage/tables/reservations.js'

/** The payments that some commands carry. */
export function paymentsOf(commands: readonly Command[]): string[] {
  return commands.flatMap((command) => paymentOf(command) ?? [])
}

/** Reads the refunds that the commands are about; most commands are about none. */
export async function readRefunds(
  tx: Tx,
  listingId: string,
  commands: readonly Command[],
): Promise<readonly Refund[]> {
  const payments = paymentsOf(commands)
  const ids = commands.flatMap((command) =>
    command.kind === 'settle_refund' || paymentOf(command) !== undefined
      ? [command.reservationId]
      : [],
  )
  return ids.length === 0 ? [] : findRefunds(tx, listingId, ids, payments)
}

/** A refund that a command may withdraw is of a reservation that another command of the batch names. */
class ReservationTwice extends Error {}

/** What is known of the payments of each command. */
export type PaymentRecords = (command: Command) => PaymentRecord

/** What the transaction has looked at already. */
interface Looked {
  readonly reservations: ReadonlyMap<string, Reservation>
  readonly refunds: readonly Refund[]
}

/**
 * Locks the other reservations that have a refund of a payment that may be accepted now: that refund is
 * withdrawn then. It is rare. They come out of the order in which rows are locked, so nobody is waited for.
 *
 * @returns undefined for a conflict: roll back and run it again
 * @throws ReservationTwice when a batch has commands for both
 */
export async function lockOthers(
  tx: Tx,
  listingId: string,
  commands: readonly Command[],
  { reservations, refunds }: Looked,
): Promise<PaymentRecords | undefined> {
  if (refunds.length === 0) return () => NO_PAYMENTS
  const ids = commands.flatMap((command) => {
    const { reservationId } = command
    const state = reservations.get(reservationId)?.state
    if (state !== 'held' && state !== 'expired') return []
    const paymentRef = paymentOf(command)
    return refunds
      .filter((refund) => refund.paymentRef === paymentRef)
      .flatMap((refund) => (refund.reservationId === reservationId ? [] : [refund.reservationId]))
  })
  if (ids.length === 0) return recordsOf(refunds, [])
  const named = commands.map((command) => command.reservationId)
  if (new Set([...ids, ...named]).size < ids.length + named.length) throw new ReservationTwice()
  const others = await tryLockReservations(tx, listingId, ids)
  if (others.length < ids.length) return undefined
  // Somebody may have settled one before the lock was ours.
  const now = await findRefunds(tx, listingId, [...named, ...ids], paymentsOf(commands))
  return recordsOf(now, others)
}

function recordsOf(refunds: readonly Refund[], others: readonly Reservation[]): PaymentRecords {
  return (command) => {
    const paymentRef = paymentOf(command)
    const ids = new Set([command.reservationId])
    for (const refund of refunds) {
      if (refund.paymentRef === paymentRef) ids.add(refund.reservationId)
    }
    return {
      refunds: refunds.filter(({ reservationId }) => ids.has(reservationId)),
      others: others.filter(
        ({ reservationId }) => reservationId !== command.reservationId && ids.has(reservationId),
      ),
    }
  }
}

/** What a command came to, before it is written. */
export interface Decided {
  readonly outcome: Outcome
  readonly changeSets: readonly ChangeSet[]
}

/** A refused command with a payment, and what is known of both. */
interface Refused {
  readonly outcome: Extract<Outcome, { kind: 'refused' }>
  readonly before: Reservation
  readonly paymentRef: string
  readonly refunds: readonly Refund[]
  readonly by: Attribution
}

/**
 * Whether payments that were refused pay for something else already; asked once for a transaction,
 * and only when it has refused a payment.
 */
export async function refusalNotes(
  tx: Tx,
  listingId: string,
  refused: readonly { readonly paymentRef: string }[],
  nowMs: number,
): Promise<(one: Refused) => Decided> {
  const payments = refused.map(({ paymentRef }) => paymentRef)
  const paying = payments.length === 0 ? NONE : await findPaying(tx, listingId, payments)
  return ({ outcome, before, paymentRef, refunds, by }) => {
    const known = { refunds, paysFor: paying.has(paymentRef), nowMs }
    const note = refusedPayment(before, outcome.refusal, paymentRef, known)
    if (note === undefined) {
      const isDueBack = refunds.some(
        (refund) => refund.paymentRef === paymentRef && refund.settledAtMs === null,
      )
      return { outcome: withRefund(outcome, paymentRef, isDueBack), changeSets: [] }
    }
    return {
      outcome: withRefund(outcome, paymentRef, true, note.reservation),
      changeSets: [refundEntry('refund_due', note, by)],
    }
  }
}

const NONE: ReadonlySet<string> = new Set()
