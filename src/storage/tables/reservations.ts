/** Statements on `reservations` and `reservation_lines`. */
import type {
  CustomerUsage,
  Reservation,
  ReservationLine,
} from '../../domain/reservation/reservation.js'
import type { ChangeSet } from '../../domain/reservation/settle.js'
import { plainArray } from '../driver/arrays.js'
import type { Tx } from '../driver/database.js'
import { insertion, timestamp } from '../driver/insertion.js'
import { sql } from '../driver/statement.js'

export const COLUMNS = `
  reservation_id as "reservationId",
  state,
  customer,
  version,
  floor(extract(epoch from created_at) * 1000)::bigint as "createdAtMs",
  floor(extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs",
  floor(extract(epoch from expires_at) * 1000)::bigint as "expiresAtMs",
  payment_ref as "paymentRef",
  refund_due as "refundDue",
  line_count as "lineCount"`

const LOCK = sql('reservations.lock')`
  select ${COLUMNS}
  from reservations
  where listing_id = $1
    and reservation_id = any($2::uuid[])
  order by reservation_id
  for update`

const TRY_LOCK = sql('reservations.try_lock')`
  select ${COLUMNS}
  from reservations
  where listing_id = $1
    and reservation_id = any($2::uuid[])
  for update
  skip locked`

const FIND = sql('reservations.find')`
  select ${COLUMNS},
         coalesce((
           select json_agg(
             json_build_object('lineNo', line_no, 'poolId', pool_id, 'quantity', quantity)
             order by pool_id
           )
           from reservation_lines
           where reservation_lines.listing_id = $1
             and reservation_lines.reservation_id = reservations.reservation_id
             and not replaced
         ), '[]') as lines
  from reservations
  where listing_id = $1
    and reservation_id = any($2::uuid[])`

const SELECT_LINES = sql('reservations.read_lines')`
  select reservation_id as "reservationId",
         line_no as "lineNo",
         pool_id as "poolId",
         quantity
  from reservation_lines
  where listing_id = $1
    and reservation_id = any($2::uuid[])
    and not replaced
  order by reservation_id, pool_id`

/** Compared by the lab's control that leaves the lock out. */
export { LOCK as LOCK_RESERVATIONS }

type ReservationRow = Omit<Reservation, 'lines'>
type LineRow = ReservationLine & { readonly reservationId: string }

/** Locks the reservations, in id order, and reads them with their current lines. */
export async function lockReservations(
  tx: Tx,
  listingId: string,
  ids: readonly string[],
): Promise<Reservation[]> {
  const values = [listingId, ids]
  // Sent together; the lines are read by a later snapshot than the one that waited for the locks.
  const [rows, lines] = await Promise.all([
    tx.query<ReservationRow>(LOCK, values),
    tx.query<LineRow>(SELECT_LINES, values),
  ])
  return joined(rows, lines)
}

/**
 * Locks the reservations without waiting for anybody, and reads them with their current lines; those
 * that somebody else has locked are left out. For what is locked out of the order of ids.
 */
export async function tryLockReservations(
  tx: Tx,
  listingId: string,
  ids: readonly string[],
): Promise<Reservation[]> {
  const values = [listingId, ids]
  const [rows, lines] = await Promise.all([
    tx.query<ReservationRow>(TRY_LOCK, values),
    tx.query<LineRow>(SELECT_LINES, values),
  ])
  return joined(rows, lines)
}

/** Reads reservations as they are now, without any lock; one statement sees row and lines at one moment. */
export async function findReservations(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  ids: readonly string[],
): Promise<readonly Reservation[]> {
  return tx.query<Reservation>(FIND, [listingId, ids])
}

function joined(rows: readonly ReservationRow[], lines: readonly LineRow[]): Reservation[] {
  const linesOf = new Map(rows.map((row) => [row.reservationId, [] as ReservationLine[]]))
  for (const { reservationId, ...line } of lines) linesOf.get(reservationId)?.push(line)
  return rows.map((row) => ({ ...row, lines: linesOf.get(row.reservationId) ?? [] }))
}

const insertReservations = insertion<Reservation>('reservations', [
  ['reservation_id', 'uuid', (each) => each.reservationId],
  ['state', 'reservation_state', (each) => each.state],
  ['customer', 'text', (each) => each.customer],
  ['line_count', 'smallint', (each) => each.lineCount],
  ['version', 'bigint', (each) => each.version],
  ['created_at', 'timestamptz', (each) => timestamp(each.createdAtMs)],
  ['updated_at', 'timestamptz', (each) => timestamp(each.updatedAtMs)],
  ['expires_at', 'timestamptz', (each) => timestamp(each.expiresAtMs)],
])

