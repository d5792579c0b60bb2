/** Lines as they were sent, for the engine. */
import type { WantedLine } from '../contract/reservation.js'
import { isUuid } from '../domain/ids.js'
import type { Wanted } from '../domain/time-line.js'
import { HttpProblem } from './problems.js'

/**
 * @throws HttpProblem `validation` for a line that names neither a pool nor a time on a resource;
 * `unknown_pool`, `unknown_resource`: a malformed id is as unknown as any other
 */
export function linesOf(sent: readonly WantedLine[]): Wanted[] {
  const wanted = sent.map(wantedOf)
  const malformed = (ids: readonly (string | undefined)[]) => [
    ...new Set(ids.flatMap((id) => (id === undefined || isUuid(id) ? [] : [id]))),
  ]
  const pools = malformed(sent.map((line) => line.pool_id))
  if (pools.length > 0) throw new HttpProblem('unknown_pool', { pool_ids: pools })
  const resources = malformed(sent.map((line) => line.resource_id))
  if (resources.length > 0) throw new HttpProblem('unknown_resource', { resource_ids: resources })
  return wanted
}

function wantedOf(line: WantedLine, i: number): Wanted {
  const { pool_id: poolId, resource_id: resourceId, from, to, quantity = 1 } = line
  if (poolId !== undefined) {
    if (resourceId === undefined && from === undefined && to === undefined) {
      return { poolId, quantity }
    }
    throw bad(`/lines/${i}`, 'names a pool, so it can have no resource_id, from or to')
  }
  if (resourceId === undefined) throw bad(`/lines/${i}`, 'has to name a pool_id or a resource_id')
  const fromMs = instantOf(from, `/lines/${i}/from`)
  const toMs = instantOf(to, `/lines/${i}/to`)
  return { resourceId, fromMs, toMs, quantity }
}

function instantOf(text: string | undefined, path: string): number {
  if (text === undefined) throw bad(path, 'has to be there: a line with a resource_id is a time')
  const ms = Date.parse(text)
  // The language lets the 30th of February pass for a day in March.
  const day = new Date(`${text.slice(0, 10)}T00:00Z`)
  if (Number.isNaN(ms) || !day.toISOString().startsWith(text.slice(0, 10))) {
    throw bad(path, `there is no time ${text}`)
  }
  return ms
}

function bad(path: string, message: string): HttpProblem {
  return new HttpProblem('validation', { errors: [{ path, message }] })
}
