/**
 * guarded: one conditional write, `moveIfFree`, and nothing before it.
 *
 * Only conditions on the row itself are checked again after a wait. A sum over other rows in the
 * same place would be as stale as a read in a statement of its own.
 */
import type { Line } from '../domain/reservation/demand.js'
import { explain, type TakenLine } from '../domain/reservation/verdict.js'
import { readCounts, sendUndo } from '../storage/tables/pools.js'
import { moveIfFree } from './move-if-free.js'
import { oneByOne, type Strategy } from './strategy.js'

export const guarded: Strategy = {
  name: 'guarded',
  idea: 'one conditional update … where taken + n <= capacity',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  take: oneByOne(async (tx, listingId, { lines }) => {
    const versions = await Promise.all(lines.map((line) => moveIfFree(tx, listingId, line)))
    const moved: TakenLine[] = []
    const refused: Line[] = []
    lines.forEach((line, i) => {
      const version = versions[i]
      if (version === undefined) refused.push(line)
      else moved.push({ ...line, version })
    })
    if (refused.length === 0) return { kind: 'taken', lines: moved }
    sendUndo(tx, listingId, moved)
    const poolIds = refused.map((line) => line.poolId)
    return explain(refused, await readCounts(tx, listingId, poolIds))
  }),
}
