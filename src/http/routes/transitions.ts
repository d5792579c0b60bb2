/** What becomes of a reservation: confirm, release, cancel, extend, and other lines for it. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Description } from '../../contract/notices/contact.js'
import type { ProblemCode } from '../../contract/problem.js'
import {
  Confirmation,
  ConfirmedReservation,
  Extension,
  Reasoned,
  Reservation,
  ReservationChange,
} from '../../contract/reservation.js'
import { ref } from '../../contract/scalars.js'
import type { TransitionOptions } from '../../engine/engine.js'
import { EVERYBODY } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import { callerSignal } from '../guard/caller-signal.js'
import { checkMetadata, checkPast, checkStorefrontConfirms, isFree } from '../guard/storefront.js'
import type { Services } from '../services.js'
import { lineRequestsOf, refuseBareNights } from '../views/line-requests.js'
import { sendResult } from '../views/results.js'
import { answers, type ContractTypes, STAY, TIMES, TRANSITION } from '../wire/answers.js'
import { METADATA_BODY_BYTES_MAX } from '../wire/bodies.js'
import { ReservationParams, TransitionHeaders } from '../wire/parameters.js'
import { idempotencyKey, versionSeen } from '../wire/preconditions.js'

const PATH = '/listings/:listing_id/reservations/:reservation_id'
const MS_PER_SECOND = 1_000

const common = { tags: ['Reservations'], params: ReservationParams, headers: TransitionHeaders }
const becomes = (codes: readonly ProblemCode[]) =>
  answers({ 200: ['The reservation as it is now.', ref(Reservation)] }, [...TRANSITION, ...codes])

/** The key and whose it is, whether the caller still waits, who that is and why, and the version seen. */
function optionsOf(request: FastifyRequest): TransitionOptions {
  const { reason } = request.body as { readonly reason?: string }
  const keyed = idempotencyKey(request)
  const options = { ...keyed, signal: callerSignal(request), ...byCaller(request, reason) }
  const expectedVersion = versionSeen(request)
  return expectedVersion === undefined ? options : { ...options, expectedVersion }
}

export function transitionRoutes(scope: FastifyInstance, services: Services): void {
  confirmRoute(scope, services)
  endRoutes(scope, services)
  extendRoute(scope, services)
  changeRoute(scope, services)
  describeRoute(scope, services)
}

