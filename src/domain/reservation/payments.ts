/**
 * Where the money of a payment is. It pays for a reservation, it is due back, or it was given back.
 * A payment that a command carried and that the command was refused with is due back, unless it is
 * known already. Pure.
 */
import type { Command } from './command.js'
import type { Outcome, Refusal } from './outcome.js'
import { becomesDue, type Refund, type RefundedReservation, withRefundDue } from './refund.js'
import type { Reservation } from './reservation.js'

/** The payment that a command carries; most carry none. */
export function paymentOf(command: Command): string | undefined {
  return command.kind === 'confirm' ? command.paymentRef : undefined
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
    reservation: withRefundDue(before, nowMs, true),
    refunds: [becomesDue(before.reservationId, paymentRef, refusal.code, nowMs)],
  }
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
