/** Which night or slot the pool of a line is, as answers show it. */
import type { Place } from '../../engine/reads/rows.js'

export type PlaceShown =
  | { readonly resource_id: string; readonly from: string; readonly to: string }
  | { readonly resource_id: string; readonly night: string }
  | { readonly block_id: string; readonly night: string }

/** @returns undefined for a pool without a night or a slot */
export function showPlace(place: Place | undefined): PlaceShown | undefined {
  if (place === undefined) return undefined
  const { resourceId, night, fromMs, toMs, ofBlock } = place
  if (night !== null) {
    return ofBlock ? { block_id: resourceId, night } : { resource_id: resourceId, night }
  }
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
  return { resource_id: resourceId, from, to }
}