const UPDATE_RESERVATIONS = sql('reservations.update')`
  update reservations
  set state = r.state,
      line_count = r.line_count,
      version = r.version,
      updated_at = r.updated_at,
      expires_at = r.expires_at,
      payment_ref = r.payment_ref,
      refund_due = r.refund_due
  from unnest($2::uuid[], $3::reservation_state[], $4::smallint[], $5::bigint[],
              $6::timestamptz[], $7::timestamptz[], $8::text[], $9::boolean[])
    as r (reservation_id, state, line_count, version, updated_at, expires_at,
          payment_ref, refund_due)
  where reservations.listing_id = $1
    and reservations.reservation_id = r.reservation_id`

const SET_CUSTOMERS = sql('reservations.set_customers')`
  update reservations
  set customer = r.customer
  from unnest($2::uuid[], $3::text[]) as r (reservation_id, customer)
  where reservations.listing_id = $1
    and reservations.reservation_id = r.reservation_id`

const insertLines = insertion<Written>(
  'reservation_lines',
  [
    ['reservation_id', 'uuid', ({ id }) => id],
    ['line_no', 'smallint', ({ line }) => line.lineNo],
    ['pool_id', 'uuid', ({ line }) => line.poolId],
    ['quantity', 'integer', ({ line }) => line.quantity],
    ['taken_version', 'bigint', ({ version }) => version],
  ],
  'reservations.insert_lines',
)

const GIVE_LINES_BACK = sql('reservations.give_lines_back')`
  update reservation_lines
  set given_back_version = line.version
  from unnest($2::uuid[], $3::smallint[], $4::bigint[]) as line (reservation_id, line_no, version)
  where reservation_lines.listing_id = $1
    and reservation_lines.reservation_id = line.reservation_id
    and reservation_lines.line_no = line.line_no`

const REPLACE_LINES = sql('reservations.replace_lines')`
  update reservation_lines
  set replaced = true
  from unnest($2::uuid[], $3::smallint[]) as line (reservation_id, line_no)
  where reservation_lines.listing_id = $1
    and reservation_lines.reservation_id = line.reservation_id
    and reservation_lines.line_no = line.line_no`

/** Writes what changed: a statement per table and kind of write, however many changes there are. */
export function sendChanges(tx: Tx, listingId: string, changes: readonly ChangeSet[]): void {
  const created: Reservation[] = []
  const updated: Reservation[] = []
  const taken: Written[] = []
  const back: Written[] = []
  const replaced: Written[] = []
  for (const change of changes) {
    const { reservation } = change
    const id = reservation.reservationId
    if (change.isNew) created.push(reservation)
    else updated.push(reservation)
    for (const line of change.taken) taken.push({ id, line, version: line.version })
    for (const line of change.givenBack) back.push({ id, line, version: line.version })
    for (const line of change.replaced) replaced.push({ id, line, version: null })
  }
  insertReservations(tx, listingId, created)
  if (updated.length > 0) tx.send(UPDATE_RESERVATIONS, [listingId, ...updateColumns(updated)])
  insertLines(tx, listingId, taken)
  if (back.length > 0) {
    const versions = plainArray(back.map(({ version }) => version))
    tx.send(GIVE_LINES_BACK, [listingId, ...lineColumns(back), versions])
  }
  const renamed = changes.filter(({ kind }) => RENAMING.has(kind))
  if (renamed.length > 0) {
    tx.send(SET_CUSTOMERS, [
      listingId,
      plainArray(renamed.map(({ reservation }) => reservation.reservationId)),
      renamed.map(({ reservation }) => reservation.customer),
    ])
  }
  if (replaced.length > 0) tx.send(REPLACE_LINES, [listingId, ...lineColumns(replaced)])
}

const RENAMING: ReadonlySet<string> = new Set(['customer_changed', 'customer_erased'])

/** A line that is written, of the reservation `id`. */
interface Written {
  readonly id: string
  readonly line: ReservationLine
  readonly version: number | null
}

function lineColumns(lines: readonly Written[]): unknown[] {
  return [plainArray(lines.map(({ id }) => id)), plainArray(lines.map(({ line }) => line.lineNo))]
}

function updateColumns(updated: readonly Reservation[]): unknown[] {
  return [
    plainArray(updated.map((each) => each.reservationId)),
    plainArray(updated.map((each) => each.state)),
    plainArray(updated.map((each) => each.lineCount)),
    plainArray(updated.map((each) => each.version)),
    plainArray(updated.map((each) => timestamp(each.updatedAtMs))),
    plainArray(updated.map((each) => timestamp(each.expiresAtMs))),
    updated.map((each) => each.paymentRef),
    updated.map((each) => each.refundDue),
  ]
}

// Lines of the pools $2 in holds whose time is up.
const OVERDUE_LINES = `from reservations
  join reservation_lines as lines
    on lines.listing_id = reservations.listing_id
    and lines.reservation_id = reservations.reservation_id
  where reservations.listing_id = $1
    and reservations.state = 'held'
    and reservations.expires_at <= clock_timestamp()
    and lines.pool_id = any($2::uuid[])
    and lines.given_back_version is null`

