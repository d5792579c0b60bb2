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
import { isFault } from '../../domain/errors.js'
import type { LineRequest } from '../../domain/reservation/line-request.js'
import type { CommandOptions, CommandResult } from '../../engine/engine.js'
import { reserveRepeatedly, type SkippedTime } from '../../engine/sale/repeat.js'
import {
  listReservations,
  type ReservationNow,
  readReservation,
} from '../../storage/reads/reservations.js'
import { EVERYBODY, SELLERS } from '../guard/auth.js'
import { callerSignal } from '../guard/caller-signal.js'
import type { Services } from '../services.js'
import { linesOf, refuseBareNights } from '../views/line-requests.js'
import { sendOutcome } from '../views/outcomes.js'
import { showReservation, showSkipped } from '../views/views.js'
import { answers, type ContractTypes, KEYED, QUERY, STAY, TIMES } from '../wire/answers.js'
import { pageAsked, pageShown } from '../wire/pages.js'
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
  births(scope, services)
  looks(scope, services)
  lists(scope, services)
}

function births(scope: FastifyInstance, services: Services): void {
  const { tokens } = services
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/listings/:listing_id/reservations',
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'createReservation',
        summary: 'Hold or reserve, all lines or none',
        params: ListingParams,
        headers: KeyHeaders,
        body: ref(NewReservation),
        response: answers(
          { 201: ['Held or confirmed; everything asked for was taken.', ref(CreatedReservation)] },
          [
            ...KEYED,
            'unknown_pool',
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
      const key = idempotencyKey(request)
      // What the public may take for good is for the seller to say: it confirms holds.
      if (hold_seconds === undefined && request.principal.scope === 'storefront') {
        throw new HttpProblem('forbidden', {
          detail: 'A storefront makes holds: say hold_seconds.',
        })
      }
      await tokens.ready()
      const options = { key, signal: callerSignal(request) }
      const asked = { ...request.body, lines: linesOf(request.body.lines) }
      if (request.principal.scope === 'storefront') {
        await refuseBareNights(services.places, listingId, asked.lines)
      }
      const { answer, lines, skipped } = await take(services, listingId, asked, options)
      if (answer.kind === 'refused') {
        return sendOutcome(request, reply, services, { listingId, answer, lines })
      }
      const { reservationId } = answer.reservation
      reply.header('location', `/v1/listings/${listingId}/reservations/${reservationId}`)
      const token = await tokens.tokenOf(listingId, reservationId)
      const extras =
        skipped === undefined ? { token } : { token, skipped: skipped.map(showSkipped) }
      return sendOutcome(request, reply, services, { listingId, answer, status: 201, extras })
    },
  )
}

/** The body, with its lines as the engine has them. */
type Asked = Omit<NewReservation, 'lines'> & { readonly lines: readonly LineRequest[] }

interface Taken {
  readonly answer: CommandResult
  /** As they were asked for, those of all weeks. */
  readonly lines: readonly LineRequest[]
  readonly skipped?: readonly SkippedTime[]
}

/** Holds or reserves, once or week after week. */
async function take(
  services: Services,
  listingId: string,
  { customer, lines, hold_seconds, repeat }: Asked,
  options: CommandOptions,
): Promise<Taken> {
  const { engine } = services
  const held = hold_seconds === undefined ? {} : { ttlMs: hold_seconds * MS_PER_SECOND }
  if (repeat !== undefined) {
    const { weeks, when_taken: whenTaken = 'refuse' } = repeat
    const wanted = { customer, lines, weeks, whenTaken, ...held }
    const answer = await reserveRepeatedly(services, listingId, wanted, options)
    return { answer, lines: answer.asked, skipped: answer.skipped }
  }
  const { ttlMs } = held
  const answer =
    ttlMs === undefined
      ? await engine.reserve(listingId, { customer, lines }, options)
      : await engine.hold(listingId, { customer, lines, ttlMs }, options)
  return { answer, lines }
}

function looks(scope: FastifyInstance, { db, engine, places }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  /** A hold past its time is tidied away first, so that state, version and ETag are of one piece. */
  async function lookAt(listingId: string, id: string): Promise<ReservationNow | undefined> {
    const seen = await readReservation(db, listingId, id)
    if (seen === undefined || !seen.overdue) return seen
    try {
      await engine.expire(listingId, id)
    } catch (error) {
      if (!isFault(error)) throw error
      return seen
    }
    return readReservation(db, listingId, id)
  }

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
      const row = await lookAt(listing_id, reservation_id)
      if (row === undefined) throw new HttpProblem('not_found')
      if (isAnsweredByTag(request, reply, etagOf(row.version))) return reply
      const poolIds = row.lines.map((line) => line.poolId)
      return showReservation(listing_id, row, await places.of(listing_id, poolIds))
    },
  )
}

function lists(scope: FastifyInstance, { db, places }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/reservations',
    {
      config: { scopes: SELLERS },
      schema: {
        tags,
        operationId: 'listReservations',
        summary: 'List reservations, the newest first',
        params: ListingParams,
        querystring: ReservationQuery,
        response: answers({ 200: ['A page.', ref(ReservationPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { state, customer } = request.query
      const asked = pageAsked(request.query)
      const rows = await listReservations(db, listing_id, asked, { state, customer })
      const poolIds = rows.flatMap((row) => row.lines.map((line) => line.poolId))
      const known = await places.of(listing_id, poolIds)
      return pageShown(request, reply, rows, asked, {
        idOf: (row: ReservationNow) => row.reservationId,
        show: (row) => showReservation(listing_id, row, known),
      })
    },
  )
}
