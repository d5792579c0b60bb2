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
import { datesOf } from '../domain/date.js'
import { checkQuantity } from '../domain/demand.js'
import { HoldfastError } from '../domain/errors.js'
import { newId } from '../domain/ids.js'
import type { Refusal } from '../domain/outcome.js'
import { blockCustomer, isPlainText, type Reservation } from '../domain/reservation.js'
import { checkCutOff, checkRange, STAY_NIGHTS_MAX } from '../domain/stay.js'
import {
  type BlockRow,
  type BlockTerms,
  countOpenBlocks,
  findDueBlocks,
  lockBlock,
  readBlock,
  readKept,
  sendBlock,
  sendBlockState,
  setGivenBack,
} from '../storage/blocks.js'
import { commit, type Database, type Decision, rollback, type Tx } from '../storage/database.js'
import { lockListing } from '../storage/listings.js'
import {
  lockNights,
  lockResource,
  type NightRow,
  readNights,
  sendBlockNights,
} from '../storage/nights.js'
import { findOverdueOnPools, findReservations } from '../storage/reservations.js'
import type { Engine } from './engine.js'
import { execute } from './execute.js'
import { setCapacities } from './nights.js'
import { type Attempt, RETRY_DEFAULTS, retrying } from './retry.js'
import { runTogether } from './runner.js'

export type BlockRefusal = Refusal | { readonly code: 'block_limit'; readonly limit: number }

export type BlockOutcome =
  | { readonly kind: 'done'; readonly block: BlockRow }
  | { readonly kind: 'refused'; readonly refusal: BlockRefusal }

/** What blocks are worked on with. */
export interface BlockOptions {
  readonly db: Database
  readonly engine: Pick<Engine, 'strategy' | 'expire'>
}

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

/** How many tentative and definite blocks a listing may have. */
export const BLOCKS_MAX = 1_000
const NAME_LENGTH_MAX = 200
/** How often overdue holds are tidied away for one block before it is told to try again. */
const RECLAIMS_MAX = 5
const RECLAIM_BATCH = 50
/** How often giving back starts again because the block has closed more meanwhile. */
const GIVE_BACKS_MAX = 8
const SWEEP_BATCH = 200

// A block's work may be asked for again: what it came to is in the block's own row.
const AGAIN = { ...RETRY_DEFAULTS, resolveUnknown: true }

/**
 * Makes a tentative block, which takes nothing.
 *
 * @throws HoldfastError `invalid_input` for terms out of range, and for an exclusive resource
 */
export function createBlock(
  db: Database,
  listingId: string,
  terms: BlockTerms,
): Promise<BlockOutcome> {
  checkTerms(terms)
  const blockId = newId()
  return db.transaction<BlockOutcome>('read committed', async (tx) => {
    await lockListing(tx, listingId)
    const resource = await lockResource(tx, listingId, terms.resourceId)
    if (resource === undefined) {
      return refuse({ code: 'unknown_resource', resourceIds: [terms.resourceId] })
    }
    if (resource.exclusive) {
      throw new HoldfastError('invalid_input', 'a block is of rooms that are sold by the night')
    }
    if ((await countOpenBlocks(tx, listingId)) >= BLOCKS_MAX) {
      return refuse({ code: 'block_limit', limit: BLOCKS_MAX })
    }
    sendBlock(tx, listingId, blockId, terms)
    return commit({ kind: 'done', block: await found(tx, listingId, blockId) })
  })
}

/**
 * Makes a tentative block definite: it is checked now whether the rooms are there. They are taken of
 * all its nights or of none. One that is definite already stays as it is.
 *
 * @throws HoldfastError as the engine does
 */
