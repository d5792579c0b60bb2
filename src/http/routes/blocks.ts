/** `/v1/listings/{listing_id}/blocks`: rooms that are set aside for a party. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Block, BlockPage, BlockReport, NewBlock } from '../../contract/block.js'
import { Reasoned } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import { isUuid } from '../../domain/ids.js'
import type { BlockRow } from '../../engine/reads/rows.js'
import type { BlockOutcome } from '../../engine/sale/block-outcome.js'
import { SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { showBlock, showBlockReport } from '../views/night-views.js'
import { problemOfRefusal } from '../views/refusals.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { BlockParams, ListingParams, LookHeaders, MakeHeaders } from '../wire/parameters.js'
import { digestTag, isAnsweredByTag, markReplayed, optionalKey } from '../wire/preconditions.js'
import { HttpProblem, sendProblem } from '../wire/problems.js'

const tags = ['Blocks']
const config = { scopes: SELLERS }

export function blockRoutes(scope: FastifyInstance, services: Services): void {
  blockCollection(scope, services)
  oneBlock(scope, services)
  blockStates(scope, services)
}

function blockCollection(scope: FastifyInstance, services: Services): void {
  const { blocks } = services.holdfast
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/blocks',
    {
      config,
      schema: {
        tags,
        operationId: 'createBlock',
        summary: 'Make a tentative block',
        description: 'It takes nothing yet.',
        params: ListingParams,
        headers: MakeHeaders,
        body: ref(NewBlock),
        response: answers({ 201: ['The block.', ref(Block)] }, [
          ...MAKING,
          'unknown_resource',
          'block_limit',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { name, resource_id, from, to, quantity, cut_off, reason } = request.body
      const terms = { name, resourceId: resource_id, from, to, quantity, cutOff: cut_off }
      if (!isUuid(resource_id)) {
        throw new HttpProblem('unknown_resource', { resource_ids: [resource_id] })
      }
      const options = { ...byCaller(request, reason), ...optionalKey(request) }
      const outcome = await blocks.create(listing_id, terms, options)
      markReplayed(reply, outcome)
      if (outcome.kind === 'done') {
        reply.header('location', `/v1/listings/${listing_id}/blocks/${outcome.block.blockId}`)
        reply.code(201)
      }
      return sendBlockOutcome(request, reply, listing_id, outcome)
    },
  )

  app.get(
    '/listings/:listing_id/blocks',
    {
      config,
      schema: {
        tags,
        operationId: 'listBlocks',
        summary: 'List the blocks',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(BlockPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const rows = await blocks.list(listing_id, page)
      return showPage(request, reply, rows, page, {
        idOf: (row: BlockRow) => row.blockId,
        show: (row) => showBlock(listing_id, row),
      })
    },
  )
}

function oneBlock(scope: FastifyInstance, { holdfast: { blocks } }: Services): void {
  scope.withTypeProvider<ContractTypes>().get(
    '/listings/:listing_id/blocks/:block_id',
    {
      config,
      schema: {
        tags,
        operationId: 'getBlock',
        summary: 'Look at a block and its pick-up',
        description: 'A block is closed once its cut-off has come.',
        params: BlockParams,
        headers: LookHeaders,
        response: answers(
          {
            200: ['The block, night by night.', ref(BlockReport)],
            304: ['Unchanged.', null],
          },
          ['outcome_unknown'],
        ),
      },
    },
    async (request, reply) => {
      const { listing_id, block_id } = request.params
      const report = await blocks.get(listing_id, block_id)
      if (report === undefined) throw new HttpProblem('not_found')
      const shown = showBlockReport(listing_id, report)
      if (isAnsweredByTag(request, reply, digestTag(shown))) return reply
      return shown
    },
  )
}

function blockStates(scope: FastifyInstance, { holdfast: { blocks } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/blocks/:block_id/definite',
    {
      config: { ...config, bodyOptional: true },
      schema: {
        tags,
        operationId: 'makeBlockDefinite',
        summary: "Take the block's rooms, every night or none",
        description:
          'The server checks now whether the rooms are free. A repeated call changes nothing.',
        params: BlockParams,
        body: ref(Reasoned),
        response: answers({ 200: ['The block, definite.', ref(Block)] }, [
          ...BODY,
          'block_not_open',
          'nights_not_on_sale',
          'archived',
          'insufficient_capacity',
          'exceeds_capacity',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, block_id } = request.params
      const outcome = await blocks.makeDefinite(
        listing_id,
        block_id,
        byCaller(request, request.body.reason),
      )
      return sendBlockOutcome(request, reply, listing_id, outcome)
    },
  )

  app.post(
    '/listings/:listing_id/blocks/:block_id/release',
    {
      config: { ...config, bodyOptional: true },
      schema: {
        tags,
        operationId: 'releaseBlock',
        summary: 'Close the block and give back what was not picked up',
        description:
          'The same happens by itself at the cut-off. A repeated call changes nothing, but it also ' +
          'gives back what guests have cancelled since.',
        params: BlockParams,
        body: ref(Reasoned),
        response: answers({ 200: ['The block, released.', ref(Block)] }, [
          ...BODY,
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, block_id } = request.params
      const outcome = await blocks.release(
        listing_id,
        block_id,
        byCaller(request, request.body.reason),
      )
      return sendBlockOutcome(request, reply, listing_id, outcome)
    },
  )
}

function sendBlockOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  listingId: string,
  outcome: BlockOutcome,
): FastifyReply {
  if (outcome.kind === 'done') return reply.send(showBlock(listingId, outcome.block))
  const { refusal } = outcome
  const { code, extras } = problemOfRefusal(refusal, { places: outcome.places })
  return sendProblem(request, reply, code, extras)
}
