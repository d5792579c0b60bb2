/** `/v1/listings/{listing_id}/availability`: what is left, now and on dates. */
import type { FastifyInstance } from 'fastify'
import { Availability, AvailabilityQuery } from '../../contract/pool.js'
import { ref } from '../../contract/scalars.js'
import { EVERYBODY } from '../guard/auth.js'
import { checkDaysAsked, datesAsked, daysIn } from '../guard/date-bounds.js'
import { lookOf } from '../guard/look-of.js'
import type { Services } from '../services.js'
import {
  availabilityText,
  calendarBytes,
  calendarTag,
  calendarText,
  STOCK_BYTES,
} from '../views/calendar.js'
import { answers, type ContractTypes, QUERY } from '../wire/answers.js'
import { ListingParams, LookHeaders } from '../wire/parameters.js'
import { etagOf, isAnsweredByTag } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'
import { writeInSlices } from '../wire/slices.js'

const JSON_TYPE = 'application/json; charset=utf-8'

export function availabilityRoutes(
  scope: FastifyInstance,
  { holdfast, limits, looks }: Services,
): void {
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
          'Without dates: the pools that are bound to no time. With `from` and `to`, at most 62 days by the ' +
          'clocks of the listing: slots, ranges and nights of these dates, too. ' +
          "A storefront's key may ask for 42 days and 30,000 slots, unless the server is configured otherwise.",
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
      const dates = datesAsked(request.query)
      reply.header('cache-control', 'no-cache')
      if (dates === undefined) {
        const look = lookOf(request, reply, { subject: 'now' })
        const body = await looks.take(look, async () => {
          const left = await holdfast.availability(listing_id)
          if (left === undefined) throw new HttpProblem('not_found')
          const bytes = left.pools.length * STOCK_BYTES
          if (isAnsweredByTag(request, reply, etagOf(left.version))) return { bytes }
          const text = availabilityText(listing_id, left)
          return { bytes, answer: await writeInSlices(text, '}') }
        })
        return body === undefined ? reply : reply.type(JSON_TYPE).send(body)
      }
      checkDaysAsked(request, dates, limits.storefrontDaysMax)
      const { resourceId = 'all' } = dates
      const look = lookOf(request, reply, { subject: `dates ${resourceId}`, days: daysIn(dates) })
      const slotsMax =
        request.principal.scope === 'storefront' ? { slotsMax: limits.storefrontSlotsMax } : {}
      const body = await looks.take(look, async () => {
        const rows = await holdfast.availability(listing_id, { ...dates, ...slotsMax })
        if (dates.resourceId !== undefined && rows.length === 0) throw new HttpProblem('not_found')
        const bytes = calendarBytes(rows)
        if (isAnsweredByTag(request, reply, await calendarTag(dates, rows))) return { bytes }
        return { bytes, answer: await writeInSlices(calendarText(listing_id, dates, rows)) }
      })
      return body === undefined ? reply : reply.type(JSON_TYPE).send(body)
    },
  )
}
