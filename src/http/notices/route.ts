/** `/v1/listings/{listing_id}/dead-letters`: what somebody was to be told and was not. */
import type { FastifyInstance } from 'fastify'
import { DeadLetter, DeadLetterPage } from '../../contract/notices/dead-letter.js'
import { NoFields } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { DeadLetterRow } from '../../engine/reads/rows.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { timeOrNull } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { DeliveryParams, ListingParams } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Notices']
const config = { scopes: SELLERS }

export function noticeRoutes(scope: FastifyInstance, { holdfast: { notices } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/dead-letters',
    {
      config,
      schema: {
        tags,
        operationId: 'listDeadLetters',
        summary: 'List what somebody was to be told and was not, the oldest first',
        description: 'Each was tried for three days, or refused for good.',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(DeadLetterPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const page = pageRequestOf(request.query)
      const rows = await notices.deadLetters(request.params.listing_id, page)
      const idOf = ({ deliveryId }: DeadLetterRow) => deliveryId
      return showPage(request, reply, rows, page, { idOf, show: showDeadLetter })
    },
  )

  for (const [verb, operationId, summary, description] of [
    [
      'resend',
      'resendDeadLetter',
      'Tell it again',
      'It is tried now, then for three days, under the same id. A repeated call does the same.',
    ],
    [
      'dismiss',
      'dismissDeadLetter',
      'Tell nobody any more',
      'It is on the list no longer. A repeated call changes nothing.',
    ],
  ] as const) {
    app.post(
      `/listings/:listing_id/dead-letters/:delivery_id/${verb}`,
      {
        config: { ...config, bodyOptional: true },
        schema: {
          tags,
          operationId,
          summary,
          description,
          params: DeliveryParams,
          body: ref(NoFields),
          response: answers({ 200: ['What has become of it.', ref(DeadLetter)] }, BODY),
        },
      },
      async (request) => {
        const { listing_id, delivery_id } = request.params
        const row = await notices[verb](listing_id, delivery_id)
        if (row === undefined) throw new HttpProblem('not_found')
        return showDeadLetter(row)
      },
    )
  }
}

export function showDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.deliveryId,
    event_id: row.eventId,
    kind: row.kind,
    subject_id: row.subjectId,
    destination: row.destination,
    attempts: row.attempts,
    status: row.status,
    reason: row.reason,
    state: row.state,
    ended_at: timeOrNull(row.endedAtMs),
  }
}