export async function makeDefinite(
  { db, engine }: BlockOptions,
  listingId: string,
  blockId: string,
): Promise<BlockOutcome> {
  for (let reclaims = 0; reclaims <= RECLAIMS_MAX; reclaims += 1) {
    const { value } = await retrying(AGAIN, () =>
      db.transaction(engine.strategy.isolation, (tx) => define(tx, engine, listingId, blockId)),
    )
    if (value.kind !== 'reclaim') return value
    const { poolIds } = value
    for (const overdue of await findOverdueOnPools(db, listingId, poolIds, RECLAIM_BATCH)) {
      await engine.expire(listingId, overdue)
    }
  }
  throw new HoldfastError(
    'contention',
    'others took what overdue holds gave back, again and again; nothing was written, try again',
  )
}

type Defined = BlockOutcome | { readonly kind: 'reclaim'; readonly poolIds: readonly string[] }

async function define(
  tx: Tx,
  { strategy }: BlockOptions['engine'],
  listingId: string,
  blockId: string,
): Promise<Decision<Attempt<Defined>>> {
  const answer = (value: Defined) => rollback({ done: true, value } as const)
  const block = await lockBlock(tx, listingId, blockId)
  if (block === undefined) return answer(refusal({ code: 'not_found' }))
  if (block.state === 'definite') return answer({ kind: 'done', block })
  if (block.state === 'released' || block.due) {
    return answer(refusal({ code: 'block_not_open', blockIds: [blockId] }))
  }
  const nights = await readNights(tx, listingId, block.resourceId, block.from, block.to)
  const missing = missingNights(block, nights)
  if (missing.length > 0) return answer(refusal({ code: 'nights_not_on_sale', nights: missing }))

  const lines = nights.map(({ poolId }) => ({ poolId, quantity: block.quantity }))
  const reservationId = newId()
  const customer = blockCustomer(blockId)
  const command = { kind: 'reserve', reservationId, customer, lines, ofBlock: true } as const
  const run = await execute(tx, strategy, listingId, [{ command, pin: undefined }], false)
  if (run.kind !== 'executed') return rollback({ done: false })
  const [result] = run.results
  if (result === undefined) throw new Error('a command has a result')
  if (result.kind === 'reclaim') return answer(result)
  if (result.outcome.kind === 'refused') return answer(result.outcome)

  const own = nights.map(({ night }) => ({ night, poolId: newId() }))
  sendBlockNights(tx, listingId, block, own, block.quantity)
  sendBlockState(tx, listingId, blockId, { state: 'definite', reservationId })
  const value: Defined = { kind: 'done', block: await found(tx, listingId, blockId) }
  return commit({ done: true, value })
}

function missingNights(block: BlockRow, nights: readonly NightRow[]) {
  const there = new Set(nights.map(({ night }) => night))
  const { resourceId } = block
  return datesOf(block.from, block.to)
    .filter((night) => !there.has(night))
    .map((night) => ({ resourceId, night }))
}

/**
 * Closes a block: nobody picks up any more, and what was not picked up goes back to the hotel. A
 * tentative one has nothing to give back. Asked for again it changes nothing, but what guests have
 * cancelled since goes back, too.
 *
 * @throws HoldfastError as the engine does; asked for again, it goes on where it was
 */
export async function releaseBlock(
  options: BlockOptions,
  listingId: string,
  blockId: string,
): Promise<BlockOutcome> {
  const { db } = options
  const { value: closed } = await retrying(AGAIN, async () => {
    return { done: true, value: await close(db, listingId, blockId) }
  })
  if (closed === undefined) return refusal({ code: 'not_found' })
  if (closed.toGiveBack) await giveBack(options, listingId, blockId)
  return { kind: 'done', block: await found(db, listingId, blockId) }
}

/** From here on the block's pools have no room left: whoever comes later is refused. */
function close(db: Database, listingId: string, blockId: string): Promise<BlockRow | undefined> {
  return db.transaction<BlockRow | undefined>('read committed', async (tx) => {
    const block = await lockBlock(tx, listingId, blockId)
    if (block === undefined) return rollback(undefined)
    if (block.state === 'tentative') {
      sendBlockState(tx, listingId, blockId, { state: 'released' })
      return commit(await found(tx, listingId, blockId))
    }
    const nights = await lockNights(tx, listingId, blockId, block.from, block.to)
    const slack = nights.filter(({ capacity, taken }) => taken < capacity)
    if (block.state === 'released' && slack.length === 0) return rollback(block)
    setCapacities(tx, listingId, slack, ({ taken }) => taken, 'what was not picked up goes back')
    sendBlockState(tx, listingId, blockId, { state: 'released', toGiveBack: true })
    return commit(await found(tx, listingId, blockId))
  })
}

