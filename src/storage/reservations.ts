/** Statements on `reservations` and `reservation_lines`. */
import type { Reservation } from '../domain/reservation.js'
import type { TakenLine } from '../domain/verdict.js'
import type { Tx } from './database.js'

const INSERT_RESERVATION = `
  insert into reservations (listing_id, reservation_id, state, customer)
  values ($1, $2, $3, $4)`

const INSERT_LINES = `
  insert into reservation_lines
    (listing_id, reservation_id, line_no, pool_id, quantity, taken_version)
  select $1, $2, line.line_no, line.pool_id, line.quantity, line.version
  from unnest($3::uuid[], $4::integer[], $5::bigint[]) with ordinality
    as line (pool_id, quantity, version, line_no)`

/** Writes a new reservation with the lines that were taken for it. */
export function sendReservation(
  tx: Tx,
  reservation: Omit<Reservation, 'lines'>,
  lines: readonly TakenLine[],
): void {
  const { listingId, reservationId, state, customer } = reservation
  tx.send(INSERT_RESERVATION, [listingId, reservationId, state, customer])
  tx.send(INSERT_LINES, [
    listingId,
    reservationId,
    lines.map((line) => line.poolId),
    lines.map((line) => line.quantity),
    lines.map((line) => line.version),
  ])
}
