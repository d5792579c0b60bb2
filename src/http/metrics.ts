/**
 * The figures of one process for Prometheus. Everything that knows the library is in this file, so
 * that another one can take its place.
 */
import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Answer } from '../engine/engine.js'

/** What is read at the moment somebody asks. */
export interface Gauges {
  readonly loopDelayMs: () => number
  readonly inFlight: () => number
  readonly streams: () => number
  /** Undefined where nobody can tell. */
  readonly connectionsWaiting: (() => number) | undefined
}

export interface Metrics {
  /** Counts a command that the engine has answered. */
  countAnswer(answer: Pick<Answer, 'attempts' | 'replayed'>): void
  readonly contentType: string
  read(): Promise<string>
}

const MS_PER_SECOND = 1_000
const DURATION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics(app: FastifyInstance, gauges: Gauges): Metrics {
  const registry = new Registry()
  const registers = [registry]
  observeAnswers(app, registers)
  const commands = new Counter({
    name: 'holdfast_engine_commands_total',
    help: 'Commands that the engine gave a definite answer to.',
    labelNames: ['replayed'],
    registers,
  })
  const attempts = new Counter({
    name: 'holdfast_engine_attempts_total',
    help: 'Transactions that were run for commands.',
    registers,
  })
  const retries = new Counter({
    name: 'holdfast_engine_retries_total',
    help: 'Transactions that had to be run again.',
    registers,
  })
  observeGauges(gauges, registers)
  return {
    countAnswer(answer) {
      commands.inc({ replayed: String(answer.replayed) })
      attempts.inc(answer.attempts)
      retries.inc(Math.max(0, answer.attempts - 1))
    },
    contentType: registry.contentType,
    read: () => registry.metrics(),
  }
}

function observeAnswers(app: FastifyInstance, registers: Registry[]): void {
  const durations = new Histogram({
    name: 'holdfast_http_request_duration_seconds',
    help: 'How long requests took to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_SECONDS,
    registers,
  })
  const problems = new Counter({
    name: 'holdfast_http_problems_total',
    help: 'Answers that were problems, refusals among them, by code.',
    labelNames: ['code'],
    registers,
  })
  app.addHook('onResponse', (request, reply, done) => {
    // The route and not the URL: there are as many of those as there are ids.
    const { url = 'unknown' } = request.routeOptions
    durations.observe(
      { method: request.method, route: url, status: reply.statusCode },
      reply.elapsedTime / MS_PER_SECOND,
    )
    if (reply.problemCode !== undefined) problems.inc({ code: reply.problemCode })
    done()
  })
}

function observeGauges(gauges: Gauges, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('holdfast_event_loop_delay_seconds', 'How late timers are.', () => {
    return gauges.loopDelayMs() / MS_PER_SECOND
  })
  gauge('holdfast_http_requests_in_flight', 'Requests under way.', gauges.inFlight)
  gauge('holdfast_live_streams', 'Open streams of availability.', gauges.streams)
  if (gauges.connectionsWaiting !== undefined) {
    gauge(
      'holdfast_database_connections_waiting',
      'Requests that wait for a database connection.',
      gauges.connectionsWaiting,
    )
  }
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  gauge('process_start_time_seconds', 'When the process began, since 1970.', () => {
    return performance.timeOrigin / MS_PER_SECOND
  })
}
