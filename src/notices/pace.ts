/** How long a delivery that failed waits for its next attempt. Pure. */

const FIRST_MS = 2_000
const MOST_MS = 6 * 3_600_000

/**
 * Doubles with each attempt, from 2 s to 6 h, and up to a quarter is drawn on top, so that what failed
 * together does not come again together: some 25 attempts in three days.
 *
 * @param attempts how often it has been tried
 */
export function pauseMsAfter(attempts: number, random: () => number): number {
  const pauseMs = Math.min(MOST_MS, FIRST_MS * 2 ** (attempts - 1))
  return Math.round(pauseMs * (1 + random() / 4))
}
