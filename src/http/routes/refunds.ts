/** `/v1/listings/{listing_id}/refunds`: money that is due back, until somebody has given it back. */
import type { FastifyInstance } from 'fastify'
import { Refund, RefundPage, Settlement } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { FoundRefund } from '../../engine/reads/refunds.js'
import { SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { problemOfRefusal } from '../views/refusals.js'
import { showRefund } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { ListingParams, ReservationParams } from '../wire/parameters.js'
import { etagOf } from '../wire/preconditions.js'
import { sendProblem } from '../wire/problems.js'

const tags = ['Refunds']

export function refundRoutes(scope: FastifyInstance, { holdfast: { refunds } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/refunds',
    {
      config: { scopes: SELLERS },
      schema: {
        tags,
        operationId: 'listRefunds',
        summary: 'List what is to be paid back, the newest first',
        description:
          'A payment is here once, until it is settled: one that a request was refused with, or one ' +
          'whose reservation was cancelled, if the policy of the listing says so.',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(RefundPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const found = await refunds.list(listing_id, page)
      return showPage(request, reply, found.refunds, page, {
        idOf: ({ refund }: FoundRefund) => refund.refundId,
        show: ({ refund, reservation }) => {
          const details = found.details.get(reservation.reservationId)
          return showRefund(listing_id, refund, reservation, { places: found.places, details })
        },
      })
    },
  )

  app.post(
    '/listings/:listing_id/refunds/:reservation_id/settle',
    {
      config: { scopes: SELLERS, bodyOptional: true },
      schema: {
        tags,
        operationId: 'settleRefund',
        summary: 'Mark a refund as paid',
        description: 'A repeated call changes nothing and has the same answer.',
        params: ReservationParams,
        body: ref(Settlement),
        response: answers({ 200: ['The refund, settled.', ref(Refund)] }, [
          ...BODY,
          'refund_not_due',
          'refund_ambiguous',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, reservation_id } = request.params
      const { payment_ref, reason } = request.body
      const outcome = await refunds.settle(listing_id, reservation_id, {
        ...byCaller(request, reason),
        ...(payment_ref === undefined ? {} : { paymentRef: payment_ref }),
      })
      if (outcome.kind === 'refused') {
        const { code, extras } = problemOfRefusal(outcome.refusal)
        return sendProblem(request, reply, code, extras)
      }
      const { reservation, refund } = outcome
      if (refund === undefined) throw new Error('what is settled is a refund')
      reply.header('etag', etagOf(reservation.version))
      return reply.send(showRefund(listing_id, refund, reservation, outcome))
    },
  )
}
