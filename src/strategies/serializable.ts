/**
 * serializable: read the counters, then write, in a transaction that PostgreSQL promises to run as if
 * it were alone. A transaction that writes a row which another has changed since its snapshot
 * gets 40001 (serialization_failure), and the engine runs the whole transaction again.
 */
import { readThenWrite } from './read-then-write.js'
import type { Strategy } from './strategy.js'

export const serializable: Strategy = {
  name: 'serializable',
  idea: 'let PostgreSQL abort the loser, and retry',
  safe: true,
  isolation: 'serializable',
  batchMax: 1,
  take: readThenWrite,
}
