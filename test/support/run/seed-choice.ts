/**
 * The one number from which tests draw whatever they draw at random. `npm test` draws the same every
 * time; `npm run test:random` takes a new seed, prints it, and prints how to run the same again.
 */
import { randomInt } from 'node:crypto'

export const FIXED_SEED = 1

const SEED_MAX = 2 ** 31 - 1

/**
 * HOLDFAST_TEST_SEED where it is set. It is set here as well: the configuration may be read more than
 * once, and all of the run has one seed.
 *
 * @param mode of vitest; `random` draws a seed
 */
export function chooseSeed(mode: string): string {
  const given = process.env['HOLDFAST_TEST_SEED']
  const seed = given ?? String(mode === 'random' ? randomInt(2, SEED_MAX) : FIXED_SEED)
  if (!/^\d+$/.test(seed) || Number(seed) > SEED_MAX) {
    throw new Error(`HOLDFAST_TEST_SEED is ${seed}; allowed: a whole number up to ${SEED_MAX}`)
  }
  process.env['HOLDFAST_TEST_SEED'] = seed
  return seed
}
