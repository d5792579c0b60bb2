/** `/v1/listings/{listing_id}/live`: availability as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { FollowQuery, LiveTicket } from '../../contract/pool.js'
import { NoFields } from '../../contract/reservation.js'
import { ref } from '../../contract/scalars.js'
import { Type } from '../../contract/schema/type.js'
import type { CalendarDates } from '../../engine/reads/availability.js'
import type { Updates } from '../../engine/reads/feed.js'
import type { LiveUpdate } from '../../engine/reads/live.js'
import type { CalendarUpdate } from '../../engine/reads/live-calendar.js'
import { EVERYBODY } from '../guard/auth.js'
import { countedAddress } from '../guard/client-address.js'
import { checkDaysAsked, datesAsked, daysIn } from '../guard/date-bounds.js'
import { lookOf } from '../guard/look-of.js'
import type { Services } from '../services.js'
import { calendarBytes } from '../views/calendar.js'
import { ANY_ROUTE, answers, BODY, type ContractTypes, problems, QUERY } from '../wire/answers.js'
import { ListingParams, ResumeHeaders } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'
import { createEventStream } from './event-stream.js'
import { type News, newsOf, newsOnDates } from './news.js'
import type { StreamRefusal } from './stream-count.js'

const EVENTS =
  'A stream of events: `snapshot` with what `GET …/availability` shows for the same query, then `change` ' +
  'with what changed. Both have the schema `Availability`. A client that comes back with the id of the ' +
  'last event as `Last-Event-ID` and has missed nothing gets no snapshot.'

const WHAT =
  'Without dates: the pools that are bound to no time. With `from` and `to` also slots, ranges and nights ' +
  'of these dates, within the bounds of `GET …/availability`. A `change` has the resources on which ' +
  'something is different, with the pools that are new or different in `pools` and those that are on ' +
  'offer no more in `gone`. What takes long to look at is looked at less often.'

export function liveRoutes(scope: FastifyInstance, services: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/live',
    {
      config: { scopes: EVERYBODY, takesTickets: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['Availability'],
        operationId: 'followAvailability',
        summary: 'Follow what is left',
        description: WHAT,
        params: ListingParams,
        querystring: FollowQuery,
        headers: ResumeHeaders,
        response: {
          200: { description: EVENTS, content: { 'text/event-stream': { schema: Type.String() } } },
          ...problems([...ANY_ROUTE, ...QUERY]),
        },
      },
    },
    async (request, reply) => follow(request, reply, services),
  )

  app.post(
    '/listings/:listing_id/live/tickets',
    {
      config: { scopes: EVERYBODY, bodyOptional: true },
      schema: {
        tags: ['Availability'],
        operationId: 'createLiveTicket',
        summary: 'Get a ticket for a stream',
        description:
          "For a browser's `EventSource`, which sends no header: the stream's URL takes `ticket` " +
          'instead of the key. Anything else takes the key itself.',
        params: ListingParams,
        body: ref(NoFields),
        response: answers({ 201: ['The ticket.', ref(LiveTicket)] }, BODY),
      },
    },
    async (request, reply) => {
      const { tickets } = services.holdfast
      const { ticket, expiresAtMs } = await tickets.issue(
        request.principal,
        request.params.listing_id,
      )
      return reply.code(201).send({ ticket, expires_at: new Date(expiresAtMs).toISOString() })
    },
  )
}

type FollowRequest = FastifyRequest<{
  Params: Static<typeof ListingParams>
  Querystring: Static<typeof FollowQuery>
}>

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
  request: FollowRequest,
  reply: FastifyReply,
  services: Services,
): Promise<void> {
  const { holdfast, streams, limits, live, draining, shed } = services
  const { keyId, scope } = request.principal
  const dates = datesAsked(request.query)
  if (dates !== undefined) checkDaysAsked(request, dates, limits.storefrontDaysMax)
  const shopperAddress = scope === 'storefront' ? countedAddress(request.ip) : undefined
  const leave = draining.begun ? 'server' : streams.enter({ keyId, shopperAddress })
  if (typeof leave === 'string') throw problemOf(leave, limits)
  const followed =
    dates === undefined
      ? followNow(request, services)
      : followDates(request, reply, services, dates)
  try {
    const first = await followed.first()
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
      void followed.end()
    })
    if (request.headers['last-event-id'] !== first.id) stream.send(first)
    await followed.each((news) => stream.send(news))
    stream.end()
  } finally {
    await followed.end()
    leave()
  }
}

/** What a stream sends: the first news, and each that comes after it until `end` is called. */
interface Followed {
  /** Undefined when the updates ended first. */
  first(): Promise<News | undefined>
  each(send: (news: News) => void): Promise<void>
  end(): Promise<unknown>
}

function followed<Update>(
  updates: Updates<Update>,
  first: Followed['first'],
  show: (update: Update) => News | Promise<News>,
): Followed {
  return {
    first,
    each: async (send) => {
      for await (const update of updates) send(await show(update))
    },
    end: async () => updates.return?.(),
  }
}

function followNow({ params }: FollowRequest, { holdfast }: Services): Followed {
  const { listing_id: listingId } = params
  const updates = holdfast.live(listingId)
  const show = (update: LiveUpdate) => newsOf(listingId, update)
  const first = async () => {
    const { value } = await updates.next()
    return value === undefined ? undefined : show(value)
  }
  return followed(updates, first, show)
}

/** The first look at the dates waits for its turn like any other. */
function followDates(
  request: FollowRequest,
  reply: FastifyReply,
  { holdfast, limits, looks }: Services,
  dates: CalendarDates,
): Followed {
  const { listing_id: listingId } = request.params
  const { resourceId = 'all' } = dates
  const slotsMax =
    request.principal.scope === 'storefront' ? { slotsMax: limits.storefrontSlotsMax } : {}
  const updates = holdfast.live(listingId, { ...dates, ...slotsMax })
  const show = (update: CalendarUpdate) => newsOnDates(listingId, dates, update)
  let onShown = () => {}
  const look = {
    ...lookOf(request, reply, { subject: `dates ${resourceId}`, days: daysIn(dates) }),
    // The stream goes on; the look is over.
    onGone: (listener: () => void) => {
      onShown = listener
    },
  }
  const first = async () => {
    try {
      return await looks.take(look, async () => {
        const { value } = await updates.next()
        if (value === undefined) return { bytes: 0 }
        if (resourceId !== 'all' && value.rows.length === 0) throw new HttpProblem('not_found')
        return { bytes: calendarBytes(value.rows), answer: await show(value) }
      })
    } finally {
      onShown()
    }
  }
  return followed(updates, first, show)
}
