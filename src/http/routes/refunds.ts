/** `/v1/listings/{listing_id}/refunds`: payments that came too late, until the money is given back. */
import type { FastifyInstance } from 'fastify'
import { NoFields, Reservation, ReservationPage } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { Reservation as FoundReservation } from '../../domain/reservation/reservation.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { showReservation } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { ListingParams, ReservationParams } from '../wire/parameters.js'
import { etagOf } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

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
        summary: 'List what has to be paid back, the newest reservation first',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(ReservationPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const { reservations, places } = await refunds.list(listing_id, page)
      return showPage(request, reply, reservations, page, {
        idOf: (row: FoundReservation) => row.reservationId,
        show: (row) => showReservation(listing_id, row, places),
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
        body: ref(NoFields),
        response: answers({ 200: ['The reservation, settled.', ref(Reservation)] }, [
          ...BODY,
          'refund_not_due',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, reservation_id } = request.params
      const outcome = await refunds.settle(listing_id, reservation_id)
      if (outcome.kind === 'refused') throw new HttpProblem(outcome.refusal.code)
      const { reservation, places } = outcome
      reply.header('etag', etagOf(reservation.version))
      return showReservation(listing_id, reservation, places)
    },
  )
}
