/**
 * `/calendars/{token}.ics`: a feed for whoever has its token. Calendars send no key. The token is a secret, so
 * it is in no log: answers are logged by their route.
 */
import type { FastifyInstance } from 'fastify'
import { createRateLimits } from '../guard/rate-limits.js'
import type { Services } from '../services.js'
import { etagOf, isAnsweredByTag } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const ENDING = '.ics'

export async function feedRoutes(
  scope: FastifyInstance,
  { holdfast, limits }: Pick<Services, 'holdfast' | 'limits'>,
): Promise<void> {
  const counting = await createRateLimits(scope, limits)

  scope.get<{ Params: { file: string } }>('/calendars/:file', async (request, reply) => {
    await counting.countAddress(request)
    const { file } = request.params
    const isFeed = file.endsWith(ENDING)
    const feed = isFeed ? await holdfast.calendars.feed(file.slice(0, -ENDING.length)) : undefined
    if (feed === undefined) {
      await counting.countFailedKey(request)
      throw new HttpProblem('not_found')
    }
    const { text, tag, modifiedAtMs } = feed
    reply
      .header('last-modified', new Date(modifiedAtMs).toUTCString())
      .header('cache-control', 'private, no-cache')
      .header('x-robots-tag', 'noindex')
    if (isAnsweredByTag(request, reply, etagOf(tag))) return reply
    const { 'if-none-match': known, 'if-modified-since': since } = request.headers
    if (known === undefined && since !== undefined && Date.parse(since) >= modifiedAtMs) {
      return reply.code(304).send()
    }
    return reply.type('text/calendar; charset=utf-8').send(text)
  })
}
