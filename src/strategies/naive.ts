/**
 * naive: read, then write, each on its own. UNSAFE: Evento's first attempt, kept as a control.
 *
 * Nothing ties the look to the write. Everybody who looks before the first write lands sees the
 * same free rooms, and everybody takes them.
 */
import { poolIdsOf } from '../domain/demand.js'
import { allot } from '../domain/verdict.js'
import { readCounts, sendRises } from '../storage/pools.js'
import type { Strategy } from './strategy.js'

export const naive: Strategy = {
  name: 'naive',
  idea: 'read, then write, each on its own',
  safe: false,
  isolation: 'none',
  batchMax: 1,
  async take(tx, listingId, demands) {
    const seen = await readCounts(tx, listingId, poolIdsOf(demands))
    const { verdicts, rises } = allot(seen, demands)
    sendRises(tx, listingId, rises)
    return verdicts
  },
}
