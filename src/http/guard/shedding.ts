/**
 * Knows which requests are under way. Turns new ones away, before any work is done for them, while
 * there is more than the process can do: a queue that grows without bound answers nobody in time.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Limits } from '../options.js'
import { sendProblem } from '../wire/problems.js'
import type { Draining } from './draining.js'
import type { LoopDelay } from './loop-delay.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True: answered however much there is to do, for whoever watches the process. */
    readonly always?: boolean
  }
}

/** What there is too much of: requests under way, or work for one event loop. */
export type ShedReason = 'in_flight' | 'loop_delay'

export interface Shedding {
  readonly inFlight: number
  /** Told of each request that is turned away. */
  onShed(tell: (why: ShedReason) => void): void
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
  const told: ((why: ShedReason) => void)[] = []
  const reason = (): ShedReason | undefined => {
    if (underWay.size >= inFlightMax) return 'in_flight'
    return loopDelay.ms > loopDelayMsMax ? 'loop_delay' : undefined
  }
  // An open connection would keep a closing server waiting for a request that nobody sends.
  draining.onBegin(() => {
    for (const raw of underWay) raw.shouldKeepAlive = false
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply
    if (draining.begun) raw.shouldKeepAlive = false
    const why = reason()
    if (why !== undefined && request.routeOptions.config.always !== true) {
      for (const tell of told) tell(why)
      sendProblem(request, reply, 'overloaded')
      return
    }
    underWay.add(raw)
    // A client that goes away is an end, too; only this event comes in either case.
    raw.once('close', () => underWay.delete(raw))
    done()
  })
  return {
    get inFlight() {
      return underWay.size
    },
    onShed: (tell) => {
      told.push(tell)
    },
    letGo: ({ raw }) => {
      underWay.delete(raw)
    },
  }
}
