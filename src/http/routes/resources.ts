/** `/v1/listings/{listing_id}/resources`: what a listing sells places on. */
import type { FastifyInstance } from 'fastify'
import { NewResource, Resource, ResourceChange, ResourcePage } from '../../contract/listing.js'
import { Reasoned } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { ResourceRow } from '../../engine/reads/rows.js'
import { EVERYBODY, SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { seenBy } from '../views/seen-by.js'
import { showResource } from '../views/views.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { METADATA_BODY_BYTES_MAX } from '../wire/bodies.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import {
  ListingParams,
  LookHeaders,
  MakeHeaders,
  MatchHeaders,
  ResourceParams,
} from '../wire/parameters.js'
import {
  digestTag,
  isAnsweredByTag,
  markReplayed,
  optionalKey,
  tagsSeen,
} from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const PATH = '/listings/:listing_id/resources/:resource_id'
const tags = ['Resources']
const config = { scopes: SELLERS }

export function resourceRoutes(scope: FastifyInstance, services: Services): void {
  resourceCollection(scope, services)
  oneResource(scope, services)
  archiveRoutes(scope, services)
}

function resourceCollection(scope: FastifyInstance, { holdfast: { resources } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/resources',
    {
      config,
      bodyLimit: METADATA_BODY_BYTES_MAX,
      schema: {
        tags,
        operationId: 'createResource',
        summary: 'Add a resource',
        params: ListingParams,
        headers: MakeHeaders,
        body: ref(NewResource),
        response: answers({ 201: ['The resource.', ref(Resource)] }, MAKING),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { name, exclusive, time_zone, notice_minutes, horizon_days, metadata, reason } =
        request.body
      const wanted = {
        name,
        ...(exclusive === undefined ? {} : { exclusive }),
        ...(time_zone === undefined ? {} : { timeZone: time_zone }),
        ...(notice_minutes === undefined ? {} : { noticeMinutes: notice_minutes }),
        ...(horizon_days === undefined ? {} : { horizonDays: horizon_days }),
        ...(metadata === undefined ? {} : { metadata }),
      }
      const options = { ...byCaller(request, reason), ...optionalKey(request) }
      const row = await resources.create(listing_id, wanted, options)
      markReplayed(reply, row)
      const resource = showResource(listing_id, row)
      reply.code(201).header('location', `/v1/listings/${listing_id}/resources/${resource.id}`)
      return reply.header('etag', digestTag(resource)).send(resource)
    },
  )

  app.get(
    '/listings/:listing_id/resources',
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'listResources',
        summary: 'List the resources',
        description: 'A storefront sees those that are not archived.',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(ResourcePage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const archived = request.principal.scope !== 'storefront'
      const rows = await resources.list(listing_id, page, { archived })
      return showPage(request, reply, rows, page, {
        idOf: (row: ResourceRow) => row.resourceId,
        show: (row) => seenBy(request, showResource(listing_id, row)),
      })
    },
  )
}

function oneResource(scope: FastifyInstance, { holdfast: { resources } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    PATH,
    {
      config,
      schema: {
        tags,
        operationId: 'getResource',
        summary: 'Look at a resource',
        params: ResourceParams,
        headers: LookHeaders,
        response: answers({ 200: ['The resource.', ref(Resource)], 304: ['Unchanged.', null] }),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      const resource = shown(listing_id, await resources.get(listing_id, resource_id))
      if (isAnsweredByTag(request, reply, digestTag(resource))) return reply
      return resource
    },
  )

  app.patch(
    PATH,
    {
      config,
      bodyLimit: METADATA_BODY_BYTES_MAX,
      schema: {
        tags,
        operationId: 'changeResource',
        summary: 'Change a resource: its name, its time zone, its notice and horizon',
        params: ResourceParams,
        headers: MatchHeaders,
        body: ref(ResourceChange),
        response: answers({ 200: ['The resource.', ref(Resource)] }, [
          ...BODY,
          'if_match_malformed',
          'version_mismatch',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      const { name, time_zone, notice_minutes, horizon_days, metadata, reason } = request.body
      const seen = tagsSeen(request)
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(time_zone === undefined ? {} : { timeZone: time_zone }),
        ...(notice_minutes === undefined ? {} : { noticeMinutes: notice_minutes }),
        ...(horizon_days === undefined ? {} : { horizonDays: horizon_days }),
        ...(metadata === undefined ? {} : { metadata }),
      }
      const mayChange = (before: ResourceRow) => {
        if (seen === undefined || seen.includes(digestTag(showResource(listing_id, before)))) return
        const detail = 'The resource has changed since you looked: look again, then decide again.'
        throw new HttpProblem('version_mismatch', { detail })
      }
      const by = byCaller(request, reason)
      const row = await resources.change(listing_id, resource_id, change, mayChange, by)
      const resource = shown(listing_id, row)
      return reply.header('etag', digestTag(resource)).send(resource)
    },
  )
}

function archiveRoutes(scope: FastifyInstance, { holdfast: { resources } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()
  const ways = [
    ['archive', 'archiveResource', 'Take a resource out of sale'],
    ['unarchive', 'unarchiveResource', 'Put a resource on sale again'],
  ] as const
  for (const [verb, operationId, summary] of ways) {
    app.post(
      `${PATH}/${verb}`,
      {
        config: { ...config, bodyOptional: true },
        schema: {
          tags,
          operationId,
          summary,
          description: 'What is sold stays as it is. A repeated call changes nothing.',
          params: ResourceParams,
          body: ref(Reasoned),
          response: answers({ 200: ['The resource.', ref(Resource)] }, BODY),
        },
      },
      async (request, reply) => {
        const { listing_id, resource_id } = request.params
        const by = byCaller(request, request.body.reason)
        const resource = shown(listing_id, await resources[verb](listing_id, resource_id, by))
        return reply.header('etag', digestTag(resource)).send(resource)
      },
    )
  }
}

function shown(listingId: string, row: ResourceRow | undefined) {
  if (row === undefined) throw new HttpProblem('not_found')
  return showResource(listingId, row)
}
