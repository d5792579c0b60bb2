/**
 * Listens, and on SIGTERM or SIGINT says that it is not ready, ends its streams, stops taking
 * requests, answers those under way, and ends.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

export interface ServeOptions {
  readonly port: number
  readonly host: string
  /**
   * How long to go on taking requests after SIGTERM, while /readyz says 503 already, so that a load
   * balancer can notice; in milliseconds, default 0.
   */
  readonly drainDelayMs?: number
  /** Runs when the last answer is out: closes the database, gives back what was started. */
  readonly onClosed: () => Promise<void>
}

export interface RunningServer {
  /** Where it listens, for instance `http://127.0.0.1:3000`. */
  readonly address: string
  /** Resolves when the server has stopped, with the signal that stopped it. */
  readonly stopped: Promise<NodeJS.Signals>
}

/** Requests that take longer than this to answer are given up when the server stops. */
const DRAIN_TIMEOUT_MS = 10_000
const IDLE_CHECK_EVERY_MS = 50

export async function listen(app: FastifyInstance, options: ServeOptions): Promise<RunningServer> {
  const address = await app.listen({ port: options.port, host: options.host })
  const stopped = new Promise<NodeJS.Signals>((resolve, reject) => {
    let draining = false
    const stop = (signal: NodeJS.Signals) => {
      if (draining) process.exit(1)
      draining = true
      app.log.info({ signal }, 'draining')
      const delayMs = signal === 'SIGTERM' ? (options.drainDelayMs ?? 0) : 0
      setTimeout(() => process.exit(1), delayMs + DRAIN_TIMEOUT_MS).unref()
      app.drain()
      pause(delayMs)
        .then(() => {
          // A connection that had a request under way is idle after its answer, and would be kept.
          setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_EVERY_MS).unref()
          return app.close()
        })
        .then(options.onClosed)
        .then(() => resolve(signal), reject)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
  return { address, stopped }
}
