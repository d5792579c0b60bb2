/** The list of money that is due back, each with the reservation that it came for. */
import type { Reservation } from '../../domain/reservation/reservation.js'
import type { Database } from '../../storage/driver/database.js'
import { listDueRefunds, type RefundRow } from '../../storage/reads/refunds.js'
import type { DetailsOf } from '../../storage/tables/customers/details.js'
import type { Page } from '../../storage/tables/page.js'
import type { Engine } from '../engine.js'
import type { Places } from './places.js'
import { getReservations } from './reservations.js'

export interface FoundRefund {
  readonly refund: RefundRow
  readonly reservation: Reservation
}

export interface FoundRefunds {
  readonly refunds: readonly FoundRefund[]
  /** Which of the reservations' pools are nights or slots. */
  readonly places: Places
  /** Of the reservations that have any, by their ids. */
  readonly details: DetailsOf
}

/** Refunds that are due, the newest first. */
export async function listRefunds(
  { db, engine }: { readonly db: Database; readonly engine: Pick<Engine, 'places'> },
  listingId: string,
  page: Page,
): Promise<FoundRefunds> {
  const rows = await listDueRefunds(db, listingId, page)
  const ids = rows.map((row) => row.reservationId)
  const { reservations, places, details } = await getReservations({ db, engine }, listingId, ids)
  const byId = new Map(reservations.map((each) => [each.reservationId, each]))
  const refunds = rows.flatMap((refund) => {
    const reservation = byId.get(refund.reservationId)
    return reservation === undefined ? [] : [{ refund, reservation }]
  })
  return { refunds, places, details }
}
