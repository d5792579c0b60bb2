/** The run's seed, for tests that draw at random by themselves; fast-check is given it already. */
export const SEED = Number(process.env['HOLDFAST_TEST_SEED'])