/**
 * Cuts the block's reservation down to what its pools still have. They only ever fall once they are
 * closed: a change that was worked out from older figures would take rooms again, so it names the
 * version of the reservation that was there before the figures were read.
 */
async function giveBack(options: BlockOptions, listingId: string, blockId: string): Promise<void> {
  const { db, engine } = options
  for (let tries = 0; tries < GIVE_BACKS_MAX; tries += 1) {
    const block = await found(db, listingId, blockId)
    if (!block.toGiveBack || block.reservationId === null) return
    const [reservation] = await findReservations(db, listingId, [block.reservationId])
    if (reservation === undefined) throw new Error("a block's reservation is gone")
    const kept = await readKept(db, listingId, blockId)
    const command = cutDown(reservation, kept)
    const running = {
      db,
      strategy: engine.strategy,
      bounds: RETRY_DEFAULTS,
      limitedListings: new Set<string>(),
    }
    const { value } = await runTogether(running, listingId, [{ command, pin: undefined }])
    const [result] = value
    if (result?.kind !== 'answer') throw new Error('giving back never waits for units')
    const { outcome } = result
    if (outcome.kind === 'done') {
      await setGivenBack(db, listingId, blockId, block.version)
      if (!(await found(db, listingId, blockId)).toGiveBack) return
    } else if (outcome.refusal.code !== 'version_mismatch') {
      throw new Error(`a block could not give back: ${outcome.refusal.code}`)
    }
  }
  throw new HoldfastError(
    'contention',
    'the block has closed, and its guests cancel faster than it gives back; try again',
  )
}

function cutDown(reservation: Reservation, kept: Awaited<ReturnType<typeof readKept>>) {
  const { reservationId, version: expectedVersion } = reservation
  const common = { reservationId, expectedVersion, ofBlock: true } as const
  return kept.length === 0
    ? ({ kind: 'cancel', ...common } as const)
    : ({ kind: 'change', lines: kept, ...common } as const)
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

/**
 * Closes every block whose cut-off has come, and gives back what closed ones still have; the
 * sweeper's. Whatever goes wrong with one of them does not keep the others waiting.
 */
export async function sweepBlocks(options: BlockOptions): Promise<void> {
  let fault: unknown
  for (const { listingId, blockId } of await findDueBlocks(options.db, SWEEP_BATCH)) {
    try {
      await releaseBlock(options, listingId, blockId)
    } catch (error) {
      fault = error
    }
  }
  if (fault !== undefined) throw fault
}

function checkTerms({ name, from, to, quantity, cutOff }: BlockTerms): void {
  checkRange('from', from, 'to', to, STAY_NIGHTS_MAX)
  checkQuantity(quantity)
  checkCutOff(cutOff, to)
  if (name.length > 0 && isPlainText(name, NAME_LENGTH_MAX)) return
  throw new HoldfastError(
    'invalid_input',
    `a block's name has 1 to ${NAME_LENGTH_MAX} printable characters`,
  )
}

/** The block that was looked at or written a moment ago: blocks are never deleted. */
async function found(db: Pick<Tx, 'query'>, listingId: string, blockId: string): Promise<BlockRow> {
  const block = await readBlock(db, listingId, blockId)
  if (block === undefined) throw new Error('a block that was just there is gone')
  return block
}

function refusal(why: BlockRefusal): Extract<BlockOutcome, { kind: 'refused' }> {
  return { kind: 'refused', refusal: why }
}

function refuse(why: BlockRefusal): Decision<BlockOutcome> {
  return rollback(refusal(why))
}
