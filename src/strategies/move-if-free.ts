/**
 * One conditional write: the condition stands in the statement that takes, so PostgreSQL checks it
 * against the row as it is when the row's lock is finally held. Two strategies end in it.
 */
import type { Line } from '../domain/reservation/demand.js'
import type { Tx } from '../storage/driver/database.js'
import { sql } from '../storage/driver/statement.js'
import { overcommittedAfter } from '../storage/tables/pools.js'

// Not `taken + $3 <= capacity`: in a pool with the largest capacity that an integer can hold, that
// sum overflows.
const MOVE_IF_FREE = sql('move_if_free.take')`
  update pools
  set taken = taken + $3,
      version = version + 1,
      overcommitted = ${overcommittedAfter('$3')}
  where listing_id = $1
    and pool_id = $2
    and ($3 < 0 or $3 <= capacity - taken)
  returning version`

/**
 * Takes the units of a line, or gives them back where its quantity is negative; giving back always
 * succeeds.
 *
 * @returns the pool's new version; undefined when the pool has not as many units left, or does not
 * exist in the listing
 */
export async function moveIfFree(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  { poolId, quantity }: Line,
): Promise<number | undefined> {
  const [row] = await tx.query<{ version: number }>(MOVE_IF_FREE, [listingId, poolId, quantity])
  return row?.version
}
