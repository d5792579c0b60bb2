/** Everything that is known about a customer, as the contract shows it. */
import type { CustomerExport } from '../../contract/customer.js'
import type { CustomerRecord } from '../../engine/customers/export.js'
import { showEntry } from './journal.js'
import { showReservation, time, timeOrNull } from './views.js'

export function showCustomerExport(
  listingId: string,
  { customer, parts }: CustomerRecord,
  nowMs: number,
): CustomerExport {
  return {
    listing_id: listingId,
    customer,
    exported_at: time(nowMs),
    reservations: parts.flatMap(({ reservations, places, details }) =>
      reservations.map((each) =>
        showReservation(listingId, each, places, details.get(each.reservationId)),
      ),
    ),
    refunds: parts.flatMap(({ refunds }) =>
      refunds.map(({ reservationId, paymentRef, reason, dueSinceMs, settledAtMs }) => ({
        reservation_id: reservationId,
        payment_ref: paymentRef,
        reason,
        due_since: time(dueSinceMs),
        settled_at: timeOrNull(settledAtMs),
      })),
    ),
    journal: parts.flatMap(({ entries }) => entries.map(showEntry)),
    notices: parts.flatMap(({ notices }) =>
      notices.map(({ reservationId, kind, atMs, destination, state, endedAtMs }) => ({
        reservation_id: reservationId,
        ...{ kind, at: time(atMs), destination, state },
        ended_at: timeOrNull(endedAtMs),
      })),
    ),
  }
}
