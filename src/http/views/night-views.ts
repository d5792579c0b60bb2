/** Nights and blocks as the contract shows them. One function for each schema. */
import type { Block, BlockReport as BlockReportView } from '../../contract/block.js'
import type { Night, Nights } from '../../contract/night.js'
import type { BlockRow } from '../../engine/reads/rows.js'
import type { BlockReport } from '../../engine/sale/blocks.js'
import type { NightShown } from '../../engine/sale/nights.js'

export function showNights(
  listingId: string,
  resourceId: string,
  range: { readonly from: string; readonly to: string },
  rows: readonly NightShown[],
): Nights {
  const { from, to } = range
  return {
    listing_id: listingId,
    resource_id: resourceId,
    from,
    to,
    nights: rows.map(showNight),
  }
}

function showNight(row: NightShown): Night {
  const { night, poolId, capacity, taken, version } = row
  return {
    night,
    pool_id: poolId,
    capacity,
    taken,
    available: row.bookable ? Math.max(0, capacity - taken) : 0,
    minimum_stay: row.minimumStay,
    maximum_stay: row.maximumStay,
    closed_to_arrival: row.closedToArrival,
    closed_to_departure: row.closedToDeparture,
    on_sale: row.onSale,
    version,
  }
}

export function showBlock(listingId: string, block: BlockRow): Block {
  return {
    id: block.blockId,
    listing_id: listingId,
    name: block.name,
    resource_id: block.resourceId,
    from: block.from,
    to: block.to,
    quantity: block.quantity,
    cut_off: block.cutOff,
    state: block.state,
    version: block.version,
    created_at: new Date(block.createdAtMs).toISOString(),
    updated_at: new Date(block.updatedAtMs).toISOString(),
  }
}

export function showBlockReport(
  listingId: string,
  { block, nights }: BlockReport,
): BlockReportView {
  return {
    ...showBlock(listingId, block),
    nights: nights.map(({ night, blocked, pickedUp, left }) => {
      return { night, blocked, picked_up: pickedUp, left }
    }),
  }
}
