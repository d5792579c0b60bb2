/** How often one key and one address may call, counted in this process. */
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Limits } from '../options.js'
import { HttpProblem } from '../wire/problems.js'

const WINDOW_MS = 60_000
/** How many addresses or keys are counted at once; the one not seen for longest is forgotten first. */
const COUNTED_MAX = 50_000

/** Each throws HttpProblem `rate_limited` when the caller has passed the limit. */
export interface RateLimits {
  countAddress(request: FastifyRequest): Promise<void>
  countKey(request: FastifyRequest): Promise<void>
  countFailedKey(request: FastifyRequest): Promise<void>
  /** Looks at the count of `countFailedKey` without counting. */
  checkFailedKeys(request: FastifyRequest): Promise<void>
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
    return async (request: FastifyRequest, options?: { increment: boolean }) => {
      const counted = await countRequest(request, options as never)
      if (counted.isAllowed || !counted.isExceeded) return
      throw new HttpProblem('rate_limited', { retry_after_ms: Math.max(1, Math.ceil(counted.ttl)) })
    }
  }
  const addressOf = (request: FastifyRequest) => normalizeIP(request.ip)
  const failed = limiter(limits.failedKeysMax, addressOf)
  return {
    countAddress: limiter(limits.addressRequestsMax, addressOf),
    countKey: limiter(limits.keyRequestsMax, (request) => request.principal.keyId),
    countFailedKey: (request) => failed(request),
    checkFailedKeys: (request) => failed(request, { increment: false }),
  }
}
