/** Statements on `blocks`. The rooms themselves are lines of a reservation and pools of the block. */
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { Page } from './page.js'

export type BlockState = 'tentative' | 'definite' | 'released'

/** What was agreed with a party. */
export interface BlockTerms {
  readonly name: string
  /** The room type whose nights are set aside. */
  readonly resourceId: string
  /** The first night, `YYYY-MM-DD`. */
  readonly from: string
  /** The date after the last night. */
  readonly to: string
  /** Rooms for each night. */
  readonly quantity: number
  /** With the beginning of this date, where the hotel is, what was not picked up goes back. */
  readonly cutOff: string
}

/** A block as the database has it. */
export interface BlockRow extends BlockTerms {
  readonly blockId: string
  readonly state: BlockState
  /** What the block has of the hotel; null until it is definite. */
  readonly reservationId: string | null
  /** It is closed, and its reservation has not been cut down yet. */
  readonly toGiveBack: boolean
  /** The cut-off has come, by the database clock. */
  readonly due: boolean
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

const COLUMNS = `
  block_id as "blockId",
  resource_id as "resourceId",
  name,
  to_char(from_date, 'YYYY-MM-DD') as "from",
  to_char(to_date, 'YYYY-MM-DD') as "to",
  quantity,
  to_char(cut_off, 'YYYY-MM-DD') as "cutOff",
  state,
  reservation_id as "reservationId",
  to_give_back as "toGiveBack",
  cut_off_at <= clock_timestamp() as due,
  version,
  floor(extract(epoch from created_at) * 1000)::bigint as "createdAtMs",
  floor(extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs"`

const INSERT_RESOURCE = sql('blocks.insert_resource')`
  insert into resources (listing_id, resource_id, name, private)
  values ($1, $2, $3, true)`

const INSERT = sql('blocks.insert')`
  insert into blocks
    (listing_id, block_id, resource_id, name, from_date, to_date, quantity, cut_off, cut_off_at)
  values ($1, $2, $3, $4, $5::date, $6::date, $7, $8::date, to_timestamp($9::bigint / 1000.0))`

/**
 * Creates a tentative block and the resource that is its own.
 *
 * @param cutOffAtMs the instant with which the date of the cut-off begins, where the hotel is
 */
export function sendBlock(
  tx: Tx,
  listingId: string,
  blockId: string,
  { name, resourceId, from, to, quantity, cutOff }: BlockTerms,
  cutOffAtMs: number,
): void {
  tx.send(INSERT_RESOURCE, [listingId, blockId, name])
  tx.send(INSERT, [
    ...[listingId, blockId, resourceId, name, from, to, quantity, cutOff],
    cutOffAtMs,
  ])
}

const COUNT_OPEN = sql('blocks.count_open')`
  select count(*) as blocks
  from blocks
  where listing_id = $1
    and state <> 'released'`

/** How many blocks of the listing are tentative or definite. */
export async function countOpenBlocks(tx: Pick<Tx, 'query'>, listingId: string): Promise<number> {
  const [row] = await tx.query<{ blocks: number }>(COUNT_OPEN, [listingId])
  return row?.blocks ?? 0
}

const BY_ID = `
  select ${COLUMNS}
  from blocks
  where listing_id = $1
    and block_id = $2`

const SELECT = sql('blocks.read')`${BY_ID}`

/** Reads one block; undefined when the listing has none under this id. */
export async function readBlock(
  db: Pick<Tx, 'query'>,
  listingId: string,
  blockId: string,
): Promise<BlockRow | undefined> {
  const [row] = await db.query<BlockRow>(SELECT, [listingId, blockId])
  return row
}

const LOCK = sql('blocks.lock')`${BY_ID}
  for update`

/** Locks one block. A transaction that also locks pools does that afterwards. */
export async function lockBlock(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  blockId: string,
): Promise<BlockRow | undefined> {
  const [row] = await tx.query<BlockRow>(LOCK, [listingId, blockId])
  return row
}

const SELECT_PAGE = sql('blocks.list')`
  select ${COLUMNS}
  from blocks
  where listing_id = $1
    and ($2::uuid is null or block_id > $2)
  order by block_id
  limit $3`

/** The blocks of a listing in the order of their creation, from behind `after` on. */
export function listBlocks(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
): Promise<readonly BlockRow[]> {
  return db.query<BlockRow>(SELECT_PAGE, [listingId, after ?? null, limit])
}

const SET_STATE = sql('blocks.set_state')`
  update blocks
  set state = $3,
      reservation_id = coalesce($4, reservation_id),
      to_give_back = $5,
      version = version + 1,
      updated_at = statement_timestamp()
  where listing_id = $1
    and block_id = $2`

/** Writes the new state of a block; the caller has locked it. */
export function sendBlockState(
  tx: Tx,
  listingId: string,
  blockId: string,
  next: {
    readonly state: BlockState
    readonly reservationId?: string
    readonly toGiveBack?: boolean
  },
): void {
  const { state, reservationId = null, toGiveBack = false } = next
  tx.send(SET_STATE, [listingId, blockId, state, reservationId, toGiveBack])
}

const SET_GIVEN_BACK = sql('blocks.set_given_back')`
  update blocks
  set to_give_back = false
  where listing_id = $1
    and block_id = $2
    and version = $3`

/** Says that a block has given back what it closed with, unless it closed more since that version. */
export async function setGivenBack(
  db: Pick<Tx, 'query'>,
  listingId: string,
  blockId: string,
  version: number,
): Promise<void> {
  await db.query(SET_GIVEN_BACK, [listingId, blockId, version])
}

// What the closed pools of a block still have, as lines of the hotel's pools of the same nights.
const SELECT_KEPT = sql('blocks.read_needed')`
  select hotel.pool_id as "poolId", pools.capacity as quantity
  from blocks
  join nights as own
    on own.listing_id = blocks.listing_id
    and own.resource_id = blocks.block_id
  join pools
    on pools.listing_id = own.listing_id
    and pools.pool_id = own.pool_id
  join nights as hotel
    on hotel.listing_id = blocks.listing_id
    and hotel.resource_id = blocks.resource_id
    and hotel.night = own.night
  where blocks.listing_id = $1
    and blocks.block_id = $2
    and pools.capacity > 0`

/** What a block goes on needing of the hotel, pool by pool. */
export function readKept(
  db: Pick<Tx, 'query'>,
  listingId: string,
  blockId: string,
): Promise<readonly { readonly poolId: string; readonly quantity: number }[]> {
  return db.query(SELECT_KEPT, [listingId, blockId])
}
