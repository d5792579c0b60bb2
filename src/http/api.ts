/** The service: /v1 with what belongs to it. Loaded only where it is asked for. */
import type { FastifyInstance } from 'fastify'
import { createKeyring } from '../access/keyring.js'
import { createTokens } from '../access/tokens.js'
import type { Engine } from '../engine/engine.js'
import { createPlaceLookup } from '../engine/reads/places.js'
import type { Database } from '../storage/driver/database.js'
import { hasApiKeys } from '../storage/tables/api-keys.js'
import type { Draining } from './guard/draining.js'
import type { LoopDelay } from './guard/loop-delay.js'
import type { Shedding } from './guard/shedding.js'
import { createLiveFeeds } from './live/live-feeds.js'
import { createMetrics } from './metrics/metrics.js'
import { type AppOptions, LIVE_DEFAULTS, type Limits } from './options.js'
import { describeRoutes, docsRoutes } from './routes/docs.js'
import { metricsRoute } from './routes/metrics.js'
import type { Services } from './services.js'
import { v1 } from './v1.js'

export interface ApiOptions extends Pick<AppOptions, 'live' | 'connectionsWaiting' | 'siblings'> {
  readonly db: Database
  readonly engine: Engine
  readonly limits: Limits
  readonly draining: Draining
  readonly shed: Shedding
  readonly loopDelay: LoopDelay
}

export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { db, engine, limits, draining, shed, loopDelay, connectionsWaiting, siblings } = options
  const live = { ...LIVE_DEFAULTS, ...options.live }
  const onError = (error: unknown) => app.log.warn({ err: error }, 'a background task failed')
  const feeds = createLiveFeeds({ db, pollMs: live.pollMs, onError })
  const keyring = createKeyring({ db, onError })
  const gauges = {
    loopDelayMs: () => loopDelay.ms,
    streams: () => feeds.listeners,
    connectionsWaiting,
  }
  const metrics = createMetrics(app, { engine, shed, gauges, siblings })
  const tokens = createTokens(db)
  const services: Services = {
    db,
    engine,
    keyring,
    tokens,
    metrics,
    feeds,
    places: createPlaceLookup(db),
    draining,
    shed,
    limits,
    live,
  }
  app.addHook('onReady', () => warnWithoutKeys(app, db))
  app.addHook('onClose', () => keyring.settled())
  metricsRoute(app, metrics)
  await describeRoutes(app)
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register((scope: FastifyInstance) => v1(scope, services), { prefix: '/v1' })
  await docsRoutes(app)
}

/** A service without keys is closed to everybody; whoever set it up wants to know why. */
async function warnWithoutKeys(app: FastifyInstance, db: Database): Promise<void> {
  try {
    if (await hasApiKeys(db)) return
  } catch {
    return
  }
  app.log.warn('there is no API key, so /v1 answers 401 to everybody: run `holdfast keys create`')
}
