/** `holdfast serve`, as many processes as a fault wants, each on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../test/support/process/free-port.js'
import { environmentFor, PROGRAM } from './command.js'
import { leaveProcess } from './leavings.js'

export interface Served {
  readonly pid: number
  /** Where callers go: the server itself, or a network in front of it. */
  port: number
  readonly alive: boolean
  /** False: callers do not choose it any more, as a load balancer does with what is not ready. */
  chosen: boolean
  readonly ended: Promise<void>
  signal(signal: NodeJS.Signals): void
  /** What it wrote last, for whoever wants to know why it ended. */
  lastWords(): string
}

/** The servers of a stand; the list grows as they are replaced. */
export interface Fleet {
  readonly servers: Served[]
  /** Those that callers may choose. */
  chosen(): readonly Served[]
  /** Starts one more, and resolves when it is ready. */
  start(env?: NodeJS.ProcessEnv): Promise<Served>
  stop(): Promise<void>
}

const READY_MAX_MS = 60_000
const LOOK_AGAIN_MS = 25
const WORDS_MAX = 4_000

export function openFleet(databaseUrl: string, common: NodeJS.ProcessEnv): Fleet {
  const servers: Served[] = []
  return {
    servers,
    chosen: () => servers.filter((server) => server.alive && server.chosen),
    async start(env = {}) {
      const port = await freePort()
      const child = spawn(process.execPath, [PROGRAM, 'serve'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...environmentFor(databaseUrl),
          LOG_LEVEL: 'warn',
          ...common,
          ...env,
          PORT: `${port}`,
        },
      })
      const server = servedBy(child, port)
      await ready(server)
      servers.push(server)
      return server
    },
    async stop() {
      const alive = servers.filter((server) => server.alive)
      for (const server of alive) server.signal('SIGKILL')
      await Promise.all(alive.map((server) => server.ended))
    },
  }
}

function servedBy(child: ChildProcess, port: number): Served {
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-WORDS_MAX)
    })
  }
  const forget = leaveProcess(child.pid ?? 0)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      forget()
      resolve()
    })
  })
  return {
    pid: child.pid ?? 0,
    port,
    chosen: true,
    get alive() {
      return child.exitCode === null && child.signalCode === null
    },
    ended,
    signal: (signal) => void child.kill(signal),
    lastWords: () => words,
  }
}

async function ready(server: Served): Promise<void> {
  const deadline = performance.now() + READY_MAX_MS
  while (performance.now() < deadline) {
    if (!server.alive) throw new Error(`a server did not start: ${server.lastWords()}`)
    const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await pause(LOOK_AGAIN_MS)
  }
  server.signal('SIGKILL')
  throw new Error(`a server was not ready after ${READY_MAX_MS / 1000} s: ${server.lastWords()}`)
}
