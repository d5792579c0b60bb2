/** Whether the caller still waits for the answer. */
import type { FastifyRequest } from 'fastify'
import type { CallerSignal } from '../../engine/transaction/runner.js'

/**
 * Reads the socket's state when it matters, without a listener: nearly every caller stays, and a
 * listener on each connection would be work for nothing.
 */
export function callerSignal({ raw: { socket } }: FastifyRequest): CallerSignal {
  return {
    get aborted() {
      return socket.destroyed
    },
  }
}
