/** Divides what the whole service may use among its workers. */

/** A worker with one connection could not answer anybody while that one waits for a lock. */
const CONNECTIONS_MIN = 2

/**
 * How many of `total` connections to the database a worker gets: an equal share, the first workers
 * one more if it does not come out even, and two at the least.
 *
 * @param worker from 1 up to `workers`
 */
export function connectionsOf(total: number, worker: number, workers: number): number {
  const more = worker <= total % workers ? 1 : 0
  return Math.max(CONNECTIONS_MIN, Math.floor(total / workers) + more)
}
