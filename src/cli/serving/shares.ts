/** Divides what the whole service may use among its workers. */

/** With one connection, a worker could answer no caller while that connection waits for a lock. */
const CONNECTIONS_MIN = 2

/**
 * How many of `total` connections to the database a worker gets: an equal share, one more for the
 * first workers when it does not divide evenly, and at least two.
 *
 * @param worker from 1 up to `workers`
 */
export function connectionsOf(total: number, worker: number, workers: number): number {
  const more = worker <= total % workers ? 1 : 0
  return Math.max(CONNECTIONS_MIN, Math.floor(total / workers) + more)
}
