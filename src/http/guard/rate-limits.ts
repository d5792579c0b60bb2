/**
 * How often one key and one address may call, counted in this process. Requests without a good key have
 * counts of their own: however many there are, those with one are not turned away for them.
 */
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Limits } from '../options.js'
import { HttpProblem } from '../wire/problems.js'
import { countedAddress } from './client-address.js'

const WINDOW_MS = 60_000
/** How many addresses or keys are counted at once; the one not seen for longest is forgotten first. */
const COUNTED_MAX = 50_000

/** Each throws HttpProblem `rate_limited` when the caller has passed the limit. */
export interface RateLimits {
  /** Somebody with a public key, or where there are no keys. */
  countAddress(request: FastifyRequest): Promise<void>
  countKey(request: FastifyRequest): Promise<void>
  /** Somebody without a good key. */
  countStranger(request: FastifyRequest): Promise<void>
  /** Somebody with a bad key. */
  countFailedKey(request: FastifyRequest): Promise<void>
}

export async function createRateLimits(
  scope: FastifyInstance,
  limits: Limits,
): Promise<RateLimits> {
  await scope.register(rateLimit, { global: false, cache: COUNTED_MAX })
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) => {
    const countRequest = scope.createRateLimit({
      max,
      timeWindow: WINDOW_MS,
      cache: COUNTED_MAX,
      keyGenerator,
    } as never)
    return async (request: FastifyRequest) => {
      const counted = await countRequest(request)
      if (counted.isAllowed || !counted.isExceeded) return
      throw new HttpProblem('rate_limited', { retry_after_ms: Math.max(1, Math.ceil(counted.ttl)) })
    }
  }
  const addressOf = (request: FastifyRequest) => countedAddress(request.ip)
  return {
    countAddress: limiter(limits.addressRequestsMax, addressOf),
    countKey: limiter(limits.keyRequestsMax, (request) => request.principal.keyId),
    countStranger: limiter(limits.addressRequestsMax, addressOf),
    countFailedKey: limiter(limits.failedKeysMax, addressOf),
  }
}
