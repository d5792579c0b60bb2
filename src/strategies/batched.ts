/**
 * batched: many waiting requests share one locked transaction. The default in production.
 *
 * A row lock held across a commit is the limit of every strategy that pays both for each customer.
 * Here the engine hands over everybody who queued while the last transaction was busy: the pools
 * are locked once, in order, the demands decided in memory, first come first served, and written
 * with one statement. The statements are pessimistic's; what differs is how many share them.
 */
import { pessimistic } from './pessimistic.js'
import type { Strategy } from './strategy.js'

export const batched: Strategy = {
  ...pessimistic,
  name: 'batched',
  idea: 'everybody who waits shares one locked transaction',
  // With more, everybody waits for the same answer, and the second lane has nothing to prepare meanwhile.
  batchMax: 500,
}
