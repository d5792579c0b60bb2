/** A worker process as its primary sees it. */
import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { cutUndelivered } from './undelivered.js'
import type { FromWorker, ToWorker, WorkerOrders } from './worker-messages.js'

/** How a process ended, in words, and whether it ended as it should. */
export type Ended = { readonly how: string; readonly well: boolean }

export interface Member {
  readonly worker: number
  readonly pid: number
  /** Resolves with its address when it serves; rejects if it ends before. */
  readonly listening: Promise<string>
  readonly ended: Promise<Ended>
  /** Since when it serves, by `performance.now()`; undefined while it does not. */
  readonly servingSinceMs: number | undefined
  send(message: ToWorker): void
  /** Kills it at once. */
  kill(): void
}

// Beside this file when compiled; a run from the sources starts the compiled one.
const PROGRAM = fileURLToPath(
  new URL('../../../dist/cli/serving/worker-process.js', import.meta.url),
)

/**
 * Forks a worker that shares the primary's port.
 *
 * @param onMessage called with its messages, without those about its start
 */
export function forkMember(
  orders: WorkerOrders,
  onMessage: (member: Member, message: FromWorker) => void,
): Member {
  // The primary accepts connections and hands them out; one that a worker no longer takes goes to
  // another worker.
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({ exec: PROGRAM, args: [] })
  const child = cluster.fork()
  cutUndelivered(child)
  const ended = endOf(child)
  let servingSinceMs: number | undefined
  // A message that is sent before the worker listens for messages would be lost.
  let early: ToWorker[] | undefined = [orders]
  const listening = new Promise<string>((resolve, reject) => {
    let why: string | undefined
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        for (const message of early ?? []) deliver(message)
        early = undefined
      } else if (message.kind === 'failed') why = message.why
      else if (message.kind === 'listening') {
        servingSinceMs = performance.now()
        resolve(message.address)
      } else onMessage(member, message)
    })
    void ended.then(({ how }) => reject(new Error(why ?? how)))
  })
  const deliver = (message: ToWorker) => {
    // A worker that is ending at this moment gets no more messages.
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
    send: (message) => {
      if (early === undefined) deliver(message)
      else early.push(message)
    },
    kill: () => child.process.kill('SIGKILL'),
  }
  // The rejection reaches those who wait for it; without one it must not end this process.
  listening.catch(() => {})
  return member
}

function endOf(child: Worker): Promise<Ended> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      // Otherwise a message did not reach a worker that is about to end.
      if (child.process.pid === undefined) resolve({ how: error.message, well: false })
    })
    child.once('exit', (code, signal) => {
      const how = signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`
      resolve({ how, well: code === 0 })
    })
  })
}
