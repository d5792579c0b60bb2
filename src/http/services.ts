/** What the routes of /v1 work with; made once, in `api.ts`. */
import type { Engine } from '../engine/engine.js'
import type { Database } from '../storage/database.js'
import type { Draining } from './draining.js'
import type { Keyring } from './keyring.js'
import type { LiveFeeds } from './live-feeds.js'
import type { Metrics } from './metrics.js'
import type { Limits, LiveOptions } from './options.js'
import type { PlaceLookup } from './places.js'
import type { Shedding } from './shedding.js'
import type { Tokens } from './tokens.js'

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
  readonly live: LiveOptions
}
