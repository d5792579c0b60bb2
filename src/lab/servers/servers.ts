/** Starts and stops the server processes of a race. */
import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../../domain/errors.js'
import type { ContestantName } from '../race/race.js'
import type { ServerCounts } from './race-engine.js'
import type { ServerOrders, ServerQuestion, ServerReport } from './server-process.js'

/** One server process, as the race sees it. */
export interface RaceServer {
  readonly port: number
  readonly pid: number
  readonly alive: boolean
}

export interface RaceServers {
  /** Every server that was ever started, in that order; the list grows. */
  readonly servers: readonly RaceServer[]
  /** True while a server is being started: a client that finds none alive waits. */
  readonly starting: boolean
  /** Starts one more. */
  start(): Promise<RaceServer>
  /** Ends a server on the spot, as `kill -9` does, and starts another one in its place. */
  replace(server: RaceServer): Promise<RaceServer>
  /** What servers have counted, by their last reports; `count` asks those that are alive first. */
  readonly counted: ServerCounts
  count(): Promise<ServerCounts>
  /** Ends every process; resolves when they are gone. */
  stop(): Promise<void>
}

interface Member extends RaceServer {
  readonly child: ChildProcess
  readonly strategy: ContestantName
  counts: ServerCounts
}

const FIRST_PORT = 8080
/** For a server that does not report its counts within this time its last report holds. */
const COUNT_TIMEOUT_MS = 2_000
// Beside this file when compiled; a run from the sources starts the compiled one.
const PROGRAM = fileURLToPath(
  new URL('../../../dist/lab/servers/server-process.js', import.meta.url),
)

/**
 * Starts `count` servers, on the free ports from 8080 up.
 *
 * @param other what every second server runs instead of the strategy that is raced
 */
export async function startServers(
  count: number,
  orders: Omit<ServerOrders, 'port'>,
  other: ContestantName = orders.strategy,
): Promise<RaceServers> {
  const children: ChildProcess[] = []
  const members: Member[] = []
  let starting = 0

  async function start(port: number, strategy: ContestantName): Promise<Member> {
    const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    children.push(child)
    starting += 1
    try {
      return await begin(child, { ...ordersFor(strategy, orders), port })
    } finally {
      starting -= 1
    }
  }

  const strategyOf = (i: number) => (i % 2 === 0 ? orders.strategy : other)

  async function startOne(strategy = strategyOf(members.length)): Promise<Member> {
    const member = await start(nextPort(members), strategy)
    members.push(member)
    return member
  }

  const race: RaceServers = {
    servers: members,
    get starting() {
      return starting > 0
    },
    start: () => startOne(),
    async replace(server) {
      const member = members.find((each) => each === server)
      // The new server is on its way first, so that clients wait for it when no other is alive.
      const [next] = await Promise.all([startOne(member?.strategy), member && ended(member.child)])
      return next
    },
    get counted() {
      return sum(members)
    },
    async count() {
      await Promise.all(members.filter((member) => member.alive).map(askForCounts))
      return sum(members)
    },
    async stop() {
      await Promise.all(children.map(ended))
    },
  }
  try {
    // As many at once as there are cores, because each of them loads the whole program.
    const together = availableParallelism()
    for (let i = 0; i < count; i += together) {
      const port = nextPort(members)
      const some = Array.from({ length: Math.min(together, count - i) }, (_, j) => {
        return start(port + j, strategyOf(i + j))
      })
      members.push(...(await Promise.all(some)))
    }
    return race
  } catch (error) {
    await race.stop()
    throw error
  }
}

/** Another isolation is for the strategy that is raced, not for what every second server runs. */
function ordersFor(
  strategy: ContestantName,
  { isolation, ...rest }: Omit<ServerOrders, 'port'>,
): Omit<ServerOrders, 'port'> {
  const isOwn = isolation === undefined || strategy !== rest.strategy
  return { ...rest, strategy, ...(isOwn ? {} : { isolation }) }
}

function nextPort(members: readonly RaceServer[]): number {
  return Math.max(FIRST_PORT, ...members.map(({ port }) => port + 1))
}

function begin(child: ChildProcess, orders: ServerOrders): Promise<Member> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new HoldfastError('lab_failed', `a server process did not start: ${why}`))
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? code}`))
    child.once('message', (report: ServerReport) => {
      if (report.kind !== 'listening') {
        return fail(report.kind === 'failed' ? report.message : 'it did not say where it listens')
      }
      child.removeAllListeners('exit')
      const member: Member = {
        child,
        strategy: orders.strategy,
        counts: { roundTrips: 0, retries: 0 },
        port: report.port,
        pid: child.pid ?? 0,
        get alive() {
          return child.exitCode === null && child.signalCode === null
        },
      }
      child.on('message', (report: ServerReport) => {
        if (report.kind === 'counted') member.counts = report
      })
      resolve(member)
    })
    child.send(orders)
  })
}

function askForCounts({ child }: Member): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      child.off('message', onReport)
      child.off('exit', done)
      resolve()
    }
    const onReport = (report: ServerReport) => {
      if (report.kind === 'counted' && report.onRequest) done()
    }
    const timer = setTimeout(done, COUNT_TIMEOUT_MS)
    child.on('message', onReport)
    child.once('exit', done)
    const question: ServerQuestion = { kind: 'count' }
    // A channel that closes meanwhile fails the send; the exit then ends the wait.
    child.send(question, () => {})
  })
}

function sum(members: readonly Member[]): ServerCounts {
  const total: ServerCounts = { roundTrips: 0, retries: 0 }
  for (const { counts } of members) {
    total.roundTrips += counts.roundTrips
    total.retries += counts.retries
  }
  return total
}

/** A server has nothing to save: what it acknowledged is committed. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
