/**
 * One measurement of the engine, from new processes to their end: in process, or over HTTP with one
 * server process and one for the load.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { StrategyName } from '../src/strategies/strategy.js'
import { startChild } from './child.js'
import { CLIENT, type LoadOrder, type Requests } from './load/load-process.js'
import type { OpenLoopResult } from './load/open-loop.js'
import type { LoopResult } from './load/tally.js'
import { costs, type Meters, readMachine } from './meters.js'
import type { Profile } from './profile.js'
import type { Sample } from './results.js'
import type { Stage } from './stage.js'
import type { EngineOrder } from './subjects/engine-process.js'
import type { Gauge } from './subjects/gauge.js'
import type { ServerOrder } from './subjects/server-process.js'
import { RESERVED, type Work } from './subjects/work.js'

export interface MeasureOptions {
  readonly stage: Stage
  readonly strategy: StrategyName
  readonly work: Work
  readonly clients: number
  readonly warmUpMs: number
  readonly ms: number
  /** Kinds of answers that count; default those that say yes. */
  readonly wanted?: readonly string[]
  /** Makes it an open loop, in which `clients` is how many may be under way; over HTTP only. */
  readonly ratePerSecond?: number
  readonly seed: number
}

/** Something that works when told to. */
export interface Subject {
  /** Warms up, measures without a pause in between, and waits for the last answers. */
  run(): Promise<LoopResult>
  /** May be asked while it runs, as the other two. */
  gauge(): Promise<Gauge>
  /** Processor time of the load's own process; 0 when it has none. */
  loadCpuMs(): Promise<number>
  /** Profiles the measured process for `ms`. */
  profile(ms: number): Promise<Profile>
  stop(): Promise<void>
}

/** As many as `holdfast serve` opens. */
const CONNECTIONS = 4

/** The library with its clients in one process of its own. */
export async function openInProcess(options: MeasureOptions): Promise<Subject> {
  const { stage, strategy, work, clients, seed, warmUpMs, ms, wanted = RESERVED } = options
  const engine = startChild('./subjects/engine-process.ts')
  const send = <Reply>(order: EngineOrder) => engine.ask<Reply>(order)
  const databaseUrl = stage.url
  const opening = { strategy, connections: CONNECTIONS, clients, work, seed }
  await send({ kind: 'open', databaseUrl, ...opening }).catch(stoppingAll([engine]))
  return {
    run: () => send({ kind: 'run', warmUpMs, ms, wanted }),
    gauge: () => send({ kind: 'gauge' }),
    loadCpuMs: async () => 0,
    profile: (profiledMs) => send({ kind: 'profile', ms: profiledMs }),
    stop: () => engine.stop(),
  }
}

/** One server process, and one for the load, which talks to it over HTTP. */
export async function openOverHttp(options: MeasureOptions): Promise<Subject> {
  const { stage, strategy, work, clients, seed, warmUpMs, ms, wanted = RESERVED } = options
  const server = startChild('./subjects/server-process.ts')
  const load = startChild('./load/load-process.ts')
  const tellServer = <Reply>(order: ServerOrder) => server.ask<Reply>(order)
  const tellLoad = <Reply>(order: LoadOrder) => load.ask<Reply>(order)
  const open = async () => {
    const databaseUrl = stage.url
    const { dispatches = false } = work
    const serving = { databaseUrl, strategy, connections: CONNECTIONS, dispatches }
    const port = await tellServer<number>({ kind: 'serve', ...serving })
    await tellLoad({ kind: 'connect', port, clients, requests: eventoRequests(options), seed })
  }
  await open().catch(stoppingAll([server, load]))
  const { ratePerSecond } = options
  const rate = ratePerSecond === undefined ? {} : { ratePerSecond }
  return {
    run: () => tellLoad({ kind: 'run', warmUpMs, ms, wanted, ...rate }),
    gauge: () => tellServer({ kind: 'gauge' }),
    loadCpuMs: async () => (await tellLoad<Gauge>({ kind: 'gauge' })).cpuMs,
    profile: (profiledMs) => tellServer({ kind: 'profile', ms: profiledMs }),
    stop: async () => {
      await Promise.all([server.stop(), load.stop()])
    },
  }
}

function stoppingAll(children: readonly { stop(): Promise<void> }[]) {
  return async (error: unknown): Promise<never> => {
    await Promise.all(children.map((child) => child.stop()))
    throw error
  }
}

/** Each client has an address of its own: a batch never has two requests of one customer. */
function eventoRequests({ work, strategy }: MeasureOptions): Requests {
  return {
    protocol: 'http',
    heads: work.resourceIds.map(
      (resourceId) =>
        `POST /${work.listingId}/${resourceId}/reserve/${strategy}?rooms=1&email=client-`,
    ),
    tail: `${CLIENT}@example.com HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`,
  }
}

/** Measures, checks the rows, and ends the processes. */
export async function measure(
  open: (options: MeasureOptions) => Promise<Subject>,
  options: MeasureOptions,
): Promise<Sample> {
  const { stage, warmUpMs, ms, wanted = RESERVED } = options
  const subject = await open(options)
  try {
    const [loop, before, after] = await Promise.all([
      subject.run(),
      pause(warmUpMs).then(() => readMeters(stage, subject)),
      pause(warmUpMs + ms).then(() => readMeters(stage, subject)),
    ])
    await stage.check(wanted === RESERVED ? loop.countEver : 0)
    return sampleOf(loop, costs(before, after, loop.count))
  } finally {
    await subject.stop()
  }
}

async function readMeters(stage: Stage, subject: Subject): Promise<Meters> {
  const [gauge, loadCpuMs, machine] = await Promise.all([
    subject.gauge(),
    subject.loadCpuMs(),
    readMachine(stage),
  ])
  return { gauge, loadCpuMs, ...machine }
}

/** A loop's result as a sample; every loop of the bench is told alike. */
export function sampleOf(
  loop: LoopResult | OpenLoopResult,
  extra: Readonly<Record<string, number>> = {},
): Sample {
  const othersCount = Object.values(loop.others).reduce((sum, count) => sum + count, 0)
  return {
    perSecond: loop.count / (loop.ms / 1000),
    latencyMs: loop.latencyMs,
    others: loop.others,
    extra: {
      ...extra,
      othersShare: othersCount / Math.max(1, othersCount + loop.count),
      ...('arrived' in loop ? { arrived: loop.arrived, dropped: loop.dropped } : {}),
    },
  }
}
