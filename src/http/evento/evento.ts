/**
 * Evento's face: its own client runs against these two routes unchanged. The mode in the URL picks
 * the strategy, so that one server can be raced under each.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { EVENTO_ANSWERS, EVENTO_HEADERS, type EventoAvailability } from '../../contract/evento.js'
import { BoundedMap } from '../../domain/bounded.js'
import { isFault } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import { QUANTITY_MAX } from '../../domain/reservation/demand.js'
import { isCustomer } from '../../domain/reservation/reservation.js'
import type { CommandResult } from '../../engine/engine.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { callerSignal } from '../guard/caller-signal.js'
import { createRateLimits } from '../guard/rate-limits.js'
import type { EventoFace, Limits } from '../options.js'
import { onUnknownRoute } from '../wire/problems.js'

export interface EventoOptions {
  readonly holdfast: Holdfast
  readonly evento: EventoFace
  readonly limits: Limits
}

interface ReserveRoute {
  Params: { eventId: string; hotelId: string; mode: string }
  Querystring: { rooms?: unknown; email?: unknown }
}

/** Evento's client sends empty bodies, whatever their type says; a longer one is not from it. */
const BODY_BYTES_MAX = 1024

export async function eventoRoutes(app: FastifyInstance, options: EventoOptions): Promise<void> {
  const { holdfast, evento } = options
  const modes = new Map(evento.modes.map((each) => [each.strategy.name, each]))
  const { listingIds } = evento
  const isSold = (eventId: string) =>
    isUuid(eventId) && (listingIds?.includes(eventId.toLowerCase()) ?? true)
  const poolOf = createPoolLookup(holdfast)

  const limits = await createRateLimits(app, options.limits)
  // There is no key to count by.
  app.addHook('onRequest', (request) => limits.countAddress(request))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (_request, _body, done) => done(null, null),
  )
  // Evento's client names the type of a body that it does not send.
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    if (headers['content-length'] === '0') headers['content-type'] = undefined
    done()
  })

  app.get<{ Params: { eventId: string } }>('/:eventId/available', async (request, reply) => {
    const { eventId } = request.params
    const left = isSold(eventId) ? await holdfast.availability(eventId) : undefined
    if (left === undefined) return sendText(reply, 'unknownEvent')
    return left.pools
      .filter((pool) => pool.taken < pool.capacity)
      .map(
        (pool): EventoAvailability => ({
          hotel_id: pool.resourceId,
          available: pool.capacity - pool.taken,
        }),
      )
  })

  app.post<ReserveRoute>('/:eventId/:hotelId/reserve/:mode', async (request, reply) => {
    const { eventId, hotelId, mode } = request.params
    const reservations = modes.get(mode)?.reservations
    if (reservations === undefined) return onUnknownRoute(request, reply)
    const rooms = roomsOf(request.query.rooms)
    if (rooms === undefined) return sendText(reply, 'invalidRooms')
    const customer = request.query.email ?? ''
    if (!isCustomer(customer)) return sendText(reply, 'invalidEmail')
    const poolId = isSold(eventId) ? await poolOf(eventId, hotelId) : undefined
    if (poolId === undefined) return sendText(reply, 'unknownHotel')
    if (rooms > QUANTITY_MAX) return sendText(reply, 'notEnoughRooms')
    try {
      const lines = [{ poolId, quantity: rooms }]
      const signal = callerSignal(request)
      return answer(reply, await reservations.create(eventId, { customer, lines }, { signal }))
    } catch (error) {
      if (isFault(error, 'contention')) return sendText(reply, 'conflict')
      throw error
    }
  })
}

function answer(reply: FastifyReply, outcome: CommandResult): FastifyReply {
  reply.header(EVENTO_HEADERS.attempts, outcome.attempts)
  if (outcome.kind === 'done') {
    reply.header(EVENTO_HEADERS.reservationId, outcome.reservation.reservationId)
    return sendText(reply, 'reserved')
  }
  return sendText(
    reply,
    outcome.refusal.code === 'unknown_pool' ? 'unknownHotel' : 'notEnoughRooms',
  )
}

function sendText(reply: FastifyReply, answer: keyof typeof EVENTO_ANSWERS): FastifyReply {
  const { status, text } = EVENTO_ANSWERS[answer]
  return reply.code(status).type('text/plain; charset=utf-8').send(text)
}

/** A whole number from 1, written in digits; undefined for anything else. */
function roomsOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) return undefined
  const rooms = Number(text)
  return rooms >= 1 ? rooms : undefined
}

const POOLS_REMEMBERED_MAX = 10_000

/** The pool of a hotel's rooms never changes, so the database is asked once. */
function createPoolLookup({ pools }: Holdfast) {
  const known = new BoundedMap<string, string>(POOLS_REMEMBERED_MAX)
  return async (eventId: string, hotelId: string): Promise<string | undefined> => {
    if (!isUuid(eventId) || !isUuid(hotelId)) return undefined
    const key = `${eventId}/${hotelId}`
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const poolId = await pools.find(eventId, hotelId)
    if (poolId !== undefined) known.set(key, poolId)
    return poolId
  }
}
