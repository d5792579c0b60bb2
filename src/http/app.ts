/** Builds the HTTP application; it never listens, so that tests can call it without a socket. */
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { newId } from '../domain/ids.js'
import type { Engine } from '../engine/engine.js'
import type { Database } from '../storage/database.js'
import { onError, onUnknownRoute } from './problems.js'
import { eventoRoutes } from './routes/evento.js'
import { healthRoutes } from './routes/health.js'

export interface AppOptions {
  readonly db: Database
  /** The engines that Evento's face offers, by mode. */
  readonly engines: readonly Engine[]
  /** Default: no log. */
  readonly logger?: FastifyServerOptions['logger']
}

/** A request's head and body must have arrived within this time. */
const REQUEST_TIMEOUT_MS = 10_000
const BODY_BYTES_MAX = 16 * 1024

export function createApp({ db, engines, logger = false }: AppOptions): FastifyInstance {
  const app = Fastify({
    logger,
    genReqId: () => newId(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: onError,
  })
  app.addHook('onRequest', refuseBrokenEscapes)
  app.addHook('onResponse', logAnswer)
  app.setErrorHandler(onError)
  app.setNotFoundHandler(onUnknownRoute)
  const byMode = new Map(engines.map((engine) => [engine.strategy.name as string, engine]))
  healthRoutes(app, db)
  // A scope of its own: Evento's bodies may have any type, nobody else's may.
  void app.register((scope, _options, done) => {
    eventoRoutes(scope, { db, engines: byMode })
    done()
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
 * The router refuses broken escapes in the path; in the query they would stay as they are written,
 * and be kept as somebody's name.
 */
function refuseBrokenEscapes(
  { url }: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  let error: Error | undefined
  try {
    if (url.includes('%')) decodeURIComponent(url)
  } catch (cause) {
    const broken = new Error('The URL has an escape that stands for no character.', { cause })
    error = Object.assign(broken, { statusCode: 400 })
  }
  done(error)
}
