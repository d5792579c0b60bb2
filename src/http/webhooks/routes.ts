/** `/v1/webhooks`: the endpoints that are told of events. A seller's are those of its own listings. */
import type { FastifyInstance } from 'fastify'
import {
  IssuedWebhook,
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookPage,
  WebhookQuery,
  WebhookRotation,
} from '../../contract/notices/webhook.js'
import { ref } from '../../contract/scalars.js'
import type { WebhookRow } from '../../engine/reads/rows.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { MakeHeaders, WebhookParams } from '../wire/parameters.js'
import { markReplayed, optionalKey } from '../wire/preconditions.js'
import { HttpProblem, sendProblem } from '../wire/problems.js'
import { deliveryRoutes } from './deliveries.js'
import { checkListing, ownWebhook } from './own-webhook.js'
import { showIssuedWebhook, showWebhook } from './views.js'

const tags = ['Webhooks']
const config = { scopes: SELLERS }
const MS_PER_SECOND = 1_000

export function webhookRoutes(scope: FastifyInstance, services: Services): void {
  webhookCollection(scope, services)
  oneWebhook(scope, services)
  rotation(scope, services)
  deliveryRoutes(scope, services)
}

function webhookCollection(scope: FastifyInstance, { holdfast }: Services): void {
  const { webhooks } = holdfast
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/webhooks',
    {
      config,
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'Have an endpoint told of events',
        description:
          "Without a `listing_id` of every listing's, for which it takes an admin's key.",
        headers: MakeHeaders,
        body: ref(NewWebhook),
        response: answers(
          { 201: ['The endpoint, its secret shown this once.', ref(IssuedWebhook)] },
          [...MAKING, 'webhook_limit'],
        ),
      },
    },
    async (request, reply) => {
      const { url, listing_id: listingId, kinds, description } = request.body
      await checkListing(request, holdfast, listingId)
      const wanted = {
        url,
        ...(listingId === undefined ? {} : { listingId }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(description === undefined ? {} : { description }),
      }
      const outcome = await webhooks.create(wanted, optionalKey(request))
      if (outcome === undefined) throw new HttpProblem('not_found')
      markReplayed(reply, outcome)
      if (outcome.kind === 'webhook_limit') {
        return sendProblem(request, reply, 'webhook_limit', { limit: outcome.limit })
      }
      reply.code(201).header('location', `/v1/webhooks/${outcome.webhook.webhookId}`)
      return showIssuedWebhook(outcome)
    },
  )

  app.get(
    '/webhooks',
    {
      config,
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'List the endpoints of the listings that the key may touch',
        description: "With an admin's key those that are told of every listing's events, too.",
        querystring: WebhookQuery,
        response: answers({ 200: ['A page.', ref(WebhookPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId } = request.query
      if (listingId !== undefined) await checkListing(request, holdfast, listingId)
      const page = pageRequestOf(request.query)
      const { keyId, scope: asWhom } = request.principal
      const filter = { listingId, keyId: asWhom === 'admin' ? undefined : keyId }
      return showPage(request, reply, await webhooks.list(page, filter), page, {
        idOf: (row: WebhookRow) => row.webhookId,
        show: showWebhook,
      })
    },
  )
}

function oneWebhook(scope: FastifyInstance, { holdfast }: Services): void {
  const { webhooks } = holdfast
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/webhooks/:webhook_id',
    {
      config,
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'Look at an endpoint',
        params: WebhookParams,
        response: answers({ 200: ['The endpoint.', ref(Webhook)] }),
      },
    },
    async (request) => showWebhook(await ownWebhook(request, holdfast)),
  )

  app.patch(
    '/webhooks/:webhook_id',
    {
      config,
      schema: {
        tags,
        operationId: 'changeWebhook',
        summary: 'Change an endpoint, turn it off or on',
        params: WebhookParams,
        body: ref(WebhookChange),
        response: answers({ 200: ['The endpoint.', ref(Webhook)] }, [...BODY, 'outcome_unknown']),
      },
    },
    async (request) => {
      const { webhookId } = await ownWebhook(request, holdfast)
      const row = await webhooks.change(webhookId, request.body)
      if (row === undefined) throw new HttpProblem('not_found')
      return showWebhook(row)
    },
  )

  app.delete(
    '/webhooks/:webhook_id',
    {
      config,
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Forget an endpoint',
        description: 'Nothing more is sent to it, what waits for it either, and its log is gone.',
        params: WebhookParams,
        response: answers({ 200: ['The endpoint as it was.', ref(Webhook)] }, ['outcome_unknown']),
      },
    },
    async (request) => {
      const { webhookId } = await ownWebhook(request, holdfast)
      const row = await webhooks.delete(webhookId)
      if (row === undefined) throw new HttpProblem('not_found')
      return showWebhook(row)
    },
  )
}

function rotation(scope: FastifyInstance, { holdfast }: Services): void {
  scope.withTypeProvider<ContractTypes>().post(
    '/webhooks/:webhook_id/rotate',
    {
      config: { ...config, bodyOptional: true },
      schema: {
        tags,
        operationId: 'rotateWebhook',
        summary: 'Give an endpoint another secret',
        description:
          'For `keep_old_seconds` each message is signed with both secrets, so that a receiver can change ' +
          'over at any moment. Of several rotations the last two secrets sign.',
        params: WebhookParams,
        headers: MakeHeaders,
        body: ref(WebhookRotation),
        response: answers(
          { 200: ['The endpoint, its new secret shown this once.', ref(IssuedWebhook)] },
          MAKING,
        ),
      },
    },
    async (request, reply) => {
      const { webhookId } = await ownWebhook(request, holdfast)
      const { keep_old_seconds: seconds } = request.body
      const keep = seconds === undefined ? {} : { keepOldMs: seconds * MS_PER_SECOND }
      const rotated = await holdfast.webhooks.rotate(webhookId, {
        ...keep,
        ...optionalKey(request),
      })
      if (rotated === undefined) throw new HttpProblem('not_found')
      markReplayed(reply, rotated)
      return showIssuedWebhook(rotated)
    },
  )
}
