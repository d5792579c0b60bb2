/** Money that is due back, until it is settled; what was given back is never asked for again. Pure. */
import type { Reservation } from './reservation.js'

/** A payment that is due back for a reservation, or was given back. */
export interface Refund {
  readonly reservationId: string
  readonly paymentRef: string
  /** `cancelled`, or the code of the refusal of the command that carried it. */
  readonly reason: string
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
    return [{ reservation: withRefundDue(other, nowMs, refundDue), refunds: changes }]
  })
}

export function becomesDue(
  reservationId: string,
  paymentRef: string,
  reason: string,
  nowMs: number,
): RefundChange {
  const refund = { reservationId, paymentRef, reason, dueSinceMs: nowMs, settledAtMs: null }
  return { becomes: 'due', refund }
}

/** The reservation once its refunds have changed. */
export function withRefundDue(before: Reservation, nowMs: number, refundDue: boolean): Reservation {
  return { ...before, refundDue, version: before.version + 1, updatedAtMs: nowMs }
}
