/** The application as production builds it, on any database. */
import type { FastifyInstance } from 'fastify'
import { type CompositionOptions, holdfastOn } from '../../../src/engine/holdfast.js'
import { type AppOptions, createApp } from '../../../src/http/app.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'

export interface AppOnOptions extends Partial<AppOptions> {
  /** How the Holdfast is put together that is served; default `batched`. */
  readonly made?: Partial<CompositionOptions>
}

/** No test asks a name server. */
const ON_THE_INTERNET = { resolve: async () => ['93.184.216.34'] }

export function appOn(db: Database, { made, ...options }: AppOnOptions = {}): FastifyInstance {
  return createApp({
    holdfast: holdfastOn(db, { strategy: STRATEGIES.batched, webhooks: ON_THE_INTERNET, ...made }),
    // A run may name a server that is quick instead of durable.
    unsafeDurability: true,
    ...options,
    // A test waits for its own machine, which is slow and shared.
    limits: { loopDelayMsMax: 60_000, ...options.limits },
  })
}
