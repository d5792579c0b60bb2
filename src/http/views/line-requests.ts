/** The lines of a request, as the engine takes them, and how many units of a pool each wants. */
import type { ProblemCode, ProblemExtras } from '../../contract/problem.js'
import type { WantedLine } from '../../contract/reservation.js'
import { isUuid } from '../../domain/ids.js'
import { isPoolLine, isTimedLine, type LineRequest } from '../../domain/reservation/line-request.js'
import { instantOf } from '../../domain/time/instant.js'
import { covers, type Stay } from '../../domain/time/stay.js'
import { isSameTime, type TimedLine } from '../../domain/time/timed-line.js'
import type { Holdfast } from '../../engine/holdfast.js'
import type { Place } from '../../engine/reads/rows.js'
import { HttpProblem } from '../wire/problems.js'

/**
 * @throws HttpProblem `validation` for a line that names neither one pool, nor one time, nor one
 * stay; `unknown_pool` or `unknown_resource`, since a malformed id is as unknown as any other
 */
export function lineRequestsOf(sent: readonly WantedLine[]): LineRequest[] {
  const wanted = sent.map(lineRequestOf)
  refuseMalformed('unknown_pool', 'pool_ids', poolIdsOf(wanted))
  const resourceIds = wanted.flatMap((line) => (isPoolLine(line) ? [] : [resourceIdOf(line)]))
  refuseMalformed('unknown_resource', 'resource_ids', resourceIds)
  return wanted
}

/**
 * A hotel's rules, such as its minimum stay, apply to stays. A storefront cannot get around them by
 * naming the pool of a night.
 *
 * @throws HttpProblem `forbidden`
 */
export async function refuseBareNights(
  holdfast: Pick<Holdfast, 'pools'>,
  listingId: string,
  wanted: readonly LineRequest[],
): Promise<void> {
  const ids = poolIdsOf(wanted).map((id) => id.toLowerCase())
  if (ids.length === 0) return
  const known = await holdfast.pools.places(listingId, ids)
  if (![...known.values()].some((place) => place.night !== null)) return
  throw new HttpProblem('forbidden', {
    detail: 'A storefront books nights as a stay: send resource_id, check_in and check_out.',
  })
}

function poolIdsOf(wanted: readonly LineRequest[]): string[] {
  return wanted.filter(isPoolLine).map((line) => line.poolId)
}

/** How many units of the pool a line wants: 0 when it is for something else. */
export function unitsWanted(wanted: LineRequest, poolId: string, place: Place | undefined): number {
  return isFor(wanted, poolId, place) ? wanted.quantity : 0
}

function isFor(wanted: LineRequest, poolId: string, place: Place | undefined): boolean {
  if (isPoolLine(wanted)) return wanted.poolId.toLowerCase() === poolId
  if (place === undefined) return false
  if (isTimedLine(wanted)) return isSameTime(wanted, place)
  if (place.night === null || place.ofBlock !== 'blockId' in wanted) return false
  return covers(wanted, place.resourceId, place.night)
}

/** @throws HttpProblem `validation` for a line that names too much or too little */
function lineRequestOf({ quantity = 1, ...sent }: WantedLine, line: number): LineRequest {
  const { pool_id, resource_id, block_id, check_in, check_out, from, to } = sent
  switch (Object.keys(sent).sort().join()) {
    case 'pool_id':
      return { poolId: pool_id ?? '', quantity }
    case 'from,resource_id,to':
      return {
        resourceId: resource_id ?? '',
        fromMs: timeOf(from ?? '', `/lines/${line}/from`),
        toMs: timeOf(to ?? '', `/lines/${line}/to`),
        quantity,
      }
    case 'check_in,check_out,resource_id':
      return { resourceId: resource_id ?? '', ...nights(check_in, check_out), quantity }
    case 'block_id,check_in,check_out':
      return { blockId: block_id ?? '', ...nights(check_in, check_out), quantity }
    default:
      throw bad(
        `/lines/${line}`,
        'must have either pool_id, or resource_id with from and to, or resource_id or block_id with ' +
          'both check_in and check_out',
      )
  }
}

function nights(checkIn = '', checkOut = ''): { checkIn: string; checkOut: string } {
  return { checkIn, checkOut }
}

/** @throws HttpProblem `validation` for an invalid time */
function timeOf(text: string, path: string): number {
  const ms = instantOf(text)
  if (ms !== undefined) return ms
  throw bad(path, `${text} is not a valid time`)
}

function bad(path: string, message: string): HttpProblem {
  return new HttpProblem('validation', { errors: [{ path, message }] })
}

function resourceIdOf(wanted: Stay | TimedLine): string {
  return 'blockId' in wanted ? wanted.blockId : wanted.resourceId
}

function refuseMalformed(
  code: ProblemCode,
  member: keyof ProblemExtras & ('pool_ids' | 'resource_ids'),
  ids: readonly string[],
): void {
  const malformed = [...new Set(ids.filter((id) => !isUuid(id)))]
  if (malformed.length > 0) throw new HttpProblem(code, { [member]: malformed })
}
