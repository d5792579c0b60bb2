/** Lines as they were sent, for the engine, and what they ask of a pool. */
import type { ProblemCode, ProblemExtras } from '../contract/problem.js'
import type { WantedLine } from '../contract/reservation.js'
import { isUuid } from '../domain/ids.js'
import { covers, isStay, type Stay, type Wanted } from '../domain/stay.js'
import type { Place } from '../storage/nights.js'
import type { PlaceLookup } from './places.js'
import { HttpProblem } from './problems.js'

/**
 * @throws HttpProblem `validation` for a line that names neither one pool nor one stay;
 * `unknown_pool` or `unknown_resource`, since a malformed id is as unknown as any other
 */
export function linesOf(sent: readonly WantedLine[]): Wanted[] {
  const wanted = sent.map((line, i) => wantedOf(line) ?? refuseForm(i))
  refuseMalformed('unknown_pool', 'pool_ids', poolIdsOf(wanted))
  refuseMalformed('unknown_resource', 'resource_ids', wanted.filter(isStay).map(idOf))
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
  return wanted.flatMap((line) => (isStay(line) ? [] : [line.poolId]))
}

/** How much a line asks of a pool: 0 when it asks for something else. */
export function asksOf(sent: WantedLine, poolId: string, place: Place | undefined): number {
  const wanted = wantedOf(sent)
  if (wanted === undefined) return 0
  if (!isStay(wanted)) return wanted.poolId.toLowerCase() === poolId ? wanted.quantity : 0
  if (place === undefined || place.ofBlock !== 'blockId' in wanted) return 0
  return covers(wanted, place.resourceId, place.night) ? wanted.quantity : 0
}

/** Undefined for a line that names too much or too little. */
function wantedOf(sent: WantedLine): Wanted | undefined {
  const { pool_id, resource_id, block_id, check_in, check_out, quantity } = sent
  const [name, ...others] = [pool_id, resource_id, block_id].filter((id) => id !== undefined)
  if (name === undefined || others.length > 0) return undefined
  if (pool_id !== undefined) {
    if (check_in !== undefined || check_out !== undefined) return undefined
    return { poolId: pool_id, quantity }
  }
  if (check_in === undefined || check_out === undefined) return undefined
  const nights = { checkIn: check_in, checkOut: check_out, quantity }
  return block_id === undefined ? { resourceId: name, ...nights } : { blockId: block_id, ...nights }
}

function idOf(stay: Stay): string {
  return 'blockId' in stay ? stay.blockId : stay.resourceId
}

function refuseForm(line: number): never {
  const message =
    'must have either pool_id, or resource_id or block_id with both check_in and check_out'
  throw new HttpProblem('validation', { errors: [{ path: `/lines/${line}`, message }] })
}

function refuseMalformed(
  code: ProblemCode,
  member: keyof ProblemExtras & ('pool_ids' | 'resource_ids'),
  ids: readonly string[],
): void {
  const malformed = [...new Set(ids.filter((id) => !isUuid(id)))]
  if (malformed.length > 0) throw new HttpProblem(code, { [member]: malformed })
}
