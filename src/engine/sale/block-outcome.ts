/** What a block's operations come to, and what they are run with. */
import type { Refusal } from '../../domain/reservation/outcome.js'
import type { Database, Tx } from '../../storage/driver/database.js'
import { type BlockRow, readBlock } from '../../storage/tables/blocks.js'
import type { Engine } from '../engine.js'
import { NO_PLACES, type Places } from '../reads/places.js'
import { RETRY_DEFAULTS } from '../retry.js'

export type BlockRefusal = Refusal | { readonly code: 'block_limit'; readonly limit: number }

export type BlockOutcome =
  | { readonly kind: 'done'; readonly block: BlockRow }
  | {
      readonly kind: 'refused'
      readonly refusal: BlockRefusal
      /** Which of the pools that it names are nights or slots. */
      readonly places: Places
    }

/** What blocks are worked on with. */
export interface BlockOptions {
  readonly db: Database
  readonly engine: Pick<Engine, 'run' | 'transact'>
}

// A block's work may be asked for again: what it came to is in the block's own row.
export const AGAIN = { ...RETRY_DEFAULTS, resolveUnknown: true }

/** The block that was looked at or written a moment ago: blocks are never deleted. */
export async function foundBlock(
  db: Pick<Tx, 'query'>,
  listingId: string,
  blockId: string,
): Promise<BlockRow> {
  const block = await readBlock(db, listingId, blockId)
  if (block === undefined) throw new Error('a block that was just there is gone')
  return block
}

export function blockRefused(why: BlockRefusal): Extract<BlockOutcome, { kind: 'refused' }> {
  return { kind: 'refused', refusal: why, places: NO_PLACES }
}
