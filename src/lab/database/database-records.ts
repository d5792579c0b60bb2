/**
 * What the database has after a race, read by SELECTs of the lab's own: pools, reservations, and every
 * step of a pool's version, from lines and journal. Nothing is decided here: the checker does that.
 */
import type { Database } from '../../storage/driver/database.js'
import type { History, MovementRecord, PoolRecord, ReservationRecord } from '../history/history.js'

export type DatabaseRecords = Pick<History, 'pools' | 'reservations' | 'movements'>

const SELECT_POOLS = `
  select 'pool' as type, pool_id as "poolId", capacity, taken, version
  from pools
  where listing_id = $1
  order by pool_id`

const SELECT_RESERVATIONS = `
  select reservations.reservation_id as "reservationId",
         reservations.state,
         reservations.customer,
         made.key,
         coalesce((
           select json_agg(
             json_build_object('poolId', pool_id, 'quantity', quantity, 'replaced', replaced)
             order by line_no
           )
           from reservation_lines as lines
           where lines.listing_id = reservations.listing_id
             and lines.reservation_id = reservations.reservation_id
         ), '[]') as lines
  from reservations
  left join (
    select outcome -> 'reservation' ->> 'reservationId' as reservation_id,
           min(idempotency_key) as key
    from answers
    where listing_id = $1
      and outcome -> 'reservation' ->> 'version' = '1'
    group by 1
  ) as made on made.reservation_id = reservations.reservation_id::text
  where reservations.listing_id = $1
  order by reservations.reservation_id`

const SELECT_MOVES = `
  select lines.reservation_id as "reservationId",
         lines.pool_id as "poolId",
         lines.quantity,
         lines.taken_version as "takenVersion",
         lines.given_back_version as "givenBackVersion"
  from reservation_lines as lines
  where lines.listing_id = $1
  order by lines.pool_id, lines.taken_version`

const SELECT_JOURNAL = `
  select kind,
         reservation_id as "reservationId",
         pool_id as "poolId",
         detail,
         floor(extract(epoch from at) * 1000)::bigint as "atMs"
  from journal
  where listing_id = $1
  order by entry_id`

interface Move {
  readonly reservationId: string
  readonly poolId: string
  readonly quantity: number
  readonly takenVersion: number
  readonly givenBackVersion: number | null
}

interface Entry {
  readonly kind: string
  readonly reservationId: string | null
  readonly poolId: string | null
  readonly atMs: number
  readonly detail: {
    readonly version?: number
    readonly to?: number
    readonly taken?: readonly JournalMove[]
    readonly given_back?: readonly JournalMove[]
  }
}

interface JournalMove {
  readonly pool_id: string
  readonly version: number
}

/** Reads everything about one listing. Call it when nobody writes any more. */
export async function readDatabaseRecords(
  db: Database,
  listingId: string,
): Promise<DatabaseRecords> {
  const values = [listingId]
  const pools = await db.query<PoolRecord>(SELECT_POOLS, values)
  const moves = await db.query<Move>(SELECT_MOVES, values)
  const entries = await db.query<Entry>(SELECT_JOURNAL, values)
  const reservations = await readReservations(db, listingId)
  return { pools, reservations, movements: movementsOf(moves, entries) }
}

/** Every reservation with all of its lines, replaced ones too, in id order. Exported for tests: of lost answers. */
async function readReservations(
  db: Database,
  listingId: string,
): Promise<readonly ReservationRecord[]> {
  type Row = Omit<ReservationRecord, 'type' | 'key'> & { readonly key: string | null }
  const rows = await db.query<Row>(SELECT_RESERVATIONS, [listingId])
  return rows.map(({ key, ...row }) => ({
    type: 'reservation',
    ...row,
    ...(key === null ? {} : { key }),
  }))
}

function movementsOf(moves: readonly Move[], entries: readonly Entry[]): MovementRecord[] {
  const causes = causesOf(entries)
  const movement = (move: Move, kind: 'take' | 'give_back', version: number): MovementRecord => ({
    type: 'movement',
    poolId: move.poolId,
    version,
    kind,
    delta: kind === 'take' ? move.quantity : -move.quantity,
    reservationId: move.reservationId,
    ...causes.get(stepOf(kind, move.reservationId, move.poolId, version)),
  })
  const movements = moves.flatMap((move) => [
    movement(move, 'take', move.takenVersion),
    ...(move.givenBackVersion === null ? [] : [movement(move, 'give_back', move.givenBackVersion)]),
  ])
  return [...movements, ...entries.flatMap(capacityOf)]
}

function capacityOf({ kind, poolId, detail, atMs }: Entry): MovementRecord[] {
  const { version, to } = detail
  if (poolId === null || version === undefined || to === undefined) return []
  return [
    {
      type: 'movement',
      poolId,
      version,
      kind: 'capacity',
      delta: 0,
      capacity: to,
      cause: kind,
      atMs,
    },
  ]
}

/** What the journal says of each step: the change that brought it about, and when that was. */
function causesOf(
  entries: readonly Entry[],
): ReadonlyMap<string, { readonly cause: string; readonly atMs: number }> {
  const causes = new Map<string, { cause: string; atMs: number }>()
  for (const { kind, reservationId, detail, atMs } of entries) {
    if (reservationId === null) continue
    const entry = { cause: kind, atMs }
    for (const { pool_id, version } of detail.taken ?? []) {
      causes.set(stepOf('take', reservationId, pool_id, version), entry)
    }
    for (const { pool_id, version } of detail.given_back ?? []) {
      causes.set(stepOf('give_back', reservationId, pool_id, version), entry)
    }
  }
  return causes
}

function stepOf(kind: string, reservationId: string, poolId: string, version: number): string {
  return `${kind}/${reservationId}/${poolId}/${version}`
}
