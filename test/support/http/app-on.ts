/** The application as production builds it, on any database. */
import type { FastifyInstance } from 'fastify'
import { createEngine } from '../../../src/engine/engine.js'
import { type AppOptions, createApp } from '../../../src/http/app.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'

export function appOn(db: Database, options: Partial<AppOptions> = {}): FastifyInstance {
  return createApp({
    db,
    engines: [],
    engine: createEngine({ db, strategy: STRATEGIES.batched }),
    ...options,
    // A test waits for its own machine, which is slow and shared.
    limits: { loopDelayMsMax: 60_000, ...options.limits },
  })
}
