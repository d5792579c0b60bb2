/** `/v1/listings/{listing_id}/live`: availability as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { LiveUpdate } from '../../engine/reads/live.js'
import { EVERYBODY } from '../guard/auth.js'
import { countedAddress } from '../guard/client-address.js'
import type { Services } from '../services.js'
import { showAvailability } from '../views/views.js'
import { ANY_ROUTE, type ContractTypes, problems } from '../wire/answers.js'
import { ListingParams, ResumeHeaders } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'
import { createEventStream } from './event-stream.js'
import type { StreamRefusal } from './stream-count.js'

const EVENTS =
  'A stream of events, each with the version of the availability for its id: `snapshot` with every ' +
  'pool, then `change` with those that changed. Both have the schema `Availability`. A client that ' +
  'comes back with `Last-Event-ID` and has missed nothing gets no snapshot.'

export function liveRoutes(scope: FastifyInstance, services: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

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
    async (request, reply) => follow(request.params.listing_id, request, reply, services),
  )
}

/** Streams end seldom: a client that comes back every second would only cost. */
const RETRY_AFTER_MS = 10_000

const WHOSE: Readonly<Record<Exclude<StreamRefusal, 'server'>, string>> = {
  key: 'with one API key',
  address: "from one address with a storefront's key",
}

function problemOf(refusal: StreamRefusal, limits: Services['limits']): HttpProblem {
  if (refusal === 'server') return new HttpProblem('overloaded')
  const max = refusal === 'key' ? limits.keyStreamsMax : limits.addressStreamsMax
  const detail = `At most ${max} streams are open at once ${WHOSE[refusal]}: close one, or look again now and then.`
  return new HttpProblem('rate_limited', { detail, retry_after_ms: RETRY_AFTER_MS })
}

/**
 * @throws HttpProblem `rate_limited` when the key or the address has too many streams, `overloaded` when
 * there are too many in all, or the server is about to stop
 */
async function follow(
  listingId: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { holdfast, streams, limits, live, draining, shed }: Services,
): Promise<void> {
  const { keyId, scope } = request.principal
  const shopperAddress = scope === 'storefront' ? countedAddress(request.ip) : undefined
  const leave = draining.begun ? 'server' : streams.enter({ keyId, shopperAddress })
  if (typeof leave === 'string') throw problemOf(leave, limits)
  const updates = holdfast.live(listingId)
  try {
    const { value: first } = await updates.next()
    if (first === undefined || draining.begun || reply.raw.destroyed) {
      throw new HttpProblem('overloaded')
    }
    shed.letGo(reply)
    reply.hijack()
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    })
    const stream = createEventStream(reply.raw, live)
    const stay = draining.onBegin(() => stream.end())
    const unwatch = holdfast.keyring.watch(request.principal, () => stream.end())
    reply.raw.once('close', () => {
      stay()
      unwatch()
      void updates.return?.()
    })
    const send = (update: LiveUpdate) =>
      stream.send({
        id: update.version,
        name: update.kind,
        data: showAvailability(listingId, update),
      })
    if (request.headers['last-event-id'] !== String(first.version)) send(first)
    for await (const update of updates) send(update)
  } finally {
    await updates.return?.()
    leave()
  }
}
