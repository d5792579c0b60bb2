/**
 * guarded: one conditional write. The condition stands in the statement that takes, so PostgreSQL
 * checks it against the row as it is when the row's lock is finally held.
 *
 * Only conditions on the row itself are checked again after a wait. A sum over other rows in the
 * same place would be as stale as a read in a statement of its own.
 */
import type { Line } from '../domain/reservation/demand.js'
import { explain, type TakenLine } from '../domain/reservation/verdict.js'
import { readCounts, sendUndo } from '../storage/tables/pools.js'
import { oneByOne, type Strategy } from './strategy.js'

// Not `taken + $3 <= capacity`: in a pool as large as an integer can count, that sum is none.
const MOVE_IF_FREE = `
  update pools
  set taken = taken + $3,
      version = version + 1,
      overcommitted = greatest(0, least(overcommitted, taken + $3 - capacity))
  where listing_id = $1
    and pool_id = $2
    and ($3 < 0 or $3 <= capacity - taken)
  returning version`

export const guarded: Strategy = {
  name: 'guarded',
  idea: 'one conditional update … where taken + n <= capacity',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  take: oneByOne(async (tx, listingId, { lines }) => {
    const answers = await Promise.all(
      lines.map((line) =>
        tx.query<{ version: number }>(MOVE_IF_FREE, [listingId, line.poolId, line.quantity]),
      ),
    )
    const moved: TakenLine[] = []
    const refused: Line[] = []
    lines.forEach((line, i) => {
      const version = answers[i]?.[0]?.version
      if (version === undefined) refused.push(line)
      else moved.push({ ...line, version })
    })
    if (refused.length === 0) return { kind: 'taken', lines: moved }
    sendUndo(tx, listingId, moved)
    const poolIds = refused.map((line) => line.poolId)
    return explain(refused, await readCounts(tx, listingId, poolIds))
  }),
}
