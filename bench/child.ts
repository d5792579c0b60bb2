/**
 * The bench's child processes. What is measured and what measures it never share a process, and
 * every measurement has new ones: a round starts from nothing, whatever ran before it, and the
 * processor time of each side can be told apart.
 *
 * A parent sends orders, the child answers each when it is done with it. A child ends with its
 * channel, so that nothing is left behind when the bench is killed.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Child {
  /** @throws Error with what the child said when it could not do it, or when it ended */
  ask<Reply>(order: object): Promise<Reply>
  stop(): Promise<void>
}

interface Numbered<Order> {
  readonly number: number
  readonly order: Order
}

interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Starts `program`, a file beside this one, as it is loaded here: with tsx from the sources. */
export function startChild(program: string): Child {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, Waiting>()
  let orders = 0
  child.on('message', ({ number, value, error }: Answer) => {
    const order = waiting.get(number)
    waiting.delete(number)
    if (error === undefined) order?.resolve(value)
    else order?.reject(new Error(`${program}: ${error}`))
  })
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${program} ended`))
  })
  return {
    ask: <Reply>(order: object) =>
      new Promise<Reply>((resolve, reject) => {
        orders += 1
        waiting.set(orders, { resolve: (value) => resolve(value as Reply), reject })
        child.send({ number: orders, order } satisfies Numbered<object>)
      }),
    stop: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** The child's side: answers every order with what `carryOut` makes of it. */
export function answerOrders<Order>(carryOut: (order: Order) => Promise<unknown>): void {
  const answer = (message: Answer) => process.send?.(message)
  process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit(0))
  process.on('message', ({ number, order }: Numbered<Order>) => {
    carryOut(order).then(
      (value) => answer({ number, value }),
      (error: Error) => answer({ number, error: error.stack ?? error.message }),
    )
  })
}
