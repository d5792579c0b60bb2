/** Looks at reservations. A hold whose time is up is expired, whether or not anybody has tidied it away. */
import { isUuid } from '../../domain/ids.js'
import { normalCustomer } from '../../domain/reservation/customer.js'
import type { Details } from '../../domain/reservation/details.js'
import type { Reservation } from '../../domain/reservation/reservation.js'
import type { Database } from '../../storage/driver/database.js'
import {
  listReservations as listRows,
  type ReservationFilter,
  type ReservationNow,
  readReservation,
  readReservations,
} from '../../storage/reads/reservations.js'
import { type DetailsOf, detailsIn } from '../../storage/tables/customers/details.js'
import type { Page } from '../../storage/tables/page.js'
import type { Engine } from '../engine.js'
import { NO_PLACES, type Places } from './places.js'

export interface FoundReservation {
  readonly reservation: Reservation
  /** Which of its pools are nights or slots. */
  readonly places: Places
  /** How to reach its customer, and the seller's notes. */
  readonly details: Details
}

export interface FoundReservations {
  readonly reservations: readonly Reservation[]
  /** Which of their pools are nights or slots. */
  readonly places: Places
  /** Of those that have any, by their ids. */
  readonly details: DetailsOf
}

interface Options {
  readonly db: Database
  readonly engine: Pick<Engine, 'expire' | 'places'>
}

/**
 * One reservation. A hold past its time is tidied away first, so that state and version are of one
 * piece; where that cannot be done just now, the hold is shown as expired all the same.
 *
 * @returns undefined when the listing has none under this id
 */
export async function getReservation(
  { db, engine }: Options,
  listingId: string,
  reservationId: string,
): Promise<FoundReservation | undefined> {
  if (!isUuid(listingId) || !isUuid(reservationId)) return undefined
  let row = await readReservation(db, listingId, reservationId)
  if (row?.overdue) {
    try {
      await engine.expire(listingId, reservationId)
      row = await readReservation(db, listingId, reservationId)
    } catch {
      // The upkeep reports a hold that cannot be expired; whoever looks at it is told the truth.
    }
  }
  if (row === undefined) return undefined
  const reservation = asOfNow(row)
  const poolIds = reservation.lines.map((line) => line.poolId)
  const places = await engine.places.of(db, listingId, poolIds)
  return { reservation, places, details: detailsIn(row) }
}

/** Several reservations as they are now, in no order; unknown ones are left out. */
export async function getReservations(
  { db, engine }: { readonly db: Database; readonly engine: Pick<Engine, 'places'> },
  listingId: string,
  reservationIds: readonly string[],
): Promise<FoundReservations> {
  const rows = await readReservations(db, listingId, reservationIds)
  return found(engine, db, listingId, rows)
}

/** Reservations that pass the filter, the newest first unless it says otherwise. */
export async function listReservations(
  { db, engine }: Options,
  listingId: string,
  page: Page,
  filter: ReservationFilter = {},
): Promise<FoundReservations> {
  const { customer, resourceId } = filter
  if (resourceId !== undefined && !isUuid(resourceId)) return NOTHING_FOUND
  const form = customer === undefined ? {} : { customer: normalCustomer(customer) }
  const rows = await listRows(db, listingId, page, { ...filter, ...form })
  return found(engine, db, listingId, rows)
}

const NOTHING_FOUND: FoundReservations = {
  reservations: [],
  places: NO_PLACES,
  details: new Map(),
}

async function found(
  engine: Pick<Engine, 'places'>,
  db: Database,
  listingId: string,
  rows: readonly ReservationNow[],
): Promise<FoundReservations> {
  const reservations = rows.map(asOfNow)
  const poolIds = reservations.flatMap((row) => row.lines.map((line) => line.poolId))
  const places = await engine.places.of(db, listingId, poolIds)
  const details = new Map(rows.map((row) => [row.reservationId, detailsIn(row)]))
  return { reservations, places, details }
}

function asOfNow({
  overdue,
  contact: _,
  metadata: __,
  ...reservation
}: ReservationNow): Reservation {
  return overdue ? { ...reservation, state: 'expired', expiresAtMs: null } : reservation
}
