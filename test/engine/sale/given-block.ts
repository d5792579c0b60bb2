/** A hotel with a block, and its verbs, for tests of blocks. */
import type { BlockOutcome } from '../../../src/engine/sale/block-outcome.js'
import { releaseBlock, releaseDueBlocks } from '../../../src/engine/sale/block-release.js'
import { createBlock, lookAtBlock, makeDefinite } from '../../../src/engine/sale/blocks.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import type { Database } from '../../../src/storage/driver/database.js'
import type { StrategyName } from '../../../src/strategies/strategy.js'
import { day, givenHotel, nightsOf, soldByNight } from '../../support/stock/nights.js'
import { engineOn } from '../../support/stock/reservations.js'

const customer = 'ada@example.com'

/** The block of an outcome that has to be a yes. */
export function kept(outcome: BlockOutcome) {
  if (outcome.kind === 'done') return outcome.block
  throw new Error(`expected a yes, was refused: ${JSON.stringify(outcome.refusal)}`)
}

/** A hotel of ten rooms for five nights, and a tentative block of four of them on nights 1 to 3. */
export async function givenBlock(db: Database, strategy: StrategyName = 'batched', quantity = 4) {
  const engine = engineOn(db, strategy, 50)
  const { listingId, resourceIds } = await givenHotel(db, 5, [10])
  const [resourceId = ''] = resourceIds
  const terms = {
    name: 'A conference',
    resourceId,
    from: day(1),
    to: day(4),
    quantity,
    cutOff: day(0),
  }
  const { blockId } = kept(await createBlock(db, listingId, terms))
  const options = { db, engine }
  const nights = (from: number, to: number) => ({ checkIn: day(from), checkOut: day(to) })
  return {
    engine,
    listingId,
    resourceId,
    blockId,
    terms,
    define: () => makeDefinite(options, listingId, blockId),
    release: () => releaseBlock(options, listingId, blockId),
    sweep: () => releaseDueBlocks(options),
    /** A guest of the party. */
    pickUp: (from: number, to: number, rooms = 1) => {
      const lines = [{ blockId, ...nights(from, to), quantity: rooms }]
      return engine.reserve(listingId, { customer, lines })
    },
    /** Somebody else. */
    book: (from: number, to: number, rooms = 1) => {
      const lines = [{ resourceId, ...nights(from, to), quantity: rooms }]
      return engine.reserve(listingId, { customer, lines })
    },
    /** Per night of the hotel: rooms taken, the block's among them. */
    taken: async () => {
      const range = { from: day(0), to: day(5) }
      return (await nightsOf(db, listingId, resourceId, range)).map((night) => night.taken)
    },
    /** Per night of the block: picked up and left. */
    pickUps: async () => {
      const report = await lookAtBlock(options, listingId, blockId)
      return report?.nights.map(({ pickedUp, left }) => [pickedUp, left])
    },
    state: async () => (await lookAtBlock(options, listingId, blockId))?.block.state,
    /** Rooms that guests hold, however they came by them, with the block's own claim left out. */
    guests: async () => {
      const [general, party] = await Promise.all([
        soldByNight(db, listingId, resourceId),
        soldByNight(db, listingId, blockId),
      ])
      const own = await db.query<{ night: string; rooms: number }>(
        `select nights.night::text, sum(lines.quantity) as rooms
         from reservations
         join reservation_lines as lines using (listing_id, reservation_id)
         join nights using (listing_id, pool_id)
         where customer = $1 and given_back_version is null group by nights.night`,
        [`block:${blockId}`],
      )
      const claim = new Map(own.map(({ night, rooms }) => [night, rooms]))
      return [0, 1, 2, 3, 4].map((night) => {
        const date = day(night)
        return (general[date] ?? 0) - (claim.get(date) ?? 0) + (party[date] ?? 0)
      })
    },
    drift: async () => (await audit(db, listingId)).drift,
  }
}
