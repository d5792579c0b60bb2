/**
 * Closes a connection that was handed to a worker which died before it took it up.
 *
 * Node's cluster keeps a connection open in the primary until the worker has confirmed that it has it.
 * When the worker dies first, nothing closes the connection, and its client waits for ever. The primary
 * hands a worker one connection at a time, so at most one is concerned.
 */
import type { Worker } from 'node:cluster'

interface Closable {
  close(): void
}

/** Must be called before the worker is handed a connection. */
export function cutUndelivered({ process: worker }: Worker): void {
  let handed: Closable | undefined
  const send = worker.send.bind(worker) as (...sent: unknown[]) => boolean
  worker.send = (...sent: unknown[]) => {
    const [, handle] = sent
    if (isClosable(handle)) handed = handle
    return send(...sent)
  }
  worker.once('exit', (code) => {
    // A worker that ended by itself has confirmed or refused each connection. Closing a connection
    // that is closed already changes nothing.
    if (code !== 0) handed?.close()
  })
}

function isClosable(handle: unknown): handle is Closable {
  return typeof handle === 'object' && handle !== null && 'close' in handle
}
