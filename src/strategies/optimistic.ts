/**
 * optimistic: look without a lock, then write only if no other transaction wrote meanwhile.
 *
 * Evento compares the time of the last change; two changes can share a time, so here it is a
 * version that cannot repeat. A refusal needs no write and no lock: the counters that it was read
 * from are a committed state of the pool.
 */
import { poolIdsOf } from '../domain/reservation/demand.js'
import { allot } from '../domain/reservation/verdict.js'
import { sql } from '../storage/driver/statement.js'
import { overcommittedAfter, readCounts } from '../storage/tables/pools.js'
import type { Strategy } from './strategy.js'

const MOVE_IF_UNCHANGED = sql('optimistic.take')`
  update pools
  set taken = taken + $3,
      version = version + $5,
      overcommitted = ${overcommittedAfter('$3')}
  where listing_id = $1
    and pool_id = $2
    and version = $4
  returning version`

export const optimistic: Strategy = {
  name: 'optimistic',
  idea: 'compare a version at the write, else start again',
  safe: true,
  isolation: 'read committed',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const seen = await readCounts(tx, listingId, poolIdsOf(demands))
    const { verdicts, counterChanges: rises } = allot(seen, demands)
    const versionSeen = new Map(seen.map((pool) => [pool.poolId, pool.version]))
    const written = await Promise.all(
      rises.map(({ poolId, units, steps }) =>
        tx.query(MOVE_IF_UNCHANGED, [listingId, poolId, units, versionSeen.get(poolId), steps]),
      ),
    )
    return written.every((rows) => rows.length === 1) ? verdicts : [{ kind: 'conflict' }]
  },
}
