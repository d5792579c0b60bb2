/** The /v1 API as a client sees it. Every command carries a key, so that an unknown outcome can be found out. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Availability } from '../../contract/pool.js'
import type { Problem } from '../../contract/problem.js'
import type { Reservation } from '../../contract/reservation.js'
import type { Door } from './doors.js'
import {
  type ClientAnswer,
  type ClientRequest,
  type Face,
  NO_ANSWER,
  outcomeOfProblem,
} from './face.js'

/** @param apiKey one that may do everything with the listing */
export function v1Face(listingId: string, apiKey: string): Face {
  const authorization = `Bearer ${apiKey}`
  const listing = `/v1/listings/${listingId}`
  return {
    keyed: true,
    async look({ http }) {
      try {
        const path = `${listing}/availability`
        const headers = { authorization }
        const { statusCode, body } = await http.request({ path, method: 'GET', headers })
        if (statusCode === 200) {
          const { pools } = (await body.json()) as Availability
          return pools.filter((pool) => pool.available > 0).map((pool) => pool.pool_id)
        }
        await body.dump()
      } catch {
        // The server is gone or going; the caller looks for another.
      }
      return undefined
    },
    send: (door, request) =>
      post(door, `${listing}/reservations${pathOf(request)}`, request, authorization),
  }
}

function pathOf({ kind, reservationId }: ClientRequest): string {
  return kind === 'reserve' || kind === 'hold' ? '' : `/${reservationId}/${kind}`
}

function bodyOf({ kind, customer, lines = [], seconds }: ClientRequest): object {
  const hold = seconds === undefined ? {} : { hold_seconds: seconds }
  if (kind !== 'reserve' && kind !== 'hold') return hold
  const sent = lines.map(({ poolId, quantity }) => ({ pool_id: poolId, quantity }))
  return { customer, lines: sent, ...hold }
}

async function post(
  { http }: Door,
  path: string,
  request: ClientRequest,
  authorization: string,
): Promise<ClientAnswer> {
  const headers: IncomingHttpHeaders = {
    authorization,
    'content-type': 'application/json',
    'idempotency-key': request.key,
  }
  try {
    const answer = await http.request({
      path,
      method: 'POST',
      headers,
      body: JSON.stringify(bodyOf(request)),
    })
    const value = (await answer.body.json()) as Reservation | Problem
    if (answer.statusCode < 300) return granted(value as Reservation)
    const { code } = value as Problem
    return { outcome: outcomeOfProblem(code, answer.statusCode), code }
  } catch {
    return NO_ANSWER
  }
}

function granted({ id, state, expires_at }: Reservation): ClientAnswer {
  const expires = expires_at === null ? {} : { expiresAtMs: Date.parse(expires_at) }
  return { outcome: 'ok', reservationId: id, state, ...expires }
}
