/** Nights and blocks as the contract shows them. One function for each schema. */
import type { Block, BlockReport as BlockReportView } from '../../contract/block.js'
import type { Nights } from '../../contract/night.js'
import type { BlockRow, NightRow } from '../../engine/reads/rows.js'
import type { BlockReport } from '../../engine/sale/blocks.js'

export function showNights(
  listingId: string,
  resourceId: string,
  range: { readonly from: string; readonly to: string },
  rows: readonly NightRow[],
): Nights {
  const { from, to } = range
  return {
    listing_id: listingId,
    resource_id: resourceId,
    from,
    to,
    nights: rows.map(({ night, poolId, capacity, taken, minimumStay, onSale, version }) => ({
      night,
      pool_id: poolId,
      capacity,
      taken,
      available: Math.max(0, capacity - taken),
      minimum_stay: minimumStay,
      on_sale: onSale,
      version,
    })),
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
