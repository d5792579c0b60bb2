/** Whether whoever sent a request still waits for the answer. */
import type { FastifyRequest } from 'fastify'
import type { CallerSignal } from '../../engine/transaction/runner.js'

/**
 * Looked at when it matters, and not told: nearly every caller stays, and a listener on each of
 * their connections would be work for nothing.
 */
export function callerSignal({ raw: { socket } }: FastifyRequest): CallerSignal {
  return {
    get aborted() {
      return socket.destroyed
    },
  }
}
