/** Reads of `reservations`, one or page by page; nothing here locks a row. */
import { digitsOfPhone, type Metadata } from '../../domain/reservation/details.js'
import { RESERVATION_STATES, type Reservation } from '../../domain/reservation/reservation.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { type DetailsColumns, detailsColumns } from '../tables/customers/details.js'
import type { Page } from '../tables/page.js'
import { COLUMNS } from '../tables/reservations.js'

/** A reservation as it is now, with what the database clock says of its hold. */
export interface ReservationNow extends Reservation, DetailsColumns {
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
           where lines.listing_id = $1
             and lines.reservation_id = reservations.reservation_id
             and not lines.replaced
         ) as lines,
         ${detailsColumns('reservations')}
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

/** Filters may be combined. Those of time and resource are about the lines of now. */
export interface ReservationFilter {
  /** Any of these; a hold that is overdue counts as expired. */
  readonly states?: readonly Reservation['state'][] | undefined
  readonly customer?: string | undefined
  /** The e-mail address, the name or the phone number of its contact, however it is spelled. */
  readonly contact?: string | undefined
  /** The payment that confirmed it. */
  readonly paymentRef?: string | undefined
  /** Made from this moment on, by the database's clock. */
  readonly createdFromMs?: number | undefined
  /** Made before this moment. */
  readonly createdToMs?: number | undefined
  /** Has a line of this resource, or block. */
  readonly resourceId?: string | undefined
  /** Has a line of a slot, a range or a night that ends after this moment. */
  readonly fromMs?: number | undefined
  /** Has a line of a slot, a range or a night that begins before this moment. */
  readonly toMs?: number | undefined
  /** Has these values under these keys of its metadata. */
  readonly metadata?: Metadata | undefined
  /** Default `newest`. */
  readonly first?: 'newest' | 'oldest' | undefined
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

/** What the text of a page's statement depends on; all else are its values. */
interface PageShape {
  readonly first: 'newest' | 'oldest'
  readonly state: Reservation['state'] | undefined
  readonly isOfCustomer: boolean
  readonly isOfContact: boolean
  readonly isOfPayment: boolean
  readonly isOfPlace: boolean
  readonly isMarked: boolean
}

function shapeOf({
  states,
  customer,
  contact,
  paymentRef,
  metadata = {},
  ...filter
}: ReservationFilter): PageShape {
  const { first = 'newest', resourceId, fromMs, toMs } = filter
  return {
    first,
    state: states?.length === 1 ? states[0] : undefined,
    isOfCustomer: customer !== undefined,
    isOfContact: contact !== undefined,
    isOfPayment: paymentRef !== undefined,
    isOfPlace: [resourceId, fromMs, toMs].some((each) => each !== undefined),
    isMarked: Object.keys(metadata).length > 0,
  }
}

/** The name of the statement that reads such a page: it says what the text filters by, as short as a name has to be. */
function pageName({
  first,
  state,
  isOfCustomer,
  isOfContact,
  isOfPayment,
  isOfPlace,
  isMarked,
}: PageShape): string {
  return [
    'reservations.list',
    ...(first === 'oldest' ? ['up'] : []),
    ...(state === undefined ? [] : [state]),
    ...(isOfCustomer ? ['of'] : []),
    ...(isOfContact ? ['to'] : []),
    ...(isOfPayment ? ['by'] : []),
    ...(isOfPlace ? ['at'] : []),
    ...(isMarked ? ['as'] : []),
  ].join('.')
}

const OF_PLACE = `and exists (
      select
      from reservation_lines as placed
      join pools
        on pools.listing_id = placed.listing_id
        and pools.pool_id = placed.pool_id
      where placed.listing_id = $1
        and placed.reservation_id = reservations.reservation_id
        and not placed.replaced
        and ($9::uuid is null or pools.resource_id = $9)
        and ($10::timestamptz is null or upper(pools.during) > $10)
        and ($11::timestamptz is null or lower(pools.during) < $11)
    )`

// Few reservations have one contact. An array of their ids, found first by the index of each field, leaves the
// planner no other way than to look them up.
const OF_CONTACT = `and reservation_id = any (array(
      select contacts.reservation_id
      from contacts
      where contacts.listing_id = $1
        and contacts.email is not null
        and contact_form(contacts.email) = contact_form($14)
      union all
      select contacts.reservation_id
      from contacts
      where contacts.listing_id = $1
        and contacts.name is not null
        and contact_form(contacts.name) = contact_form($14)
      union all
      select contacts.reservation_id
      from contacts
      where contacts.listing_id = $1
        and contacts.phone is not null
        and regexp_replace(contacts.phone, '[^0-9]', '', 'g') = $15
    ))`

// The first pair is found by the index, which has the reservations in the order of their ids. Most filters
// have no other.
const MARKED = `and exists (
      select
      from reservation_metadata as marked
      where marked.listing_id = $1
        and marked.key = ($12::text[])[1]
        and marked.value = ($13::text[])[1]
        and marked.reservation_id = reservations.reservation_id
    )
    and not exists (
      select
      from unnest(($12::text[])[2:], ($13::text[])[2:]) as pair (key, value)
      where not exists (
        select
        from reservation_metadata as others
        where others.listing_id = $1
          and others.key = pair.key
          and others.value = pair.value
          and others.reservation_id = reservations.reservation_id
      )
    )`

function selectPage(shape: PageShape): string {
  const { first, state, isOfCustomer, isOfContact, isOfPayment, isOfPlace, isMarked } = shape
  const [behind, order] = first === 'oldest' ? ['>', 'asc'] : ['<', 'desc']
  return sql(pageName(shape))`${SELECT_NOW}
    and ($2::uuid is null or reservation_id ${behind} $2)
    and ($4::text[] is null
      or case when ${OVERDUE} then 'expired' else state::text end = any($4))
    and ($5::timestamptz is null or created_at >= $5)
    and ($6::timestamptz is null or created_at < $6)
    and ${isOfCustomer ? 'customer = $7' : '$7::text is null'}
    and ${isOfPayment ? 'payment_ref = $8' : '$8::text is null'}
    ${state === undefined ? '' : IN_STATE[state]}
    ${isOfPlace ? OF_PLACE : 'and num_nonnulls($9::uuid, $10::timestamptz, $11::timestamptz) = 0'}
    ${isMarked ? MARKED : 'and num_nonnulls($12::text[], $13::text[]) = 0'}
    ${isOfContact ? OF_CONTACT : 'and num_nonnulls($14::text, $15::text) = 0'}
  order by reservation_id ${order}
  limit $3`
}

const EITHER = [false, true]

/** One statement for each kind of page that can be asked for, by its name. */
const PAGES: ReadonlyMap<string, string> = new Map(
  (['newest', 'oldest'] as const)
    .flatMap((first) => [undefined, ...RESERVATION_STATES].map((state) => ({ first, state })))
    .flatMap((shape) => EITHER.map((isOfCustomer) => ({ ...shape, isOfCustomer })))
    .flatMap((shape) => EITHER.map((isOfContact) => ({ ...shape, isOfContact })))
    .flatMap((shape) => EITHER.map((isOfPayment) => ({ ...shape, isOfPayment })))
    .flatMap((shape) => EITHER.map((isOfPlace) => ({ ...shape, isOfPlace })))
    .flatMap((shape) => EITHER.map((isMarked): PageShape => ({ ...shape, isMarked })))
    .map((shape) => [pageName(shape), selectPage(shape)]),
)

/** Reservations that pass the filter, from behind `after` on. */
export function listReservations(
  db: Pick<Tx, 'query'>,
  listingId: string,
  page: Page,
  filter: ReservationFilter,
): Promise<readonly ReservationNow[]> {
  const name = pageName(shapeOf(filter))
  const statement = PAGES.get(name)
  if (statement === undefined) throw new Error(`there is no statement ${name}`)
  const { states, customer = null, contact, paymentRef = null, resourceId = null } = filter
  const marks = Object.entries(filter.metadata ?? {})
  return db.query<ReservationNow>(statement, [
    listingId,
    page.after ?? null,
    page.limit,
    states === undefined || states.length === 1 ? null : states,
    timeOf(filter.createdFromMs),
    timeOf(filter.createdToMs),
    customer,
    paymentRef,
    resourceId,
    timeOf(filter.fromMs),
    timeOf(filter.toMs),
    ...(marks.length === 0
      ? [null, null]
      : [marks.map(([key]) => key), marks.map(([, value]) => value)]),
    contact ?? null,
    contact === undefined ? null : (digitsOfPhone(contact) ?? null),
  ])
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
