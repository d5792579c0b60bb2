/**
 * Counts the requests under way. While there are more than the process can answer, it turns new ones
 * away before any work is done for them: a queue without a bound answers no caller in time.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Limits } from '../options.js'
import { sendProblem } from '../wire/problems.js'
import type { Draining } from './draining.js'
import type { LoopDelay } from './loop-delay.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes that monitoring calls: they are answered however busy the process is. */
    readonly always?: boolean
  }
}

/** What is over its bound: requests under way, or the delay of the event loop. */
export type ShedReason = 'in_flight' | 'loop_delay'

export interface Shedding {
  readonly inFlight: number
  /** Requests that were not turned away, from the start of the process on. */
  readonly taken: number
  /** Calls `listener` for each request that is turned away. */
  onShed(listener: (why: ShedReason) => void): void
  /** No longer counts this request as under way: it has become a stream. */
  letGo(reply: FastifyReply): void
}

export function shedding(
  app: FastifyInstance,
  { inFlightMax, loopDelayMsMax }: Limits,
  loopDelay: LoopDelay,
  draining: Draining,
): Shedding {
  const underWay = new Set<FastifyReply['raw']>()
  let taken = 0
  const listeners: ((why: ShedReason) => void)[] = []
  const reason = (): ShedReason | undefined => {
    if (underWay.size >= inFlightMax) return 'in_flight'
    return loopDelay.ms > loopDelayMsMax ? 'loop_delay' : undefined
  }
  // An idle open connection would keep a closing server waiting.
  draining.onBegin(() => {
    for (const raw of underWay) raw.shouldKeepAlive = false
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply
    if (draining.begun) raw.shouldKeepAlive = false
    const why = reason()
    if (why !== undefined && request.routeOptions.config.always !== true) {
      for (const listener of listeners) listener(why)
      sendProblem(request, reply, 'overloaded')
      return
    }
    taken += 1
    underWay.add(raw)
    // `close` comes after an answer and after a client that went away; no other event does both.
    raw.once('close', () => underWay.delete(raw))
    done()
  })
  return {
    get inFlight() {
      return underWay.size
    },
    get taken() {
      return taken
    },
    onShed: (listener) => {
      listeners.push(listener)
    },
    letGo: ({ raw }) => {
      underWay.delete(raw)
    },
  }
}
