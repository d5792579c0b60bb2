/** Statements on `refunds`, and the lock of a payment while it is decided where its money goes. */

import { newId } from '../../domain/ids.js'
import type { Refund, RefundChange } from '../../domain/reservation/refund.js'
import type { Tx } from '../driver/database.js'
import { insertion, timestamp } from '../driver/insertion.js'
import { sql } from '../driver/statement.js'

const LOCK_PAYMENTS = sql('refunds.lock_payments')`
  select pg_advisory_xact_lock(payment.key)
  from listings
  cross join lateral (
    select distinct hashtextextended(listings.listing_id::text || '/payment/' || payment_ref, 0)
             as key
    from unnest($2::text[]) as wanted (payment_ref)
    order by key
  ) as payment
  where listings.listing_id = $1`

/**
 * Keeps everybody else from deciding about the payments until the transaction ends. A payment has no
 * row while it is unknown, so the lock is one that stands for it. It comes before any row's lock.
 */
export function sendPaymentLocks(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  paymentRefs: readonly string[],
): void {
  if (paymentRefs.length > 0) tx.send(LOCK_PAYMENTS, [listingId, paymentRefs])
}

const LOCK_FREE_PAYMENTS = sql('refunds.lock_free_payments')`
  select payment.payment_ref as "paymentRef"
  from listings
  cross join (
    select distinct payment_ref
    from unnest($2::text[]) as wanted (payment_ref)
  ) as payment
  where listings.listing_id = $1
    and not pg_try_advisory_xact_lock(
      hashtextextended(listings.listing_id::text || '/payment/' || payment.payment_ref, 0)
    )`

/** Locks those of the payments that nobody else has locked. @returns the others */
export async function lockFreePayments(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  paymentRefs: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paymentRefs.length === 0) return new Set()
  const rows = await tx.query<{ paymentRef: string }>(LOCK_FREE_PAYMENTS, [listingId, paymentRefs])
  return new Set(rows.map((row) => row.paymentRef))
}

export const REFUND_COLUMNS = `
  reservation_id as "reservationId",
  payment_ref as "paymentRef",
  reason,
  floor(extract(epoch from due_since) * 1000)::bigint as "dueSinceMs",
  floor(extract(epoch from settled_at) * 1000)::bigint as "settledAtMs"`

const FIND = sql('refunds.find')`
  select ${REFUND_COLUMNS}
  from refunds
  where listing_id = $1
    and (reservation_id = any($2::uuid[]) or payment_ref = any($3::text[]))
  order by refund_id`

/** The refunds of some reservations and of some payments, due and settled, the oldest first. */
export function findRefunds(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  reservationIds: readonly string[],
  paymentRefs: readonly string[],
): Promise<readonly Refund[]> {
  return tx.query<Refund>(FIND, [listingId, reservationIds, paymentRefs])
}

const FIND_PAYING = sql('refunds.find_paying')`
  select distinct payment_ref as "paymentRef"
  from reservations
  where listing_id = $1
    and payment_ref = any($2::text[])
    and state in ('confirmed', 'cancelled')`

/** Which of the payments pay for a reservation, or paid for one that was cancelled. */
export async function findPaying(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  paymentRefs: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ paymentRef: string }>(FIND_PAYING, [listingId, paymentRefs])
  return new Set(rows.map((row) => row.paymentRef))
}

const insertRefunds = insertion<Refund>('refunds', [
  ['refund_id', 'uuid', () => newId()],
  ['reservation_id', 'uuid', (refund) => refund.reservationId],
  ['payment_ref', 'text', (refund) => refund.paymentRef],
  ['reason', 'text', (refund) => refund.reason],
  ['due_since', 'timestamptz', (refund) => timestamp(refund.dueSinceMs)],
])

const SETTLE = sql('refunds.settle')`
  update refunds
  set settled_at = $4::timestamptz
  where listing_id = $1
    and reservation_id = $2
    and payment_ref = $3`

const WITHDRAW = sql('refunds.withdraw')`
  delete from refunds
  where listing_id = $1
    and reservation_id = $2
    and payment_ref = $3`

/** Writes how refunds changed; their reservations are locked. */
export function sendRefunds(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  changes: readonly RefundChange[],
): void {
  const due: Refund[] = []
  for (const { becomes, refund } of changes) {
    const { reservationId, paymentRef, settledAtMs } = refund
    if (becomes === 'due') due.push(refund)
    else if (becomes === 'withdrawn') tx.send(WITHDRAW, [listingId, reservationId, paymentRef])
    else tx.send(SETTLE, [listingId, reservationId, paymentRef, timestamp(settledAtMs)])
  }
  insertRefunds(tx, listingId, due)
}
