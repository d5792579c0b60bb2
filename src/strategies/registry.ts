/** Every strategy, by name. A new one is a file, a test that calls the conformance suite, a line here. */
import { advisory } from './advisory.js'
import { atomic } from './atomic.js'
import { batched } from './batched.js'
import { guarded } from './guarded.js'
import { naive } from './naive.js'
import { optimistic } from './optimistic.js'
import { pessimistic } from './pessimistic.js'
import { serializable } from './serializable.js'
import { skipLocked } from './skip-locked.js'
import type { Strategy, StrategyName } from './strategy.js'

export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  naive,
  atomic,
  pessimistic,
  optimistic,
  guarded,
  serializable,
  advisory,
  'skip-locked': skipLocked,
  batched,
}
