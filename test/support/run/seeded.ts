/** Runs before each test file: what fast-check draws comes from the run's seed. */
import fc from 'fast-check'
import { SEED } from '../seed.js'

fc.configureGlobal({ seed: SEED })
