/** Reads of `reservations` for whoever looks, page by page; nothing here locks a hot row. */
import type { Reservation } from '../../domain/reservation/reservation.js'
import type { Tx } from '../driver/database.js'
import type { Page } from '../tables/page.js'
import { COLUMNS } from '../tables/reservations.js'

/** A reservation as it is now, with what the database clock says of its hold. */
export interface ReservationNow extends Reservation {
  /** Its time is up, and nobody has tidied it away yet. */
  readonly overdue: boolean
}

const OVERDUE = `(state = 'held' and expires_at <= clock_timestamp())`

// One statement, so that the lines are those of the version that is read with them.
const SELECT_NOW = `
  select ${COLUMNS},
         ${OVERDUE} as overdue,
         (
           select json_agg(
             json_build_object('lineNo', line_no, 'poolId', pool_id, 'quantity', quantity)
             order by pool_id
           )
           from reservation_lines as lines
           where lines.listing_id = reservations.listing_id
             and lines.reservation_id = reservations.reservation_id
             and not lines.replaced
         ) as lines
  from reservations
  where listing_id = $1`

const SELECT_ONE_NOW = `${SELECT_NOW}
    and reservation_id = $2`

/** Reads one reservation; undefined when the listing has none under this id. */
export async function readReservation(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationId: string,
): Promise<ReservationNow | undefined> {
  const [row] = await db.query<ReservationNow>(SELECT_ONE_NOW, [listingId, reservationId])
  return row
}

export interface ReservationFilter {
  readonly state?: Reservation['state'] | undefined
  readonly customer?: string | undefined
  /** True: only those for which a refund is due. */
  readonly refundDue?: boolean
}

// An overdue hold is expired, whether or not its row says so. Each state is a constant of its own
// text, so that the planner can see which partial index serves it.
const IN_STATE: Readonly<Record<Reservation['state'], string>> = {
  held: `and state = 'held' and expires_at > clock_timestamp()`,
  confirmed: `and state = 'confirmed'`,
  released: `and state = 'released'`,
  expired: `and (state = 'expired' or ${OVERDUE})`,
  cancelled: `and state = 'cancelled'`,
}

function selectPage({ state, customer, refundDue = false }: ReservationFilter): string {
  return `${SELECT_NOW}
    and ($2::uuid is null or reservation_id < $2)
    ${state === undefined ? '' : IN_STATE[state]}
    ${customer === undefined ? '' : 'and customer = $4'}
    ${refundDue ? 'and refund_due' : ''}
  order by reservation_id desc
  limit $3`
}

/** Reservations that pass the filter, the newest first, from behind `after` on. */
export function listReservations(
  db: Pick<Tx, 'query'>,
  listingId: string,
  page: Page,
  filter: ReservationFilter,
): Promise<readonly ReservationNow[]> {
  const { customer } = filter
  return db.query<ReservationNow>(selectPage(filter), [
    listingId,
    page.after ?? null,
    page.limit,
    ...(customer === undefined ? [] : [customer]),
  ])
}
