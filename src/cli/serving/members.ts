/** A worker process as its primary sees it. */
import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { cutUndelivered } from './undelivered.js'
import type { FromWorker, ToWorker, WorkerOrders } from './worker-messages.js'

/** How a process ended, in words. */
export type Ended = { readonly how: string; readonly well: boolean }

export interface Member {
  readonly worker: number
  readonly pid: number
  /** Resolves with its address when it serves; rejects if it ends before. */
  readonly listening: Promise<string>
  readonly ended: Promise<Ended>
  /** Since when it serves, as `performance.now()` has it; undefined while it does not. */
  readonly servingSinceMs: number | undefined
  tell(message: ToWorker): void
  /** Ends it at once. */
  kill(): void
}

// Beside this file when compiled; a run from the sources starts the compiled one.
const PROGRAM = fileURLToPath(
  new URL('../../../dist/cli/serving/worker-process.js', import.meta.url),
)

/**
 * Forks a worker that shares the primary's port.
 *
 * @param onMessage told what it says, but for that it listens
 */
export function forkMember(
  orders: WorkerOrders,
  onMessage: (member: Member, message: FromWorker) => void,
): Member {
  // The primary takes up connections and hands them out; one that a worker does not take any more
  // goes to another.
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({ exec: PROGRAM, args: [] })
  const child = cluster.fork()
  cutUndelivered(child)
  const ended = endOf(child)
  let servingSinceMs: number | undefined
  // What is said before it listens would be lost.
  let unheard: ToWorker[] | undefined = [orders]
  const listening = new Promise<string>((resolve, reject) => {
    let why: string | undefined
    child.on('message', (message: FromWorker) => {
      if (message.say === 'ready') {
        for (const said of unheard ?? []) send(said)
        unheard = undefined
      } else if (message.say === 'failed') why = message.why
      else if (message.say === 'listening') {
        servingSinceMs = performance.now()
        resolve(message.address)
      } else onMessage(member, message)
    })
    void ended.then(({ how }) => reject(new Error(why ?? how)))
  })
  const send = (message: ToWorker) => {
    // One that is ending at this moment does not hear any more.
    if (child.isConnected()) child.send(message, () => {})
  }
  const member: Member = {
    worker: orders.worker,
    pid: child.process.pid ?? 0,
    listening,
    ended,
    get servingSinceMs() {
      return servingSinceMs
    },
    tell: (message) => {
      if (unheard === undefined) send(message)
      else unheard.push(message)
    },
    kill: () => child.process.kill('SIGKILL'),
  }
  // Who waits for it hears of it as well.
  listening.catch(() => {})
  return member
}

function endOf(child: Worker): Promise<Ended> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      // Else it is a message that did not get through to one that is about to end.
      if (child.process.pid === undefined) resolve({ how: error.message, well: false })
    })
    child.once('exit', (code, signal) => {
      const how = signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`
      resolve({ how, well: code === 0 })
    })
  })
}
