/** Every strategy, by name. A new one is a file, a test that calls the conformance suite, a line here. */
import { advisory } from './advisory.js'
import { batched } from './batched.js'
import { guarded } from './guarded.js'
import { optimistic } from './optimistic.js'
import { pessimistic } from './pessimistic.js'
import { serializable } from './serializable.js'
import { skipLocked } from './skip-locked.js'
import type { Strategy, StrategyName } from './strategy.js'

export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  pessimistic,
  optimistic,
  guarded,
  serializable,
  advisory,
  'skip-locked': skipLocked,
  batched,
}
