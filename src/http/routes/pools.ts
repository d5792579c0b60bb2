/** `/v1/listings/{listing_id}/pools`: how many there are. */
import type { FastifyInstance } from 'fastify'
import { NewPool, Pool, PoolChange, PoolPage } from '../../contract/pool.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { PoolRow } from '../../engine/reads/rows.js'
import { SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { problemOfRefusal } from '../views/refusals.js'
import { showPool } from '../views/views.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { ListingParams, LookHeaders, MakeHeaders, PoolParams } from '../wire/parameters.js'
import { etagOf, isAnsweredByTag, markReplayed, optionalKey } from '../wire/preconditions.js'
import { HttpProblem, sendProblem } from '../wire/problems.js'

const tags = ['Pools']
const config = { scopes: SELLERS }

export function poolRoutes(scope: FastifyInstance, services: Services): void {
  poolCollection(scope, services)
  onePool(scope, services)
}

function poolCollection(scope: FastifyInstance, { holdfast: { pools } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/pools',
    {
      config,
      schema: {
        tags,
        operationId: 'createPool',
        summary: 'Add a pool to a resource',
        params: ListingParams,
        headers: MakeHeaders,
        body: ref(NewPool),
        response: answers({ 201: ['The pool.', ref(Pool)] }, MAKING),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { resource_id, capacity, reason } = request.body
      const wanted = { resourceId: resource_id, capacity }
      const options = { ...byCaller(request, reason), ...optionalKey(request) }
      const row = await pools.create(listing_id, wanted, options)
      if (row === undefined) throw new HttpProblem('not_found')
      markReplayed(reply, row)
      reply.code(201).header('location', `/v1/listings/${listing_id}/pools/${row.poolId}`)
      return reply.header('etag', etagOf(row.version)).send(showPool(listing_id, row))
    },
  )

  app.get(
    '/listings/:listing_id/pools',
    {
      config,
      schema: {
        tags,
        operationId: 'listPools',
        summary: 'List the pools',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(PoolPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const rows = await pools.list(listing_id, page)
      return showPage(request, reply, rows, page, {
        idOf: (row: PoolRow) => row.poolId,
        show: (row) => showPool(listing_id, row),
      })
    },
  )
}

function onePool(scope: FastifyInstance, { holdfast: { pools } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/pools/:pool_id',
    {
      config,
      schema: {
        tags,
        operationId: 'getPool',
        summary: 'Look at a pool',
        params: PoolParams,
        headers: LookHeaders,
        response: answers({ 200: ['The pool.', ref(Pool)], 304: ['Unchanged.', null] }),
      },
    },
    async (request, reply) => {
      const { listing_id, pool_id } = request.params
      const row = await pools.get(listing_id, pool_id)
      if (row === undefined) throw new HttpProblem('not_found')
      if (isAnsweredByTag(request, reply, etagOf(row.version))) return reply
      return showPool(listing_id, row)
    },
  )

  app.patch(
    '/listings/:listing_id/pools/:pool_id',
    {
      config,
      schema: {
        tags,
        operationId: 'changePool',
        summary: "Set a pool's capacity",
        params: PoolParams,
        body: ref(PoolChange),
        response: answers({ 200: ['The pool.', ref(Pool)] }, [
          ...BODY,
          'below_taken',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, pool_id } = request.params
      const { capacity, override_reason: overrideReason, reason } = request.body
      const override = overrideReason === undefined ? {} : { overrideReason }
      const outcome = await pools.change(
        listing_id,
        pool_id,
        { capacity, ...override },
        byCaller(request, reason),
      )
      if (outcome.kind === 'done') {
        const { pool } = outcome
        return reply.header('etag', etagOf(pool.version)).send(showPool(listing_id, pool))
      }
      // The pool is in the path, so an unknown one is a 404 like any unknown path.
      if (outcome.refusal.code === 'unknown_pool') throw new HttpProblem('not_found')
      const { code, extras } = problemOfRefusal(outcome.refusal)
      return sendProblem(request, reply, code, extras)
    },
  )
}
