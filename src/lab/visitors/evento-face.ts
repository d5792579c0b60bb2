/** Evento's face as a client sees it. It has no keys: a request without an answer stays unknown. */
import { EVENTO_ANSWERS, EVENTO_HEADERS, type EventoAvailability } from '../../contract/evento.js'
import type { ContestantName } from '../race/race.js'
import { poolsOf, type Sale } from '../scenarios/scenario.js'
import { type ClientAnswer, type Face, NO_ANSWER, outcomeOfProblem } from './face.js'

/** @param mode the strategy that the URL names */
export function eventoFace(sale: Sale, mode: ContestantName): Face {
  const pools = poolsOf(sale)
  const poolOf = new Map(pools.map((pool) => [pool.resourceId, pool.poolId]))
  const hotelOf = new Map(pools.map((pool) => [pool.poolId, pool.resourceId]))
  return {
    keyed: false,
    async look({ http }) {
      try {
        const path = `/${sale.listingId}/available`
        const { statusCode, body } = await http.request({ path, method: 'GET' })
        if (statusCode === 200) {
          const hotels = (await body.json()) as EventoAvailability[]
          return hotels.map((hotel) => poolOf.get(hotel.hotel_id) ?? hotel.hotel_id)
        }
        await body.dump()
      } catch {
        // The server is gone or going; the caller looks for another.
      }
      return undefined
    },
    async send({ http }, { customer, lines = [] }) {
      const [line] = lines
      const hotelId = hotelOf.get(line?.poolId ?? '')
      const query = `rooms=${line?.quantity}&email=${customer}`
      try {
        const { statusCode, headers, body } = await http.request({
          path: `/${sale.listingId}/${hotelId}/reserve/${mode}?${query}`,
          method: 'POST',
        })
        const text = await body.text()
        if (statusCode !== 200) return denied(statusCode, text)
        const reservationId = String(headers[EVENTO_HEADERS.reservationId])
        return { outcome: 'ok', reservationId, state: 'confirmed' }
      } catch {
        return NO_ANSWER
      }
    },
  }
}

function denied(status: number, text: string): ClientAnswer {
  if (text === EVENTO_ANSWERS.conflict.text) return { outcome: 'conflict', code: 'contention' }
  if (text === EVENTO_ANSWERS.notEnoughRooms.text) {
    return { outcome: 'refused', code: 'insufficient_capacity' }
  }
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? `status_${status}`
  return { outcome: outcomeOfProblem(code, status), code }
}
