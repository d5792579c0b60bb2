/** `/v1/listings/{listing_id}/availability`: what is left, now and on dates. */
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Availability, AvailabilityQuery } from '../../contract/pool.js'
import { ref } from '../../contract/scalars.js'
import type { CalendarDates } from '../../engine/reads/availability.js'
import { EVERYBODY } from '../guard/auth.js'
import type { Services } from '../services.js'
import { calendarTag, calendarText } from '../views/calendar.js'
import { showAvailability } from '../views/views.js'
import { answers, type ContractTypes, QUERY } from '../wire/answers.js'
import { ListingParams, LookHeaders } from '../wire/parameters.js'
import { etagOf, isAnsweredByTag } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

export function availabilityRoutes(scope: FastifyInstance, { holdfast }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/availability',
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags: ['Availability'],
        operationId: 'getAvailability',
        summary: 'See what is left',
        description:
          'With `from` and `to`, at most 62 days by the clocks of the listing: what is sold by time, too.',
        params: ListingParams,
        querystring: AvailabilityQuery,
        headers: LookHeaders,
        response: answers(
          {
            200: ['What is left of the listing.', ref(Availability)],
            304: ['Unchanged.', null],
          },
          QUERY,
        ),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const dates = datesOf(request.query)
      reply.header('cache-control', 'no-cache')
      if (dates !== undefined) {
        const rows = await holdfast.availability(listing_id, dates)
        if (dates.resourceId !== undefined && rows.length === 0) throw new HttpProblem('not_found')
        if (isAnsweredByTag(request, reply, calendarTag(dates, rows))) return reply
        const body = calendarText(listing_id, dates, rows)
        return reply.type('application/json; charset=utf-8').serializer(String).send(body)
      }
      const left = await holdfast.availability(listing_id)
      if (left === undefined) throw new HttpProblem('not_found')
      if (isAnsweredByTag(request, reply, etagOf(left.version))) return reply
      return showAvailability(listing_id, left)
    },
  )
}

/** @throws HttpProblem `validation` for half a range */
function datesOf({
  from,
  to,
  resource_id: resourceId,
}: Static<typeof AvailabilityQuery>): CalendarDates | undefined {
  if (from === undefined && to === undefined && resourceId === undefined) return undefined
  if (from === undefined || to === undefined) {
    const path = from === undefined ? '/from' : '/to'
    throw new HttpProblem('validation', { errors: [{ path, message: 'is required, too' }] })
  }
  return resourceId === undefined ? { from, to } : { from, to, resourceId }
}