function confirmRoute(scope: FastifyInstance, services: Services): void {
  scope.withTypeProvider<ContractTypes>().post(
    `${PATH}/confirm`,
    {
      config: { scopes: EVERYBODY, bodyOptional: true },
      schema: {
        ...common,
        operationId: 'confirmReservation',
        summary: 'Keep what a hold took',
        description:
          "With a storefront's key only where the listing's policy says `storefront_confirms: free`.",
        body: ref(Confirmation),
        response: answers({ 200: ['Confirmed.', ref(ConfirmedReservation)] }, [
          ...TRANSITION,
          'hold_expired',
          'capacity_gone',
          'customer_limit',
          'payment_given_back',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId, reservation_id } = request.params
      const { payment_ref: paymentRef } = request.body
      if (request.principal.scope === 'storefront') {
        await checkStorefrontConfirms(services.holdfast, listingId, paymentRef)
      }
      const result = await services.holdfast.reservations.confirm(listingId, reservation_id, {
        ...optionsOf(request),
        ...(paymentRef === undefined ? {} : { paymentRef }),
      })
      const late = result.kind === 'done' && result.reacquired === true
      const extras = late ? { reacquired: true } : {}
      return sendResult(request, reply, services, { listingId, result, extras })
    },
  )
}

/** Both give the units back; which of the two it is depends on whether it was held or confirmed. */
function endRoutes(scope: FastifyInstance, services: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()
  const config = { scopes: EVERYBODY, bodyOptional: true }
  const body = ref(Reasoned)

  app.post(
    `${PATH}/release`,
    {
      config,
      schema: {
        ...common,
        body,
        operationId: 'releaseReservation',
        summary: 'Give a hold back before its time is up',
        response: becomes(['hold_expired']),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId, reservation_id } = request.params
      const result = await services.holdfast.reservations.release(
        listingId,
        reservation_id,
        optionsOf(request),
      )
      return sendResult(request, reply, services, { listingId, result })
    },
  )

  app.post(
    `${PATH}/cancel`,
    {
      config,
      schema: {
        ...common,
        body,
        operationId: 'cancelReservation',
        summary: 'Give a confirmed reservation back',
        response: becomes([]),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId, reservation_id } = request.params
      const result = await services.holdfast.reservations.cancel(
        listingId,
        reservation_id,
        optionsOf(request),
      )
      return sendResult(request, reply, services, { listingId, result })
    },
  )
}

function extendRoute(scope: FastifyInstance, services: Services): void {
  scope.withTypeProvider<ContractTypes>().post(
    `${PATH}/extend`,
    {
      config: { scopes: EVERYBODY },
      schema: {
        ...common,
        operationId: 'extendReservation',
        summary: 'Let a hold last longer',
        body: ref(Extension),
        response: becomes(['hold_expired', 'ttl_out_of_range', 'extension_limit']),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId, reservation_id } = request.params
      const result = await services.holdfast.reservations.extend(listingId, reservation_id, {
        ...optionsOf(request),
        ttlMs: request.body.hold_seconds * MS_PER_SECOND,
      })
      return sendResult(request, reply, services, { listingId, result })
    },
  )
}

function changeRoute(scope: FastifyInstance, services: Services): void {
  scope.withTypeProvider<ContractTypes>().patch(
    PATH,
    {
      config: { scopes: EVERYBODY },
      schema: {
        ...common,
        operationId: 'changeReservation',
        summary: 'Swap the lines for others, all or nothing',
        description:
          "What is confirmed a storefront's key changes only where `storefront_confirms` is `free`.",
        body: ref(ReservationChange),
        response: becomes([
          'hold_expired',
          'unknown_pool',
          'archived',
          ...TIMES,
          ...STAY,
          'insufficient_capacity',
          'exceeds_capacity',
          'customer_limit',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId, reservation_id } = request.params
      const { allow_past: allowPast = false } = request.body
      checkPast(request, allowPast)
      const lines = lineRequestsOf(request.body.lines)
      const options = optionsOf(request)
      let heldOnly = false
      if (request.principal.scope === 'storefront') {
        await refuseBareNights(services.holdfast, listingId, lines)
        heldOnly = !(await isFree(services.holdfast, listingId))
      }
      const result = await services.holdfast.reservations.change(listingId, reservation_id, {
        ...options,
        lines,
        heldOnly,
        allowPast,
      })
      return sendResult(request, reply, services, { listingId, result, lines })
    },
  )
}

function describeRoute(scope: FastifyInstance, services: Services): void {
  scope.withTypeProvider<ContractTypes>().patch(
    `${PATH}/details`,
    {
      config: { scopes: EVERYBODY },
      bodyLimit: METADATA_BODY_BYTES_MAX,
      schema: {
        ...common,
        operationId: 'describeReservation',
        summary: 'Correct the contact, or the metadata',
        description:
          'In whatever state the reservation is. Fields and keys that are left out stay as they are. ' +
          "With a storefront's key the contact alone.",
        body: ref(Description),
        response: answers(
          { 200: ['The reservation as it is now.', ref(Reservation)] },
          TRANSITION.filter((code) => code !== 'invalid_transition'),
        ),
      },
    },
    async (request, reply) => {
      const { listing_id: listingId, reservation_id } = request.params
      const { contact, metadata } = request.body
      checkMetadata(request, metadata)
      const result = await services.holdfast.reservations.describe(listingId, reservation_id, {
        ...optionsOf(request),
        ...(contact === undefined ? {} : { contact }),
        ...(metadata === undefined ? {} : { metadata }),
      })
      return sendResult(request, reply, services, { listingId, result })
    },
  )
}
