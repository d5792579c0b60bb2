/** What the routes of /v1 work with; made once, in `api.ts`. */
import type { Holdfast } from '../engine/holdfast.js'
import type { Draining } from './guard/draining.js'
import type { Looks } from './guard/looks.js'
import type { Shedding } from './guard/shedding.js'
import type { StreamCount } from './live/stream-count.js'
import type { Metrics } from './metrics/metrics.js'
import type { Limits, LiveStreamOptions } from './options.js'

export interface Services {
  /** Every operation of the routes goes through it. */
  readonly holdfast: Holdfast
  readonly metrics: Metrics
  readonly streams: StreamCount
  readonly looks: Looks
  readonly draining: Draining
  readonly shed: Shedding
  readonly limits: Limits
  readonly live: LiveStreamOptions
}
