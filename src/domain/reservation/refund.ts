/**
 * Where the money of a payment is. It pays for a reservation, it is due back, or it was given back.
 * A payment that a command carried and that the command was refused with is due back, unless it is
 * known already; what was given back is never asked for again. Pure.
 */
import type { Command } from './command.js'
import type { Outcome, Refusal, RefusalCode } from './outcome.js'
import type { Reservation } from './reservation.js'

/** Why money is due back: the refusal of the command that carried it, or a cancellation. */
export type RefundReason = RefusalCode | 'cancelled'

/** A payment that is due back for a reservation, or was given back. */
export interface Refund {
  readonly reservationId: string
  readonly paymentRef: string
  readonly reason: RefundReason
  readonly dueSinceMs: number
  /** When somebody said that the money was given back; null while it is due. */
  readonly settledAtMs: number | null
}

/** How a refund changes: it is due from now on, it was given back, or its money was needed after all. */
export interface RefundChange {
  readonly becomes: 'due' | 'settled' | 'withdrawn'
  readonly refund: Refund
}

/** What is known of payments when a command is decided. */
export interface PaymentRecord {
  /** Those of the command's reservation, and those of its payment whatever reservation they are of. */
  readonly refunds: readonly Refund[]
  /** Other reservations that have a refund of this payment, locked. */
  readonly others: readonly Reservation[]
}

export const NO_PAYMENTS: PaymentRecord = { refunds: [], others: [] }

/** A reservation of which refunds change, as it will be. */
export interface RefundedReservation {
  readonly reservation: Reservation
  readonly refunds: readonly RefundChange[]
}

/** The payment that a command carries; most carry none. */
export function paymentOf(command: Command): string | undefined {
  return command.kind === 'confirm' ? command.paymentRef : undefined
}

export function isDue(refund: Refund): boolean {
  return refund.settledAtMs === null
}

/** The refunds of one reservation that are due. */
export function dueRefundsOf(refunds: readonly Refund[], reservationId: string): Refund[] {
  return refunds.filter((refund) => refund.reservationId === reservationId && isDue(refund))
}

/** True when some of the payment was given back: nothing can be had for it any more. */
export function wasGivenBack(refunds: readonly Refund[], paymentRef: string): boolean {
  return refunds.some((refund) => refund.paymentRef === paymentRef && !isDue(refund))
}

/**
 * What a reservation owes once a payment has paid for it after all: nothing is due of that payment any
 * more, while refunds of its other payments stay.
 */
export function withdrawal(
  refunds: readonly Refund[],
  reservationId: string,
  paymentRef: string,
): { readonly refundDue: boolean; readonly refunds: readonly RefundChange[] } {
  const due = dueRefundsOf(refunds, reservationId)
  const isOfPayment = (refund: Refund) => refund.paymentRef === paymentRef
  return {
    refundDue: due.some((refund) => !isOfPayment(refund)),
    refunds: due.filter(isOfPayment).map((refund) => ({ becomes: 'withdrawn', refund })),
  }
}

/** The refunds of other reservations that a payment no longer leaves due once it has paid for one. */
export function withdrawalsElsewhere(
  { refunds, others }: PaymentRecord,
  paymentRef: string,
  nowMs: number,
): RefundedReservation[] {
  return others.flatMap((other): RefundedReservation[] => {
    const { refundDue, refunds: changes } = withdrawal(refunds, other.reservationId, paymentRef)
    if (changes.length === 0) return []
    return [{ reservation: changed(other, nowMs, refundDue), refunds: changes }]
  })
}

/**
 * What is written of a payment that a command was refused with. Nothing when the money is known: it
 * pays or paid for a reservation, is due, or was given back.
 *
 * @param paysFor the payment pays, or paid, for a reservation of the listing
 */
export function refusedPayment(
  before: Reservation,
  refusal: Refusal,
  paymentRef: string,
  known: { readonly refunds: readonly Refund[]; readonly paysFor: boolean; readonly nowMs: number },
): RefundedReservation | undefined {
  const { refunds, paysFor, nowMs } = known
  if (paysFor || refunds.some((refund) => refund.paymentRef === paymentRef)) return undefined
  return {
    reservation: changed(before, nowMs, true),
    refunds: [becomesDue(before.reservationId, paymentRef, refusal.code, nowMs)],
  }
}

export function becomesDue(
  reservationId: string,
  paymentRef: string,
  reason: RefundReason,
  nowMs: number,
): RefundChange {
  const refund = { reservationId, paymentRef, reason, dueSinceMs: nowMs, settledAtMs: null }
  return { becomes: 'due', refund }
}

/** The refusal of a command with a payment, once it is known whether the payment is due back. */
export function withRefund(
  outcome: Extract<Outcome, { kind: 'refused' }>,
  paymentRef: string,
  isDueBack: boolean,
  written?: Reservation,
): Outcome {
  const refund = isDueBack ? { refundOf: paymentRef } : {}
  const { refusal } = outcome
  if (refusal.code === 'capacity_gone') {
    return { ...outcome, ...refund, refusal: { ...refusal, refundDue: isDueBack } }
  }
  if (refusal.code === 'version_mismatch' && written !== undefined) {
    // The note of the payment is a change as well: the caller is told the version after it.
    return { ...outcome, ...refund, refusal: { ...refusal, version: written.version } }
  }
  return { ...outcome, ...refund }
}

function changed(before: Reservation, nowMs: number, refundDue: boolean): Reservation {
  return { ...before, refundDue, version: before.version + 1, updatedAtMs: nowMs }
}
