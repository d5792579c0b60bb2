/**
 * Listens, and on SIGTERM or SIGINT says that it is not ready, ends its streams, stops taking
 * requests, answers those under way, and ends.
 */
import { once } from 'node:events'
import { Server } from 'node:net'
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

/** Why a server ends. */
export type Ending = 'SIGTERM' | 'SIGINT' | 'retired'

export interface RunningServer {
  /** Where it listens, for instance `http://127.0.0.1:3000`. */
  readonly address: string
  /** Resolves when the server has stopped, with why. */
  readonly stopped: Promise<Ending>
  /** Begins to stop as the signal would. Once it ends, whyever, this changes nothing. */
  stop(signal: 'SIGTERM' | 'SIGINT'): void
  /**
   * For one of several processes that share the port, when another one has taken its place: takes no
   * new connection, answers on those that there are once more each, and ends. It stays ready.
   */
  retire(): void
}

/** Requests that take longer than this to answer are given up when the server stops. */
const DRAIN_TIMEOUT_MS = 10_000
/** How long a connection on which nothing happens is kept by a server that retires. */
const RETIRE_IDLE_MS = 5_000
const IDLE_CHECK_EVERY_MS = 50

export async function listen(app: FastifyInstance, options: ServeOptions): Promise<RunningServer> {
  const address = await app.listen({ port: options.port, host: options.host })
  let ending: Ending | undefined
  let tell: (end: Promise<Ending>) => void = () => {}
  const stopped = new Promise<Ending>((resolve) => {
    tell = resolve
  })

  const end = (why: Ending, delayMs: number, waiting: () => Promise<unknown>) => {
    if (ending !== undefined) return
    ending = why
    app.log.info({ signal: why }, 'draining')
    setTimeout(() => process.exit(1), delayMs + DRAIN_TIMEOUT_MS).unref()
    app.drain(why === 'retired' ? 'retire' : 'stop')
    const ended = async () => {
      await waiting()
      // A connection that had a request under way is idle after its answer, and would be kept.
      setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_EVERY_MS).unref()
      await app.close()
      await options.onClosed()
      return why
    }
    tell(ended())
  }
  const stop = (signal: 'SIGTERM' | 'SIGINT') => {
    const delayMs = signal === 'SIGTERM' ? (options.drainDelayMs ?? 0) : 0
    end(signal, delayMs, () => pause(delayMs))
  }
  const retire = () => end('retired', RETIRE_IDLE_MS, () => lastAnswers(app))

  let signals = 0
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1
    // Whoever asks a second time has no time.
    if (signals > 1) process.exit(1)
    stop(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return { address, stopped, stop, retire }
}

/**
 * Takes no new connections, and leaves those that there are: a client that keeps one open may be
 * sending on it right now, and hears with its answer that it was the last.
 */
async function lastAnswers({ server }: FastifyInstance): Promise<void> {
  const closed = once(server, 'close')
  // The close of an HTTP server would close idle connections as well.
  Server.prototype.close.call(server)
  const late = new AbortController()
  const waited = pause(RETIRE_IDLE_MS, undefined, { signal: late.signal }).catch(() => {})
  await Promise.race([closed, waited])
  late.abort()
}
