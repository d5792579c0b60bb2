/** Starts and stops the server processes of a race. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../domain/errors.js'
import type { ServerOrders, ServerReport } from './server-process.js'

/** One server process, as the race sees it. */
export interface RaceServer {
  readonly port: number
  readonly pid: number
  readonly alive: boolean
}

export interface RaceServers {
  readonly servers: readonly RaceServer[]
  /** Ends every process; resolves when they are gone. */
  stop(): Promise<void>
}

const FIRST_PORT = 8080
// Beside this file when compiled; a run from the sources starts the compiled one.
const PROGRAM = fileURLToPath(new URL('../../dist/lab/server-process.js', import.meta.url))

/** Starts `count` servers, on the free ports from 8080 up. */
export async function startServers(
  count: number,
  orders: Omit<ServerOrders, 'port'>,
): Promise<RaceServers> {
  const children: ChildProcess[] = []
  const servers: RaceServer[] = []
  const stop = async () => {
    await Promise.all(children.map(ended))
  }
  try {
    let port = FIRST_PORT
    for (let i = 0; i < count; i += 1) {
      const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      children.push(child)
      const server = await start(child, { ...orders, port })
      servers.push(server)
      port = server.port + 1
    }
    return { servers, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function start(child: ChildProcess, orders: ServerOrders): Promise<RaceServer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new HoldfastError('lab_failed', `a server process did not start: ${why}`))
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? code}`))
    child.once('message', (report: ServerReport) => {
      if (report.kind === 'failed') return fail(report.message)
      child.removeAllListeners('exit')
      resolve({
        port: report.port,
        pid: child.pid ?? 0,
        get alive() {
          return child.exitCode === null && child.signalCode === null
        },
      })
    })
    child.send(orders)
  })
}

/** A server has nothing to save: what it acknowledged is committed. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
