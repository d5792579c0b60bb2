/** `/v1/listings/{listing_id}/resources`: what a listing sells places on. */
import type { FastifyInstance } from 'fastify'
import { NewResource, Resource, ResourcePage } from '../../contract/listing.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { ResourceRow } from '../../engine/reads/rows.js'
import { SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { showResource } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { ListingParams } from '../wire/parameters.js'

const tags = ['Resources']
const config = { scopes: SELLERS }

export function resourceRoutes(
  scope: FastifyInstance,
  { holdfast: { resources } }: Services,
): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/resources',
    {
      config,
      schema: {
        tags,
        operationId: 'createResource',
        summary: 'Add a resource',
        params: ListingParams,
        body: ref(NewResource),
        response: answers({ 201: ['The resource.', ref(Resource)] }, BODY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { name, exclusive, time_zone, reason } = request.body
      const wanted = {
        name,
        ...(exclusive === undefined ? {} : { exclusive }),
        ...(time_zone === undefined ? {} : { timeZone: time_zone }),
      }
      const row = await resources.create(listing_id, wanted, byCaller(request, reason))
      return reply.code(201).send(showResource(listing_id, row))
    },
  )

  app.get(
    '/listings/:listing_id/resources',
    {
      config,
      schema: {
        tags,
        operationId: 'listResources',
        summary: 'List the resources',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(ResourcePage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const rows = await resources.list(listing_id, page)
      return showPage(request, reply, rows, page, {
        idOf: (row: ResourceRow) => row.resourceId,
        show: (row) => showResource(listing_id, row),
      })
    },
  )
}
