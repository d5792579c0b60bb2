/** `/v1/listings/{listing_id}/availability`: what is left, now and on dates. */
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Availability, AvailabilityQuery } from '../../contract/pool.js'
import { ref } from '../../contract/scalars.js'
import { isUuid } from '../../domain/ids.js'
import { checkDates, type Dates } from '../../engine/sale/dates.js'
import { LOOKED_AT_DAYS_MAX } from '../../engine/sale/slots.js'
import { readPoolCalendar } from '../../storage/reads/calendar.js'
import { readCounters } from '../../storage/tables/pools.js'
import { EVERYBODY } from '../guard/auth.js'
import type { Services } from '../services.js'
import { calendarTag, calendarText } from '../views/calendar.js'
import { availabilityVersion, showAvailability } from '../views/views.js'
import { answers, type ContractTypes, QUERY } from '../wire/answers.js'
import { ListingParams, LookHeaders } from '../wire/parameters.js'
import { etagOf, isAnsweredByTag } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

export function availabilityRoutes(scope: FastifyInstance, { db }: Services): void {
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
        const rows = await readOn(db, listing_id, dates, request.query.resource_id)
        if (isAnsweredByTag(request, reply, calendarTag(dates, rows))) return reply
        const body = calendarText(listing_id, dates, rows)
        return reply.type('application/json; charset=utf-8').serializer(String).send(body)
      }
      const pools = await readCounters(db, listing_id)
      const version = availabilityVersion(pools)
      if (isAnsweredByTag(request, reply, etagOf(version))) return reply
      return showAvailability(listing_id, version, pools)
    },
  )
}

/** @throws HttpProblem `validation` for half a range; what `checkDates` throws */
function datesOf({ from, to, resource_id }: Static<typeof AvailabilityQuery>): Dates | undefined {
  if (from === undefined && to === undefined && resource_id === undefined) return undefined
  if (from === undefined || to === undefined) {
    const path = from === undefined ? '/from' : '/to'
    throw new HttpProblem('validation', { errors: [{ path, message: 'has to be there, too' }] })
  }
  const dates = { from, to }
  checkDates(dates, LOOKED_AT_DAYS_MAX)
  return dates
}

/** @throws HttpProblem `not_found` for a resource that the listing does not have; `validation` */
async function readOn(
  db: Services['db'],
  listingId: string,
  dates: Dates,
  resourceId: string | undefined,
) {
  if (resourceId !== undefined && !isUuid(resourceId)) throw new HttpProblem('not_found')
  const rows = await readPoolCalendar(db, listingId, { ...dates, resourceId })
  if (resourceId !== undefined && rows.length === 0) throw new HttpProblem('not_found')
  if (rows.every((row) => row.complete)) return rows
  const message = 'is too late for so many slots: ask for fewer days, or for one resource'
  throw new HttpProblem('validation', { errors: [{ path: '/to', message }] })
}