const SELECT_OVERDUE_UNITS = sql('reservations.read_reclaimable')`
  select pools.pool_id as "poolId",
         pools.capacity - pools.taken as "left",
         coalesce(overdue.units, 0) as overdue,
         pools.resource_id as "resourceId",
         pools.exclusive,
         pools.closed,
         floor(extract(epoch from lower(pools.during)) * 1000)::bigint as "fromMs",
         floor(extract(epoch from upper(pools.during)) * 1000)::bigint as "toMs"
  from pools
  left join (
    select lines.pool_id, sum(lines.quantity) as units
    ${OVERDUE_LINES}
    group by lines.pool_id
  ) as overdue on overdue.pool_id = pools.pool_id
  where pools.listing_id = $1
    and pools.pool_id = any($2::uuid[])`

/** What a pool has left, and what holds keep in it whose time is up, in one snapshot. */
export interface Reclaimable {
  readonly poolId: string
  readonly left: number
  readonly overdue: number
  readonly resourceId: string
  readonly exclusive: boolean
  /** A slot that is not on offer any more. */
  readonly closed: boolean
  /** Both null for a pool that is not bound to a time. */
  readonly fromMs: number | null
  readonly toMs: number | null
}

/** Reads what could be had of `poolIds` if every overdue hold were tidied away. */
export function readReclaimable(
  tx: Tx,
  listingId: string,
  poolIds: readonly string[],
): Promise<readonly Reclaimable[]> {
  return tx.query<Reclaimable>(SELECT_OVERDUE_UNITS, [listingId, poolIds])
}

const SELECT_OVERDUE_ON_POOLS = sql('reservations.find_overdue_on_pools')`
  select distinct reservations.reservation_id as "reservationId"
  ${OVERDUE_LINES}
    and reservations.reservation_id <> all($4::uuid[])
  order by reservations.reservation_id
  limit $3`

/** The ids of at most `limit` overdue holds that keep units of `poolIds`, but for `except`. */
export async function findOverdueOnPools(
  db: Pick<Tx, 'query'>,
  listingId: string,
  poolIds: readonly string[],
  limit: number,
  except: readonly string[] = [],
): Promise<string[]> {
  const rows = await db.query<{ reservationId: string }>(SELECT_OVERDUE_ON_POOLS, [
    listingId,
    poolIds,
    limit,
    except,
  ])
  return rows.map((row) => row.reservationId)
}

const FIND_OF_CUSTOMER = sql('reservations.find_of_customer')`
  select reservation_id as "reservationId"
  from reservations
  where listing_id = $1
    and customer = $2
  order by reservation_id
  limit $3`

/** The ids of at most `limit` of a customer's reservations, in whatever state they are. */
export async function findOfCustomer(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  customer: string,
  limit: number,
): Promise<string[]> {
  const values = [listingId, customer, limit]
  const rows = await tx.query<{ reservationId: string }>(FIND_OF_CUSTOMER, values)
  return rows.map((row) => row.reservationId)
}

// Written, not just locked: a serializable transaction that waited here would otherwise go on with the
// usage that its snapshot shows, which is that of before the wait. And in one statement: a row that was
// waited for may be gone, because its customer was renamed or erased, and is then made again.
const LOCK_CUSTOMERS = sql('reservations.lock_customers')`
  insert into customers (listing_id, customer)
  select listings.listing_id, wanted.customer
  from listings
  cross join unnest($2::text[]) as wanted (customer)
  where listings.listing_id = $1
  order by wanted.customer
  on conflict (listing_id, customer) do update
  set customer = excluded.customer`

const SELECT_USAGE = sql('reservations.read_usage')`
  select reservations.customer,
         sum(lines.quantity)::integer as units,
         (count(distinct reservations.reservation_id)
           filter (where reservations.state = 'held'))::integer as holds
  from reservations
  join reservation_lines as lines
    on lines.listing_id = reservations.listing_id
    and lines.reservation_id = reservations.reservation_id
  where reservations.listing_id = $1
    and reservations.customer = any($2::text[])
    and reservations.state in ('held', 'confirmed')
    and (reservations.expires_at is null or reservations.expires_at > clock_timestamp())
    and lines.given_back_version is null
  group by reservations.customer`

/** Locks the customers, in name order, and sums what each has; a customer without anything is left out. */
export async function lockUsage(
  tx: Tx,
  listingId: string,
  customers: readonly string[],
): Promise<Map<string, CustomerUsage>> {
  const values = [listingId, customers]
  tx.send(LOCK_CUSTOMERS, values)
  const rows = await tx.query<CustomerUsage & { customer: string }>(SELECT_USAGE, values)
  return new Map(rows.map(({ customer, units, holds }) => [customer, { units, holds }]))
}
