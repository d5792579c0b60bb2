/** What the routes of /v1 work with; made once, in `api.ts`. */

import type { Keyring } from '../access/keyring.js'
import type { Tokens } from '../access/tokens.js'
import type { Engine } from '../engine/engine.js'
import type { PlaceLookup } from '../engine/reads/places.js'
import type { Database } from '../storage/driver/database.js'
import type { Draining } from './guard/draining.js'
import type { Shedding } from './guard/shedding.js'
import type { LiveFeeds } from './live/live-feeds.js'
import type { Metrics } from './metrics/metrics.js'
import type { Limits, LiveStreamOptions } from './options.js'

export interface Services {
  readonly db: Database
  readonly engine: Engine
  readonly keyring: Keyring
  readonly tokens: Tokens
  readonly metrics: Metrics
  readonly feeds: LiveFeeds
  readonly places: PlaceLookup
  readonly draining: Draining
  readonly shed: Shedding
  readonly limits: Limits
  readonly live: LiveStreamOptions
}
