/** Tells staff, by events that no command writes: a block is near its cut-off, deliveries were given up. */
import type { Tx } from '../../storage/driver/database.js'
import { tellOfClosingBlocks, tellOfDeadDeliveries } from '../../storage/every-listing.js'

/** How long before its cut-off a block is told of: time to remind the party of it. */
const CLOSING_WITHIN_SECONDS = 3 * 86_400
/** What the same fault brings about is mostly there by then. */
const DEAD_AFTER_SECONDS = 300
/** A maintainer that was away for a day catches up. */
const DEAD_LAST_SECONDS = 86_400

/** Any number of servers may do it side by side: each thing is told of once. */
export async function tellStaff(db: Pick<Tx, 'query'>): Promise<void> {
  await tellOfClosingBlocks(db, CLOSING_WITHIN_SECONDS)
  await tellOfDeadDeliveries(db, DEAD_AFTER_SECONDS, DEAD_LAST_SECONDS)
}
