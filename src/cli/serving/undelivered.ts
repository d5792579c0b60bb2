/**
 * Cuts off the connection that a worker was handed and did not live to take up.
 *
 * Node's cluster keeps a connection open in the primary until the worker has said that it has it.
 * When the worker dies first nobody ever closes it, and a client waits for as long as it is patient.
 * Workers are handed one connection at a time, so there is at most one of them.
 */
import type { Worker } from 'node:cluster'

interface Closable {
  close(): void
}

/** Has to be called before the worker is handed anything. */
export function cutUndelivered({ process: worker }: Worker): void {
  let handed: Closable | undefined
  const send = worker.send.bind(worker) as (...sent: unknown[]) => boolean
  worker.send = (...sent: unknown[]) => {
    const [, handle] = sent
    if (isClosable(handle)) handed = handle
    return send(...sent)
  }
  worker.once('exit', (code) => {
    // One that ended by itself has said of each connection whether it takes it. To close one that is
    // closed already changes nothing.
    if (code !== 0) handed?.close()
  })
}

function isClosable(handle: unknown): handle is Closable {
  return typeof handle === 'object' && handle !== null && 'close' in handle
}
