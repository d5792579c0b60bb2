/**
 * Where the money of each payment must be, told from commands and their answers alone: it pays for a
 * reservation, it is due back, or it was given back.
 */
import type { RefundChange } from '../../../src/domain/reservation/refund.js'

/** A refund that has to be on the list: once, until it is settled. */
export interface Owed {
  readonly reservationId: string
  readonly paymentRef: string
  /** `cancelled`, or the code of the refusal. */
  readonly reason: string
}

export class PaymentsModel {
  /** By reservation: the payment that confirmed it, also once it is cancelled. */
  readonly pays = new Map<string, string>()
  #due: Owed[] = []
  #settled: Owed[] = []

  get due(): readonly Owed[] {
    return [...this.#due].sort(byName)
  }

  /** Due and settled, of one reservation. */
  refundsOf(reservationId: string): readonly Owed[] {
    return [...this.#due, ...this.#settled].filter((one) => one.reservationId === reservationId)
  }

  wasSettled(paymentRef: string): boolean {
    return this.#settled.some((one) => one.paymentRef === paymentRef)
  }

  /** The payment has confirmed the reservation: none of its money is owed any more. */
  accepted(reservationId: string, paymentRef: string): void {
    this.pays.set(reservationId, paymentRef)
    this.#due = this.#due.filter((one) => one.paymentRef !== paymentRef)
  }

  /** Money that nothing was given for is due back, unless it is known already. */
  refused(reservationId: string, paymentRef: string, reason: string): void {
    const known = [...this.#due, ...this.#settled].some((one) => one.paymentRef === paymentRef)
    if (known || [...this.pays.values()].includes(paymentRef)) return
    this.#due.push({ reservationId, paymentRef, reason })
  }

  /** What was paid for is cancelled, by a seller whose policy gives the money back. */
  cancelled(reservationId: string): void {
    const paymentRef = this.pays.get(reservationId)
    if (paymentRef === undefined) return
    this.#due.push({ reservationId, paymentRef, reason: 'cancelled' })
  }

  settled(reservationId: string, paymentRef: string): void {
    const isIt = (one: Owed) => one.reservationId === reservationId && one.paymentRef === paymentRef
    this.#settled.push(...this.#due.filter(isIt))
    this.#due = this.#due.filter((one) => !isIt(one))
  }
}

/** What is due once the refunds of a journal's entry have changed. */
export function replayed(due: readonly Owed[], changes: readonly RefundChange[]): readonly Owed[] {
  let after = [...due]
  for (const { becomes, refund } of changes) {
    const { reservationId, paymentRef, reason } = refund
    after = after.filter(
      (one) => one.reservationId !== reservationId || one.paymentRef !== paymentRef,
    )
    if (becomes === 'due') after.push({ reservationId, paymentRef, reason })
  }
  return after.sort(byName)
}

export function byName(a: Owed, b: Owed): number {
  return `${a.paymentRef}/${a.reservationId}` < `${b.paymentRef}/${b.reservationId}` ? -1 : 1
}
