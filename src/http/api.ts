/** The service: /v1 with what belongs to it. Loaded only where somebody wants it. */
import type { FastifyInstance } from 'fastify'
import type { Holdfast } from '../engine/holdfast.js'
import { feedRoutes } from './calendars/feed.js'
import type { Draining } from './guard/draining.js'
import { createLooks } from './guard/looks.js'
import type { LoopDelay } from './guard/loop-delay.js'
import type { Shedding } from './guard/shedding.js'
import { countStreams } from './live/stream-count.js'
import { createMetrics } from './metrics/metrics.js'
import { metricsRoute } from './metrics/route.js'
import { type AppOptions, LIVE_DEFAULTS, type Limits } from './options.js'
import { describeRoutes, docsRoutes } from './routes/docs.js'
import type { Services } from './services.js'
import { v1 } from './v1.js'
import { signOutRoute } from './web/session.js'

export interface ApiOptions
  extends Pick<AppOptions, 'holdfast' | 'live' | 'siblings' | 'trustProxy'> {
  readonly limits: Limits
  readonly draining: Draining
  readonly shed: Shedding
  readonly loopDelay: LoopDelay
}

export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { holdfast, limits, draining, shed, loopDelay, siblings } = options
  const streams = countStreams(limits)
  const { callerLooksMax } = limits
  const looks = createLooks({ callerLooksMax, requests: () => shed.taken })
  const gauges = {
    loopDelayMs: () => loopDelay.ms,
    streams: () => streams.open,
    connectionsWaiting: () => holdfast.waiting().connections,
  }
  const metrics = createMetrics(app, { holdfast, shed, gauges, siblings })
  const live = { ...LIVE_DEFAULTS, ...options.live }
  const services: Services = { holdfast, metrics, streams, looks, draining, shed, limits, live }
  app.addHook('onReady', () => warnWithoutKeys(app, holdfast))
  if (!options.trustProxy) warnOfProxy(app)
  app.addHook('onClose', () => holdfast.keyring.settled())
  metricsRoute(app, metrics)
  await describeRoutes(app)
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register((scope: FastifyInstance) => v1(scope, services), { prefix: '/v1' })
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register(async (scope: FastifyInstance) => signOutRoute(scope), { prefix: '/v1' })
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register((scope: FastifyInstance) => feedRoutes(scope, services))
  await docsRoutes(app)
}

/** A service without keys refuses every caller; the operator wants to know why. */
async function warnWithoutKeys(app: FastifyInstance, { keys }: Holdfast): Promise<void> {
  try {
    if (await keys.any()) return
  } catch {
    return
  }
  app.log.warn('there is no API key, so /v1 answers 401 to everybody: run `holdfast keys create`')
}

/** Behind a proxy that is not trusted all shoppers have one address, and one limit. */
function warnOfProxy(app: FastifyInstance): void {
  let warned = false
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    if (!warned && 'x-forwarded-for' in headers) {
      warned = true
      app.log.warn(
        'a proxy names the address of its client, and is not believed: all that come through it are ' +
          'limited as one address until HOLDFAST_TRUST_PROXY names the proxy',
      )
    }
    done()
  })
}
