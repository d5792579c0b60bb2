/**
 * The figures of one process for Prometheus. Everything that knows the library is in this file, so
 * that another one can take its place.
 */
import type { FastifyInstance } from 'fastify'
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CommandResult } from '../../engine/engine.js'
import type { Holdfast } from '../../engine/holdfast.js'
import type { Shedding } from '../guard/shedding.js'
import type { Figures, Siblings } from './siblings.js'

/** Values that are read when /metrics is read. */
export interface Gauges {
  readonly loopDelayMs: () => number
  readonly streams: () => number
  readonly connectionsWaiting: () => number
}

export interface MetricsOptions {
  /** Whose queue and batches are measured. */
  readonly holdfast: Pick<Holdfast, 'waiting' | 'observe'>
  readonly shed: Shedding
  readonly gauges: Gauges
  /** The other processes behind the same port. */
  readonly siblings?: Siblings | undefined
}

export interface Metrics {
  /** Counts a command that the engine has answered. */
  countAnswer(answer: Pick<CommandResult, 'attempts' | 'replayed'>): void
  readonly contentType: string
  /** The series of this process and of its siblings; with siblings each has a label `worker`. */
  read(): Promise<string>
}

const MS_PER_SECOND = 1_000
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
const WAIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const DURATION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics(app: FastifyInstance, options: MetricsOptions): Metrics {
  const { holdfast, shed, gauges, siblings } = options
  const registry = new Registry()
  const registers = [registry]
  observeAnswers(app, registers)
  observeEngine(holdfast, registers)
  observeShedding(shed, registers)
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
  const upkeepFailures = new Counter({
    name: 'holdfast_upkeep_failures_total',
    help: 'What the upkeep could not do: a job that failed, or one row that it set aside.',
    labelNames: ['job'],
    registers,
  })
  holdfast.observe({ upkeepFailed: (job) => upkeepFailures.inc({ job }) })
  observeNotices(holdfast, registers)
  observeGauges(gauges, registers)
  return {
    countAnswer(answer) {
      commands.inc({ replayed: String(answer.replayed) })
      attempts.inc(answer.attempts)
      retries.inc(Math.max(0, answer.attempts - 1))
    },
    contentType: registry.contentType,
    read: siblings === undefined ? () => registry.metrics() : sharing(registry, siblings),
  }
}

function observeNotices(holdfast: MetricsOptions['holdfast'], registers: Registry[]): void {
  const deliveries = new Counter({
    name: 'holdfast_notices_attempts_total',
    help: 'Attempts to tell somebody of an event, by channel and outcome.',
    labelNames: ['channel', 'outcome'],
    registers,
  })
  const oldest = new Gauge({
    name: 'holdfast_notices_oldest_seconds',
    help: 'How long ago the oldest event was written that somebody is still to be told of.',
    registers,
  })
  const dead = new Gauge({
    name: 'holdfast_notices_dead_letters',
    help: 'Deliveries that were given up and that nobody has looked after.',
    registers,
  })
  holdfast.observe({
    delivered: (channel, outcome) => deliveries.inc({ channel, outcome }),
    backlog: (backlog) => {
      oldest.set(backlog.oldestSeconds)
      dead.set(backlog.dead)
    },
  })
}

/**
 * The worker that gets the request collects the figures of the others. Nothing is added up: a worker
 * that was replaced begins at zero, and only a series of its own shows that.
 */
function sharing(registry: Registry, siblings: Siblings): () => Promise<string> {
  registry.setDefaultLabels({ worker: String(siblings.worker) })
  const own = async () => (await registry.getMetricsAsJSON()) as Figures
  siblings.offer(own)
  return async () => {
    const [ownFigures, others] = await Promise.all([own(), siblings.figures()])
    return AggregatorRegistry.aggregate([ownFigures, ...others] as object[]).metrics()
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
    // The route, not the URL: there are as many URLs as there are ids.
    const { url = 'unknown' } = request.routeOptions
    durations.observe(
      { method: request.method, route: url, status: reply.statusCode },
      reply.elapsedTime / MS_PER_SECOND,
    )
    if (reply.problemCode !== undefined) problems.inc({ code: reply.problemCode })
    done()
  })
}

function observeEngine(holdfast: MetricsOptions['holdfast'], registers: Registry[]): void {
  const sizes = new Histogram({
    name: 'holdfast_batch_commands',
    help: 'Commands that shared a transaction.',
    buckets: BATCH_SIZES,
    registers,
  })
  const waits = new Histogram({
    name: 'holdfast_queue_wait_seconds',
    help: 'How long the first command of each batch had waited for its turn.',
    buckets: WAIT_SECONDS,
    registers,
  })
  const locks = new Histogram({
    name: 'holdfast_pool_lock_seconds',
    help: 'From asking for the pools of a transaction to having them.',
    buckets: WAIT_SECONDS,
    registers,
  })
  const dropped = new Counter({
    name: 'holdfast_queue_dropped_total',
    help: 'Commands that were dropped before anything was done for them, by why.',
    labelNames: ['reason'],
    registers,
  })
  holdfast.observe({
    batched(size, waitedMs) {
      sizes.observe(size)
      waits.observe(waitedMs / MS_PER_SECOND)
    },
    locked: (waitedMs) => locks.observe(waitedMs / MS_PER_SECOND),
    dropped: (reason) => dropped.inc({ reason }),
  })
  gauge(registers, 'holdfast_queue_commands', 'Commands that wait for a batch.', () => {
    return holdfast.waiting().commands
  })
}

function observeShedding(shed: Shedding, registers: Registry[]): void {
  const turnedAway = new Counter({
    name: 'holdfast_http_requests_shed_total',
    help: 'Requests that were turned away at once, by what there was too much of.',
    labelNames: ['reason'],
    registers,
  })
  shed.onShed((reason) => turnedAway.inc({ reason }))
  gauge(registers, 'holdfast_http_requests_in_flight', 'Requests under way.', () => shed.inFlight)
}

function observeGauges(gauges: Gauges, registers: Registry[]): void {
  gauge(registers, 'holdfast_event_loop_delay_seconds', 'How late timers are.', () => {
    return gauges.loopDelayMs() / MS_PER_SECOND
  })
  gauge(registers, 'holdfast_live_streams', 'Open streams of availability.', gauges.streams)
  const help = 'Requests that wait for a database connection.'
  gauge(registers, 'holdfast_database_connections_waiting', help, gauges.connectionsWaiting)
  gauge(registers, 'process_resident_memory_bytes', 'Memory of the process.', () => {
    return process.memoryUsage.rss()
  })
  gauge(registers, 'process_start_time_seconds', 'When the process began, since 1970.', () => {
    return performance.timeOrigin / MS_PER_SECOND
  })
}

/** A gauge whose value is read when /metrics is read. */
function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}
