/** Statements by which a customer is forgotten: in every table that has held its name. */
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import { sendDetailsErased } from './details.js'

const FORGET = sql('erasing.forget')`
  delete from customers
  where listing_id = $1
    and customer = $2
  returning customer`

/** Removes the row that a customer's limits are counted under. @returns whether there was one */
export async function forgetCustomer(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  customer: string,
): Promise<boolean> {
  return (await tx.query(FORGET, [listingId, customer])).length > 0
}

// The hash of the request was made of the name, so it goes too: who sends that request again under its
// key is told that the key was used.
const ERASE_ANSWERS = sql('erasing.erase_answers')`
  update answers
  set outcome = jsonb_set(outcome, '{reservation,customer}', to_jsonb($3::text)),
      request_hash = ''
  where listing_id = $1
    and outcome -> 'reservation' ->> 'reservationId' = any($2::text[])`

// A reason is free text about the reservation, and may name the person. An old entry has it in the detail.
const ERASE_REASONS = sql('erasing.erase_reasons')`
  update journal
  set reason = null,
      detail = detail - 'reason'
  where listing_id = $1
    and reservation_id = any($2::uuid[])
    and (reason is not null or detail ? 'reason')`

const ERASE_EVENTS = sql('erasing.erase_events')`
  update events
  set snapshot = (snapshot - 'reason') || jsonb_build_object('customer', $3::text)
  where listing_id = $1
    and subject_id = any($2::uuid[])`

// What a receiver answered, and why it failed, may quote what it was sent.
const ERASE_DELIVERIES = sql('erasing.erase_deliveries')`
  update deliveries
  set reason = null,
      answer = null
  where listing_id = $1
    and subject_id = any($2::uuid[])
    and num_nonnulls(reason, answer) > 0`

/**
 * Leaves the pseudonym alone of whoever has the reservations, which are locked; the rows of
 * `reservations` are written with their entries in the journal.
 */
export function sendErased(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  reservationIds: readonly string[],
  pseudonym: string,
): void {
  sendDetailsErased(tx, listingId, reservationIds)
  tx.send(ERASE_ANSWERS, [listingId, reservationIds, pseudonym])
  tx.send(ERASE_REASONS, [listingId, reservationIds])
  tx.send(ERASE_EVENTS, [listingId, reservationIds, pseudonym])
  tx.send(ERASE_DELIVERIES, [listingId, reservationIds])
}
