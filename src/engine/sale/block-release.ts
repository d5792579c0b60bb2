/**
 * The end of a block: its pools are closed first, and what was not picked up is given back in a
 * transaction of its own after that. A crash in between leaves rooms unsold for a moment, and sells
 * none twice: `toGiveBack` stays, and the next call or the sweeper finishes it.
 */
import { HoldfastError } from '../../domain/errors.js'
import { type Attribution, BY_SYSTEM } from '../../domain/journal.js'
import type { Reservation } from '../../domain/reservation/reservation.js'
import { acknowledge, commit, type Database, rollback } from '../../storage/driver/database.js'
import { findDueBlocks } from '../../storage/every-listing.js'
import {
  type BlockRow,
  lockBlock,
  readKept,
  sendBlockState,
  setGivenBack,
} from '../../storage/tables/blocks.js'
import { lockNights } from '../../storage/tables/nights.js'
import { findReservations } from '../../storage/tables/reservations.js'
import { noted } from '../../storage/tables/settings.js'
import { retrying } from '../retry.js'
import { isOfTheDatabase, SetAside } from '../upkeep/set-aside.js'
import {
  AGAIN,
  type BlockOptions,
  type BlockOutcome,
  blockRefused,
  foundBlock,
} from './block-outcome.js'
import { setCapacities } from './nights.js'

/** How often giving back starts again because the block has closed more meanwhile. */
const GIVE_BACKS_MAX = 8
const SWEEP_BATCH = 200

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
  by: Attribution = BY_SYSTEM,
): Promise<BlockOutcome> {
  const { db } = options
  const { value: closed } = await retrying(AGAIN, async () => {
    return { done: true, value: await close(db, listingId, blockId, by) }
  })
  if (closed === undefined) return blockRefused({ code: 'not_found' })
  if (closed.toGiveBack) await giveBack(options, listingId, blockId, by)
  return { kind: 'done', block: await foundBlock(db, listingId, blockId) }
}

/** From here on the block's pools have no room left: whoever comes later is refused. */
function close(
  db: Database,
  listingId: string,
  blockId: string,
  by: Attribution,
): Promise<BlockRow | undefined> {
  return db.transaction<BlockRow | undefined>('read committed', async (tx) => {
    const block = await lockBlock(tx, listingId, blockId)
    if (block === undefined) return rollback(undefined)
    const noting = { kind: 'block_released', id: blockId, by } as const
    if (block.state === 'tentative') {
      await noted(tx, listingId, noting, () =>
        sendBlockState(tx, listingId, blockId, { state: 'released' }),
      )
      return commit(await foundBlock(tx, listingId, blockId))
    }
    const nights = await lockNights(tx, listingId, blockId, block.from, block.to)
    const slack = nights.filter(({ capacity, taken }) => taken < capacity)
    if (block.state === 'released' && slack.length === 0) return acknowledge(block)
    const reason = by.reason ?? 'what was not picked up goes back'
    setCapacities(tx, listingId, slack, ({ taken }) => taken, { ...by, reason })
    await noted(tx, listingId, noting, () =>
      sendBlockState(tx, listingId, blockId, { state: 'released', toGiveBack: true }),
    )
    return commit(await foundBlock(tx, listingId, blockId))
  })
}

/**
 * Cuts the block's reservation down to what its pools still have. They only ever fall once they are
 * closed: a change that was worked out from older figures would take rooms again, so it names the
 * version of the reservation that was there before the figures were read.
 */
async function giveBack(
  options: BlockOptions,
  listingId: string,
  blockId: string,
  by: Attribution,
): Promise<void> {
  const { db, engine } = options
  for (let tries = 0; tries < GIVE_BACKS_MAX; tries += 1) {
    const block = await foundBlock(db, listingId, blockId)
    if (!block.toGiveBack || block.reservationId === null) return
    const [reservation] = await findReservations(db, listingId, [block.reservationId])
    if (reservation === undefined) throw new Error("a block's reservation is gone")
    const kept = await readKept(db, listingId, blockId)
    const command = cutDown(reservation, kept)
    const outcome = await engine.run(listingId, command, by)
    if (outcome.kind === 'done') {
      await setGivenBack(db, listingId, blockId, block.version)
      if (!(await foundBlock(db, listingId, blockId)).toGiveBack) return
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
 * One round: closes every block whose cut-off has come, and gives back what closed ones still have; the
 * sweeper's. A block that fails is set aside, and does not keep the others waiting.
 */
export async function releaseDueBlocks(
  options: BlockOptions,
  failing: SetAside = new SetAside(),
): Promise<void> {
  const due = await findDueBlocks(options.db, SWEEP_BATCH, failing.ids())
  for (const { listingId, blockId } of due) {
    try {
      await releaseBlock(options, listingId, blockId)
      failing.succeeded(blockId)
    } catch (error) {
      if (isOfTheDatabase(error)) throw error
      failing.failed(blockId, cannotRelease(listingId, blockId, error))
    }
  }
}

function cannotRelease(listingId: string, blockId: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `the block ${blockId} of listing ${listingId} is past its cut-off and cannot be closed (${why}); it is tried again later`,
    { cause },
  )
}
