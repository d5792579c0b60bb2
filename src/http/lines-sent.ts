/** Lines as they were sent, for the engine, and what they ask of a pool. */
import type { ProblemCode, ProblemExtras } from '../contract/problem.js'
import type { WantedLine } from '../contract/reservation.js'
import { isUuid } from '../domain/ids.js'
import { covers } from '../domain/stay.js'
import type { ResourceTime } from '../domain/time-line.js'
import { isLine, isTimeLine, type Wanted } from '../domain/wanted.js'
import type { Place } from '../storage/nights.js'
import type { PlaceLookup } from './places.js'
import { HttpProblem } from './problems.js'

/**
 * @throws HttpProblem `validation` for a line that names neither one pool, nor one time, nor one stay;
 * `unknown_pool` or `unknown_resource`, since a malformed id is as unknown as any other
 */
export function linesOf(sent: readonly WantedLine[]): Wanted[] {
  const wanted = sent.map(wantedOf)
  refuseMalformed('unknown_pool', 'pool_ids', poolIdsOf(wanted))
  refuseMalformed('unknown_resource', 'resource_ids', wanted.flatMap(placeIdOf))
  return wanted
}

/**
 * Of a night, what the hotel asks of its guests is asked of a stay: the public does not get around it
 * by naming the night's pool.
 *
 * @throws HttpProblem `forbidden`
 */
export async function refuseBareNights(
  places: PlaceLookup,
  listingId: string,
  wanted: readonly Wanted[],
): Promise<void> {
  const ids = poolIdsOf(wanted).map((id) => id.toLowerCase())
  if (ids.length === 0 || (await places.of(listingId, ids)).size === 0) return
  throw new HttpProblem('forbidden', {
    detail: 'A storefront asks for nights as a stay: say resource_id, check_in and check_out.',
  })
}

function poolIdsOf(wanted: readonly Wanted[]): string[] {
  return wanted.filter(isLine).map((line) => line.poolId)
}

function placeIdOf(line: Wanted): string[] {
  if (isLine(line)) return []
  return ['blockId' in line ? line.blockId : line.resourceId]
}

/** A pool, with the night or the slot that it is, if it is one. */
interface PoolTold {
  readonly poolId: string
  readonly place: Place | undefined
  readonly time: ResourceTime | undefined
}

/** How much a line asks of a pool: 0 when it asks for something else. */
export function asksOf(wanted: Wanted, { poolId, place, time }: PoolTold): number {
  if (isLine(wanted)) return wanted.poolId.toLowerCase() === poolId ? wanted.quantity : 0
  if (isTimeLine(wanted)) return isSame(wanted, time) ? wanted.quantity : 0
  if (place === undefined || place.ofBlock !== 'blockId' in wanted) return 0
  return covers(wanted, place.resourceId, place.night) ? wanted.quantity : 0
}

function isSame(
  { resourceId, fromMs, toMs }: ResourceTime,
  time: ResourceTime | undefined,
): boolean {
  if (time?.resourceId !== resourceId.toLowerCase()) return false
  return time.fromMs === fromMs && time.toMs === toMs
}

function wantedOf(line: WantedLine, i: number): Wanted {
  const { pool_id: poolId, resource_id: resourceId, block_id: blockId, quantity = 1 } = line
  const { check_in: checkIn, check_out: checkOut, from, to } = line
  const names = [poolId, resourceId, blockId].filter((id) => id !== undefined)
  const bounds = [from, to, checkIn, checkOut].filter((bound) => bound !== undefined)
  if (names.length !== 1 || bounds.length !== (poolId === undefined ? 2 : 0)) throw unclear(i)
  if (poolId !== undefined) return { poolId, quantity }
  if (checkIn !== undefined && checkOut !== undefined) {
    const nights = { checkIn, checkOut, quantity }
    return blockId === undefined
      ? { resourceId: resourceId ?? '', ...nights }
      : { blockId, ...nights }
  }
  if (resourceId === undefined || from === undefined || to === undefined) throw unclear(i)
  const fromMs = instantOf(from, `/lines/${i}/from`)
  const toMs = instantOf(to, `/lines/${i}/to`)
  return { resourceId, fromMs, toMs, quantity }
}

function instantOf(text: string, path: string): number {
  const ms = Date.parse(text)
  // The language lets the 30th of February pass for a day in March.
  const day = new Date(`${text.slice(0, 10)}T00:00Z`)
  if (Number.isNaN(ms) || !day.toISOString().startsWith(text.slice(0, 10))) {
    throw new HttpProblem('validation', { errors: [{ path, message: `there is no time ${text}` }] })
  }
  return ms
}

function unclear(line: number): HttpProblem {
  const message =
    'must have either pool_id; or resource_id with from and to; or resource_id or block_id with check_in and check_out'
  return new HttpProblem('validation', { errors: [{ path: `/lines/${line}`, message }] })
}

function refuseMalformed(
  code: ProblemCode,
  member: keyof ProblemExtras & ('pool_ids' | 'resource_ids'),
  ids: readonly string[],
): void {
  const malformed = [...new Set(ids.filter((id) => !isUuid(id)))]
  if (malformed.length > 0) throw new HttpProblem(code, { [member]: malformed })
}
