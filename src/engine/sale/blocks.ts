/**
 * Blocks: rooms that a hotel sets aside, night by night, for a party.
 *
 * A definite block is two things that never disagree: a reservation of the hotel's nights, made by
 * the block, and a pool of the block's own for each night. Guests take from the block's pools; the
 * hotel's have counted those rooms already. So there may never be more rooms in a block's pools than
 * in its reservation:
 *
 * - going definite makes both in one transaction;
 * - closing first lowers the block's pools to what was picked up, and gives the rest back in another
 *   transaction. A crash in between leaves rooms unsold for a moment, and sells none twice:
 *   `toGiveBack` stays, and the next call or the sweeper finishes it.
 *
 * A block is locked before any pool is. What a guest takes locks pools alone.
 */

import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import type { Attribution } from '../../domain/journal.js'
import { checkQuantity } from '../../domain/reservation/demand.js'
import { blockCustomer, checkName } from '../../domain/reservation/reservation.js'
import { datesOf } from '../../domain/time/date.js'
import { checkCutOff, checkRange, STAY_NIGHTS_MAX } from '../../domain/time/stay.js'
import { midnightOf } from '../../domain/time/zoned-time.js'
import {
  acknowledge,
  commit,
  type Database,
  type Decision,
  rollback,
} from '../../storage/driver/database.js'
import {
  type BlockRow,
  type BlockTerms,
  countOpenBlocks,
  lockBlock,
  readBlock,
  sendBlock,
  sendBlockState,
} from '../../storage/tables/blocks.js'
import { lockListing } from '../../storage/tables/listings.js'
import {
  insertBlockNights,
  lockResource,
  type NightRow,
  readNights,
} from '../../storage/tables/nights.js'
import { noted } from '../../storage/tables/settings.js'
import { BY_DEFAULT } from '../attribution.js'
import type { Work } from '../transaction/transact.js'
import {
  type BlockOptions,
  type BlockOutcome,
  type BlockRefusal,
  blockRefused,
  foundBlock,
} from './block-outcome.js'
import { releaseBlock } from './block-release.js'

/** A block with its pick-up, night by night. */
export interface BlockReport {
  readonly block: BlockRow
  readonly nights: readonly BlockNight[]
}

export interface BlockNight {
  readonly night: string
  /** Rooms that were contracted. */
  readonly blocked: number
  /** Of these, rooms that guests have. */
  readonly pickedUp: number
  /** Rooms that can still be picked up. */
  readonly left: number
}

/** How many tentative and definite blocks a listing may have. For tests: docs/nights.md is held against it. */
export const BLOCKS_MAX = 1_000

/**
 * Makes a tentative block, which takes nothing.
 *
 * @throws HoldfastError `invalid_input` for terms out of range, and for an exclusive resource
 */
export function createBlock(
  db: Database,
  listingId: string,
  terms: BlockTerms,
  by: Attribution = BY_DEFAULT,
): Promise<BlockOutcome> {
  checkTerms(terms)
  const blockId = newId()
  return db.transaction<BlockOutcome>('read committed', async (tx) => {
    const listing = await lockListing(tx, listingId)
    const resource = await lockResource(tx, listingId, terms.resourceId)
    if (listing === undefined || resource === undefined) {
      return refuse({ code: 'unknown_resource', resourceIds: [terms.resourceId] })
    }
    if (resource.exclusive) {
      throw new HoldfastError('invalid_input', 'a block is of rooms that are sold by the night')
    }
    if ((await countOpenBlocks(tx, listingId)) >= BLOCKS_MAX) {
      return refuse({ code: 'block_limit', limit: BLOCKS_MAX })
    }
    const zone = resource.timeZone ?? listing.timeZone
    await noted(tx, listingId, { kind: 'block_opened', id: blockId, by }, () =>
      sendBlock(tx, listingId, blockId, terms, midnightOf(zone, terms.cutOff)),
    )
    return commit({ kind: 'done', block: await foundBlock(tx, listingId, blockId) })
  })
}

/**
 * Makes a tentative block definite: whether the rooms are there is checked now. They are taken of
 * all its nights or of none. One that is definite already stays as it is.
 *
 * @throws HoldfastError as the engine does
 */
export function makeDefinite(
  { engine }: BlockOptions,
  listingId: string,
  blockId: string,
  by: Attribution = BY_DEFAULT,
): Promise<BlockOutcome> {
  const work: Work<BlockOutcome> = async (tx, run) => {
    const block = await lockBlock(tx, listingId, blockId)
    if (block === undefined) return refuse({ code: 'not_found' })
    if (block.state === 'definite') return acknowledge({ kind: 'done', block })
    if (block.state === 'released' || block.due) {
      return refuse({ code: 'block_not_open', blockIds: [blockId] })
    }
    const nights = await readNights(tx, listingId, block.resourceId, block.from, block.to)
    const missing = missingNights(block, nights)
    if (missing.length > 0) return refuse({ code: 'nights_not_on_sale', nights: missing })

    const lines = nights.map(({ poolId }) => ({ poolId, quantity: block.quantity }))
    const reservationId = newId()
    const customer = blockCustomer(blockId)
    const result = await run({ kind: 'reserve', reservationId, customer, lines, ofBlock: true })
    const { outcome, places } = result
    if (outcome.kind === 'refused') return rollback({ ...outcome, places })

    const own = nights.map(({ night }) => ({ night, poolId: newId() }))
    await insertBlockNights(tx, listingId, block, own, block.quantity, by)
    await noted(tx, listingId, { kind: 'block_definite', id: blockId, by }, () =>
      sendBlockState(tx, listingId, blockId, { state: 'definite', reservationId }),
    )
    return commit({ kind: 'done', block: await foundBlock(tx, listingId, blockId) })
  }
  return engine.transact(listingId, work, by)
}

function missingNights(block: BlockRow, nights: readonly NightRow[]) {
  const there = new Set(nights.map(({ night }) => night))
  const { resourceId } = block
  return datesOf(block.from, block.to)
    .filter((night) => !there.has(night))
    .map((night) => ({ resourceId, night }))
}

/**
 * One block with its pick-up. One whose cut-off has come is closed first, whether or not the sweeper
 * has come by.
 *
 * @returns undefined when the listing has no such block
 */
export async function lookAtBlock(
  options: BlockOptions,
  listingId: string,
  blockId: string,
): Promise<BlockReport | undefined> {
  const { db } = options
  let block = await readBlock(db, listingId, blockId)
  if (block === undefined) return undefined
  if (block.due && block.state !== 'released') {
    const outcome = await releaseBlock(options, listingId, blockId)
    if (outcome.kind === 'done') block = outcome.block
  }
  return reportOf(block, await readNights(db, listingId, blockId, block.from, block.to))
}

function reportOf(block: BlockRow, own: readonly NightRow[]): BlockReport {
  const { state, quantity: blocked } = block
  const byNight = new Map(own.map((row) => [row.night, row]))
  const nights = datesOf(block.from, block.to).map((night): BlockNight => {
    const { capacity = 0, taken = 0 } = byNight.get(night) ?? {}
    const left = state === 'definite' ? capacity - taken : 0
    return { night, blocked, pickedUp: taken, left }
  })
  return { block, nights }
}

function checkTerms({ name, from, to, quantity, cutOff }: BlockTerms): void {
  checkRange('from', from, 'to', to, STAY_NIGHTS_MAX)
  checkQuantity(quantity)
  checkCutOff(cutOff, to)
  checkName("a block's", name)
}

function refuse(why: BlockRefusal): Decision<BlockOutcome> {
  return rollback(blockRefused(why))
}
