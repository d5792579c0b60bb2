/** What an endpoint was told: the log of deliveries, a test event, a replay. */
import type { FastifyInstance } from 'fastify'
import {
  Replayed,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
  WebhookReplay,
} from '../../contract/notices/webhook.js'
import { NoFields } from '../../contract/reservation.js'
import { ref } from '../../contract/scalars.js'
import type { DeliveryRow } from '../../engine/reads/rows.js'
import type { ReplayRequest } from '../../engine/webhooks/deliveries.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { momentOf } from '../wire/moments.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { WebhookParams } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'
import { ownWebhook } from './own-webhook.js'
import { showDelivery } from './views.js'

const tags = ['Webhooks']
const config = { scopes: SELLERS }

export function deliveryRoutes(scope: FastifyInstance, services: Services): void {
  logRoute(scope, services)
  sendingRoutes(scope, services)
}

function logRoute(scope: FastifyInstance, { holdfast }: Services): void {
  const { webhooks } = holdfast
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/webhooks/:webhook_id/deliveries',
    {
      config,
      schema: {
        tags,
        operationId: 'listWebhookDeliveries',
        summary: 'List what an endpoint was told, the newest event first',
        params: WebhookParams,
        querystring: WebhookDeliveryQuery,
        response: answers({ 200: ['A page.', ref(WebhookDeliveryPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { webhookId } = await ownWebhook(request, holdfast)
      const page = pageRequestOf(request.query)
      const { delivery_state: state } = request.query
      const rows = await webhooks.deliveries(webhookId, page, { state })
      if (rows === undefined) throw new HttpProblem('not_found')
      return showPage(request, reply, rows, page, {
        idOf: (row: DeliveryRow) => row.deliveryId,
        show: showDelivery,
      })
    },
  )
}

/** What sends something: a test, or once more what was sent. */
function sendingRoutes(scope: FastifyInstance, { holdfast }: Services): void {
  const { webhooks } = holdfast
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/webhooks/:webhook_id/test',
    {
      config: { ...config, bodyOptional: true },
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send an event of the kind `webhook.test`',
        description:
          'It goes the way of all others; the log of deliveries shows what the endpoint answered.',
        params: WebhookParams,
        body: ref(NoFields),
        response: answers({ 201: ['The delivery, about to be sent.', ref(WebhookDelivery)] }, [
          ...BODY,
          'webhook_disabled',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { webhookId } = await ownWebhook(request, holdfast)
      const delivery = await webhooks.test(webhookId)
      if (delivery === 'disabled') throw new HttpProblem('webhook_disabled')
      if (delivery === undefined) throw new HttpProblem('not_found')
      return reply.code(201).send(showDelivery(delivery))
    },
  )

  app.post(
    '/webhooks/:webhook_id/replay',
    {
      config,
      schema: {
        tags,
        operationId: 'replayWebhook',
        summary: 'Send one delivery again, or those of a span of time',
        description:
          'Under their ids of before, so that a receiver recognises what it has had. A span brings what ' +
          'the endpoint missed while it was disabled as well.',
        params: WebhookParams,
        body: ref(WebhookReplay),
        response: answers({ 200: ['How many are sent again.', ref(Replayed)] }, [
          ...BODY,
          'webhook_disabled',
          'outcome_unknown',
        ]),
      },
    },
    async (request) => {
      const { webhookId } = await ownWebhook(request, holdfast)
      const deliveries = await webhooks.replay(webhookId, replayOf(request.body))
      if (deliveries === 'disabled') throw new HttpProblem('webhook_disabled')
      if (deliveries === undefined) throw new HttpProblem('not_found')
      return { deliveries }
    },
  )
}

function replayOf({ delivery_id, from, to, only_dead }: WebhookReplay): ReplayRequest {
  return {
    deliveryId: delivery_id,
    fromMs: momentOf('/from', from),
    toMs: momentOf('/to', to),
    onlyDead: only_dead,
  }
}
