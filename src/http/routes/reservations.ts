/** `/v1/listings/{listing_id}/reservations`: makes them, shows them, lists them. */
import type { FastifyInstance } from 'fastify'
import {
  CreatedReservation,
  NewReservation,
  Reservation,
  ReservationPage,
  ReservationQuery,
} from '../../contract/reservation.js'
import { ref } from '../../contract/scalars.js'
import type { Reservation as FoundReservation } from '../../domain/reservation/reservation.js'
import type { ReservationFilter } from '../../engine/reads/rows.js'
import type { ReservationRequest } from '../../engine/sale/create-reservation.js'
import { gatherMetadata } from '../customers/metadata-filter.js'
import { EVERYBODY, SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import { callerSignal } from '../guard/caller-signal.js'
import { checkMetadata, checkPast } from '../guard/storefront.js'
import type { Services } from '../services.js'
import { lineRequestsOf, refuseBareNights } from '../views/line-requests.js'
import { sendResult } from '../views/results.js'
import { seenBy } from '../views/seen-by.js'
import { showReservation, showSkipped } from '../views/views.js'
import { answers, type ContractTypes, KEYED, QUERY, STAY, TIMES } from '../wire/answers.js'
import { METADATA_BODY_BYTES_MAX } from '../wire/bodies.js'
import { momentOf } from '../wire/moments.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import {
  KeyHeaders,
  ListingParams,
  ReservationParams,
  TokenLookHeaders,
} from '../wire/parameters.js'
import { etagOf, idempotencyKey, isAnsweredByTag } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Reservations']
const MS_PER_SECOND = 1_000

export function reservationRoutes(scope: FastifyInstance, services: Services): void {
  createRoute(scope, services)
  getRoute(scope, services)
  listRoute(scope, services)
}

function createRoute(scope: FastifyInstance, services: Services): void {
  const { tokens, reservations } = services.holdfast
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/reservations',
    {
      config: { scopes: EVERYBODY },
      bodyLimit: METADATA_BODY_BYTES_MAX,
      schema: {
        tags,
        operationId: 'createReservation',
        summary: 'Hold or reserve, all lines or none',
        params: ListingParams,
        headers: KeyHeaders,
        body: ref(NewReservation),
        response: answers(
          { 201: ['Held or confirmed; every line was taken.', ref(CreatedReservation)] },
          [
            ...KEYED,
            'unknown_pool',
            'archived',
            ...TIMES,
            ...STAY,
            'insufficient_capacity',
            'exceeds_capacity',
            'hold_limit',
            'customer_limit',
            'ttl_out_of_range',
          ],
        ),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId } = request.params
      const { hold_seconds } = request.body
      const keyed = idempotencyKey(request)
      // The seller decides what the public may keep: a storefront holds, and the seller confirms.
      if (hold_seconds === undefined && request.principal.scope === 'storefront') {
        throw new HttpProblem('forbidden', {
          detail: 'A storefront can only hold: send hold_seconds.',
        })
      }
      checkPast(request, request.body.allow_past)
      checkMetadata(request, request.body.metadata)
      await tokens.ready()
      const wanted = requestOf(request.body)
      if (request.principal.scope === 'storefront') {
        await refuseBareNights(services.holdfast, listingId, wanted.lines)
      }
      const by = byCaller(request, request.body.reason)
      const options = { ...keyed, signal: callerSignal(request), ...by }
      const result = await reservations.create(listingId, wanted, options)
      if (result.kind === 'refused') {
        const lines = result.requested
        return sendResult(request, reply, services, { listingId, result, lines })
      }
      const { reservationId } = result.reservation
      reply.header('location', `/v1/listings/${listingId}/reservations/${reservationId}`)
      const token = await tokens.tokenOf(listingId, reservationId)
      const { skipped } = result
      const extras =
        skipped === undefined ? { token } : { token, skipped: skipped.map(showSkipped) }
      return sendResult(request, reply, services, { listingId, result, status: 201, extras })
    },
  )
}

/** The body as the engine takes it. */
function requestOf(sent: NewReservation): ReservationRequest {
  const { customer, lines, hold_seconds, repeat, allow_past, contact, metadata } = sent
  return {
    customer,
    lines: lineRequestsOf(lines),
    ...(hold_seconds === undefined ? {} : { ttlMs: hold_seconds * MS_PER_SECOND }),
    ...(repeat === undefined ? {} : { repeat: repeatOf(repeat) }),
    ...(allow_past === undefined ? {} : { allowPast: allow_past }),
    ...(contact === undefined ? {} : { contact }),
    ...(metadata === undefined ? {} : { metadata }),
  }
}

function repeatOf({
  weeks,
  when_taken: whenTaken,
}: NonNullable<NewReservation['repeat']>): NonNullable<ReservationRequest['repeat']> {
  return whenTaken === undefined ? { weeks } : { weeks, whenTaken }
}

function getRoute(scope: FastifyInstance, { holdfast: { reservations } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/reservations/:reservation_id',
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'getReservation',
        summary: 'Look at a reservation',
        params: ReservationParams,
        headers: TokenLookHeaders,
        response: answers({
          200: ['The reservation.', ref(Reservation)],
          304: ['Unchanged.', null],
        }),
      },
    },
    async (request, reply) => {
      const { listing_id, reservation_id } = request.params
      const found = await reservations.get(listing_id, reservation_id)
      if (found === undefined) throw new HttpProblem('not_found')
      const { reservation, places, details } = found
      if (isAnsweredByTag(request, reply, etagOf(reservation.version))) return reply
      return seenBy(request, showReservation(listing_id, reservation, places, details))
    },
  )
}

function listRoute(scope: FastifyInstance, { holdfast }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/reservations',
    {
      config: { scopes: SELLERS },
      preValidation: gatherMetadata,
      schema: {
        tags,
        operationId: 'listReservations',
        summary: 'List reservations, the newest first unless `first` says otherwise',
        description:
          'The filters may be combined. `created_since` is included, `created_until` is not. ' +
          '`overlaps_from` and `overlaps_until` find what has a slot, a range or a night that overlaps that time; either may be left out.',
        params: ListingParams,
        querystring: ReservationQuery,
        response: answers({ 200: ['A page.', ref(ReservationPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      const filter = filterOf(request.query)
      const found = await holdfast.reservations.list(listing_id, page, filter)
      const { reservations, places, details } = found
      return showPage(request, reply, reservations, page, {
        idOf: (row: FoundReservation) => row.reservationId,
        show: (row) => showReservation(listing_id, row, places, details.get(row.reservationId)),
      })
    },
  )
}

function filterOf(query: ReservationQuery): ReservationFilter {
  const { state, customer, contact, payment_ref, created_since, created_until } = query
  return {
    // The schema's pattern lets nothing but states through.
    states: state?.split(',') as ReservationFilter['states'],
    customer,
    contact,
    paymentRef: payment_ref,
    createdFromMs: momentOf('/created_since', created_since),
    createdToMs: momentOf('/created_until', created_until),
    resourceId: query.resource_id,
    fromMs: momentOf('/overlaps_from', query.overlaps_from),
    toMs: momentOf('/overlaps_until', query.overlaps_until),
    first: query.first,
    metadata: query.metadata,
  }
}
