/** `/v1/listings`: what is on sale, and what it allows. */
import type { FastifyInstance } from 'fastify'
import { Listing, ListingChange, ListingPage, NewListing } from '../../contract/listing.js'
import { Reasoned } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { ListingRow } from '../../engine/reads/rows.js'
import { EVERYBODY, SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { seenBy } from '../views/seen-by.js'
import { policyOf, showListing } from '../views/views.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { METADATA_BODY_BYTES_MAX } from '../wire/bodies.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { ListingParams, LookHeaders, MakeHeaders, MatchHeaders } from '../wire/parameters.js'
import {
  digestTag,
  isAnsweredByTag,
  markReplayed,
  optionalKey,
  tagsSeen,
} from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Listings']
const config = { scopes: SELLERS }

export function listingRoutes(scope: FastifyInstance, services: Services): void {
  listingCollection(scope, services)
  oneListing(scope, services)
  archiveRoutes(scope, services)
}

function listingCollection(scope: FastifyInstance, { holdfast: { listings } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings',
    {
      config,
      bodyLimit: METADATA_BODY_BYTES_MAX,
      schema: {
        tags,
        operationId: 'createListing',
        summary: 'Create a listing',
        headers: MakeHeaders,
        body: ref(NewListing),
        response: answers({ 201: ['The listing.', ref(Listing)] }, MAKING),
      },
    },
    async (request, reply) => {
      const { name, time_zone, policy, metadata, reason } = request.body
      const { keyId, scope: asWhom } = request.principal
      const wanted = {
        name,
        ...(time_zone === undefined ? {} : { timeZone: time_zone }),
        ...(policy === undefined ? {} : { policy: policyOf(policy) }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(asWhom === 'seller' ? { ownerKeyId: keyId } : {}),
      }
      const options = { ...byCaller(request, reason), ...optionalKey(request) }
      const row = await listings.create(wanted, options)
      markReplayed(reply, row)
      const listing = showListing(row)
      reply.code(201).header('location', `/v1/listings/${listing.id}`)
      return reply.header('etag', digestTag(listing)).send(listing)
    },
  )

  app.get(
    '/listings',
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'listListings',
        summary: 'List the listings that the key may touch',
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(ListingPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const page = pageRequestOf(request.query)
      const { keyId, scope: asWhom } = request.principal
      const rows = await listings.list(page, asWhom === 'admin' ? undefined : keyId)
      const idOf = (row: ListingRow) => row.listingId
      const show = (row: ListingRow) => seenBy(request, showListing(row))
      return showPage(request, reply, rows, page, { idOf, show })
    },
  )
}

function oneListing(scope: FastifyInstance, { holdfast: { listings } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id',
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'getListing',
        summary: 'Look at a listing',
        params: ListingParams,
        headers: LookHeaders,
        response: answers({ 200: ['The listing.', ref(Listing)], 304: ['Unchanged.', null] }),
      },
    },
    async (request, reply) => {
      const listing = seenBy(request, shown(await listings.get(request.params.listing_id)))
      if (isAnsweredByTag(request, reply, digestTag(listing))) return reply
      return listing
    },
  )

  app.patch(
    '/listings/:listing_id',
    {
      config,
      bodyLimit: METADATA_BODY_BYTES_MAX,
      schema: {
        tags,
        operationId: 'changeListing',
        summary: 'Change what a listing is called or allows',
        params: ListingParams,
        headers: MatchHeaders,
        body: ref(ListingChange),
        response: answers({ 200: ['The listing.', ref(Listing)] }, [
          ...BODY,
          'if_match_malformed',
          'version_mismatch',
        ]),
      },
    },
    async (request, reply) => {
      const { name, time_zone, policy, metadata, reason } = request.body
      const seen = tagsSeen(request)
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(time_zone === undefined ? {} : { timeZone: time_zone }),
        ...(policy === undefined ? {} : { policy: policyOf(policy) }),
        ...(metadata === undefined ? {} : { metadata }),
      }
      const mayChange = (before: ListingRow) => {
        if (seen === undefined || seen.includes(digestTag(showListing(before)))) return
        const detail = 'The listing has changed since you looked: look again, then decide again.'
        throw new HttpProblem('version_mismatch', { detail })
      }
      const by = byCaller(request, reason)
      const row = await listings.change(request.params.listing_id, change, mayChange, by)
      const listing = shown(row)
      return reply.header('etag', digestTag(listing)).send(listing)
    },
  )
}

function archiveRoutes(scope: FastifyInstance, { holdfast: { listings } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()
  const ways = [
    ['archive', 'archiveListing', 'Take a listing out of sale'],
    ['unarchive', 'unarchiveListing', 'Put a listing on sale again'],
  ] as const
  for (const [verb, operationId, summary] of ways) {
    app.post(
      `/listings/:listing_id/${verb}`,
      {
        config: { ...config, bodyOptional: true },
        schema: {
          tags,
          operationId,
          summary,
          description: 'What is sold stays as it is. A repeated call changes nothing.',
          params: ListingParams,
          body: ref(Reasoned),
          response: answers({ 200: ['The listing.', ref(Listing)] }, BODY),
        },
      },
      async (request, reply) => {
        const by = byCaller(request, request.body.reason)
        const listing = shown(await listings[verb](request.params.listing_id, by))
        return reply.header('etag', digestTag(listing)).send(listing)
      },
    )
  }
}

function shown(row: ListingRow | undefined): ReturnType<typeof showListing> {
  if (row === undefined) throw new HttpProblem('not_found')
  return showListing(row)
}
