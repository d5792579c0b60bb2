/** What all visits of a race have in common. */

import type { Recorder } from '../history/recorder.js'
import type { RaceOptions } from '../race/race.js'
import type { Tally } from '../race/tally.js'
import type { Scenario } from '../scenarios/scenario.js'
import type { Doors } from './doors.js'
import type { Face } from './face.js'
import type { Pairs } from './pairs.js'

export interface Ground {
  readonly race: RaceOptions
  readonly scenario: Scenario
  /** What is on sale, in its order. */
  readonly poolIds: readonly string[]
  readonly face: Face
  readonly doors: Doors
  /** Undefined where nobody waits for anybody. */
  readonly pairs: Pairs | undefined
  readonly recorder: Recorder
  readonly tally: Tally
  /** Aborted when the race is to end before it is over. */
  readonly signal: AbortSignal
}
