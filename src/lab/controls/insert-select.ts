/**
 * insert-select: the sum is checked in the WHERE of the very statement that takes. UNSAFE.
 *
 * One statement looks like one step. But it reads by a snapshot made when it began: sums of rows
 * that somebody has not committed yet are not in it. When it then waits for the pool's row,
 * PostgreSQL looks again at that row alone; the sum stays what it was.
 *
 * Found in: thunder-id/thunderid#5446, ChatSift/chatsift#398 (`insert … select … where (select
 * count(*) …) < limit`, and a comment that says it cannot be overshot).
 */
import type { Line } from '../../domain/reservation/demand.js'
import { explain, type TakenLine } from '../../domain/reservation/verdict.js'
import { sql } from '../../storage/driver/statement.js'
import { readCounts, sendUndo } from '../../storage/tables/pools.js'
import { oneByOne } from '../../strategies/strategy.js'
import type { Control } from './control.js'
import { SUM_OF_LINES } from './lines.js'

const MOVE_IF_THE_SUM_FITS = sql('insert_select.take')`
  update pools
  set taken = taken + $3,
      version = version + 1
  where listing_id = $1
    and pool_id = $2
    and ($3 < 0 or $3 <= capacity - ${SUM_OF_LINES})
  returning version`

export const insertSelect: Control = {
  name: 'insert-select',
  idea: 'the sum is checked in the WHERE of the statement that takes',
  safe: false,
  isolation: 'read committed',
  batchMax: 1,
  take: oneByOne(async (tx, listingId, { lines }) => {
    const moved: TakenLine[] = []
    const refused: Line[] = []
    for (const line of lines) {
      const values = [listingId, line.poolId, line.quantity]
      const [row] = await tx.query<{ version: number }>(MOVE_IF_THE_SUM_FITS, values)
      if (row === undefined) refused.push(line)
      else moved.push({ ...line, version: row.version })
    }
    if (refused.length === 0) return { kind: 'taken', lines: moved }
    sendUndo(tx, listingId, moved)
    const poolIds = refused.map((line) => line.poolId)
    return explain(refused, await readCounts(tx, listingId, poolIds))
  }),
}
