/** `/v1/listings/{listing_id}/availability`: what is left, now and as it changes. */
import type { FastifyInstance } from 'fastify'
import { Availability } from '../../contract/pool.js'
import { ref } from '../../contract/scalars.js'
import { readCounters } from '../../storage/pools.js'
import { answers, type ContractTypes } from '../answers.js'
import { EVERYBODY } from '../auth.js'
import { ListingParams, LookHeaders } from '../parameters.js'
import { etagOf, isAnsweredByTag } from '../preconditions.js'
import type { Services } from '../services.js'
import { availabilityVersion, showAvailability } from '../views.js'

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
        params: ListingParams,
        headers: LookHeaders,
        response: answers({
          200: ['Every pool of the listing.', ref(Availability)],
          304: ['Unchanged.', null],
        }),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const pools = await readCounters(db, listing_id)
      const version = availabilityVersion(pools)
      reply.header('cache-control', 'no-cache')
      if (isAnsweredByTag(request, reply, etagOf(version))) return reply
      return showAvailability(listing_id, version, pools)
    },
  )
}
