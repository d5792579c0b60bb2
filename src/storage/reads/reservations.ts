/** Reads of `reservations`, one or page by page; nothing here locks a row. */
import { RESERVATION_STATES, type Reservation } from '../../domain/reservation/reservation.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { Page } from '../tables/page.js'
import { COLUMNS } from '../tables/reservations.js'

/** A reservation as it is now, with what the database clock says of its hold. */
export interface ReservationNow extends Reservation {
  /** Its time is up, and its units were not given back yet. */
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

const READ_ONE = sql('reservations.read')`${SELECT_NOW}
    and reservation_id = $2`

/** Reads one reservation; undefined when the listing has none under this id. */
export async function readReservation(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationId: string,
): Promise<ReservationNow | undefined> {
  const [row] = await db.query<ReservationNow>(READ_ONE, [listingId, reservationId])
  return row
}

const READ_SOME = sql('reservations.read_some')`${SELECT_NOW}
    and reservation_id = any($2::uuid[])`

/** Reads several reservations, in no order; unknown ones are left out. */
export function readReservations(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationIds: readonly string[],
): Promise<readonly ReservationNow[]> {
  return db.query<ReservationNow>(READ_SOME, [listingId, reservationIds])
}

export interface ReservationFilter {
  readonly state?: Reservation['state'] | undefined
  readonly customer?: string | undefined
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

/** The name of the statement that reads such a page: it says what the text filters by. */
function pageName({ state, customer }: ReservationFilter): string {
  return [
    'reservations.list',
    ...(state === undefined ? [] : [state]),
    ...(customer === undefined ? [] : ['of_customer']),
  ].join('.')
}

function selectPage(filter: ReservationFilter): string {
  const { state, customer } = filter
  return sql(pageName(filter))`${SELECT_NOW}
    and ($2::uuid is null or reservation_id < $2)
    ${state === undefined ? '' : IN_STATE[state]}
    ${customer === undefined ? '' : 'and customer = $4'}
  order by reservation_id desc
  limit $3`
}

/** One statement for each kind of page that can be asked for, by its name. */
const PAGES: ReadonlyMap<string, string> = new Map(
  [undefined, ...RESERVATION_STATES]
    .flatMap((state): ReservationFilter[] => [{ state }, { state, customer: 'any' }])
    .map((filter) => [pageName(filter), selectPage(filter)]),
)

/** Reservations that pass the filter, the newest first, from behind `after` on. */
export function listReservations(
  db: Pick<Tx, 'query'>,
  listingId: string,
  page: Page,
  filter: ReservationFilter,
): Promise<readonly ReservationNow[]> {
  const { customer } = filter
  const statement = PAGES.get(pageName(filter))
  if (statement === undefined) throw new Error(`there is no statement ${pageName(filter)}`)
  return db.query<ReservationNow>(statement, [
    listingId,
    page.after ?? null,
    page.limit,
    ...(customer === undefined ? [] : [customer]),
  ])
}
