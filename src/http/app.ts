/** Builds the HTTP application; it never listens, so that tests can call it without a socket. */
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { eventoRoutes } from './evento/evento.js'
import { proxiesOf } from './guard/client-address.js'
import { createDraining, type DrainKind } from './guard/draining.js'
import { watchLoopDelay } from './guard/loop-delay.js'
import { openToPages } from './guard/pages.js'
import { shedding } from './guard/shedding.js'
import { boundSockets } from './guard/sockets.js'
import { mailboxRoutes } from './mailbox/route.js'
import { type AppOptions, LIMIT_DEFAULTS, type Limits } from './options.js'
import { healthRoutes } from './routes/health.js'
import { withoutRows } from './wire/logged-errors.js'
import { HttpProblem, onError } from './wire/problems.js'
import { onSocketError } from './wire/socket-errors.js'
import { requestIdOf, setStandardHeaders, standardHeaders } from './wire/standard-headers.js'
import { childLogger, continueTraces } from './wire/traces.js'
import { answerUnknownRoutes } from './wire/unknown-routes.js'
import { contractSchemas } from './wire/validation.js'

export type { AppOptions } from './options.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Ends streams at once, and each connection with its next answer. With `stop`, the default, the
     * server says from now on that it is not ready.
     */
    drain(kind?: DrainKind): void
  }
}

/** A request's head and body must have arrived within this time. */
const REQUEST_TIMEOUT_MS = 10_000
/** How often that is looked at. */
const TIMEOUT_CHECK_MS = 2_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const BODY_BYTES_MAX = 16 * 1024
const HEAD_BYTES_MAX = 16 * 1024
/** Far longer than any id. A longer parameter is answered with 414, a shorter one is an unknown id. */
const PARAM_LENGTH_MAX = 1024

const TOO_MANY_SOCKETS =
  'one address has HOLDFAST_ADDRESS_SOCKETS_MAX sockets open, and gets no more; if it is a proxy, name ' +
  'it in HOLDFAST_TRUST_PROXY'

export function createApp(options: AppOptions): FastifyInstance {
  const { holdfast, evento } = options
  const limits = { ...LIMIT_DEFAULTS, ...options.limits }
  const draining = createDraining()
  const loopDelay = watchLoopDelay()
  const app = bareApp(options, limits)
  app.decorate('drain', (kind?: DrainKind) => draining.begin(kind))
  app.decorateReply('problemCode')
  if (options.tracing !== undefined) continueTraces(app, options.tracing)
  standardHeaders(app)
  openToPages(app)
  const shed = shedding(app, limits, loopDelay, draining)
  app.addHook('onRequest', refuseBrokenEscapes)
  app.addHook('onResponse', logAnswer)
  app.addHook('preClose', async () => draining.begin())
  app.addHook('onClose', async () => loopDelay.stop())
  app.setErrorHandler(onError)
  answerUnknownRoutes(app)
  if (options.v1 !== false) {
    const service = async (scope: FastifyInstance) => {
      const { api } = await import('./api.js')
      await api(scope, { ...options, limits, draining, shed, loopDelay })
    }
    // Not in a scope of its own, because its metrics observe every answer.
    void app.register(Object.assign(service, { [Symbol.for('skip-override')]: true }))
  }
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  void app.register(async (scope) => healthRoutes(scope, { ...options, draining }))
  const pages = options.site
  if (pages !== undefined) {
    // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
    void app.register(async (scope) => {
      const { site } = await import('./web/site.js')
      await site(scope, pages)
    })
  }
  if (options.mailbox !== undefined) mailboxRoutes(app, options.mailbox)
  if (evento !== undefined) {
    // In a scope of its own, because only Evento's bodies may have any type.
    // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
    void app.register((scope: FastifyInstance) => eventoRoutes(scope, { holdfast, evento, limits }))
  }
  return app
}

function bareApp({ logger = false, trustProxy = false }: AppOptions, limits: Limits) {
  const isProxy = proxiesOf(trustProxy)
  const app = Fastify({
    logger: withoutRows(logger),
    trustProxy: trustProxy === false ? false : isProxy,
    genReqId: requestIdOf,
    childLoggerFactory: childLogger,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionTimeout: 0,
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    http: {
      maxHeaderSize: HEAD_BYTES_MAX,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    forceCloseConnections: 'idle',
    // A request that still arrives while the server closes is answered; then its connection ends.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    clientErrorHandler: onSocketError,
    frameworkErrors: (error, request, reply) => {
      setStandardHeaders(request, reply)
      return onError(error, request, reply)
    },
    ...contractSchemas(),
  })
  app.server.maxConnections = limits.connectionsMax
  let warned = false
  boundSockets(app.server, {
    addressSocketsMax: limits.addressSocketsMax,
    isProxy,
    onRefused: (address) => {
      if (!warned) app.log.warn({ address }, TOO_MANY_SOCKETS)
      warned = true
    },
  })
  return app
}

/** One line per answer. It names the route, not the URL: Evento's carries an e-mail address. */
function logAnswer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  request.log.info(
    {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    },
    'answered',
  )
  done()
}

/**
 * The router refuses broken escapes in the path. In the query it would keep them as they are written,
 * and we would store them as a customer's name.
 */
function refuseBrokenEscapes(
  { url }: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  done(isDecodable(url) ? undefined : new HttpProblem('malformed_url'))
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}
