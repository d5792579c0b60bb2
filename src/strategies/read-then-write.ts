/**
 * Read the counters, decide, write what was decided: the statements that several strategies share.
 * Nothing here ties the read to the write. A strategy that uses it has to, or it oversells.
 */
import { poolIdsOf } from '../domain/reservation/demand.js'
import { allot } from '../domain/reservation/verdict.js'
import { readCounts, sendCounterChanges } from '../storage/tables/pools.js'
import type { Strategy } from './strategy.js'

export const readThenWrite: Strategy['take'] = async (tx, listingId, demands) => {
  const seen = await readCounts(tx, listingId, poolIdsOf(demands))
  const { verdicts, counterChanges: rises } = allot(seen, demands)
  sendCounterChanges(tx, listingId, rises)
  return verdicts
}
