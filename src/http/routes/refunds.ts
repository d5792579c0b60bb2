/** `/v1/listings/{listing_id}/refunds`: payments that came too late, until the money is given back. */
import type { FastifyInstance } from 'fastify'
import { NoFields, Reservation, ReservationPage } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import { settleRefund } from '../../engine/upkeep/refunds.js'
import { listReservations, type ReservationNow } from '../../storage/reads/reservations.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { showReservation } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { pageAsked, pageShown } from '../wire/pages.js'
import { ListingParams, ReservationParams } from '../wire/parameters.js'
import { etagOf } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Refunds']

export function refundRoutes(scope: FastifyInstance, { db, places }: Services): void {
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
      const asked = pageAsked(request.query)
      const rows = await listReservations(db, listing_id, asked, { refundDue: true })
      const poolIds = rows.flatMap((row) => row.lines.map((line) => line.poolId))
      const known = await places.of(listing_id, poolIds)
      return pageShown(request, reply, rows, asked, {
        idOf: (row: ReservationNow) => row.reservationId,
        show: (row) => showReservation(listing_id, row, known),
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
        summary: 'Say that the money was given back',
        description: 'Saying it again changes nothing and is answered the same.',
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
      const outcome = await settleRefund(db, listing_id, reservation_id)
      if (outcome.kind === 'refused') throw new HttpProblem(outcome.code)
      const { reservation } = outcome
      reply.header('etag', etagOf(reservation.version))
      const poolIds = reservation.lines.map((line) => line.poolId)
      return showReservation(listing_id, reservation, await places.of(listing_id, poolIds))
    },
  )
}
