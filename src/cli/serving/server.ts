/**
 * Listens, and on SIGTERM or SIGINT says that it is not ready, ends its streams, takes no new
 * connections, answers what is under way, and ends. After SIGTERM each connection that a client keeps
 * open gets one more answer first, which says that it is the last.
 */
import { once } from 'node:events'
import { Server } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

export interface ServeOptions {
  readonly port: number
  readonly host: string
  /**
   * How long to go on taking requests after SIGTERM, while /readyz says 503 already, so that a load
   * balancer can notice; in milliseconds, default 0.
   */
  readonly drainDelayMs?: number
  /**
   * How long a connection that a client keeps open has for one more request once no new ones are taken
   * after SIGTERM; in milliseconds, default 2,000.
   */
  readonly stopIdleMs?: number
  /** Runs after the last answer: closes the database, releases what was started. */
  readonly onClosed: () => Promise<void>
}

/** Why a server ends. */
export type Ending = 'SIGTERM' | 'SIGINT' | 'retired'

export interface RunningServer {
  /** Where it listens, for instance `http://127.0.0.1:3000`. */
  readonly address: string
  /** Resolves when the server has stopped, with why. */
  readonly stopped: Promise<Ending>
  /** Begins to stop, as on the signal. A server that is ending already ignores it. */
  stop(signal: 'SIGTERM' | 'SIGINT'): void
  /**
   * For one of several processes that share the port, when another one has taken its place: it takes
   * no new connection, gives one more answer on each open one, and ends. It stays ready.
   */
  retire(): void
}

/** How long a server that stops waits for the answers under way. */
const DRAIN_TIMEOUT_MS = 10_000
/** How long a server that retires keeps an idle connection. */
const RETIRE_IDLE_MS = 5_000
/**
 * The same for a server that stops. A client that asks at least this often has moved by then. Of one
 * that asks more seldom a request is lost if it crosses with the end of its connection: with 1 ms on
 * the way, once in 2,000 restarts of its server.
 */
const STOP_IDLE_MS = 2_000
const IDLE_CHECK_EVERY_MS = 50

export async function listen(app: FastifyInstance, options: ServeOptions): Promise<RunningServer> {
  // Whoever reads in the log that it listens may signal at once.
  const signals = hearSignals()
  const address = await app.listen({ port: options.port, host: options.host })
  let ending: Ending | undefined
  let resolveStopped: (end: Promise<Ending>) => void = () => {}
  const stopped = new Promise<Ending>((resolve) => {
    resolveStopped = resolve
  })

  const end = (why: Ending, { delayMs = 0, idleMs = 0 }) => {
    if (ending !== undefined) return
    ending = why
    app.log.info({ signal: why }, 'draining')
    setTimeout(() => process.exit(1), delayMs + idleMs + DRAIN_TIMEOUT_MS).unref()
    app.drain(why === 'retired' ? 'retire' : 'stop')
    const ended = async () => {
      await pause(delayMs)
      if (idleMs > 0) await lastAnswers(app, idleMs)
      // A connection with a request under way is idle after its answer, and would stay open.
      setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_EVERY_MS).unref()
      await app.close()
      await options.onClosed()
      return why
    }
    resolveStopped(ended())
  }
  const stop = (signal: 'SIGTERM' | 'SIGINT') => {
    // Ctrl-C: somebody waits for it.
    if (signal === 'SIGINT') end(signal, {})
    else {
      const { drainDelayMs = 0, stopIdleMs = STOP_IDLE_MS } = options
      end(signal, { delayMs: drainDelayMs, idleMs: stopIdleMs })
    }
  }
  const retire = () => end('retired', { idleMs: RETIRE_IDLE_MS })

  signals.tell(stop)
  return { address, stopped, stop, retire }
}

/** Hears SIGTERM and SIGINT from now on, and keeps what comes before somebody wants to be told. */
function hearSignals(): { tell(listener: (signal: 'SIGTERM' | 'SIGINT') => void): void } {
  let heard: 'SIGTERM' | 'SIGINT' | undefined
  let listener: ((signal: 'SIGTERM' | 'SIGINT') => void) | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    // A second signal: the operator does not want to wait.
    if (heard !== undefined) process.exit(1)
    heard = signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM'
    listener?.(heard)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return {
    tell(next) {
      listener = next
      if (heard !== undefined) next(heard)
    },
  }
}

/**
 * Takes no new connections, and leaves the open ones: a client may be sending on one right now, and
 * learns from its answer that it was the last. Resolves when all are closed, or after `idleMs`.
 */
async function lastAnswers({ server }: FastifyInstance, idleMs: number): Promise<void> {
  // Who has connected already is taken up first; the system would reset those connections.
  await nextTurn()
  const closed = once(server, 'close')
  // `close` of an HTTP server would close idle connections as well.
  Server.prototype.close.call(server)
  const late = new AbortController()
  const waited = pause(idleMs, undefined, { signal: late.signal }).catch(() => {})
  await Promise.race([closed, waited])
  late.abort()
}
