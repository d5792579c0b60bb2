/**
 * How much of what a test could do for ever it does. `npm test` runs often and on two cores: little of
 * it. `npm run test:random` looks for what nobody has thought of: all.
 */
const IS_SEARCH = process.env['HOLDFAST_TEST_SEARCH'] === 'on'

/**
 * @example
 * await fc.assert(property, { numRuns: amount({ always: 4, searching: 20 }) })
 */
export function amount({ always, searching }: { always: number; searching: number }): number {
  return IS_SEARCH ? searching : always
}
