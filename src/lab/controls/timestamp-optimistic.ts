/**
 * timestamp-optimistic: compare the time of the last change, in whole seconds. UNSAFE.
 *
 * Evento's optimistic strategy with a clock that ticks slowly: whatever is changed within one tick
 * looks unchanged, so the compare passes although somebody wrote in between. Evento's own
 * microseconds repeat less often; nothing keeps them from it.
 *
 * Found in: sequelize/sequelize#12974, where JavaScript's milliseconds never equal PostgreSQL's
 * microseconds and whole seconds are the way out. `pools` has no such column: the lab adds one to
 * its own database.
 */
import { poolIdsOf } from '../../domain/reservation/demand.js'
import { allot, type PoolCount } from '../../domain/reservation/verdict.js'
import { sql } from '../../storage/driver/statement.js'
import type { Control } from './control.js'

const LOOK = sql('timestamp_optimistic.look')`
  select pool_id as "poolId", capacity, taken, version, updated_at::text as "updatedAt"
  from pools
  where listing_id = $1
    and pool_id = any($2::uuid[])
  order by pool_id`

const MOVE_IF_UNCHANGED = sql('timestamp_optimistic.take')`
  update pools
  set taken = taken + $3,
      version = version + 1,
      updated_at = date_trunc('second', clock_timestamp())
  where listing_id = $1
    and pool_id = $2
    and updated_at = $4::timestamptz
  returning version`

export const timestampOptimistic: Control = {
  name: 'timestamp-optimistic',
  idea: 'compare the time of the last change, to the second',
  safe: false,
  isolation: 'read committed',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const seen = await tx.query<PoolCount & { updatedAt: string }>(LOOK, [
      listingId,
      poolIdsOf(demands),
    ])
    const { verdicts, counterChanges } = allot(seen, demands)
    const seenAt = new Map(seen.map((pool) => [pool.poolId, pool.updatedAt]))
    const written = await Promise.all(
      counterChanges.map(({ poolId, units }) =>
        tx.query(MOVE_IF_UNCHANGED, [listingId, poolId, units, seenAt.get(poolId)]),
      ),
    )
    return written.every((rows) => rows.length === 1) ? verdicts : [{ kind: 'conflict' }]
  },
}
