/** `/v1/listings/{listing_id}/resources/{resource_id}/nights`: what a hotel has, night by night. */
import type { FastifyInstance } from 'fastify'
import { Nights, NightsChange, NightsQuery } from '../../contract/night.js'
import { ref } from '../../contract/scalars.js'
import type { NightsRequest } from '../../engine/sale/nights.js'
import { EVERYBODY, SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import { checkDaysAsked, daysIn } from '../guard/date-bounds.js'
import { lookOf } from '../guard/look-of.js'
import type { Services } from '../services.js'
import { showNights } from '../views/night-views.js'
import { problemOfRefusal } from '../views/refusals.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { LookHeaders, ResourceParams } from '../wire/parameters.js'
import { digestTag, isAnsweredByTag } from '../wire/preconditions.js'
import { HttpProblem, sendProblem } from '../wire/problems.js'

const PATH = '/listings/:listing_id/resources/:resource_id/nights'
const tags = ['Nights']

export function nightRoutes(scope: FastifyInstance, services: Services): void {
  setRoute(scope, services)
  lookRoute(scope, services)
}

function setRoute(scope: FastifyInstance, { holdfast: { nights } }: Services): void {
  scope.withTypeProvider<ContractTypes>().put(
    PATH,
    {
      config: { scopes: SELLERS },
      schema: {
        tags,
        operationId: 'setNights',
        summary: 'Set how many rooms there are each night',
        description: 'All nights of the range or none. A repeated call changes nothing.',
        params: ResourceParams,
        body: ref(NightsChange),
        response: answers({ 200: ['The nights of the range.', ref(Nights)] }, [
          ...BODY,
          'below_taken',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      const { from, to, reason } = request.body
      const by = byCaller(request, reason)
      const outcome = await nights.set(listing_id, resource_id, nightsOf(request.body), by)
      if (outcome.kind === 'done') {
        return showNights(listing_id, resource_id, { from, to }, outcome.nights)
      }
      // The resource is in the path, so an unknown one is a 404 like any unknown path.
      if (outcome.refusal.code === 'unknown_resource') throw new HttpProblem('not_found')
      const { code, extras } = problemOfRefusal(outcome.refusal)
      return sendProblem(request, reply, code, extras)
    },
  )
}

function nightsOf(sent: NightsChange): NightsRequest {
  const { from, to, capacity, minimum_stay, maximum_stay, on_sale, override_reason } = sent
  const { closed_to_arrival, closed_to_departure } = sent
  return {
    from,
    to,
    capacity,
    ...(minimum_stay === undefined ? {} : { minimumStay: minimum_stay }),
    ...(maximum_stay === undefined ? {} : { maximumStay: maximum_stay }),
    ...(on_sale === undefined ? {} : { onSale: on_sale }),
    ...(closed_to_arrival === undefined ? {} : { closedToArrival: closed_to_arrival }),
    ...(closed_to_departure === undefined ? {} : { closedToDeparture: closed_to_departure }),
    ...(override_reason === undefined ? {} : { overrideReason: override_reason }),
  }
}

/** Of one night as it is read. */
const NIGHT_BYTES = 200

function lookRoute(
  scope: FastifyInstance,
  { holdfast: { nights }, limits, looks }: Services,
): void {
  scope.withTypeProvider<ContractTypes>().get(
    PATH,
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'getNights',
        summary: 'See what is left, night by night',
        description:
          "At most 731 nights; a storefront's key may ask for 366, unless the server is configured otherwise.",
        params: ResourceParams,
        querystring: NightsQuery,
        headers: LookHeaders,
        response: answers(
          { 200: ['The nights of the range.', ref(Nights)], 304: ['Unchanged.', null] },
          QUERY,
        ),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      checkDaysAsked(request, request.query, limits.storefrontNightsMax)
      const days = daysIn(request.query)
      const look = lookOf(request, reply, { subject: `nights ${resource_id}`, days })
      const rows = await looks.take(look, async () => {
        const read = await nights.get(listing_id, resource_id, request.query)
        if (read === undefined) throw new HttpProblem('not_found')
        return { bytes: read.length * NIGHT_BYTES, answer: read }
      })
      const shown = showNights(listing_id, resource_id, request.query, rows ?? [])
      reply.header('cache-control', 'no-cache')
      if (isAnsweredByTag(request, reply, digestTag(shown))) return reply
      return shown
    },
  )
}
