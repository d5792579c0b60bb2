/** `/v1/listings/{listing_id}/live`: availability as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { EVERYBODY } from '../guard/auth.js'
import { createEventStream, type EventStream } from '../live/event-stream.js'
import type { LiveNews } from '../live/live-feeds.js'
import type { Services } from '../services.js'
import { showAvailability } from '../views/views.js'
import { ANY_ROUTE, type ContractTypes, problems } from '../wire/answers.js'
import { ListingParams, ResumeHeaders } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'

const EVENTS =
  'A stream of events, each with the version of the availability for its id: `snapshot` with every ' +
  'pool, then `change` with those that changed. Both have the schema `Availability`. Whoever comes ' +
  'back with `Last-Event-ID` and has missed nothing gets no snapshot.'

export function liveRoutes(scope: FastifyInstance, services: Services): void {
  const { feeds, limits, draining } = services
  const app = scope.withTypeProvider<ContractTypes>()
  let opening = 0

  app.get(
    '/listings/:listing_id/live',
    {
      config: { scopes: EVERYBODY },
      exposeHeadRoute: false,
      schema: {
        tags: ['Availability'],
        operationId: 'followAvailability',
        summary: 'Follow what is left',
        params: ListingParams,
        headers: ResumeHeaders,
        response: {
          200: { description: EVENTS, content: { 'text/event-stream': { schema: Type.String() } } },
          ...problems(ANY_ROUTE),
        },
      },
    },
    async (request, reply) => {
      if (draining.begun || feeds.listeners + opening >= limits.streamsMax) {
        throw new HttpProblem('overloaded')
      }
      opening += 1
      try {
        await follow(request.params.listing_id, request, reply, services)
      } finally {
        opening -= 1
      }
    },
  )
}

async function follow(
  listingId: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { feeds, live, draining, shed }: Services,
): Promise<void> {
  let stream: EventStream | undefined
  const send = (name: string, { version, pools }: LiveNews) => {
    stream?.send({ id: version, name, data: showAvailability(listingId, version, pools) })
  }
  const { now, stop } = await feeds.listen(listingId, (news) => send('change', news))
  // No news can come before the stream is open: it is opened in the turn in which `now` was read.
  if (draining.begun || reply.raw.destroyed) {
    stop()
    throw new HttpProblem('overloaded')
  }
  shed.letGo(reply)
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  })
  stream = createEventStream(reply.raw, live)
  const stay = draining.onBegin(() => stream?.end())
  reply.raw.once('close', () => {
    stop()
    stay()
  })
  if (request.headers['last-event-id'] !== String(now.version)) send('snapshot', now)
}
